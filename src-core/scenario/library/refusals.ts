import type { LibraryEntry } from '../library.ts';
import { CAPTURE, FIRST_RANGE, HEADER, LOOK } from './common.ts';

export const EMPTY_RANGE: LibraryEntry = {
  id: 'empty-range',
  title: 'An empty range is refused',
  summary:
    'The range ends where it starts. The walk looks at no table and returns -EINVAL (-22). Pages are counted from the start up to, but not including, the end, so such a range holds none; a caller who asks for it has probably made a mistake.',
  chapter: 1,
  scenario: {
    ...HEADER,
    title: 'An empty range is refused',
    revision: 'v7.3',
    memory: CAPTURE,
    contexts: [
      {
        cpu: 0,
        calls: [
          {
            fn: 'walk_kernel_page_table_range_lockless',
            start: FIRST_RANGE.start,
            end: FIRST_RANGE.start,
            ops: LOOK,
          },
        ],
      },
    ],
  },
};

export const NO_INSTALL: LibraryEntry = {
  id: 'no-install',
  title: 'A walk of kernel tables may not install entries',
  summary:
    'A walk may bring an install_pte callback, which fills empty entries and allocates the tables they need. That is for walks of a process’s memory with its locks held. A walk of kernel tables refuses it with -EINVAL (-22) before it reads anything.',
  chapter: 1,
  scenario: {
    ...HEADER,
    title: 'A walk of kernel tables may not install entries',
    revision: 'v7.3',
    memory: CAPTURE,
    contexts: [
      {
        cpu: 0,
        calls: [
          {
            fn: 'walk_kernel_page_table_range_lockless',
            ...FIRST_RANGE,
            ops: { callbacks: [...LOOK.callbacks, 'install'] },
          },
        ],
      },
    ],
  },
};
