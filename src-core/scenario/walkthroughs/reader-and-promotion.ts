import type { Walkthrough } from '../walkthrough.ts';
import { next, start } from '../walkthrough-find.ts';

export const READER_AND_PROMOTION_TOUR: Walkthrough = {
  id: 'reader-and-promotion',
  library: 'reader-and-promotion',
  schedule: 'a18b20',
  claims: ['B13'],
  stops: [
    {
      id: 'reader',
      find: start(),
      heading: 'A walk that does what is asked of it',
      text: 'CPU 0 walks kernel tables with init_mm’s mmap lock held for read. The assertion in walk_kernel_page_table_range() wants no more. But the range is another’s.',
      look: ['map', 'locks'],
    },
    {
      id: 'asserted',
      find: next({ ctx: 0, ev: 'assert' }),
      heading: 'The assertion holds',
      text: 'Held is held: for read is enough. Nothing asks whose range it is.',
      look: ['locks', 'caption'],
    },
    {
      id: 'try',
      find: next({ ctx: 1, ev: 'trylock' }),
      heading: 'vmalloc tries for the lock, for read',
      text: 'Since 2026 it does so before it frees a table, to keep dumps out.',
      look: ['locks'],
      question: {
        ask: 'CPU 0 has the lock for read. Does the try succeed?',
        options: ['Yes', 'No'],
        answer: 0,
        because: 'Readers share. Only a dump, which holds the lock for write, makes it fail.',
      },
    },
    {
      id: 'free',
      find: next({ ctx: 1, ev: 'free' }),
      heading: 'The table is freed between two reads of the walk',
      text: 'Both hold the lock, and neither waits for the other.',
      look: ['table', 'timeline'],
    },
    {
      id: 'uaf',
      find: next({ ctx: 0, ev: 'violation' }),
      heading: 'As exposed as without a lock',
      text: 'What keeps such walks safe is not the lock but what they walk: a range of their own. The table of a range is only freed where all of it belongs to the area that changes.',
      look: ['caption', 'map'],
    },
  ],
};
