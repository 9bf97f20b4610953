import type { LibraryEntry } from '../library.ts';
import type { ListingMemory } from '../listing-world.ts';
import type { Scenario, ScenarioCall, ScenarioContext, ScenarioMemory } from '../schema.ts';
import { HEADER, INIT_MM_READ } from './common.ts';

/** Kernel functions that meet on the tables of init_mm: dumps, huge vmalloc mappings, changes of permission, splits. */

/**
 * Two vmalloc areas of 2 MiB, side by side. The first was unmapped, which left its PTE table, empty, and gets memory anew; the second
 * has four pages.
 */
const TWO_AREAS: ListingMemory['tables'] = [
  ['init_mm', 0, '0xffff800000000000', 1, '0x1000000040002403', '0x0'],
  ['init_mm', 1, '0xffff800080000000', 1, '0x1000000040003403', '0x0'],
  ['init_mm', 2, '0xffff800080000000', 1, '0x1000000040004403', '0x0'],
  ['init_mm', 2, '0xffff800080200000', 1, '0x1000000040005403', '0x0'],
  ['init_mm', 3, '0xffff800080200000', 4, '0xe8000081000703', '0x1000'],
];
const VMAP: ListingMemory = {
  geometry: '4k48',
  roots: [{ mm: 'init_mm', pgd: '0x40001000' }],
  tables: TWO_AREAS,
};

/** What vmalloc() does to use the range again: memory of 2 MiB that is contiguous, mapped by one block if that can be. */
const PROMOTE: ScenarioCall = {
  fn: 'vmap_range_noflush',
  addr: '0xffff800080000000',
  end: '0xffff800080200000',
  phys: '0x80200000',
  prot: '0xe8000000000703',
  maxPageShift: 21,
};
/** One page is enough to meet: the last of a contiguous group. */
const RANGE = { start: '0xffff80008000f000', end: '0xffff800080010000' } as const;
const OTHER_RANGE = { start: '0xffff800080200000', end: '0xffff800080202000' } as const;

const DUMP: ScenarioCall = { fn: 'ptdump_walk_pgd', mm: 'init_mm', ...RANGE };
const SHOW: ScenarioCall = { fn: 'ptdump_show', mm: 'init_mm', ...RANGE };
const WALK = {
  ops: { callbacks: ['pte'] },
} satisfies Partial<ScenarioCall>;

/** An entry whose contexts run on CPUs of their own, and what a search of it is to find. */
function race(
  about: Omit<LibraryEntry, 'scenario'>,
  revision: string,
  memory: ScenarioMemory,
  expect: 'safe' | 'unsafe',
  calls: readonly (ScenarioCall | ScenarioContext)[],
  more: Partial<Scenario> = {},
): LibraryEntry {
  const contexts = calls.map((call, cpu) => ('calls' in call ? call : { cpu, calls: [call] }));
  return {
    ...about,
    scenario: { ...HEADER, title: about.title, revision, memory, expect, contexts, ...more },
  };
}

export const DUMP_AND_PROMOTION = race(
  {
    id: 'dump-and-promotion',
    title: 'A dump reads a table that vmalloc frees',
    summary:
      'CPU 0 dumps the kernel’s page tables, with the mmap lock held for write. CPU 1 maps a block of 2 MiB where an empty PTE table is, and frees that table at once, without any lock. If the dump has just read the entry that pointed at it, it goes on into freed memory.',
    chapter: 6,
  },
  'v6.16',
  VMAP,
  'unsafe',
  [DUMP, PROMOTE],
);

export const DUMP_AND_PROMOTION_FIXED = race(
  {
    id: 'dump-and-promotion-fixed',
    title: 'vmalloc tries for the lock, or keeps small pages',
    summary:
      'The same two since 2026. Before it frees the table, vmalloc tries for init_mm’s mmap lock for read. While a dump holds it for write the try fails, and the range is mapped by pages in the table that is there. No order of steps goes wrong.',
    chapter: 6,
  },
  'v7.3',
  VMAP,
  'safe',
  [DUMP, PROMOTE],
);

export const DUMP_AND_KEY = race(
  {
    id: 'dump-and-key',
    title: 'arm64’s own way: a static key around dumps',
    summary:
      'Before the lock there was a key: a dump switches it on, and whoever frees a kernel table then takes the mmap lock and gives it back, to wait for the dump. No freed table is read. But the entry is cleared before the wait, and a walk that reads it twice follows a pointer to nowhere.',
    chapter: 6,
  },
  'v6.18',
  VMAP,
  'unsafe',
  [SHOW, PROMOTE],
);

