import type { LibraryEntry } from '../library.ts';
import type { ListingMemory } from '../listing-world.ts';
import type { ScenarioCall } from '../schema.ts';
import { race, without } from './user-race.ts';
import { TO_MOVE, TO_MOVE_DOWN, TWO_FILES } from './worlds-user.ts';

/** What meets on a process's tables: munmap, faults, zapping, tables that are retracted or moved, and who reads them meanwhile. */

/** The pages of the second file, in tables that nothing else uses. */
const MAPPED = { start: '0x40000000', end: '0x40002000' } as const;
const MUNMAP: ScenarioCall = { fn: 'munmap', addr: '0x40000000', size: '0x2000' };

function debugWalk(mode: 'read' | 'write'): ScenarioCall {
  return {
    fn: 'walk_page_range_debug',
    mm: 'user',
    ...MAPPED,
    ops: { callbacks: ['pmd', 'pte'] },
    locks: [
      { name: 'mmap:init_mm', mode: 'write' },
      { name: 'mmap:user', mode },
    ],
  };
}

export const NOLOCK_MEETS_MUNMAP = race(
  {
    id: 'nolock-meets-munmap',
    title: 'No lock, and munmap comes in between',
    summary:
      'The first posting’s mode walks a process’s tables with nothing held. Munmap on another CPU detaches the mapping, clears its entries and frees the tables, between two loads of the walk: it goes on in a PMD table that is free. Waiting for RCU does not help: the walk is in no RCU section there.',
    chapter: 2,
  },
  'unsafe',
  TWO_FILES,
  [
    [MUNMAP],
    [
      {
        fn: 'walk_page_range_novma',
        mm: 'user',
        ...MAPPED,
        ops: { callbacks: ['pmd', 'pte'] },
        walkLock: 3,
      },
    ],
  ],
  { revision: 'nolock-v1' },
);

export const READ_LOCK_IS_NOT_ENOUGH = race(
  {
    id: 'read-lock-is-not-enough',
    title: 'A read lock does not keep munmap out',
    summary:
      'A walk of a process without VMAs, with mmap_lock held for read. Munmap takes the lock for write only to detach the mapping, then downgrades it: from there on it holds it for read, as the walk does, and frees page tables. Some interleaving reads a freed PMD table.',
  },
  'unsafe',
  TWO_FILES,
  [[MUNMAP], [debugWalk('read')]],
);

export const WRITE_LOCK_KEEPS_IT_OUT = race(
  {
    id: 'write-lock-keeps-it-out',
    title: 'A write lock waits until munmap is done',
    summary:
      'The same walk with mmap_lock held for write, as walk_page_range_debug() asserts. It can’t begin between munmap’s downgrade and its last step, nor munmap during the walk. Every interleaving is clean.',
  },
  'safe',
  TWO_FILES,
  [[MUNMAP], [debugWalk('write')]],
);

export const VMA_WALK_MEETS_MUNMAP = race(
  {
    id: 'vma-walk-meets-munmap',
    title: 'With VMAs, the read lock is enough',
    summary:
      'walk_page_range() asks for the VMAs of its range under mmap_lock held for read. Munmap has taken a VMA out of the tree before it downgrades the lock, so the walk either finds the VMA and munmap waits, or finds none and visits no table.',
  },
  'safe',
  TWO_FILES,
  [
    [MUNMAP],
    [
      {
        fn: 'walk_page_range',
        ...MAPPED,
        ops: { callbacks: ['pmd', 'pte'] },
        walkLock: 0,
        locks: [{ name: 'mmap:user', mode: 'read' }],
      },
    ],
  ],
);

const madvise = (by: 'mmap' | 'vma'): ScenarioCall => ({
  fn: 'do_madvise',
  addr: MAPPED.start,
  size: '0x2000',
  by,
});

export const ZAP_UNDER_MMAP = race(
  {
    id: 'zap-under-mmap-lock',
    title: 'Zapping under the mmap lock',
    summary:
      'madvise(MADV_DONTNEED) clears the entries of a range while munmap takes the whole mapping away. The VMA is found under mmap_lock held for read, which keeps munmap from detaching it. No page-table lock is taken above the PTE level. Every interleaving is clean.',
  },
  'safe',
  TWO_FILES,
  [[MUNMAP], [madvise('mmap')]],
);

export const ZAP_UNDER_VMA = race(
  {
    id: 'zap-under-vma-lock',
    title: 'Zapping under the VMA’s own lock',
    summary:
      'The same with the VMA’s lock instead, as newer kernels do. It is taken by trylock under RCU, without mmap_lock. Munmap locks the VMA for write before it detaches it, and so waits; once it is detached, nobody can lock it any more.',
  },
  'safe',
  TWO_FILES,
  [[MUNMAP], [madvise('vma')]],
);

