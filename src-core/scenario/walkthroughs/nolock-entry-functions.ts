import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const NOLOCK_ENTRY_FUNCTIONS_TOUR: Walkthrough = {
  id: 'nolock-entry-functions',
  library: 'nolock-entry-functions',
  claims: ['N4'],
  compareWith: 'nolock-v1',
  stops: [
    {
      id: 'five',
      find: start(),
      heading: 'Five ways into mm/pagewalk.c',
      text: 'One call after the other passes PGWALK_NOLOCK. The review: only walk_page_range_novma() should allow it, all other functions should return -EINVAL. This form follows the mails; it was never posted.',
      look: ['timeline', 'revisions'],
    },
    {
      id: 'novma',
      find: next({ ev: 'return', ret: 0 }),
      heading: 'Without VMAs, on init_mm: allowed',
      text: 'The walk met a block, told its callback and returned 0.',
      look: ['caption', 'map'],
    },
    {
      id: 'range',
      find: next({ ev: 'return', ret: -22 }),
      heading: 'walk_page_range(): -EINVAL',
      text: 'Its caller even holds the mmap lock for write. That does not matter: this function takes one VMA after the other into its hands, and a VMA has to be kept stable by a lock of its own choice.',
      look: ['locks', 'caption'],
    },
    {
      id: 'vma',
      find: next({ ev: 'return', ret: -22 }),
      heading: 'walk_page_range_vma(): -EINVAL',
      text: 'Here the VMA is an argument. The mode is a bug of the caller, and a warning names the VMA before the walk is refused.',
      look: ['stack', 'caption'],
    },
    {
      id: 'mapping',
      find: next({ ev: 'return', ret: -22 }, 2),
      heading: 'walk_page_mapping(): -EINVAL too',
      text: 'It walks every VMA that maps a part of a file and never looked at the mode at all. “All other functions” includes it; the second posting overlooked it.',
      look: ['caption', 'locks'],
      question: {
        ask: 'Which lock holds this caller, instead of the mmap lock?',
        options: ['The file’s i_mmap_rwsem', 'The PTE lock', 'None'],
        answer: 0,
        because: 'VMAs found by way of their file are kept by the lock of that file’s tree.',
      },
    },
    {
      id: 'done',
      find: end(),
      heading: 'One door is open',
      text: 'Refusing is better than asserting here: an assertion only warns and walks on, -EINVAL reads nothing.',
      look: ['timeline', 'counters'],
    },
  ],
  breakIt: {
    says: 'Run it as first posted: all five walk.',
    revision: 'nolock-v1',
    at: next({ ev: 'return', ret: 0 }, 5),
  },
};
