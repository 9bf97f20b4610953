import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const HOLES_TOUR: Walkthrough = {
  id: 'holes-in-the-range',
  library: 'holes-in-the-range',
  claims: ['B10'],
  compareWith: 'v6.12',
  stops: [
    {
      id: 'range',
      find: start(),
      heading: 'Nothing is mapped in this range',
      text: 'The first 2 MiB have no table: their PMD entry is zero. Then come four empty slots of a PTE table that exists for other pages.',
      look: ['map', 'address'],
      question: {
        ask: 'The call makes memory invalid that is not mapped. How many entries does it store?',
        options: ['None', 'Four', '516, one a page'],
        answer: 1,
        because: 'The hole above the PTEs is skipped; empty slots of a table that exists are not.',
      },
    },
    {
      id: 'hole',
      find: next({ ev: 'load', level: 'pmd', by: 'pmd_none', entry: 'none' }),
      heading: 'A hole is skipped',
      text: 'pmd_none() is true. The permission change brings no pte_hole callback, so the walk goes on to the next entry without a word and without a table.',
      look: ['entry', 'map'],
    },
    {
      id: 'store',
      find: next({ ev: 'set', level: 'pte' }),
      heading: 'An empty slot is changed',
      text: 'pageattr_pte_entry() is called for every slot and does not ask whether it is empty. It clears and sets bits: 0x0 becomes 0x800, an invalid entry that is marked present and leads to physical address 0.',
      look: ['entry'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Success, of a kind',
      text: 'The call returns 0. In Linux 6.12 apply_to_page_range() would have allocated a table for the hole and visited its 512 new slots as well. Callers are expected to name memory that is mapped.',
      look: ['revisions', 'counters'],
    },
  ],
  breakIt: {
    says: 'Run it at Linux 6.12: a table is allocated for a range in which nothing is mapped.',
    revision: 'v6.12',
    at: next({ ev: 'alloc' }),
  },
};
