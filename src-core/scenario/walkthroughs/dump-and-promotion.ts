import type { Walkthrough } from '../walkthrough.ts';
import { next, start } from '../walkthrough-find.ts';

export const DUMP_AND_PROMOTION_TOUR: Walkthrough = {
  id: 'dump-and-promotion',
  library: 'dump-and-promotion',
  // The dump is interrupted between the entry that points at the table and the table.
  schedule: 'a23b18',
  claims: ['B1'],
  stops: [
    {
      id: 'two',
      find: start(),
      heading: 'A dump, and a block that takes a table’s place',
      text: 'CPU 0 reads the kernel’s page tables for debugfs. CPU 1 has 2 MiB of memory in one piece and maps it by one block, where an empty PTE table was left from before.',
      look: ['map', 'timeline'],
    },
    {
      id: 'locked',
      find: next({ ctx: 0, ev: 'lock', name: 'mmap:init_mm' }),
      heading: 'The dump holds the lock for write',
      text: 'It owns nothing of what it walks, so it takes init_mm’s mmap lock in the strongest mode there is.',
      look: ['locks'],
    },
    {
      id: 'read',
      find: next({ ctx: 0, ev: 'load', by: 'pte_offset_kernel' }),
      heading: 'It has the table’s address in hand',
      text: 'The PMD entry points at the PTE table, and the dump is about to read there. Now CPU 1 runs.',
      look: ['entry', 'map'],
      question: {
        ask: 'The dump holds the lock for write. Will CPU 1 have to wait?',
        options: ['Yes', 'No: it takes no lock'],
        answer: 1,
        because: 'Before 2026 vmalloc changed the tables of its own range without any lock.',
      },
    },
    {
      id: 'unlink',
      find: next({ ctx: 1, ev: 'set', level: 'pmd' }),
      heading: 'The table is unlinked',
      text: 'The PMD entry is cleared, and the TLBs forget it. Nobody can find the table by the entry any more. But the dump already has.',
      look: ['entry', 'map'],
    },
    {
      id: 'free',
      find: next({ ctx: 1, ev: 'free' }),
      heading: 'Freed at once',
      text: 'Kernel tables are freed at once, with no grace period: RCU would be no help here. The page may hold anything from now on.',
      look: ['table', 'counters'],
    },
    {
      id: 'uaf',
      find: next({ ctx: 0, ev: 'violation' }),
      heading: 'The dump reads a freed page',
      text: 'Two changes of the running CPU were enough. A lock keeps out only those who take it.',
      look: ['caption', 'timeline'],
    },
  ],
};
