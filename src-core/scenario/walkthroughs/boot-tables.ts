import type { Walkthrough } from '../walkthrough.ts';
import { next } from '../walkthrough-find.ts';

export const BOOT_TABLES_TOUR: Walkthrough = {
  id: 'boot-tables',
  library: 'boot-tables',
  claims: ['C6'],
  stops: [
    {
      id: 'early',
      find: next({ ev: 'alloc', fn: 'early_pgtable_alloc' }),
      heading: 'Too early for a constructor',
      text: 'Early in boot there is no page allocator, and no descriptor to mark or count. early_pgtable_alloc() takes a page from memblock. It stays a table that nobody counts, for as long as the machine runs.',
      look: ['caption', 'map'],
    },
    {
      id: 'late',
      find: next({ ev: 'ctor', level: 'pte' }),
      heading: 'Later tables hang below it',
      text: 'This one is made when the allocator is up, and is constructed. The two look the same in the tree. Who frees kernel tables must know which is which: destructing a boot table would count down what never counted.',
      look: ['caption', 'table'],
    },
  ],
};
