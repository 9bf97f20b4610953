import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const VMA_KEPT_STABLE_TOUR: Walkthrough = {
  id: 'vma-kept-stable',
  library: 'vma-kept-stable',
  claims: ['N11'],
  stops: [
    {
      id: 'four',
      find: start(),
      heading: 'A walk says how it is kept safe',
      text: 'Each walk of VMAs carries a mode, its walk_lock: what the caller promises about locks, or what the walk shall take. The same VMA is now walked in all four modes.',
      look: ['timeline', 'locks'],
    },
    {
      id: 'rdlock',
      find: next({ ev: 'assert', name: 'mmap_assert_locked' }),
      heading: 'PGWALK_RDLOCK: the mmap lock is enough',
      text: 'With the mmap lock held for read, no VMA of the process can be changed or removed. The walk asserts the lock and asks no more.',
      look: ['locks', 'caption'],
    },
    {
      id: 'wrlock',
      find: next({ ev: 'vmalock', name: 'vma_start_write' }),
      heading: 'PGWALK_WRLOCK: the walk locks each VMA',
      text: 'Faults may run with a VMA’s own lock alone, without the mmap lock. A walk that must keep them out write-locks each VMA it meets. That needs the mmap lock for write, and ends when it is released.',
      look: ['locks', 'stack'],
    },
    {
      id: 'verify',
      find: next({ ev: 'vmalock', name: 'vma_assert_write_locked' }),
      heading: 'PGWALK_WRLOCK_VERIFY: it should be locked',
      text: 'The caller has locked the VMA itself. The walk takes nothing and asserts that it is so.',
      look: ['locks', 'caption'],
    },
    {
      id: 'none',
      find: next({ ev: 'call' }),
      heading: 'No mmap lock at all',
      text: 'The fourth mode is PGWALK_VMA_RDLOCK_VERIFY. Nobody holds the mmap lock: other threads may map and unmap elsewhere in the process while this VMA is walked.',
      look: ['timeline', 'locks'],
      question: {
        ask: 'What keeps this VMA from being unmapped?',
        options: ['The PTE lock', 'A read lock on the VMA itself', 'RCU'],
        answer: 1,
        because: 'Whoever removes a VMA must write-lock it first, and waits for its readers.',
      },
    },
    {
      id: 'vma-read',
      find: next({ ev: 'vmalock', name: 'vma_assert_locked' }),
      heading: 'A VMA read lock is the least',
      text: 'vma_assert_locked() is content with the VMA’s lock, for read or for write. This is the weakest lock under which a VMA may be walked.',
      look: ['locks', 'caption'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Four modes, four times safe',
      text: 'In 2025 the number of the fourth mode was proposed for PGWALK_NOLOCK. With a VMA in hand there is no such thing.',
      look: ['timeline', 'revisions'],
    },
  ],
  breakIt: {
    says: 'Hold too little in each mode: four assertions fail, and four walks go on.',
    library: 'vma-not-stable',
    at: next({ ev: 'vmalock', name: 'vma_assert_locked', ok: false }),
  },
};
