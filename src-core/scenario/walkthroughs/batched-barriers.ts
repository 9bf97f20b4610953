import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const BATCHED_BARRIERS_TOUR: Walkthrough = {
  id: 'batched-barriers',
  library: 'batched-barriers',
  claims: ['P6'],
  compareWith: 'v6.12',
  stops: [
    {
      id: 'stores',
      find: start(),
      heading: 'A store that hardware must see',
      text: 'A CPU’s table walker is another reader of memory. After a valid kernel entry is stored, a barrier (DSB, then ISB) makes sure that walker sees it. 64 entries are about to be stored.',
      look: ['map', 'caption'],
    },
    {
      id: 'on',
      find: next({ ev: 'lazy', on: true, fn: 'update_range_prot' }),
      heading: 'Lazy MMU mode begins',
      text: 'update_range_prot() brackets the whole walk. Within the bracket, a barrier that is asked for is only remembered. The stores themselves are not delayed.',
      look: ['stack', 'timeline'],
    },
    {
      id: 'first',
      find: next({ ev: 'set', fn: 'pageattr_pte_entry' }),
      heading: 'The first store, and no barrier after it',
      text: 'The page becomes executable: PXN is cleared. The entry is valid, so a barrier is due; it waits.',
      look: ['entry', 'timeline'],
      question: {
        ask: 'How many barriers will the 64 stores cost in all?',
        options: ['64', '4, one a contiguous group', '1'],
        answer: 2,
        because: 'One pair of barriers at the end of the bracket serves every store before it.',
      },
    },
    {
      id: 'barrier',
      find: next({ ev: 'dsb' }),
      heading: 'One barrier, at the end of the bracket',
      text: 'All 64 entries are stored. Leaving lazy MMU mode makes the barriers that were put off: one DSB, one ISB.',
      look: ['timeline', 'counters'],
    },
    {
      id: 'flush',
      find: next({ ev: 'tlbi' }),
      heading: 'The flush comes after',
      text: 'Old translations without execute permission may be cached. They are flushed once, for the whole range, when the new entries can be seen by everyone.',
      look: ['caption', 'counters'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Linux 6.12 made 64 pairs',
      text: 'There set_pte() made its barriers at once, each time. The walker knows nothing of the bracket: its callbacks may allocate and sleep, which lazy MMU mode forbids in general. Here the caller knows that they do not.',
      look: ['counters', 'revisions'],
    },
  ],
  breakIt: {
    says: 'Run it as Linux 6.12 did, without batching: a pair of barriers follows each of the 64 stores.',
    revision: 'v6.12',
    at: next({ ev: 'dsb' }, 64),
  },
};
