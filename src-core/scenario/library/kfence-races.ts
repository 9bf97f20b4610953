import type { LibraryEntry } from '../library.ts';
import type { ListingMemory } from '../listing-world.ts';
import type { ScenarioCall, ScenarioContext } from '../schema.ts';
import { HEADER } from './common.ts';

/** KFENCE's pool: sixteen pages of the linear map, mapped by pages, since the pool may not be split later. */
const POOL: ListingMemory = {
  geometry: '4k48',
  roots: [{ mm: 'init_mm', pgd: '0x40001000' }],
  tables: [
    ['init_mm', 0, '0xffff000000000000', 1, '0x1800000040002403', '0x0'],
    ['init_mm', 1, '0xffff000040000000', 1, '0x1800000040003403', '0x0'],
    ['init_mm', 2, '0xffff000041600000', 1, '0x1800000040004403', '0x0'],
    ['init_mm', 3, '0xffff000041750000', 16, '0xe8000041750707', '0x1000'],
  ],
};
const CONFIG = { kfenceStart: '0xffff000041750000', kfenceEnd: '0xffff000041760000' } as const;
const OBJECT = '0xffff000041752010';

/** The page of the object is among those that are dumped. */
const DUMP: ScenarioCall = {
  fn: 'ptdump_walk_pgd',
  mm: 'init_mm',
  start: '0xffff000041752000',
  end: '0xffff000041753000',
};

function withDump(
  about: Omit<LibraryEntry, 'scenario'>,
  revision: string,
  expect: 'safe' | 'unsafe',
  context: ScenarioContext,
): LibraryEntry {
  return {
    ...about,
    scenario: {
      ...HEADER,
      title: about.title,
      revision,
      memory: POOL,
      config: CONFIG,
      expect,
      contexts: [{ cpu: 0, calls: [DUMP] }, context],
    },
  };
}

const FREE: ScenarioContext = {
  cpu: 1,
  kind: 'softirq',
  calls: [{ fn: 'kfence_guarded_free', addr: OBJECT }],
};
const ALLOC: ScenarioContext = { cpu: 1, calls: [{ fn: 'kfence_guarded_alloc', addr: OBJECT }] };

export const KFENCE_FREE_AND_DUMP = withDump(
  {
    id: 'kfence-free-and-dump',
    title: 'KFENCE frees in softirq while the tables are dumped',
    summary:
      'A dump holds init_mm’s mmap lock for write. On another CPU, in softirq, KFENCE makes the page of a freed object invalid. It asks for no lock, so it has nothing to wait for, and no order of steps goes wrong.',
    chapter: 2,
  },
  'v7.3',
  'safe',
  FREE,
);

export const KFENCE_FREE_LOCKED = withDump(
  {
    id: 'kfence-free-locked',
    title: 'What if the change took the mmap lock?',
    summary:
      'The same two, in a kernel that never was: permission changes hold init_mm’s mmap lock during their walk, as riscv’s do. In softirq that is wrong whether the lock is free or not; and while the dump holds it, softirq would have to wait for a task.',
    chapter: 2,
  },
  'what-if-locked',
  'unsafe',
  FREE,
);

export const KFENCE_ALLOC_AND_DUMP = withDump(
  {
    id: 'kfence-alloc-and-dump',
    title: 'KFENCE hands out an object under its raw spinlock',
    summary:
      'kfence_guarded_alloc() makes the page valid while it holds the object’s raw spinlock, with interrupts off, by a task that could sleep elsewhere. The lockless change asks for no lock that sleeps. No order of steps goes wrong, whatever a dump does.',
    chapter: 6,
  },
  'v7.3',
  'safe',
  ALLOC,
);
