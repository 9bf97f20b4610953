import type { Walkthrough } from '../walkthrough.ts';
import { next } from '../walkthrough-find.ts';

export const LOCK_SAVED_TOUR: Walkthrough = {
  id: 'lock-saved',
  library: 'lock-saved',
  claims: ['C5'],
  compareWith: 'ctor-p6',
  stops: [
    {
      id: 'before',
      find: next({ ev: 'ctor', level: 'pmd' }),
      heading: 'A PMD table of the kernel’s, with a lock',
      text: 'These are a captured kernel’s tables, run as if built with PREEMPT_RT, where a spinlock is 32 bytes. Just before patch 6 the constructor of this PMD table allocates one from the cache page->ptl. It could even fail.',
      look: ['caption', 'table'],
    },
    {
      id: 'pte',
      find: next({ ev: 'ctor', level: 'pte' }),
      heading: 'The PTE table has none already',
      text: 'Patch 2 began to construct kernel PTE tables, and tested for init_mm from the start. Patch 6 gives PMD tables the same test: for each one of them an object and a way to fail are saved.',
      look: ['caption', 'revisions'],
    },
  ],
};
