import type { LibraryEntry } from '../library.ts';
import type { ScenarioCall } from '../schema.ts';
import { race, without } from './user-race.ts';
import { ANONYMOUS, HUGE_IN_CACHE } from './worlds-user.ts';

/** PTE tables that go while others use them: below a huge PMD that MADV_COLLAPSE makes, or with all that they mapped. */

/** Two MiB of anonymous memory, whose two pages are copied into a huge one. */
const COLLAPSE: ScenarioCall = {
  fn: 'madvise_collapse',
  addr: '0x40000000',
  size: '0x200000',
  entry: '0xe8000049400f41',
};
const MUNMAP: ScenarioCall = { fn: 'munmap', addr: '0x40000000', size: '0x200000' };
const FAULT: ScenarioCall = {
  fn: 'do_page_fault',
  addr: '0x40005000',
  entry: '0xe8000049300f43',
  by: 'vma',
};

export const COLLAPSE_AND_FAULT = race(
  {
    id: 'collapse-and-fault',
    title: 'Pages become one, and nobody is in between',
    summary:
      'collapse_huge_page() hides a PTE table, copies its pages into a huge one, empties the table and keeps it in reserve below the huge PMD: deposited. It holds mmap_lock and the VMA’s lock for write meanwhile, so a fault on another CPU comes before or after. Every interleaving is clean.',
  },
  'safe',
  ANONYMOUS,
  [[COLLAPSE], [FAULT]],
);

export const COLLAPSE_WITHOUT_VMA_LOCK: LibraryEntry = without(
  race(
    {
      id: 'collapse-without-vma-lock',
      title: 'Collapsing with the mmap lock alone',
      summary:
        'Page faults don’t take mmap_lock any more where a VMA’s own lock will do. What if collapse_huge_page() did not lock the VMA for write? A fault finds no PMD, links a new PTE table, and the collapse, which comes back to set its huge PMD, runs into a BUG.',
    },
    'unsafe',
    ANONYMOUS,
    [[COLLAPSE], [FAULT]],
  ),
  0,
  'vma',
);

const SWAP_OUT: ScenarioCall = {
  fn: 'try_to_unmap',
  vma: 0,
  addr: '0x40001000',
  phys: '0x49201000',
  entry: '0x40100',
};

export const COLLAPSE_AND_RECLAIM = race(
  {
    id: 'collapse-and-reclaim',
    title: 'Reclaim comes from the other side',
    summary:
      'A page is to be swapped out. Who reclaims it finds its mapping by the page’s anon_vma, with no lock of the mm or the VMA. collapse_huge_page() holds the anon_vma’s lock for write from before it hides the PTE table until all pages are its own. Every interleaving is clean.',
  },
  'safe',
  ANONYMOUS,
  [[COLLAPSE], [SWAP_OUT]],
);

export const COLLAPSE_WITHOUT_ANON_VMA: LibraryEntry = without(
  race(
    {
      id: 'collapse-without-anon-vma-lock',
      title: 'Collapsing without the anon_vma’s lock',
      summary:
        'What if collapse_huge_page() did not lock the anon_vma? mmap_lock and the VMA’s lock keep faults out, but not reclaim: it has found the PTE table and holds its lock when the table is hidden, and writes its swap entry where nothing points any more.',
    },
    'unsafe',
    ANONYMOUS,
    [[COLLAPSE], [SWAP_OUT]],
  ),
  0,
  'anon_vma',
);

export const COLLAPSE_AND_MUNMAP = race(
  {
    id: 'collapse-and-munmap',
    title: 'The mapping may go while memory is allocated',
    summary:
      'The huge page is allocated with no lock held: that may take long. Once collapse_huge_page() has mmap_lock for write it looks for the VMA again, and whether the PMD still leads to a PTE table. Munmap on another CPU may have taken all of it away.',
  },
  'safe',
  ANONYMOUS,
  [[COLLAPSE], [MUNMAP]],
);

export const COLLAPSE_WITHOUT_RECHECK = race(
  {
    id: 'collapse-without-looking-again',
    title: 'Collapsing what was there before',
    summary:
      'What if collapse_huge_page() went on with the VMA and the PMD entry it found before it waited for mmap_lock? Munmap has freed the tables meanwhile: the exchange that is to hide the PTE table goes into a PMD table that is free.',
  },
  'unsafe',
  ANONYMOUS,
  [[{ ...COLLAPSE, whatIf: 'no-revalidation' }], [MUNMAP]],
);

export const COLLAPSE_AND_SPLIT = race(
  {
    id: 'collapse-and-split',
    title: 'A huge page of which one page goes',
    summary:
      'madvise(MADV_DONTNEED) of a single page meets the collapse. If the huge PMD is there it is split first: the deposited table is withdrawn, filled with all 512 pages and linked in place of the PMD. Nothing has to be allocated, so splitting can’t fail. Every interleaving is clean.',
  },
  'safe',
  ANONYMOUS,
  [[COLLAPSE], [{ fn: 'do_madvise', addr: '0x40001000', size: '0x1000', by: 'vma' }]],
);

