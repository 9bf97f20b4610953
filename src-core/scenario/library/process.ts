import type { LibraryEntry } from '../library.ts';
import type { ScenarioCall } from '../schema.ts';
import { CAPTURE, HEADER, LOOK, oneContext } from './common.ts';
import { EMPTY_SECOND_TABLE, PROCESS } from './worlds.ts';

/** The process's mmap_lock, for read. */
const USER_READ: NonNullable<ScenarioCall['locks']> = [{ name: 'mmap:user', mode: 'read' }];

export const LOCKS_BY_LEVEL: LibraryEntry = oneContext(
  {
    id: 'locks-by-level',
    title: 'Which locks a walk of a process’s memory takes',
    summary:
      'A walk of one VMA, with the mmap lock held for read. On the way down no page-table lock is taken: tables above the PTE level stay while the VMA does. The PTE table may be freed by others, so it is mapped inside an RCU section and its lock is held while its entries are read.',
    chapter: 3,
  },
  'v7.3',
  PROCESS,
  [{ fn: 'walk_page_vma', vma: 0, ops: LOOK, walkLock: 0, locks: USER_READ }],
);

export const MAP_OR_MAP_LOCK: LibraryEntry = oneContext(
  {
    id: 'map-or-map-lock',
    title: 'pte_offset_map() keeps the table from being freed, no more',
    summary:
      'A debug walk of efi_mm maps each PTE table by pte_offset_map(): an RCU section begins, and ends by pte_unmap(). The table can’t be freed in between, but it may be unlinked, and its entries may change: no page-table lock is held.',
    chapter: 3,
  },
  'v7.3',
  CAPTURE,
  [
    {
      fn: 'walk_page_range_debug',
      mm: 'efi_mm',
      start: '0x7fc00000',
      end: '0x7fc02000',
      ops: LOOK,
      locks: [
        { name: 'mmap:efi_mm', mode: 'write' },
        { name: 'mmap:init_mm', mode: 'write' },
      ],
    },
  ],
);

export const HIGHMEM_PTES: LibraryEntry = oneContext(
  {
    id: 'highmem-ptes',
    title: 'PTE tables in high memory',
    summary:
      'On 32-bit arm and x86 PTE tables may lie in memory that the kernel does not map (CONFIG_HIGHPTE; shown here on arm64’s tables). pte_offset_map() then maps the table for this CPU, after it has entered its RCU section, and pte_unmap() unmaps it before it leaves. Upper tables are always mapped.',
    chapter: 3,
  },
  'v7.3',
  PROCESS,
  [
    {
      fn: 'walk_page_range_vma',
      vma: 2,
      start: '0x401fe000',
      end: '0x40200000',
      ops: { callbacks: ['pud', 'pmd', 'pte'] },
      walkLock: 0,
      locks: USER_READ,
    },
  ],
  { config: { highPte: true } },
);

export const STALE_AGAIN: LibraryEntry = oneContext(
  {
    id: 'stale-again',
    title: 'A PTE table vanishes, and the walk starts over: too far',
    summary:
      'The table under the second PMD entry goes away while the walk looks at it (the callback clears the entry, in place of another CPU). The walk tries again and finds a hole. Linux 6.12.107 forgets to reset the action it left behind, so the whole PUD range is walked twice.',
    chapter: 6,
  },
  'v6.12',
  PROCESS,
  [
    {
      fn: 'walk_page_range_vma',
      vma: 2,
      start: '0x401fe000',
      end: '0x40800000',
      ops: {
        callbacks: ['pud', 'pmd', 'pte', 'hole'],
        rules: [{ cb: 'pmd', n: 2, ret: 0, action: null, write: '0x0' }],
      },
      walkLock: 0,
      locks: USER_READ,
    },
  ],
);

const STALE_WALK: ScenarioCall = {
  fn: 'walk_page_range_vma',
  vma: 0,
  start: '0x401fe000',
  end: '0x40800000',
  ops: { callbacks: ['pud', 'pmd', 'pte', 'hole'] },
  walkLock: 0,
  locks: USER_READ,
};

export const STALE_AGAIN_RACE: LibraryEntry = {
  id: 'stale-again-race',
  title: 'A table is retracted, and the walk starts over',
  summary:
    'The same with nothing prepared: while one CPU walks, another retracts the second PTE table, which is empty. If it comes between the walk’s look at the PMD entry and its second look, the walk of 6.12.107 tells its callbacks of the first pages twice. In 7.3 it never does, whenever the other comes.',
  chapter: 6,
  scenario: {
    ...HEADER,
    title: 'A table is retracted, and the walk starts over',
    revision: 'v6.12',
    memory: EMPTY_SECOND_TABLE,
    contexts: [
      { cpu: 0, calls: [STALE_WALK] },
      { cpu: 1, calls: [{ fn: 'retract_page_tables', addr: '0x40200000', free: 'rcu' }] },
    ],
  },
};

type Locks = NonNullable<ScenarioCall['locks']>;

/** Walks of the two pages of data, in these modes of `enum page_walk_lock`, each with these locks around it. */
function walksInModes(modes: readonly (readonly [mode: 0 | 1 | 2 | 3, locks: Locks])[]): ScenarioCall[] {
  return modes.map(([walkLock, locks]) => ({
    fn: 'walk_page_vma',
    vma: 1,
    ops: { callbacks: ['pte'] },
    walkLock,
    locks,
  }));
}

const USER_WRITE: Locks = [{ name: 'mmap:user', mode: 'write' }];

export const VMA_KEPT_STABLE: LibraryEntry = oneContext(
  {
    id: 'vma-kept-stable',
    title: 'Four ways to keep a VMA stable',
    summary:
      'The same VMA is walked in each of the four modes, each time with what the mode asks for: the mmap lock for read; for write, with the VMA’s own lock taken by the walk; for write, with it taken before; or the VMA’s own lock for read, and no mmap lock.',
    chapter: 2,
  },
  'v7.3',
  PROCESS,
  walksInModes([
    [0, USER_READ],
    [1, USER_WRITE],
    [2, [...USER_WRITE, { name: 'vma:1', mode: 'write' }]],
    [3, [{ name: 'vma:1', mode: 'read' }]],
  ]),
);

export const VMA_NOT_STABLE: LibraryEntry = oneContext(
  {
    id: 'vma-not-stable',
    title: 'Four walks of a VMA that nothing keeps',
    summary:
      'The same four walks, each with too little: no lock; the mmap lock, but not the VMA’s, which the mode says is held; no lock again; and the mmap lock for read where write is wanted. An assertion fails in each, a warning is printed, and the walk goes on.',
    chapter: 2,
  },
  'v7.3',
  PROCESS,
  walksInModes([
    [0, []],
    [2, USER_WRITE],
    [3, []],
    // Last, because it leaves the VMA locked for write.
    [1, USER_READ],
  ]),
);

export const EFI_PTE_LOCK: LibraryEntry = oneContext(
  {
    id: 'efi-pte-lock',
    title: 'The same change on the firmware’s tables takes a lock',
    summary:
      'apply_to_page_range() makes two pages of efi_mm read-only. For every mm but init_mm it takes the lock of the PTE table, inside an RCU section. So the tables of efi_mm need a lock that was initialised, though the kernel alone uses them.',
    chapter: 2,
  },
  'v6.12',
  CAPTURE,
  [
    {
      fn: 'apply_to_page_range',
      mm: 'efi_mm',
      addr: '0x7fc00000',
      size: '0x2000',
      set: '0x80',
      clear: '0x8000000000000',
    },
  ],
);
