import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const FOUR_POSTINGS_TOUR: Walkthrough = {
  id: 'four-postings',
  library: 'four-postings',
  claims: ['P12', 'P1'],
  compareWith: 'perm-v4',
  stops: [
    {
      id: 'same',
      find: start(),
      heading: 'Four postings, one effect',
      text: 'Two whole blocks shall become invalid. Each posting reaches it by the callbacks of mm/pagewalk.c; what was argued about is the way to them without a lock. Reconstructed from the mails.',
      look: ['revisions', 'map'],
    },
    {
      id: 'first',
      find: next({ ev: 'load', within: 'walk_page_range_novma' }),
      heading: 'First: a mode',
      text: 'Permission change calls walk_page_range_novma() with PGWALK_NOLOCK. The mode skips the assertion, for whatever mm. The review found that too wide.',
      look: ['stack', 'locks'],
    },
    {
      id: 'store',
      find: next({ ev: 'set', level: 'pmd' }),
      heading: 'The point of it all: a block changes',
      text: 'pageattr_pmd_entry() sees a leaf that the range covers whole, and stores it with the valid bit cleared. apply_to_page_range() could not have done that.',
      look: ['entry', 'stack'],
      question: {
        ask: 'Which part of this stack is still there in the fourth posting?',
        options: ['walk_page_range_novma()', 'pageattr_pmd_entry()', 'Neither'],
        answer: 1,
        because: 'The callbacks stay; the function that lets the walk off the lock is replaced.',
      },
    },
    {
      id: 'flush',
      find: next({ ev: 'tlbi' }),
      heading: 'Flush, unless only made valid',
      text: 'The first posting already skips the flush where memory is only made valid. Here it becomes invalid, so there is one.',
      look: ['caption', 'counters'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Second, third, fourth',
      text: 'Second: the mode only for walk_kernel_page_table_range(), -EINVAL elsewhere. Third: no mode, but walk_kernel_page_table_range_lockless(). Fourth: that, called by update_range_prot(), which brackets it with lazy MMU mode. Move the revision and look at the stack.',
      look: ['revisions', 'stack'],
    },
  ],
  breakIt: {
    says: 'Go one revision further back, before the series: the block is met, a warning fires, and nothing changes.',
    revision: 'v6.12.0',
    at: next({ ev: 'return', ret: -22 }),
  },
};
