import type { Walkthrough } from '../walkthrough.ts';
import { next } from '../walkthrough-find.ts';

export const CTOR_HOOK_TOUR: Walkthrough = {
  id: 'ctor-hook',
  library: 'ctor-hook',
  claims: ['C10'],
  compareWith: 'ctor-p2',
  stops: [
    {
      id: 'reached',
      find: next({ ev: 'ctor', level: 'pud' }),
      heading: 'A place to hook into',
      text: 'Someone wants every page table write-protected, so that a stray store can’t forge an entry. The constructor is the place to do it: each table passes through it before it is linked. If each does.',
      look: ['caption', 'table'],
    },
    {
      id: 'protected',
      find: next({ ev: 'set', level: 'pte' }),
      heading: 'The table’s own page',
      text: 'The page of the new table lies in the direct map, as all memory does, and the hook takes the right to write away there. It changes that one entry: splitting a block would need a table, whose constructor would call the hook again.',
      look: ['entry', 'map'],
    },
    {
      id: 'missed',
      find: next({ ev: 'set', level: 'pmd', entry: 'table' }),
      heading: 'One table slips through',
      text: 'The kernel’s PTE table is linked, and the hook never saw it: the table whose entries are changed most often stays writable. The ledger counts it as missed. Patch 2 closes that gap.',
      look: ['ledger', 'revisions'],
    },
  ],
};