export const COLLAPSE_GIVEN_UP = race(
  {
    id: 'collapse-given-up',
    title: 'A collapse that is given up',
    summary:
      'A page turns out to be in use by somebody else when the PTE table is hidden already. pmd_populate() links the table again, under the PMD lock, entries and all. Only the collapse itself could have written to it in between: it took the table out, under locks that kept everybody else away.',
  },
  'safe',
  ANONYMOUS,
  [[{ ...COLLAPSE, fails: 'isolate' }], [FAULT]],
);

/** The page cache has the huge page: PTEs that map its pages go, and their table. */
const COLLAPSE_FILE: ScenarioCall = {
  fn: 'madvise_collapse',
  addr: '0x200000',
  size: '0x200000',
  entry: '0x6000004a000fc1',
};
const UFFD: ScenarioCall = {
  fn: 'mfill_atomic_copy',
  addr: '0x205000',
  entry: '0xe8000049400f43',
  by: 'vma',
};

export const COLLAPSE_PTE_MAPPED = race(
  {
    id: 'collapse-pte-mapped-file',
    title: 'A huge page that was mapped in pieces',
    summary:
      'The page cache has a huge page that a process maps by PTEs. MADV_COLLAPSE clears them under the PTE lock, takes the table away under the PMD and the PTE lock, hands it to RCU, and maps the huge page. The lock of the page keeps faults on it out. Every interleaving is clean.',
  },
  'safe',
  HUGE_IN_CACHE,
  [[COLLAPSE_FILE], [{ fn: 'do_page_fault', addr: '0x205000', entry: '0xe800004a005f43', by: 'vma' }]],
);

export const COLLAPSE_AND_UFFD = race(
  {
    id: 'collapse-and-userfaultfd',
    title: 'Both locks from the first entry on',
    summary:
      'userfaultfd sets entries of a private mapping without asking the page cache, so no page’s lock keeps it out. For such a VMA the PMD lock is taken first, and the PTE lock is held from the first entry that is cleared until the table is gone. Every interleaving is clean.',
  },
  'safe',
  HUGE_IN_CACHE,
  [[{ ...COLLAPSE_FILE, uffdPrivate: true }], [UFFD]],
);

export const COLLAPSE_DROPS_PTL = race(
  {
    id: 'collapse-drops-the-pte-lock',
    title: 'The PTE lock is dropped in between',
    summary:
      'What if such a VMA were treated like any other? The entries are cleared under the PTE lock, which is dropped before the PMD lock is taken. In that moment userfaultfd puts a page into the table that was just emptied, and it is freed with the page in it.',
  },
  'unsafe',
  HUGE_IN_CACHE,
  [[COLLAPSE_FILE], [UFFD]],
);

export const STALE_BEHIND_HUGE = race(
  {
    id: 'stale-table-behind-a-huge-page',
    title: 'An empty table where a huge page is',
    summary:
      'A reader in an RCU section has found a PTE table of a file. MADV_COLLAPSE empties it, takes it away, and maps a huge page in its place. The reader still sees an empty entry where memory has been mapped all the time. It has to cope: the table is freed only once it has left.',
  },
  'safe',
  HUGE_IN_CACHE,
  [[COLLAPSE_FILE], [{ fn: 'look_up_pte', addr: '0x200000' }]],
);

const ALL_OF_IT: ScenarioCall = { fn: 'do_madvise', addr: '0x40000000', size: '0x200000', by: 'vma' };

export const ZAP_TAKES_TABLE = race(
  {
    id: 'zap-takes-the-table-too',
    title: 'Zapping takes the PTE table along',
    summary:
      'Newer kernels give a PTE table back when madvise(MADV_DONTNEED) zaps all that it maps. Only read locks are held: a fault on another CPU may have come to the table already. It waits for the PTE lock, looks at the PMD again, and starts over. RCU frees the table. Always clean.',
  },
  'safe',
  ANONYMOUS,
  [[ALL_OF_IT], [FAULT]],
);

export const ZAP_TAKES_TABLE_AWAY = race(
  {
    id: 'zapped-table-is-written',
    title: 'A fault that trusts the table it found',
    summary:
      'What if the fault did not look at the PMD again, once it has the PTE lock? No VMA lock keeps it apart from madvise(): both hold that for read. Its page goes into a table that was just given back, and is freed with it.',
  },
  'unsafe',
  ANONYMOUS,
  [[ALL_OF_IT], [{ ...FAULT, whatIf: 'no-revalidation' }]],
);

/** In reading order; chapter 3. */
export const COLLAPSE_RACES: readonly LibraryEntry[] = [
  COLLAPSE_AND_FAULT,
  COLLAPSE_WITHOUT_VMA_LOCK,
  COLLAPSE_AND_RECLAIM,
  COLLAPSE_WITHOUT_ANON_VMA,
  COLLAPSE_AND_MUNMAP,
  COLLAPSE_WITHOUT_RECHECK,
  COLLAPSE_GIVEN_UP,
  COLLAPSE_AND_SPLIT,
  COLLAPSE_PTE_MAPPED,
  COLLAPSE_AND_UFFD,
  COLLAPSE_DROPS_PTL,
  STALE_BEHIND_HUGE,
  ZAP_TAKES_TABLE,
  ZAP_TAKES_TABLE_AWAY,
];