export const TWO_DUMPS_ONE_KEY = race(
  {
    id: 'two-dumps-one-key',
    title: 'Two dumps, and one key that does not count',
    summary:
      'Two files are read at once. The first dump to end switches the key off, while the second still walks. vmalloc finds the key off, waits for nobody, and frees the table that the second dump is about to read.',
    chapter: 6,
  },
  'v6.18',
  VMAP,
  'unsafe',
  [SHOW, SHOW, PROMOTE],
);

const WITH_EFI: ListingMemory = {
  ...VMAP,
  roots: [
    { mm: 'init_mm', pgd: '0x40001000' },
    { mm: 'efi_mm', pgd: '0x40010000' },
  ],
};

/** By init_mm's root: where efi_mm shares the kernel's half, as on x86, its own leads to the same tables. */
const EFI_DUMP: ScenarioCall = { fn: 'ptdump_walk_pgd', mm: 'efi_mm', pgd: 'init_mm', ...RANGE };

export const EFI_DUMP_AND_PROMOTION = race(
  {
    id: 'efi-dump-and-promotion',
    title: 'The lock of efi_mm keeps nobody from init_mm’s tables',
    summary:
      'A dump of efi_mm reaches kernel tables that efi_mm shares, with efi_mm’s mmap lock held for write, and only that, as it was until 2026. vmalloc tries for the lock of init_mm, gets it, and frees the table that the dump reads. The walk warns of the lock that is missing.',
    chapter: 6,
  },
  'v7.3',
  WITH_EFI,
  'unsafe',
  [{ cpu: 0, omit: ['mmap:init_mm'], calls: [EFI_DUMP] }, PROMOTE],
);

export const EFI_DUMP_AND_PROMOTION_FIXED = race(
  {
    id: 'efi-dump-and-promotion-fixed',
    title: 'A dump of efi_mm holds both locks',
    summary:
      'Since 2026 the dump of any other mm holds init_mm’s mmap lock as well. vmalloc’s try for it fails while the dump walks, and small pages are mapped instead. No order of steps goes wrong.',
    chapter: 6,
  },
  'v7.3',
  WITH_EFI,
  'safe',
  [EFI_DUMP, PROMOTE],
);

export const NESTED_READER = race(
  {
    id: 'nested-reader',
    title: 'A reader nested behind a queued writer',
    summary:
      'What if both protections had stayed? vmalloc holds the mmap lock for read, unlinks the table, finds the key on and takes the same lock for read once more. In between a dump has queued for it, for write: new readers wait behind the writer, and the writer waits for the reader that is in.',
    chapter: 6,
  },
  'what-if-key',
  VMAP,
  'unsafe',
  [SHOW, PROMOTE],
  { config: { queuedWriters: true } },
);

export const NESTED_READER_FIXED = race(
  {
    id: 'nested-reader-fixed',
    title: 'One reader and no key: nobody waits in a circle',
    summary:
      'As it was merged: the key is gone, and the lock is taken once, by trylock, for the whole change. A writer that queues makes the try fail, and small pages are mapped. No order of steps ends in a deadlock.',
    chapter: 6,
  },
  'v7.3',
  VMAP,
  'safe',
  [SHOW, PROMOTE],
  { config: { queuedWriters: true } },
);

export const LOCKLESS_WALK_AND_PROMOTION = race(
  {
    id: 'lockless-walk-and-promotion',
    title: 'Another’s range, walked without a lock',
    summary:
      'A lockless walk of a range that vmalloc is changing to a block. The walk reads an entry several times: tests it, then takes the table’s address out of it. If the block is stored in between, data become a pointer. The trylock of 2026 is no help against who holds no lock.',
    chapter: 6,
  },
  'v7.3',
  VMAP,
  'unsafe',
  [{ fn: 'walk_kernel_page_table_range_lockless', ...RANGE, ...WALK }, PROMOTE],
);

