import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const READ_ONLY_ALIAS_TOUR: Walkthrough = {
  id: 'read-only-alias',
  library: 'read-only-alias',
  claims: ['P3'],
  stops: [
    {
      id: 'two',
      find: start(),
      heading: 'One page, two mappings',
      text: 'A page of a vmalloc area is mapped twice: in the area, by a PTE, and in the linear map, here inside a block of 2 MiB. Made read-only at one address only, it could still be written at the other.',
      look: ['map', 'address'],
      question: {
        ask: 'Which mapping does set_memory_ro() change first?',
        options: ['The one it was asked for', 'The one in the linear map'],
        answer: 1,
        because: 'With rodata=full the alias of each page is changed first, then the range itself.',
      },
    },
    {
      id: 'split',
      find: next({ ev: 'set', level: 'pmd', entry: 'table' }),
      heading: 'The alias lies in a block',
      text: 'So the block is split, as for any single page of the linear map. On the machine these tables come from, the same call split the same block.',
      look: ['map', 'entry'],
    },
    {
      id: 'alias',
      find: next({ ev: 'set', fn: 'pageattr_pte_entry' }),
      heading: 'The alias is read-only now',
      text: 'RDONLY is set: the hardware refuses stores. WRITE is cleared: it is also the DBM bit, by which hardware may lift RDONLY again on its own.',
      look: ['entry'],
    },
    {
      id: 'flush',
      find: next({ ev: 'tlbi' }),
      heading: 'A flush for this page',
      text: 'Each page of the range has its alias changed and flushed alone, since neighbours in the area need not be neighbours in memory.',
      look: ['caption', 'counters'],
    },
    {
      id: 'area',
      find: next({ ev: 'set', fn: 'pageattr_pte_entry' }),
      heading: 'Then the mapping that was asked for',
      text: 'The vmalloc area is mapped by pages, so nothing is split here: one store.',
      look: ['map', 'entry'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Both mappings agree',
      text: 'set_memory_x() and set_memory_nx() don’t do this: the linear map is never executable anyway.',
      look: ['map', 'counters'],
    },
  ],
  breakIt: {
    says: 'Ask for the linear map’s own address instead: it lies in no vmalloc area, and the call is refused.',
    library: 'linear-ro-refused',
    at: next({ ev: 'return', ret: -22 }),
  },
};
