import type { Walkthrough } from '../walkthrough.ts';
import { next, same, start } from '../walkthrough-find.ts';

export const BLOCK_AND_SPLIT_TOUR: Walkthrough = {
  id: 'block-and-split',
  library: 'block-and-split',
  // Between the walk's read of the block and its store.
  schedule: 'a29b1047',
  claims: ['B11'],
  stops: [
    {
      id: 'two',
      find: start(),
      heading: 'All of a block, and a part of it',
      text: 'CPU 0 makes a block of 2 MiB read-only. CPU 1 splits the same block. Their ranges overlap, which the kernel’s callers never do; nothing checks it.',
      look: ['map', 'timeline'],
    },
    {
      id: 'mutex',
      find: next({ ctx: 0, ev: 'unlock', name: 'pgtable_split_lock' }),
      heading: 'The mutex is for the split only',
      text: 'CPU 0 has found nothing to split at its two ends and lets the mutex go. The walk that follows holds nothing.',
      look: ['locks'],
    },
    {
      id: 'seen',
      find: next({ ctx: 0, ev: 'load', fn: 'pageattr_pmd_entry' }),
      heading: 'It has read the block',
      text: 'The new value is the old one, read-only. Before it is stored, CPU 1 runs.',
      look: ['entry'],
      question: {
        ask: 'CPU 1 holds the mutex for all of its split. Does that keep CPU 0 out?',
        options: ['Yes', 'No'],
        answer: 1,
        because: 'CPU 0 is past the mutex, and its store needs no lock.',
      },
    },
    {
      id: 'table',
      find: next({ ctx: 1, ev: 'set', level: 'pmd' }),
      heading: 'A table takes the block’s place',
      text: '512 entries with the old permissions, in one store at the PMD. The split is done, and returns 0.',
      look: ['entry', 'map'],
    },
    {
      id: 'stale',
      find: next({ ctx: 0, ev: 'violation' }),
      heading: 'And the block comes back',
      text: 'CPU 0 stores what it made of the old entry. The split is undone, and both calls return 0.',
      look: ['caption', 'entry'],
    },
    {
      id: 'leak',
      find: same(),
      heading: 'The new table is lost',
      text: 'Nothing points at it any more, and nobody will free it. Owners of different pages are safe: a change of less than a block always splits first, and the mutex lets one of them do it.',
      look: ['table', 'counters'],
    },
  ],
};
