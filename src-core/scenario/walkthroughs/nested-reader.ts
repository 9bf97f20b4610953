import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const NESTED_READER_TOUR: Walkthrough = {
  id: 'nested-reader',
  library: 'nested-reader',
  schedule: 'b14a4',
  claims: ['B3'],
  stops: [
    {
      id: 'both',
      find: start(),
      heading: 'Two protections at once',
      text: 'A kernel that never was: it has the trylock of 2026, and beside it the older static key of arm64. Each works by itself. CPU 1 maps a block over an empty table, CPU 0 dumps the tables.',
      look: ['timeline', 'map'],
    },
    {
      id: 'reader',
      find: next({ ctx: 1, ev: 'trylock' }),
      heading: 'vmalloc is a reader',
      text: 'Its try for init_mm’s mmap lock succeeds: nobody holds it. From here until the block is in place it holds the lock for read.',
      look: ['locks'],
    },
    {
      id: 'key',
      find: next({ ctx: 0, ev: 'static_key' }),
      heading: 'The dump switches its key on',
      text: 'Whoever frees a kernel table now is to take the mmap lock and give it back first, to wait until the dump is over.',
      look: ['caption'],
    },
    {
      id: 'queue',
      find: next({ ctx: 0, ev: 'wait' }),
      heading: 'The dump queues for the lock',
      text: 'It wants the lock for write, and there is a reader in. It queues. So that writers get their turn, new readers have to wait behind it from now on.',
      look: ['locks', 'timeline'],
      question: {
        ask: 'CPU 1, which is in, asks for the same lock for read again. Does it get it?',
        options: ['Yes, it holds it already', 'No, a writer is waiting'],
        answer: 1,
        because: 'A reader-writer semaphore does not know who its readers are.',
      },
    },
    {
      id: 'branch',
      find: next({ ctx: 1, ev: 'static_key', on: true }),
      heading: 'vmalloc finds the key on',
      text: 'So it takes the lock for read, nested in its own. That reader waits behind the writer.',
      look: ['stack', 'locks'],
    },
    {
      id: 'circle',
      find: end(),
      heading: 'Each waits for the other, for ever',
      text: 'The writer waits for the reader that is in; the reader that is in waits behind the writer. That is why the lock is taken once, by trylock, and why the key had to go.',
      look: ['caption', 'timeline'],
    },
  ],
};