export const READER_AND_PROMOTION = race(
  {
    id: 'reader-and-promotion',
    title: 'Another’s range, walked with the lock for read',
    summary:
      'The same with init_mm’s mmap lock held for read, which the assertion of the walk is content with. vmalloc tries for the lock for read too, and gets it: readers don’t keep each other out. This walk is as exposed as one without a lock.',
    chapter: 6,
  },
  'v7.3',
  VMAP,
  'unsafe',
  [{ fn: 'walk_kernel_page_table_range', ...RANGE, ...WALK, locks: INIT_MM_READ }, PROMOTE],
);

export const READER_OF_ITS_OWN = race(
  {
    id: 'reader-of-its-own',
    title: 'Its own range: the table next door is nobody else’s',
    summary:
      'A walk with the lock for read, over the area it owns. vmalloc changes the area beside it. A table is only freed where all it maps belongs to the area that is changed, so the two never meet. This, and not the lock, is what keeps such walks safe.',
    chapter: 6,
  },
  'v7.3',
  VMAP,
  'safe',
  [{ fn: 'walk_kernel_page_table_range', ...OTHER_RANGE, ...WALK, locks: INIT_MM_READ }, PROMOTE],
);

/** A linear map of two contiguous groups of blocks, and one block as a table of contiguous groups of pages. */
const LINEAR: ListingMemory = {
  geometry: '4k48',
  roots: [{ mm: 'init_mm', pgd: '0x40001000' }],
  tables: [
    ['init_mm', 0, '0xffff000000000000', 1, '0x1800000040002403', '0x0'],
    ['init_mm', 1, '0xffff000040000000', 1, '0x1800000040003403', '0x0'],
    ['init_mm', 2, '0xffff000040000000', 16, '0xf8000040000705', '0x200000'],
    ['init_mm', 2, '0xffff000042000000', 1, '0xe8000042000705', '0x0'],
    ['init_mm', 2, '0xffff000042200000', 1, '0x1800000040004403', '0x0'],
    ['init_mm', 3, '0xffff000042200000', 512, '0xf8000042200707', '0x1000'],
  ],
};

const READ_ONLY = { set: '0x80', clear: '0x8000000000000' } as const;
const change = (start: string, size: string): ScenarioCall => ({
  fn: 'update_range_prot',
  start,
  size,
  ...READ_ONLY,
});

export const BLOCK_AND_SPLIT = race(
  {
    id: 'block-and-split',
    title: 'A whole block changes while a page of it is split off',
    summary:
      'CPU 0 makes a block of 2 MiB read-only, in one store. CPU 1 changes one page of it, for which the block is split. The mutex of the split is not held by the walk: the store of one overwrites that of the other, a change is lost, or the new table.',
    chapter: 6,
  },
  'v7.3',
  LINEAR,
  'unsafe',
  [
    change('0xffff000042000000', '0x200000'),
    { fn: 'split_kernel_leaf_mapping', start: '0xffff000042010000', end: '0xffff000042020000' },
  ],
);

export const TWO_PAGES_OF_A_BLOCK = race(
  {
    id: 'two-pages-of-a-block',
    title: 'Two owners in one block',
    summary:
      'Two CPUs change a page each, of the same block of 2 MiB. Both have to split it, and the mutex lets one go first; the other finds a table. Then each stores to entries of its own. No order of steps loses anything.',
    chapter: 6,
  },
  'v7.3',
  LINEAR,
  'safe',
  [change('0xffff000042005000', '0x1000'), change('0xffff000042100000', '0x1000')],
);

export const TWO_PAGES_OF_A_GROUP = race(
  {
    id: 'two-pages-of-a-group',
    title: 'Two owners in one contiguous group of pages',
    summary:
      'Two CPUs change a page each, of the same group of 16 pages. The contiguous bit of all 16 entries goes first, under the mutex, and only from entries that have it. Then each changes its own. No order of steps loses anything.',
    chapter: 6,
  },
  'v7.3',
  LINEAR,
  'safe',
  [change('0xffff000042201000', '0x1000'), change('0xffff000042207000', '0x1000')],
);

export const TWO_BLOCKS_OF_A_GROUP = race(
  {
    id: 'two-blocks-of-a-group',
    title: 'Two owners in one contiguous group of blocks',
    summary:
      'Two CPUs change a whole block each, of the same group of 16 blocks. As with pages: the group is taken apart under the mutex by whoever comes first. No order of steps loses anything.',
    chapter: 6,
  },
  'v7.3',
  LINEAR,
  'safe',
  [change('0xffff000040200000', '0x200000'), change('0xffff000040800000', '0x200000')],
);
