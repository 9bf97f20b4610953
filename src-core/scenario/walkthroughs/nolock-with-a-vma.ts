import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const NOLOCK_WITH_A_VMA_TOUR: Walkthrough = {
  id: 'nolock-with-a-vma',
  library: 'nolock-with-a-vma',
  claims: ['N5'],
  compareWith: 'nolock-v1',
  stops: [
    {
      id: 'contradiction',
      find: start(),
      heading: 'A VMA and no lock can’t both be',
      text: 'PGWALK_NOLOCK is for ranges without VMAs. walk_page_vma() is handed one. Whoever does that has misunderstood something. This form follows the review; it was never posted.',
      look: ['caption', 'revisions'],
      question: {
        ask: 'What should the kernel do?',
        options: ['Walk: the caller will know', 'Warn, and refuse', 'Take the lock for the caller'],
        answer: 1,
        because: 'The review asked for a warning where a VMA is seen in this mode, and for -EINVAL.',
      },
    },
    {
      id: 'held',
      find: next({ ev: 'lock', name: 'mmap:user' }),
      heading: 'The caller holds the mmap lock',
      text: 'For write, even. So as first posted nothing would have come to light: the mode fell into the branch for write locks, whose assertion holds, and the VMA was neither locked nor checked.',
      look: ['locks', 'timeline'],
    },
    {
      id: 'warn',
      find: next({ ev: 'warn' }),
      heading: 'process_vma_walk_lock() warns',
      text: 'Every mode has its own case in the switch, and there is no default: label that would swallow a new one. This case warns and names the VMA.',
      look: ['stack', 'caption'],
    },
    {
      id: 'done',
      find: end(),
      heading: '-EINVAL, and no entry was read',
      text: 'The warning tells the developer, the return value the caller. Today the number of this mode means something else: PGWALK_VMA_RDLOCK_VERIFY, which asserts the VMA’s own lock.',
      look: ['revisions', 'timeline'],
    },
  ],
  breakIt: {
    says: 'Run it as first posted: no warning, and the VMA is walked.',
    revision: 'nolock-v1',
    at: next({ ev: 'cb', level: 'pte' }),
  },
};