const TRUNCATE: ScenarioCall = { fn: 'unmap_mapping_pages', file: 1, first: 0, nr: 2 };

export const ZAP_UNDER_RMAP = race(
  {
    id: 'zap-under-rmap-lock',
    title: 'Zapping under the lock of rmap',
    summary:
      'The pages of a file are unmapped wherever they are mapped, as when it is truncated. The VMA is found by the file, with i_mmap_rwsem held for read, even after munmap has detached it. Munmap unlinks it from there, for write, before it frees tables.',
  },
  'safe',
  TWO_FILES,
  [[MUNMAP], [TRUNCATE]],
);

export const ZAP_UNDER_NOTHING: LibraryEntry = without(
  race(
    {
      id: 'zap-under-nothing',
      title: 'Zapping under no lock',
      summary:
        'What if madvise() did without mmap_lock, and held no other? It finds the VMA, munmap detaches it, clears the entries and frees the tables, and madvise() walks on into a PMD table that is free.',
    },
    'unsafe',
    TWO_FILES,
    [[MUNMAP], [madvise('mmap')]],
  ),
  1,
  'mmap:user',
);

/** The empty PTE table of the first file. */
const COLLAPSE: ScenarioCall = { fn: 'collapse_file', file: 0, first: 0, nr: 1 };
const ENTRY = '0xe8000049400f43';

function uffdCopy(whatIf?: 'no-revalidation'): ScenarioCall {
  return {
    fn: 'mfill_atomic_copy',
    addr: '0x200000',
    entry: ENTRY,
    by: 'vma',
    ...(whatIf === undefined ? {} : { whatIf }),
  };
}

export const RETRACT = race(
  {
    id: 'retract-a-pte-table',
    title: 'A PTE table is taken away under a reader’s feet',
    summary:
      'Collapsing a file’s pages leaves an empty PTE table. retract_page_tables() unlinks it with the file’s lock held for read, the PMD lock and the PTE lock, and has RCU free it. Neither mmap_lock nor the VMA’s lock is held. Another CPU puts a page there through userfaultfd meanwhile: always clean.',
  },
  'safe',
  TWO_FILES,
  [[COLLAPSE], [uffdCopy()]],
);

export const RETRACT_WITHOUT_PTL: LibraryEntry = without(
  race(
    {
      id: 'retract-without-the-pte-lock',
      title: 'Retracting with the PMD lock alone',
      summary:
        'What if retract_page_tables() did not take the PTE lock? Then an entry can be set between its last look and the clearing of the PMD, or afterwards by who still has the table’s lock: it is freed with a page mapped in it.',
    },
    'unsafe',
    TWO_FILES,
    [[COLLAPSE], [uffdCopy()]],
  ),
  0,
  'ptl',
);

export const WRITER_REVALIDATES = race(
  {
    id: 'writer-looks-again',
    title: 'A writer locks the table, and looks at the PMD again',
    summary:
      'pte_offset_map_lock() reads the PMD, takes the lock of the table it found, and reads the PMD again: if it changed, the table is detached, and the writer starts over. So an entry set through it is never lost.',
  },
  'safe',
  TWO_FILES,
  [[{ ...COLLAPSE, nr: 0 }], [uffdCopy()]],
);

export const WRITER_DOES_NOT = race(
  {
    id: 'writer-does-not-look-again',
    title: 'A writer that does not look again',
    summary:
      'What if the writer trusted the table it mapped? RCU keeps it from being freed, the PTE lock keeps others out of it, and yet nothing points at it any more. The page is mapped nowhere, and the table is freed with an entry in it.',
  },
  'unsafe',
  TWO_FILES,
  [[{ ...COLLAPSE, nr: 0 }], [uffdCopy('no-revalidation')]],
);

const LOOK_UP: ScenarioCall = { fn: 'look_up_pte', addr: '0x200000' };
const FAULT: ScenarioCall = { fn: 'do_page_fault', addr: '0x200000', entry: ENTRY, by: 'mmap' };

export const STALE_EMPTY_TABLE = race(
  {
    id: 'stale-empty-table',
    title: 'Reading a table that is no longer there',
    summary:
      'A reader in an RCU section has mapped a PTE table, with no lock. The table is retracted, and a fault on a third CPU puts a new one in its place, with the page in it. The reader still sees an empty entry. That is allowed: the old table is freed only when it has left.',
  },
  'safe',
  TWO_FILES,
  [[COLLAPSE], [LOOK_UP], [FAULT]],
);

export const FREED_AT_ONCE = race(
  {
    id: 'retracted-and-freed-at-once',
    title: 'Retracted, and freed without waiting for RCU',
    summary:
      'What if the table were freed as soon as it is unlinked? The reader’s RCU section protects nothing then: it reads from a page that has been given back.',
  },
  'unsafe',
  TWO_FILES,
  [[{ ...COLLAPSE, nr: 0, free: 'at-once' }], [LOOK_UP]],
);

