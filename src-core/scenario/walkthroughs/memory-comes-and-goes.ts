import type { Walkthrough } from '../walkthrough.ts';
import { next } from '../walkthrough-find.ts';

export const MEMORY_COMES_AND_GOES_TOUR: Walkthrough = {
  id: 'memory-comes-and-goes',
  library: 'memory-comes-and-goes',
  claims: ['B5'],
  compareWith: 'v6.16',
  stops: [
    {
      id: 'linear',
      find: next({ ev: 'ctor', level: 'pmd' }, 2),
      heading: 'Memory is added: a table for the linear map',
      text: 'Beside memory that is there already, more is added. Its linear map needs a PMD table, which is constructed and counted: NR_PAGETABLE rises by one.',
      look: ['caption', 'map'],
    },
    {
      id: 'vmemmap',
      find: next({ ev: 'alloc', fn: 'vmemmap_alloc_block_zero' }),
      heading: 'And a table for the memory map, uncounted',
      text: 'The struct pages of the new memory need a mapping too. vmemmap_alloc_block_zero() is a plain allocation: no constructor, nothing counted.',
      look: ['caption', 'map'],
    },
    {
      id: 'dtor',
      find: next({ ev: 'dtor', level: 'pmd' }),
      heading: 'Removed: destructed all the same',
      text: 'free_hotplug_pgtable_page() serves both kinds of table, and runs the destructor for each. This one was never constructed. NR_PAGETABLE falls by one that it never rose by.',
      look: ['caption', 'ledger'],
    },
    {
      id: 'linear-dtor',
      find: next({ ev: 'dtor', level: 'pmd' }),
      heading: 'The other table balances',
      text: 'The table of the linear map was constructed, and is destructed: plus one, minus one. What remains of each cycle is minus one. Before the destructor was added here it was the other way round: this table’s count leaked.',
      look: ['ledger', 'revisions'],
    },
  ],
};
