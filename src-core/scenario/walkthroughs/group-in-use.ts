import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const GROUP_IN_USE_TOUR: Walkthrough = {
  id: 'group-in-use',
  library: 'group-in-use',
  // CPU 1 writes when part of the group has changed.
  schedule: 'a45b2',
  claims: ['P5'],
  stops: [
    {
      id: 'group',
      find: start(),
      heading: 'Sixteen entries, one translation',
      text: 'The pages of a contiguous group may be cached by a CPU as one translation of 64 KiB, filled from any of their entries. CPU 0 makes the whole group read-only, entry by entry. CPU 1 writes to its sixth page meanwhile.',
      look: ['map', 'timeline'],
    },
    {
      id: 'first',
      find: next({ ctx: 0, ev: 'set', level: 'pte' }),
      heading: 'The members are not alike any more',
      text: 'The architecture wants members of a group to be alike. For the time of these 16 stores they are not: some say read-only, some writable.',
      look: ['entry', 'map'],
    },
    {
      id: 'access',
      find: next({ ctx: 1, ev: 'access' }),
      heading: 'CPU 1 writes: by which entry?',
      text: 'Its own entry still says writable. But a translation of the group may have been filled from one that was changed, and then the write faults. The card lists what this access may meet.',
      look: ['caption', 'entry'],
      question: {
        ask: 'Which permissions may this write meet?',
        options: ['Old or new', 'Old, new, or a mixture', 'Only the old one'],
        answer: 0,
        because:
          'Each entry holds the old or the new value whole, and a translation is filled from one of them.',
      },
    },
    {
      id: 'rest',
      find: next({ ctx: 0, ev: 'set', level: 'pte' }),
      heading: 'CPU 0 goes on',
      text: 'The contiguous bit is never touched, and no entry is invalid in between. That is why this may be done to a group in use.',
      look: ['entry', 'map'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'The flush is still to come',
      text: 'update_range_prot() does not flush; its caller does. Until then a write may still succeed by a translation from before. Afterwards there is only the new permission.',
      look: ['caption', 'counters'],
    },
  ],
  breakIt: {
    says: 'Split a block by clearing it first: there is a moment at which nothing is mapped, and the access faults.',
    library: 'broken-before-made',
    schedule: 'a1038b2',
    at: next({ ctx: 1, ev: 'violation', what: 'bbm' }),
  },
};
