import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const STALE_AGAIN_TOUR: Walkthrough = {
  id: 'stale-again',
  library: 'stale-again',
  claims: ['B4'],
  compareWith: 'v7.3',
  stops: [
    {
      id: 'vma',
      find: start(),
      heading: 'A heap with two tables and two holes',
      text: 'The walk begins two pages before the end of the first PTE table of a VMA, and goes on over three more PMD entries. The second has a table too, the others are empty.',
      look: ['map', 'address'],
    },
    {
      id: 'vanishes',
      find: next({ ev: 'set', level: 'pmd' }),
      heading: 'The second table goes away',
      text: 'Another CPU may unlink an empty PTE table while this one walks, for instance to put a huge page there. Here the callback clears the entry, at the moment when the race would be lost.',
      look: ['entry', 'map'],
    },
    {
      id: 'again',
      find: next({ ev: 'unlock', name: 'rcu' }),
      heading: 'No table to map: try again',
      text: 'pte_offset_map_lock() finds the PMD empty and maps nothing. walk_pte_range() sets the walk’s action to ACTION_AGAIN, and the same PMD entry is looked at once more.',
      look: ['stack', 'entry'],
    },
    {
      id: 'hole',
      find: next({ ev: 'hole' }),
      heading: 'Now it is a hole',
      text: 'pte_hole() is called, and the walk goes on. But 6.12.107 resets the action only after an entry that is not empty: ACTION_AGAIN is still there.',
      look: ['caption', 'stack'],
      question: {
        ask: 'Two more holes follow. When is the action reset?',
        options: ['At the next hole', 'Not before the end of this PMD table’s part', 'It need not be'],
        answer: 1,
        because: 'Every entry that follows is empty, and for those the reset is skipped.',
      },
    },
    {
      id: 'twice',
      find: next({ ev: 'cb', level: 'pud' }),
      heading: 'The caller believes it is meant',
      text: 'walk_pud_range() looks at the action after the PMD part, to notice a PUD that changed. It finds ACTION_AGAIN and walks the whole PUD entry again: pud_entry() is called a second time.',
      look: ['stack', 'timeline'],
    },
    {
      id: 'doubled',
      find: next({ ev: 'cb', level: 'pte' }),
      heading: 'Pages are visited twice',
      text: 'These two pages were already told to the callback. Who counts pages counts them double; who moves or frees them meets its own work.',
      look: ['caption', 'map'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Returns 0, nobody notices',
      text: 'In 7.3 the action is reset at the head of the loop, whatever the entry is, and each page is visited once. Linux 6.12 as first released is not affected: it does not look at the action there.',
      look: ['revisions', 'timeline'],
    },
  ],
  breakIt: {
    says: 'Run it at 7.3, where the reset comes first, and the walk ends after the holes, each page seen once.',
    revision: 'v7.3',
    at: end(),
  },
};
