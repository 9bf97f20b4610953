import type { Walkthrough } from '../walkthrough.ts';
import { next, start } from '../walkthrough-find.ts';

export const LOCKLESS_WALK_AND_PROMOTION_TOUR: Walkthrough = {
  id: 'lockless-walk-and-promotion',
  library: 'lockless-walk-and-promotion',
  // Between the walk's last test of the PMD entry and the load that takes the table's address from it.
  schedule: 'a14b20',
  claims: ['B12'],
  stops: [
    {
      id: 'start',
      find: start(),
      heading: 'One entry, read more than once',
      text: 'A walk asks of an entry: is it empty, is it a leaf, where is the table? Each question is a read of its own. Nothing says that the entry is the same each time, unless the range is one’s own.',
      look: ['map', 'timeline'],
    },
    {
      id: 'test',
      find: next({ ctx: 0, ev: 'load', level: 'pmd' }),
      heading: 'It is a table',
      text: 'The PMD entry is no leaf and not empty. The walk will go down.',
      look: ['entry'],
    },
    {
      id: 'block',
      find: next({ ctx: 1, ev: 'set', level: 'pmd' }, 2),
      heading: 'Now it is a block',
      text: 'vmalloc has put a block of 2 MiB in the same place. The bits that were a table’s address are those of its memory.',
      look: ['entry', 'map'],
      question: {
        ask: 'The walk reads the entry once more, for the table’s address. What does it get?',
        options: ['The old table', 'The address of the block’s memory'],
        answer: 1,
        because: 'The address bits mean the one or the other by two bits that are not looked at again.',
      },
    },
    {
      id: 'wild',
      find: next({ ctx: 0, ev: 'violation', what: 'wild' }),
      heading: 'Data as a page table',
      text: 'The walk reads memory of the new block as if it were entries. No freed page is involved: a check for use after free would not see it. A dump that holds the lock for write is kept from both.',
      look: ['caption', 'entry'],
    },
  ],
};
