import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const NOLOCK_INIT_MM_ONLY_TOUR: Walkthrough = {
  id: 'nolock-init-mm-only',
  library: 'nolock-init-mm-only',
  claims: ['N3'],
  compareWith: 'nolock-v1',
  stops: [
    {
      id: 'two',
      find: start(),
      heading: 'One mode, two walks',
      text: 'First the kernel’s own tables, then a process’s, both with PGWALK_NOLOCK, both with nothing held. The review asked for a difference between them. This form was never posted; it follows the mails.',
      look: ['revisions', 'timeline'],
    },
    {
      id: 'kernel',
      find: next({ ev: 'load' }),
      heading: 'init_mm: nothing is asserted',
      text: 'Tables of init_mm are hardly ever freed, and whoever changes permissions there owns the range. This is the case the mode is for.',
      look: ['locks', 'stack'],
    },
    {
      id: 'user',
      find: next({ ev: 'call' }),
      heading: 'Now a process',
      text: 'Same function, same mode, another mm.',
      look: ['caption', 'map'],
      question: {
        ask: 'What does the walk assert now?',
        options: ['Nothing: the mode says so', 'The mmap lock for read', 'The mmap lock for write'],
        answer: 2,
        because: 'Without a VMA a read lock is not enough: munmap frees tables while it holds one.',
      },
    },
    {
      id: 'assert',
      find: next({ ev: 'assert', ok: false }),
      heading: 'mmap_assert_write_locked() fails',
      text: 'The mode is not looked at for this mm. Nobody holds the lock, so a warning is printed with the call stack of the walk that is wrong.',
      look: ['locks', 'stack'],
    },
    {
      id: 'goes-on',
      find: next({ ev: 'cb', level: 'pte' }),
      heading: 'It warns; it does not stop',
      text: 'The walk reads on, as unsafe as before. An assertion finds the mistake during tests. It protects nothing.',
      look: ['map', 'locks'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'The dangerous use is loud now',
      text: 'Both walks return 0. In the second posting the mode moved to walk_kernel_page_table_range(), which has no mm to choose; later the lockless walk became a function of its own.',
      look: ['revisions', 'caption'],
    },
  ],
  breakIt: {
    says: 'Run it as first posted: the process is walked without a word.',
    revision: 'nolock-v1',
    at: next({ ev: 'cb', level: 'pte' }),
  },
};