export const POPULATE_BY_RMAP = race(
  {
    id: 'populate-by-rmap',
    title: 'An entry set between the clearing and the freeing',
    summary:
      'Munmap has detached the VMA and cleared its entries, but rmap still finds it. What if a page were mapped with the file’s lock alone? The entry goes into a table that munmap frees next: its page is never given back, and the CPU may keep using it.',
  },
  'unsafe',
  TWO_FILES,
  [[MUNMAP], [{ fn: 'do_page_fault', addr: '0x40001000', entry: ENTRY, by: 'rmap' }]],
);

export const POPULATE_UNDER_VMA = race(
  {
    id: 'populate-under-vma-lock',
    title: 'A fault that munmap can’t overtake',
    summary:
      'A page fault finds its VMA by address and locks it. Munmap waits for it, or the fault finds no VMA and fails. That is why entries may be set only under the mmap or the VMA lock: lookups that take them don’t find a detached VMA.',
  },
  'safe',
  TWO_FILES,
  [[MUNMAP], [{ fn: 'do_page_fault', addr: '0x40001000', entry: ENTRY, by: 'vma' }]],
);

export const READ_ONCE_PMD = race(
  {
    id: 'pmd-read-once',
    title: 'The PMD entry is read once',
    summary:
      'A reader looks at a PMD entry and follows it: one load, whose value is tested and used. A table that is retracted meanwhile is still there, empty or not, because the reader is in an RCU section.',
  },
  'safe',
  TWO_FILES,
  [[{ ...COLLAPSE, nr: 0 }], [LOOK_UP]],
);

export const READ_TWICE_PMD = race(
  {
    id: 'pmd-read-twice',
    title: 'The PMD entry is read twice',
    summary:
      'The same reader reads the entry to test it, and again to follow it, as if both were one. In between it is cleared: the second value was never tested, and leads to no table at all.',
  },
  'unsafe',
  TWO_FILES,
  [[{ ...COLLAPSE, nr: 0 }], [{ ...LOOK_UP, whatIf: 'read-twice' }]],
);

/** The mapping moves by 4 MiB, up or down, with all of its one PTE table. */
const MOVE: ScenarioCall = { fn: 'move_vma', addr: '0x200000', to: '0x600000', size: '0x200000' };
const MOVE_DOWN: ScenarioCall = { fn: 'move_vma', addr: '0x600000', to: '0x200000', size: '0x200000' };

export const MOVE_A_TABLE = race(
  {
    id: 'move-a-table',
    title: 'mremap moves a whole PTE table',
    summary:
      'Where both ranges allow it, mremap() moves a table instead of its entries: one PMD is cleared and another set, under the rmap locks and both PMD locks. It takes no PTE lock. Collapsing the file’s pages meanwhile finds the table here or there, and every interleaving is clean.',
  },
  'safe',
  TO_MOVE,
  [[MOVE], [COLLAPSE]],
);

export const MOVE_WITHOUT_RECHECK = race(
  {
    id: 'move-without-looking-again',
    title: 'The PMD is moved without another look',
    summary:
      'Before Linux 6.12 move_normal_pmd() did not look at the PMD again once it had the locks. The table may have been retracted since: a PMD is set that leads to physical address 0, and whoever goes there next reads what is no table. Found and fixed in October 2024 (CVE-2024-50066).',
  },
  'unsafe',
  TO_MOVE,
  [
    [
      { ...MOVE, whatIf: 'no-recheck' },
      { fn: 'look_up_pte', addr: '0x600000' },
    ],
    [COLLAPSE],
  ],
);

const TRUNCATE_FIRST: ScenarioCall = { fn: 'unmap_mapping_pages', file: 0, first: 0, nr: 1 };

export const MOVE_MEETS_TRUNCATE = race(
  {
    id: 'move-meets-truncate',
    title: 'A table moves while its file is truncated',
    summary:
      'Truncating the file unmaps its pages wherever rmap finds them: first at the new place, which comes first in its tree, then at the old one. The move holds i_mmap_rwsem for write, so rmap sees the page before or after it, never in between.',
  },
  'safe',
  TO_MOVE_DOWN,
  [[MOVE_DOWN], [TRUNCATE_FIRST]],
);

export const MOVE_WITHOUT_RMAP: LibraryEntry = without(
  race(
    {
      id: 'move-without-rmap-locks',
      title: 'A table moves without the rmap locks',
      summary:
        'What if the move did not take i_mmap_rwsem? Rmap looks at the new place, where nothing is yet, then the table moves, then rmap looks at the old place, where nothing is any more. The page is gone from its file and still mapped.',
    },
    'unsafe',
    TO_MOVE_DOWN,
    [[MOVE_DOWN], [TRUNCATE_FIRST]],
  ),
  0,
  'i_mmap',
);

