import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const FIRST_WALK_TOUR: Walkthrough = {
  id: 'first-walk',
  library: 'first-walk',
  claims: [],
  stops: [
    {
      id: 'range',
      find: start(),
      heading: 'A range of addresses, and the tables that map them',
      text: 'walk_kernel_page_table_range_lockless() is asked for 54 MiB of the kernel’s linear map. It will read the tables from the root down, one entry at a time, and call the scenario’s callbacks for what it finds. The boxes of the address show which bits index which table.',
      look: ['address', 'map'],
    },
    {
      id: 'folded',
      find: next({ ev: 'load', dead: true }),
      heading: 'A read that decides nothing',
      text: 'This kernel was built for five levels and booted with four. The code for the fifth is still there and reads an entry, but its helper hands the same pointer on whatever the value is. Such reads are shown, and marked as not used.',
      look: ['caption', 'map'],
    },
    {
      id: 'index',
      find: next({ ev: 'load', level: 'pud' }),
      heading: 'Nine bits of the address choose the entry',
      text: 'The PUD table has 512 entries of 1 GiB each. Nine bits of the address are the index: entry 1. It holds the physical address of the next table, so the walk goes one level down.',
      look: ['address', 'entry'],
    },
    {
      id: 'table',
      find: next({ ev: 'cb', level: 'pmd', entry: 'table' }),
      heading: 'The callback sees the entry first',
      text: 'Before the walk goes down, pmd_entry() is called with the entry that was found. It may look, change the entry, or tell the walk not to go further. This one only looks. The entry is a table, so 512 pages of 4 KiB come next.',
      look: ['map', 'stack'],
    },
    {
      id: 'contiguous',
      find: next({ ev: 'cb', level: 'pte', entry: 'page', cont: true }),
      heading: 'Sixteen pages that are one bar',
      text: 'These pages carry the contiguous bit: sixteen neighbours with like permissions, which the hardware may keep as one translation of 64 KiB. The walk does not care. It reads each entry and calls pte_entry() for each.',
      look: ['map', 'entry'],
    },
    {
      id: 'block',
      find: next({ ev: 'cb', level: 'pmd', entry: 'block' }),
      heading: 'A block ends the walk one level early',
      text: 'The entry maps 2 MiB by itself, so there is no table below it. The callback is told, and the walk goes on to the next PMD entry. 26 blocks follow, one after the other.',
      look: ['map', 'entry'],
      question: {
        ask: 'The next PMD entry is a block of 2 MiB. How many PTE entries will the walk read for it?',
        options: ['512, one a page', '32, one a contiguous group', 'None'],
        answer: 2,
        because: 'pmd_leaf() is true: a block has no PTE table.',
      },
    },
    {
      id: 'hole',
      find: next({ ev: 'hole' }),
      heading: 'Nothing is mapped here',
      text: 'The entry is zero. No callback for entries is called; pte_hole() is told the range that nothing maps. It lies under one PMD entry, so the hole is 2 MiB, however many pages were asked for.',
      look: ['map', 'caption'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'The walk returns 0',
      text: 'Every entry of the range was read, no lock was taken, and nothing was written. A callback that returned something else would have ended the walk at once, and its value would be the result.',
      look: ['counters', 'timeline'],
    },
  ],
  breakIt: {
    says: 'Let the range end where it starts: the walk refuses before it reads a single entry.',
    library: 'empty-range',
    at: next({ ev: 'return', ret: -22 }),
  },
};
