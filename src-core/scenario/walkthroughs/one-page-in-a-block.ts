import type { Walkthrough } from '../walkthrough.ts';
import { end, last, next, start } from '../walkthrough-find.ts';

export const ONE_PAGE_TOUR: Walkthrough = {
  id: 'one-page-in-a-block',
  library: 'one-page-in-a-block',
  claims: ['P3'],
  stops: [
    {
      id: 'page',
      find: start(),
      heading: 'One page of 512 shall become invalid',
      text: 'set_memory_valid() is called for one page of 4 KiB. The page has no entry of its own: a single PMD entry, a block, maps it together with 511 others.',
      look: ['map', 'address'],
      question: {
        ask: 'How many entries does it take to make this one page invalid?',
        options: ['One: the PMD entry', '512 new ones, and then one', '16, its contiguous group'],
        answer: 1,
        because: 'The block has to become a table of 512 entries first; then one of them can change.',
      },
    },
    {
      id: 'mutex',
      find: next({ ev: 'lock', name: 'pgtable_split_lock' }),
      heading: 'One split at a time',
      text: 'pgtable_split_lock is a mutex that every split of the kernel’s tables takes. It orders splits among each other. It does not lock the entries: walkers read on while the split happens.',
      look: ['locks', 'timeline'],
    },
    {
      id: 'alloc',
      find: next({ ev: 'ctor' }),
      heading: 'A new table, constructed',
      text: 'A page is allocated for 512 entries, and pagetable_pte_ctor() accounts it as a page table. Nothing points at it yet, so nobody else can see it.',
      look: ['map', 'table'],
    },
    {
      id: 'fill',
      find: next({ ev: 'set', level: 'pte' }),
      heading: 'The same memory, 512 times 4 KiB',
      text: 'Each new entry maps the page that the block mapped there, with the same permissions, and with the contiguous bit: 32 groups of 16. The hardware could use the new table or the block and see no difference.',
      look: ['map', 'entry'],
    },
    {
      id: 'link',
      find: next({ ev: 'set', level: 'pmd', entry: 'table' }),
      heading: 'One store swaps block for table',
      text: 'The PMD entry changes from block to table while other CPUs may be using it. That is allowed on hardware that can live with both for a moment (BBML). Others would have to unmap the block first.',
      look: ['entry', 'map'],
    },
    {
      id: 'group',
      find: next({ ev: 'set', level: 'pte', cont: false }),
      heading: 'The group around the page falls apart',
      text: 'Members of a contiguous group must be alike. The page is about to differ from its fifteen neighbours, so the bit is cleared in all sixteen. The other 31 groups stay as they are.',
      look: ['map', 'entry'],
    },
    {
      id: 'invalid',
      find: last({ ev: 'set', entry: 'invalid' }),
      heading: 'Now the page changes',
      text: 'A second walk, for the permission itself, finds a PTE entry where there was a block. The valid bit goes, and a software bit remembers that the entry is still in use: present, but invalid.',
      look: ['entry', 'stack'],
    },
    {
      id: 'flush',
      find: next({ ev: 'tlbi' }),
      heading: 'The TLBs forget the page',
      text: 'Until now a CPU could go on using the old translation. After this broadcast none can, and set_memory_valid() may return.',
      look: ['caption', 'counters'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Done, and the split stays',
      text: 'The call returns 0. The block does not come back when the page becomes valid again: the next change in these 2 MiB finds the table and costs one store.',
      look: ['map', 'counters'],
    },
  ],
  breakIt: {
    says: 'Ask for a read-only page of the linear map with set_memory_ro() instead, and see it refused.',
    library: 'linear-ro-refused',
    at: next({ ev: 'return', ret: -22 }),
  },
};
