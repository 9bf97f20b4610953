import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const DUMP_AND_OWNER_TOUR: Walkthrough = {
  id: 'dump-and-owner',
  library: 'dump-and-owner',
  // The dump is well under way when CPU 1 begins.
  schedule: 'a20b999',
  claims: ['N12'],
  stops: [
    {
      id: 'two',
      find: start(),
      heading: 'A long dump, and a short change',
      text: 'CPU 0 dumps part of the linear map, as reading the file kernel_page_tables does. CPU 1 has one page to make invalid, which it owns. On a large machine the dump reads millions of entries.',
      look: ['timeline', 'map'],
    },
    {
      id: 'write',
      find: next({ ctx: 0, ev: 'lock', name: 'mmap:init_mm' }),
      heading: 'The dump takes the lock for write',
      text: 'A debug walk must not meet tables that are being freed, so it holds init_mm’s mmap_lock for write from its first entry to its last.',
      look: ['locks', 'timeline'],
    },
    {
      id: 'owner',
      find: next({ ctx: 1, ev: 'call' }),
      heading: 'CPU 1 begins while the lock is held',
      text: 'It changes the permission of its page by the lockless walk.',
      look: ['timeline', 'locks'],
      question: {
        ask: 'How long does CPU 1 wait for the dump?',
        options: ['Until the dump is done', 'Until the dump is past its page', 'Not at all'],
        answer: 2,
        because: 'It asks for no lock that the dump holds.',
      },
    },
    {
      id: 'store',
      find: next({ ctx: 1, ev: 'set' }),
      heading: 'The store, in the middle of the dump',
      text: 'The dump may see the entry before this store or after it. Neither harms: entries are read whole, and no table goes away.',
      look: ['entry', 'timeline'],
    },
    {
      id: 'done',
      find: next({ ctx: 1, ev: 'return' }),
      heading: 'Done, without a wait',
      text: 'CPU 0 still holds the lock, and CPU 1 has finished. Who owns a range gains nothing by the lock, and would only wait.',
      look: ['timeline', 'locks'],
    },
    {
      id: 'end',
      find: end(),
      heading: 'What the lock is for',
      text: 'It orders those who look at everything against those who free tables. An owner changes its own entries and frees nothing.',
      look: ['locks', 'counters'],
    },
  ],
  breakIt: {
    says: 'Let CPU 1 take the mmap lock for read, as the locked walk asks: it waits for the whole rest of the dump.',
    library: 'dump-and-locked-walk',
    schedule: 'a20b999',
    at: next({ ctx: 1, ev: 'lock', name: 'mmap:init_mm' }),
  },
};
