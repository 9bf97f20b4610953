import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const OWN_RANGES_TOUR: Walkthrough = {
  id: 'own-ranges',
  library: 'own-ranges',
  // CPU 0 is interrupted between reading its first entry and storing it.
  schedule: 'a39b99',
  claims: ['N8'],
  stops: [
    {
      id: 'two',
      find: start(),
      heading: 'Two areas, one PTE table, no lock',
      text: 'CPU 0 makes two pages of its vmalloc area read-only, CPU 1 makes two pages of another executable. The areas are neighbours, and their entries lie in the same PTE table.',
      look: ['map', 'timeline'],
    },
    {
      id: 'read',
      find: next({ ctx: 0, ev: 'load', fn: 'pageattr_pte_entry' }),
      heading: 'CPU 0 has read its entry, and is held up',
      text: 'It knows the value it will store. Between this read and that store CPU 1 now does all of its work. If it touched this entry, the store to come would undo that.',
      look: ['entry', 'timeline'],
      question: {
        ask: 'CPU 1 changes entries of this very table. Will something be lost?',
        options: ['Yes, tables are not locked', 'No, not this entry'],
        answer: 1,
        because: 'Each area owns its pages and its addresses, so the two never touch the same entry.',
      },
    },
    {
      id: 'other',
      find: next({ ctx: 1, ev: 'set' }),
      heading: 'The other CPU changes other entries',
      text: 'Same table, other slots. An entry is written whole, so neighbours don’t disturb each other, and nothing here frees or replaces the table.',
      look: ['map', 'entry'],
    },
    {
      id: 'store',
      find: next({ ctx: 0, ev: 'set' }),
      heading: 'CPU 0 goes on as if nothing had been',
      text: 'The entry still is what it was when it was read. The store is right.',
      look: ['entry', 'timeline'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Both changes are there',
      text: 'That holds for every order of these steps. The walk needs no lock because its callers own what they change; no check in the kernel makes sure that they do.',
      look: ['map', 'counters'],
    },
  ],
  breakIt: {
    says: 'Let both change the same page: the store of CPU 1 undoes that of CPU 0, and the page stays writable although both calls succeed.',
    library: 'shared-range',
    schedule: 'b32a99',
    at: next({ ev: 'violation' }),
  },
};
