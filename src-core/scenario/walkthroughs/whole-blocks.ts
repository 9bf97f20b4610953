import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const WHOLE_BLOCKS_TOUR: Walkthrough = {
  id: 'whole-blocks',
  library: 'whole-blocks',
  claims: ['P1', 'P10'],
  compareWith: 'v6.12',
  stops: [
    {
      id: 'range',
      find: start(),
      heading: '1024 pages, two entries',
      text: 'The range is exactly two blocks of 2 MiB. Each is one PMD entry; there is no PTE for any of the 1024 pages.',
      look: ['map', 'address'],
    },
    {
      id: 'no-split',
      find: next({ ev: 'unlock', name: 'pgtable_split_lock' }),
      heading: 'Nothing to split',
      text: 'Start and end were looked up, and both are boundaries between blocks. So no table is allocated and nothing was stored so far.',
      look: ['locks', 'counters'],
    },
    {
      id: 'first',
      find: next({ ev: 'set', fn: 'pageattr_pmd_entry' }),
      heading: 'The block changes in one store',
      text: 'pageattr_pmd_entry() reads the entry, sees a leaf, checks that the range covers all of it, and stores it with the new bits. 512 pages become invalid at once.',
      look: ['entry', 'stack'],
      question: {
        ask: 'What does the walk do below this entry?',
        options: ['It reads 512 PTEs', 'It reads the entry again and turns back', 'Nothing'],
        answer: 2,
        because: 'The callback sets ACTION_CONTINUE, so the walk takes the next PMD entry.',
      },
    },
    {
      id: 'next',
      find: next({ ev: 'load', level: 'pmd' }),
      heading: 'On to the next entry',
      text: 'The callback set ACTION_CONTINUE. The walk does not test the entry again and does not descend: its next read is of the neighbour.',
      look: ['map', 'caption'],
    },
    {
      id: 'flush',
      find: next({ ev: 'tlbi' }),
      heading: 'A flush of 4 MiB',
      text: 'The whole range may be cached, so the whole range is flushed.',
      look: ['counters', 'caption'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'What 6.12 could not do',
      text: 'There the change went by apply_to_page_range(), which visits PTEs. It meets a leaf where it wants a table, warns and returns -EINVAL: a block could not be changed at all, not even a whole one.',
      look: ['revisions', 'counters'],
    },
  ],
  breakIt: {
    says: 'Run it at Linux 6.12: apply_to_page_range() meets the block, warns, and changes nothing.',
    revision: 'v6.12',
    at: next({ ev: 'return', ret: -22 }),
  },
};
