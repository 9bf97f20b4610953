import type { Walkthrough } from '../walkthrough.ts';
import { next } from '../walkthrough-find.ts';

export const VFREE_TOUR: Walkthrough = {
  id: 'vfree-and-neighbour',
  library: 'vfree-and-neighbour',
  claims: ['N8'],
  stops: [
    {
      id: 'unlinked',
      find: next({ ctx: 0, ev: 'area', change: 'unlink' }),
      heading: 'First nobody finds the area any more',
      text: 'find_vm_area() is how set_memory_ro() and its like get to an area. Who has found it before is not stopped by this: the owner must not do both at once.',
      look: ['caption', 'timeline'],
    },
    {
      id: 'cleared',
      find: next({ ctx: 0, ev: 'set', fn: 'vunmap_pte_range' }),
      heading: 'Its entries go, without a lock',
      text: 'One exchange each. The table stays, however empty: vfree() gives back no tables, and so disturbs nobody who is in one.',
      look: ['map', 'table'],
    },
    {
      id: 'invalid',
      find: next({ ctx: 0, ev: 'set', within: 'set_direct_map_invalid_noflush' }),
      heading: 'The pages’ alias is made invalid',
      text: 'The linear map has these pages read-only, from when the area held code. They can’t go to others like that. Invalid first: between flush and reset nothing can be cached.',
      look: ['entry', 'map'],
    },
    {
      id: 'flush',
      find: next({ ctx: 0, ev: 'tlbi', fn: '_vm_unmap_aliases' }),
      heading: 'One flush for all of it',
      text: 'From the alias in the linear map up to the end of the area. Without permissions to reset, vfree() would not flush at all now, but leave that until many areas have come together.',
      look: ['caption', 'tlb'],
    },
    {
      id: 'default',
      find: next({ ctx: 0, ev: 'set', within: 'set_direct_map_default_noflush' }),
      heading: 'Writable again',
      text: 'An entry that was invalid is not cached, so no second flush is needed.',
      look: ['entry', 'caption'],
    },
    {
      id: 'neighbour',
      find: next({ ctx: 1, ev: 'set' }),
      heading: 'The neighbour changes its own entries',
      text: 'In the same table, at any time: it makes no difference when. No entry is written by both.',
      look: ['map', 'timeline'],
    },
  ],
  breakIt: {
    says: 'Let the other CPU change the very area that goes: its store maps a page again that is nobody’s any more.',
    library: 'vfree-of-what-another-changes',
    schedule: 'b38a21',
    at: next({ ev: 'violation', what: 'stale' }),
  },
};
