import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const HALF_CHANGED_TOUR: Walkthrough = {
  id: 'half-changed',
  library: 'half-changed',
  claims: ['P2', 'B6'],
  stops: [
    {
      id: 'machine',
      find: start(),
      heading: 'Blocks that may not be split',
      text: 'This kernel was booted without rodata=full on CPUs without BBML. Its linear map has blocks, and splitting a live one is not allowed. The range is one block and a half.',
      look: ['map', 'address'],
    },
    {
      id: 'no-split',
      find: next({ ev: 'load' }),
      heading: 'The split says yes and does nothing',
      text: 'split_kernel_leaf_mapping() returns 0 at once: this linear map is not meant to change by single pages. set_memory_valid() does not ask for that, and walks.',
      look: ['stack', 'locks'],
    },
    {
      id: 'first',
      find: next({ ev: 'set' }),
      heading: 'The first block changes',
      text: 'The range covers it whole, so one store makes 2 MiB invalid.',
      look: ['entry', 'map'],
      question: {
        ask: 'The second block is covered by half. What will the callback do?',
        options: ['Change all of it', 'Skip it', 'Warn, and end the walk with an error'],
        answer: 2,
        because: 'Changing all of it would take memory away that the caller did not name.',
      },
    },
    {
      id: 'warn',
      find: next({ ev: 'warn' }),
      heading: 'The second block is refused',
      text: 'A warning is printed, once in the life of this kernel, and the callback returns -EINVAL. The walk unwinds at once; nothing is stored.',
      look: ['stack', 'entry'],
    },
    {
      id: 'flush',
      find: next({ ev: 'tlbi' }),
      heading: 'Flushed all the same',
      text: 'The flush does not depend on success. That is as well: the first block did change.',
      look: ['caption', 'counters'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Half changed, and no way back',
      text: 'The call fails, the first block stays invalid. Nothing in this path puts entries back. A caller has to treat the whole range as lost, or split before it asks.',
      look: ['map', 'entry'],
    },
  ],
  breakIt: {
    says: 'One level up: part of a block of 1 GiB is refused in the same way, before anything changed.',
    library: 'part-of-a-gigabyte',
    at: next({ ev: 'warn' }),
  },
};
