import type { LibraryEntry } from '../library.ts';
import type { ScenarioCall } from '../schema.ts';
import { CAPTURE, LOOK, oneContext } from './common.ts';
import { PROCESS } from './worlds.ts';

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
