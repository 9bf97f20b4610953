import type { Walkthrough } from '../walkthrough.ts';
import { end, last, next, start } from '../walkthrough-find.ts';

export const INVALID_AND_BACK_TOUR: Walkthrough = {
  id: 'invalid-and-back',
  library: 'invalid-and-back',
  claims: ['P7'],
  stops: [
    {
      id: 'two',
      find: start(),
      heading: 'Take away, give back',
      text: 'The same page is made invalid and valid again, by two calls of set_memory_valid(). The first needs a flush of the TLBs. Does the second?',
      look: ['map', 'timeline'],
    },
    {
      id: 'store',
      find: next({ ev: 'set', entry: 'invalid' }),
      heading: 'The entry is invalid, its copies are not',
      text: 'The page table says invalid from here on. But CPUs that used the page may have its translation in their TLBs, and go on using it without looking at the table.',
      look: ['entry', 'counters'],
    },
    {
      id: 'flush',
      find: next({ ev: 'tlbi' }),
      heading: 'So the range is flushed',
      text: 'The broadcast makes every CPU forget the page. Only now can the caller count on faults.',
      look: ['caption', 'counters'],
    },
    {
      id: 'second',
      find: next({ ev: 'call' }),
      heading: 'Now the other way',
      text: 'The second call finds the block already split. It costs reads, and one store.',
      look: ['map', 'timeline'],
      question: {
        ask: 'Must the TLBs be flushed after the page is made valid?',
        options: ['Yes, always after a change', 'No'],
        answer: 1,
        because: 'An entry that is not valid is never cached, so there is no old copy to forget.',
      },
    },
    {
      id: 'valid',
      find: last({ ev: 'set' }),
      heading: 'Valid again',
      text: 'PRESENT_INVALID goes and VALID comes: the entry is what it was. A CPU that takes the page up now reads the table and finds it.',
      look: ['entry'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'One flush, not two',
      text: 'The kernel compares the masks: if all they do is turn present-invalid into valid, it skips the flush. In Linux 6.12 it flushed every time.',
      look: ['counters', 'revisions'],
    },
  ],
  breakIt: {
    says: 'Run it as Linux 6.12 did: the block can’t be changed there, and both calls flush for nothing.',
    revision: 'v6.12',
    at: next({ ev: 'tlbi' }, 2),
  },
};
