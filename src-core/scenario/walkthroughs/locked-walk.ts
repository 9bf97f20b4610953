import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const LOCKED_WALK_TOUR: Walkthrough = {
  id: 'locked-walk',
  library: 'locked-walk',
  claims: [],
  compareWith: 'v6.12',
  stops: [
    {
      id: 'caller',
      find: start(),
      heading: 'Who locks, and who checks',
      text: 'The walk does not take the lock itself. Its caller takes init_mm’s mmap_lock, walks, and lets it go again. walk_kernel_page_table_range() only checks that somebody did.',
      look: ['timeline', 'locks'],
    },
    {
      id: 'lock',
      find: next({ ev: 'lock', name: 'mmap:init_mm' }),
      heading: 'The caller takes the lock for read',
      text: 'From here on the bar under the lane shows the lock as held. Other readers may come in beside it; a writer has to wait.',
      look: ['timeline', 'locks'],
    },
    {
      id: 'assertion',
      find: next({ ev: 'assert', ok: true }),
      heading: 'The assertion holds',
      text: 'mmap_assert_locked() asks whether the lock is held, for read or for write. It can’t tell by whom, and it changes nothing: it is a check for programmers, not a protection.',
      look: ['caption', 'locks'],
      question: {
        ask: 'The walk asserts the lock next. What if it were not held?',
        options: [
          'The walk returns an error',
          'A warning is printed and the walk goes on',
          'The walk waits for it',
        ],
        answer: 1,
        because: 'A failed assertion warns; it stops nothing.',
      },
    },
    {
      id: 'same',
      find: next({ ev: 'cb', level: 'pte' }),
      heading: 'The same walk as without the lock',
      text: 'Below the assertion this is the lockless walk: the same functions read the same entries in the same order. Only what the caller may rely on is different.',
      look: ['stack', 'map'],
    },
    {
      id: 'unlock',
      find: end(),
      heading: 'A read lock is not ownership',
      text: 'The lock kept writers of init_mm’s mmap_lock out. It did not keep kernel tables from being freed by who does not take it: a walker has to own its range, or to hold the lock for write.',
      look: ['timeline', 'locks'],
    },
  ],
  breakIt: {
    says: 'Forget the lock: the assertion fails, and the walk reads on.',
    library: 'forgot-the-lock',
    at: next({ ev: 'assert', ok: false }),
  },
};
