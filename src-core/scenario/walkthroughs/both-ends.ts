import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const BOTH_ENDS_TOUR: Walkthrough = {
  id: 'both-ends',
  library: 'both-ends',
  claims: ['P3'],
  stops: [
    {
      id: 'range',
      find: start(),
      heading: 'The range begins and ends inside blocks',
      text: 'A little more than 4 MiB shall become invalid. It touches four blocks of 2 MiB: the last 16 pages of the first, two whole ones, and the first 8 pages of the fourth.',
      look: ['map', 'address'],
      question: {
        ask: 'How many of the four blocks must be split?',
        options: ['All four', 'Two', 'None'],
        answer: 1,
        because: 'Only a block that the range covers in part has to become pages.',
      },
    },
    {
      id: 'start',
      find: next({ ev: 'ctor' }),
      heading: 'A table for the block at the start',
      text: 'The splits come first, before any permission changes. The new table is constructed like any kernel page table: accounted, marked, but without a lock of its own, since it is init_mm’s.',
      look: ['table', 'counters'],
    },
    {
      id: 'fill',
      find: next({ ev: 'set', level: 'pte' }),
      heading: '512 entries say what the block said',
      text: 'Same memory, same permissions, page by page, in groups of 16 that carry the contiguous bit. The start of the range lies between two groups, so this table needs no more work.',
      look: ['entry', 'map'],
    },
    {
      id: 'end',
      find: next({ ev: 'set', level: 'pmd', entry: 'table' }, 2),
      heading: 'The block at the end follows',
      text: 'The second block is replaced the same way. Nothing was unmapped at any moment: an address read before the store used the block, one read after it uses the table, and both lead to the same page.',
      look: ['map', 'entry'],
    },
    {
      id: 'group',
      find: next({ ev: 'set', level: 'pte', cont: false }),
      heading: 'The end cuts a contiguous group',
      text: 'Eight of these 16 pages will change, eight will not. Members of a group must be alike, so the bit is cleared in all 16, here and in no other group.',
      look: ['map', 'entry'],
    },
    {
      id: 'walk',
      find: next({ ev: 'set', fn: 'pageattr_pte_entry' }),
      heading: 'Now the change itself',
      text: 'A second walk goes over the range. The first 16 pages change one by one. They are a whole contiguous group, so they may keep their bit.',
      look: ['map', 'stack'],
    },
    {
      id: 'blocks',
      find: next({ ev: 'set', fn: 'pageattr_pmd_entry' }),
      heading: 'A whole block, one store',
      text: 'The two blocks inside the range stay blocks. Each changes in one store, and the walk does not look for a table below.',
      look: ['entry', 'map'],
    },
    {
      id: 'flush',
      find: next({ ev: 'tlbi' }),
      heading: 'One flush, of the range only',
      text: 'The split blocks were never flushed: their old translations say the same as the new pages. Only the range that changed is.',
      look: ['counters', 'caption'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Two tables more',
      text: 'Outside the range every page is where it was and may do what it could. The two tables stay; blocks are not put together again.',
      look: ['map', 'counters'],
    },
  ],
  breakIt: {
    says: 'Run on a machine whose blocks may not be split: the walk meets a block it covers in part, and gives up half way.',
    library: 'half-changed',
    at: next({ ev: 'warn' }),
  },
};
