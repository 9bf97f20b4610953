import type { Walkthrough } from '../walkthrough.ts';
import { end, next } from '../walkthrough-find.ts';

/** How PTEs become a huge PMD, and what becomes of their table. */

export const COLLAPSE_TOUR: Walkthrough = {
  id: 'collapse-and-split',
  library: 'collapse-and-split',
  claims: [],
  stops: [
    {
      id: 'scan',
      find: next({ ctx: 0, ev: 'lock', name: 'ptl', within: 'hpage_collapse_scan_pmd' }),
      heading: 'First a look, under read locks',
      text: 'mmap_lock is held for read, and the PTE lock while 512 entries are looked at: is there anything here that can’t be part of a huge page?',
      look: ['locks', 'table'],
    },
    {
      id: 'dropped',
      find: next({ ctx: 0, ev: 'unlock', name: 'mmap:user', within: 'collapse_huge_page' }),
      heading: 'Then mmap_lock is dropped',
      text: 'A huge page has to be allocated, and that may take long. Nothing that was seen so far can be relied on afterwards.',
      look: ['locks', 'caption'],
    },
    {
      id: 'write',
      find: next({ ctx: 0, ev: 'lock', name: 'mmap:user', mode: 'write' }),
      heading: 'For write, and everything again',
      text: 'Is there still a VMA, of anonymous memory, with room for a huge page? Does the same PMD entry still lead to a PTE table?',
      look: ['locks', 'entry'],
    },
    {
      id: 'vma',
      find: next({ ctx: 0, ev: 'vmalock', name: 'vma_start_write' }),
      heading: 'Faults need no mmap_lock: so the VMA’s too',
      text: 'vma_start_write() waits for faults that hold the VMA’s lock and keeps new ones out. The lock of the anon_vma, which comes next, does the same with those who come from a page.',
      look: ['locks', 'timeline'],
    },
    {
      id: 'hidden',
      find: next({ ctx: 0, ev: 'set', level: 'pmd' }),
      heading: 'One exchange hides the table',
      text: 'The PMD is empty, and a flush makes the CPUs forget the way. The table still has its entries, but it is this context’s own.',
      look: ['map', 'entry'],
      question: {
        ask: 'May entries of this table be written now?',
        options: ['By nobody: nothing points at it', 'By this context alone'],
        answer: 1,
        because: 'It took the table out, knows all that is in it, and decides where it goes.',
      },
    },
    {
      id: 'emptied',
      find: next({ ctx: 0, ev: 'set', level: 'pte' }),
      heading: 'The pages are copied, then unmapped',
      text: 'Each entry is cleared under the PTE lock. If a page could not be copied, pmd_populate() would put the table back as it was.',
      look: ['table', 'locks'],
    },
    {
      id: 'deposited',
      find: next({ ctx: 0, ev: 'deposit' }),
      heading: 'The empty table is deposited',
      text: 'It is neither linked nor freed: it hangs on the descriptor of the PMD’s table, for the day the huge PMD has to be split. Splitting then needs no memory, and can’t fail.',
      look: ['caption', 'map'],
    },
    {
      id: 'huge',
      find: next({ ctx: 0, ev: 'set', level: 'pmd' }),
      heading: 'The huge PMD is set',
      text: 'Under the same lock. 2 MiB are one entry now.',
      look: ['entry', 'map'],
    },
    {
      id: 'invalid',
      find: next({ ctx: 1, ev: 'set', level: 'pmd' }),
      heading: 'One of its pages is to go',
      text: 'madvise() meets a huge PMD where it wants a single page. The PMD is made invalid first, and flushed: no CPU may hold the block and its pages at once.',
      look: ['entry', 'timeline'],
    },
    {
      id: 'withdrawn',
      find: next({ ctx: 1, ev: 'deposit', withdrawn: true }),
      heading: 'The deposited table is withdrawn',
      text: 'Any of the list will do: all are empty.',
      look: ['caption', 'map'],
    },
    {
      id: 'linked',
      find: next({ ctx: 1, ev: 'set', level: 'pmd' }),
      heading: 'Filled, and linked',
      text: 'It has 512 entries, in contiguous groups, that map what the block mapped. Now it takes the PMD’s place.',
      look: ['map', 'table'],
    },
    {
      id: 'gone',
      find: next({ ctx: 1, ev: 'set', level: 'pte', fn: 'zap_pte_range' }),
      heading: 'And the page goes',
      text: 'Its contiguous group was taken apart before. The huge page itself stays whole; this process maps all of it but one part.',
      look: ['table', 'entry'],
    },
  ],
  breakIt: {
    says: 'Leave out the VMA’s lock: a fault links a new PTE table while the old one is hidden, and the collapse ends in a BUG.',
    library: 'collapse-without-vma-lock',
    schedule: 'a2097b24',
    at: next({ ev: 'bug' }),
  },
};

export const COLLAPSE_FILE_TOUR: Walkthrough = {
  id: 'collapse-and-userfaultfd',
  library: 'collapse-and-userfaultfd',
  claims: ['D5'],
  stops: [
    {
      id: 'folio',
      find: next({ ctx: 0, ev: 'lock', name: 'folio:0' }),
      heading: 'The page cache has a huge page, and it is locked',
      text: 'mmap_lock is held for read, no more. Whoever wants to map a page of the file needs this lock, so no fault sets an entry meanwhile. userfaultfd does not: it brings pages of its own.',
      look: ['locks', 'caption'],
    },
    {
      id: 'pmd-lock',
      find: next({ ctx: 0, ev: 'lock', name: 'pmd_lock' }),
      heading: 'The PMD lock comes first',
      text: 'Otherwise it would be taken later, when the entries are gone, to hold it for a shorter time. Here that would leave a gap.',
      look: ['locks', 'entry'],
    },
    {
      id: 'pte-lock',
      find: next({ ctx: 0, ev: 'lock', name: 'ptl' }),
      heading: 'And the PTE lock, until the table is gone',
      text: 'The PMD is looked at again: is this still the table that was mapped a moment ago?',
      look: ['locks', 'table'],
    },
    {
      id: 'cleared',
      find: next({ ctx: 0, ev: 'set', level: 'pte' }),
      heading: 'Its entries go',
      text: 'Only entries that map pages of the huge page are cleared. Any other ends the attempt.',
      look: ['table', 'entry'],
    },
    {
      id: 'unlinked',
      find: next({ ctx: 0, ev: 'set', level: 'pmd' }),
      heading: 'The table goes, under both locks',
      text: 'One exchange and a flush, as in retract_page_tables().',
      look: ['map', 'entry'],
    },
    {
      id: 'grace',
      find: next({ ctx: 0, ev: 'gp', phase: 'start' }),
      heading: 'RCU is to free it',
      text: 'Readers in RCU sections may still be in it. They see an empty table.',
      look: ['timeline', 'table'],
    },
    {
      id: 'huge',
      find: next({ ctx: 0, ev: 'set', level: 'pmd' }),
      heading: 'The huge page is mapped',
      text: 'If nobody has linked a table here since. The PMD of a file deposits none: it is never split, only cleared, and faults bring it back.',
      look: ['entry', 'map'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'The other CPU has waited, or was first',
      text: 'Either its page went in before, which ends the collapse, or it finds a huge PMD and leaves it alone.',
      look: ['timeline', 'caption'],
    },
  ],
  breakIt: {
    says: 'Drop the PTE lock between the entries and the table: userfaultfd puts a page into it, and it is freed with the page.',
    library: 'collapse-drops-the-pte-lock',
    schedule: 'a1056b20',
    at: next({ ev: 'violation', what: 'leftover' }),
  },
};
