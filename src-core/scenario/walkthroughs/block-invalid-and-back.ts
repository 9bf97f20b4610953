import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const BLOCK_INVALID_AND_BACK_TOUR: Walkthrough = {
  id: 'block-invalid-and-back',
  library: 'block-invalid-and-back',
  claims: ['B8'],
  compareWith: 'v7.3',
  stops: [
    {
      id: 'two',
      find: start(),
      heading: 'Invalid, and valid again: one block',
      text: 'set_memory_valid() takes 2 MiB away and gives them back. With single pages that works. This is a block, in the fourth posting of the series. Derived from its macros; no report is known.',
      look: ['map', 'revisions'],
    },
    {
      id: 'cleared',
      find: next({ ev: 'set', level: 'pmd' }),
      heading: 'One bit is cleared',
      text: 'Bit 0 goes: …705 becomes …704. All else is still in the entry, address and permissions. Enough to put it back, it seems.',
      look: ['entry'],
      question: {
        ask: 'What do the kernel’s tests say of this entry now?',
        options: ['A leaf that is not valid', 'Empty', 'Neither empty, nor a leaf, nor a table'],
        answer: 2,
        because: 'pmd_present() looks at the valid bit, and pmd_leaf() wants an entry that is present.',
      },
    },
    {
      id: 'again',
      find: next({ ev: 'call' }),
      heading: 'Now give it back',
      text: 'The second call walks to the same entry with the masks for valid.',
      look: ['caption', 'timeline'],
    },
    {
      id: 'callback',
      find: next({ ev: 'load', fn: 'pageattr_pmd_entry' }),
      heading: 'The callback finds no leaf',
      text: 'pageattr_pmd_entry() reads the entry and asks pmd_leaf(). False: so it leaves the entry to the walk, as it would a table.',
      look: ['entry', 'stack'],
    },
    {
      id: 'skipped',
      find: next({ ev: 'load', by: 'pmd_present' }),
      heading: 'And the walk finds no table',
      text: 'pmd_present() is false too, so the walk does not descend. It goes on, to the end of the range.',
      look: ['caption', 'entry'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Both calls return 0; the memory is gone',
      text: 'The next access to these 2 MiB faults. In 7.3 an entry made invalid is marked by bit 11 (PTE_PRESENT_INVALID): it stays present and a leaf, and the second call finds it.',
      look: ['entry', 'revisions'],
    },
  ],
  breakIt: {
    says: 'Run it at 7.3 and see the second store, which this run lacks.',
    revision: 'v7.3',
    at: next({ ev: 'set', level: 'pmd' }, 2),
  },
};
