import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const ALWAYS_LOCKLESS_TOUR: Walkthrough = {
  id: 'always-lockless',
  library: 'always-lockless',
  claims: ['N9'],
  compareWith: 'v7.3',
  stops: [
    {
      id: 'area',
      find: start(),
      heading: 'Four pages of a vmalloc area',
      text: 'set_memory_x() makes them executable. This is Linux 6.12, before anyone proposed to walk kernel tables without locks.',
      look: ['map', 'revisions'],
      question: {
        ask: 'Which lock does Linux 6.12 take to change these entries?',
        options: ['init_mm’s mmap_lock', 'init_mm’s page_table_lock', 'None'],
        answer: 2,
        because: 'apply_to_page_range() takes the PTE lock for every mm but init_mm.',
      },
    },
    {
      id: 'apply',
      find: next({ ev: 'load', level: 'pud' }),
      heading: 'apply_to_page_range() walks down',
      text: 'It is a walker of its own, older than the callbacks of mm/pagewalk.c. It visits PTEs only and builds tables that are missing. No mmap lock is asserted, for any mm.',
      look: ['stack', 'locks'],
    },
    {
      id: 'store',
      find: next({ ev: 'set' }),
      heading: 'Read, change, write: with nothing held',
      text: 'For init_mm the PTE lock is left out as well. Two CPUs that change the same entry can lose a change, then as now. The owner of the area is the only one who may call.',
      look: ['locks', 'entry'],
    },
    {
      id: 'barrier',
      find: next({ ev: 'dsb' }),
      heading: 'A barrier for each page',
      text: 'Each valid entry is followed by its barriers at once. Batching them came with the later walk.',
      look: ['timeline', 'counters'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'So what was new?',
      text: 'Not the missing lock, but the walker. apply_to_page_range() can’t change blocks; the callbacks of mm/pagewalk.c can, and their entry functions asserted a lock. A way without that assertion was needed.',
      look: ['locks', 'revisions'],
    },
  ],
  breakIt: {
    says: 'Let two CPUs change the same page, and one change is lost: no lock forbids it.',
    library: 'shared-range',
    schedule: 'b32a99',
    at: next({ ev: 'violation' }),
  },
};