/** A destination that lies otherwise within its 2 MiB: entries have to move one by one. */
const UNALIKE: ListingMemory = {
  ...TO_MOVE,
  vmas: [
    { start: '0x200000', end: '0x400000', flags: [], file: 0, pgoff: 0 },
    { start: '0x601000', end: '0x603000', flags: [], file: 0, pgoff: 0 },
  ],
};
const MOVE_PAGES: ScenarioCall = { fn: 'move_vma', addr: '0x200000', to: '0x601000', size: '0x2000' };

export const MOVE_PTES_WITHOUT_PTL: LibraryEntry = without(
  race(
    {
      id: 'move-entries-without-their-lock',
      title: 'Entries move one by one, without their locks',
      summary:
        'Where the ranges don’t lie alike, mremap() moves entries one by one under the locks of both PTE tables. What if it took neither? The old table can be retracted while entries are taken out of it: stores go where nothing points any more.',
    },
    'unsafe',
    UNALIKE,
    [[MOVE_PAGES], [COLLAPSE]],
  ),
  0,
  'ptl',
);

export const WALK_MEETS_RETRACT = race(
  {
    id: 'walk-meets-retract',
    title: 'A PTE table may go while a read lock is held',
    summary:
      'A walk of a VMA holds mmap_lock for read. That keeps the tables above, but not PTE tables: an empty one can be retracted meanwhile, with the file’s lock alone. So the walk maps it inside an RCU section, takes its lock, and looks at the PMD again.',
  },
  'safe',
  TWO_FILES,
  [
    [{ ...COLLAPSE, nr: 0 }],
    [
      {
        fn: 'walk_page_range_vma',
        vma: 0,
        start: '0x200000',
        end: '0x202000',
        ops: { callbacks: ['pud', 'pmd', 'pte'] },
        walkLock: 0,
        locks: [{ name: 'mmap:user', mode: 'read' }],
      },
    ],
  ],
);

const DEBUG_WALK_OF_A_FILE: ScenarioCall = {
  fn: 'walk_page_range_debug',
  mm: 'user',
  start: '0x200000',
  end: '0x202000',
  ops: { callbacks: ['pud', 'pmd', 'pte'] },
  locks: [
    { name: 'mmap:init_mm', mode: 'write' },
    { name: 'mmap:user', mode: 'write' },
  ],
};

export const WRITE_LOCK_MEETS_RETRACT = race(
  {
    id: 'write-lock-meets-retract',
    title: 'Even the write lock does not keep a PTE table',
    summary:
      'A walk with mmap_lock held for write is alone with the upper tables: to free them takes that lock. A PTE table can be retracted with the file’s lock. So here, and only here, the walk is in an RCU section: the table may be unlinked under it, but not freed.',
  },
  'safe',
  TWO_FILES,
  [[{ ...COLLAPSE, nr: 0 }], [DEBUG_WALK_OF_A_FILE]],
);

export const WALK_WITHOUT_RCU = without(
  race(
    {
      id: 'walk-without-rcu',
      title: 'A PTE table is walked without RCU',
      summary:
        'What if the walk of the PTE table did without its RCU section, as walks of the upper tables do? The mmap lock is held for write, and still the table is retracted and freed between two entries: the walk reads from a page that has been given back.',
    },
    'unsafe',
    TWO_FILES,
    [[{ ...COLLAPSE, nr: 0 }], [DEBUG_WALK_OF_A_FILE]],
  ),
  1,
  'rcu',
);

/** In reading order; chapter 3. */
export const USER_RACES: readonly LibraryEntry[] = [
  READ_LOCK_IS_NOT_ENOUGH,
  WRITE_LOCK_KEEPS_IT_OUT,
  VMA_WALK_MEETS_MUNMAP,
  ZAP_UNDER_MMAP,
  ZAP_UNDER_VMA,
  ZAP_UNDER_RMAP,
  ZAP_UNDER_NOTHING,
  WALK_MEETS_RETRACT,
  WRITE_LOCK_MEETS_RETRACT,
  WALK_WITHOUT_RCU,
  RETRACT,
  RETRACT_WITHOUT_PTL,
  STALE_EMPTY_TABLE,
  FREED_AT_ONCE,
  WRITER_REVALIDATES,
  WRITER_DOES_NOT,
  POPULATE_UNDER_VMA,
  POPULATE_BY_RMAP,
  READ_ONCE_PMD,
  READ_TWICE_PMD,
  MOVE_A_TABLE,
  MOVE_WITHOUT_RECHECK,
  MOVE_MEETS_TRUNCATE,
  MOVE_WITHOUT_RMAP,
  MOVE_PTES_WITHOUT_PTL,
];
