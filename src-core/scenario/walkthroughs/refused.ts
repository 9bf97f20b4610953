import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const REFUSED_TOUR: Walkthrough = {
  id: 'no-install',
  library: 'no-install',
  claims: ['P9'],
  stops: [
    {
      id: 'ask',
      find: start(),
      heading: 'A lockless walk that wants to fill holes',
      text: 'walk_kernel_page_table_range_lockless() is called with an install_pte callback, which would fill empty entries and allocate the tables they need. With no lock held, two CPUs could do so at the same place.',
      look: ['caption', 'locks'],
      question: {
        ask: 'How far does the walk get?',
        options: ['To the first hole', 'To the first entry', 'Nowhere'],
        answer: 2,
        because: 'The callbacks are checked before the first read.',
      },
    },
    {
      id: 'call',
      find: next({ ev: 'call' }),
      heading: 'Two checks come first',
      text: 'The start must lie below the end, and check_ops_safe() wants no install_pte. Nothing else is checked here: not the context, not who owns the range.',
      look: ['stack', 'caption'],
    },
    {
      id: 'refused',
      find: end(),
      heading: '-EINVAL, and nothing was read',
      text: 'Only walks of a process’s memory inside mm/ may install entries, with their locks held. An empty or reversed range is refused in the same way.',
      look: ['caption', 'timeline'],
    },
  ],
  breakIt: {
    says: 'Leave the callback out, and the same range is walked from its first entry to its last.',
    library: 'first-walk',
    at: next({ ev: 'load' }),
  },
};
