import type { LibraryEntry } from '../library.ts';
import type { ListingMemory } from '../listing-world.ts';
import type { ScenarioCall } from '../schema.ts';
import { HEADER, INIT_MM_READ } from './common.ts';

/** Memory that was added while the machine ran, 128 MiB at 3 GiB: its first block was split to pages, the others are whole. */
const ADDED: ListingMemory = {
  geometry: '4k48',
  roots: [{ mm: 'init_mm', pgd: '0x40001000' }],
  tables: [
    ['init_mm', 0, '0xffff000000000000', 1, '0x1800000040002403', '0x0'],
    ['init_mm', 1, '0xffff000000000000', 1, '0xe8000040000705', '0x0'],
    ['init_mm', 1, '0xffff000080000000', 1, '0x1800000040003403', '0x0'],
    ['init_mm', 2, '0xffff000080000000', 1, '0x1800000040004403', '0x0'],
    ['init_mm', 3, '0xffff000080000000', 512, '0xe80000c0000707', '0x1000'],
    ['init_mm', 2, '0xffff000080200000', 63, '0xe80000c0200705', '0x200000'],
  ],
};

/** The same, and a vmalloc area whose four pages are of that memory. */
const IN_USE: ListingMemory = {
  ...ADDED,
  vmAreas: [
    { addr: '0xffff800080000000', size: '0x5000', flags: ['ALLOC'], pages: ['0xc0010000', '0x1000', 4] },
  ],
};

const REMOVE: ScenarioCall = { fn: 'offline_and_remove_memory', phys: '0xc0000000', size: '0x8000000' };
const RANGE = { start: '0xffff000080010000', end: '0xffff000080012000' } as const;
const WALK: ScenarioCall = {
  fn: 'walk_kernel_page_table_range',
  ...RANGE,
  ops: { callbacks: ['pte'] },
  locks: INIT_MM_READ,
};

function entry(
  about: Omit<LibraryEntry, 'scenario' | 'chapter'>,
  memory: ListingMemory,
  expect: 'safe' | 'unsafe',
  walk: ScenarioCall,
): LibraryEntry {
  return {
    ...about,
    chapter: 2,
    scenario: {
      ...HEADER,
      title: about.title,
      revision: 'v7.3',
      memory,
      config: { physOffset: '0x40000000' },
      expect,
      contexts: [
        { cpu: 0, calls: [walk] },
        { cpu: 1, calls: [REMOVE] },
      ],
    },
  };
}

export const HOT_REMOVE_AND_WALK = entry(
  {
    id: 'hot-remove-and-walk',
    title: 'Memory is removed under a walk that holds the lock',
    summary:
      'Kernel tables are hardly ever freed, but they are when memory is taken out of a running machine. CPU 0 walks that memory’s linear map with init_mm’s mmap lock held. CPU 1 removes it, and never looks at that lock: the tables are freed under the walk.',
  },
  ADDED,
  'unsafe',
  WALK,
);

export const HOT_REMOVE_IN_USE = entry(
  {
    id: 'hot-remove-in-use',
    title: 'Memory that is in use can’t go',
    summary:
      'The same, but four pages of that memory belong to a vmalloc area, as those whose permissions are changed do. Before memory is removed it has to go offline, and with pages in use that nobody can move it does not: -EBUSY (-16). The walk of its owner is safe.',
  },
  IN_USE,
  'safe',
  WALK,
);

export const HOT_REMOVE_AND_DUMP = entry(
  {
    id: 'hot-remove-and-dump',
    title: 'A dump keeps memory from being removed',
    summary:
      'A dump does not own what it walks, so it takes the lock that removal of memory takes as well: get_online_mems(). One waits for the other, and no order of steps goes wrong.',
  },
  ADDED,
  'safe',
  { fn: 'ptdump_walk_pgd', mm: 'init_mm', ...RANGE },
);
