import type { LibraryEntry } from '../library.ts';
import { CAPTURE, INIT_MM_READ, LOOK, oneContext } from './common.ts';
import { FOUR_PAGES, GIGABYTE, SIXTY_FOUR_PAGES, VMALLOC } from './worlds.ts';

/** Booted without rodata=full on CPUs without BBML: the linear map has blocks, and they may not be split. */
const NO_SPLITTING = { bbml3: false, linearReq: false, rodataFull: false } as const;

export const BOTH_ENDS: LibraryEntry = oneContext(
  {
    id: 'both-ends',
    title: 'A range that cuts a block at each end',
    summary:
      'The range begins inside one 2 MiB block, covers two more, and ends inside a fourth. The first and the last are split; then one pass changes 16 pages, two whole blocks and 8 pages. The pages keep every attribute the blocks had.',
    chapter: 5,
  },
  'v7.3',
  CAPTURE,
  [{ fn: 'set_memory_valid', addr: '0xffff0000419f0000', numpages: 1048, enable: false }],
);

export const PAGE_IN_A_GIGABYTE: LibraryEntry = oneContext(
  {
    id: 'page-in-a-gigabyte',
    title: 'One page in a block of 1 GiB',
    summary:
      'The block becomes 512 blocks of 2 MiB in contiguous groups. The group around the page is taken apart, one of its blocks becomes 512 pages in contiguous groups, and again the one around the page is taken apart. Two tables and 1058 stores, for one page.',
    chapter: 5,
  },
  'v7.3',
  GIGABYTE,
  [{ fn: 'set_direct_map_invalid_noflush', pfn: '0xc0201' }],
);

export const HALF_CHANGED: LibraryEntry = oneContext(
  {
    id: 'half-changed',
    title: 'A block that may not be split: half the range is changed',
    summary:
      'On this machine blocks of the linear map can’t be split. The range covers one block and half of the next. The first is changed; the second can’t be changed in part, so the kernel warns and returns -EINVAL. Nothing is put back, and the TLB is flushed all the same.',
    chapter: 6,
  },
  'v7.3',
  CAPTURE,
  [{ fn: 'set_memory_valid', addr: '0xffff000041a00000', numpages: 768, enable: false }],
  { config: NO_SPLITTING },
);

export const PART_OF_A_GIGABYTE: LibraryEntry = oneContext(
  {
    id: 'part-of-a-gigabyte',
    title: 'Part of a block of 1 GiB, which may not be split',
    summary:
      'The same refusal one level higher: the walk meets a leaf at the PUD, the range covers only 2 MiB of its 1 GiB, and the callback warns and returns -EINVAL. Nothing is stored.',
    chapter: 5,
  },
  'v7.3',
  GIGABYTE,
  [{ fn: 'set_memory_valid', addr: '0xffff0000c0200000', numpages: 512, enable: false }],
  { config: NO_SPLITTING },
);

export const WHOLE_BLOCKS: LibraryEntry = oneContext(
  {
    id: 'whole-blocks',
    title: 'Two whole blocks, one store each',
    summary:
      'The range is exactly two 2 MiB blocks that stand alone. Nothing has to be split: each block changes in one store, and the callback says ACTION_CONTINUE, so the walk goes on to the next entry without looking below.',
    chapter: 5,
  },
  'v7.3',
  CAPTURE,
  [{ fn: 'set_memory_valid', addr: '0xffff000041a00000', numpages: 1024, enable: false }],
);

export const BATCHED_BARRIERS: LibraryEntry = oneContext(
  {
    id: 'batched-barriers',
    title: 'Barriers once, not for each page',
    summary:
      'set_memory_x() on a vmalloc area of 64 pages. Each store of a valid entry wants a barrier after it. Lazy MMU mode brackets the operation, so that they are made once, at its end. Linux 6.12 made them 64 times.',
    chapter: 5,
  },
  'v7.3',
  VMALLOC,
  [{ fn: 'set_memory_x', ...SIXTY_FOUR_PAGES }],
);

export const READ_ONLY_ALIAS: LibraryEntry = oneContext(
  {
    id: 'read-only-alias',
    title: 'set_memory_ro() changes two mappings',
    summary:
      'One page of a vmalloc area becomes read-only. With rodata=full its other mapping, in the linear map, must follow: there it lies in a 2 MiB block, which is split first. The machine the tables come from did the same, entry by entry.',
    chapter: 5,
  },
  'v7.2',
  VMALLOC,
  [{ fn: 'set_memory_ro', addr: '0xffff800084331000', numpages: 1 }],
);

export const DIRECT_MAP_PAGE: LibraryEntry = oneContext(
  {
    id: 'direct-map-page',
    title: 'One page out of the linear map, and back',
    summary:
      'As secretmem does it: a page leaves the kernel’s own mapping. set_direct_map_invalid_noflush() makes its entry invalid, set_direct_map_default_noflush() makes it valid and writable again. The split looked for first takes a mutex, the walk takes no lock, and neither call flushes the TLB: that is left to the caller.',
    chapter: 2,
  },
  'v7.3',
  CAPTURE,
  [
    { fn: 'set_direct_map_invalid_noflush', pfn: '0x4171c' },
    { fn: 'set_direct_map_default_noflush', pfn: '0x4171c' },
  ],
);

export const HOLES_IN_THE_RANGE: LibraryEntry = oneContext(
  {
    id: 'holes-in-the-range',
    title: 'Nothing is mapped there',
    summary:
      'The range is a hole of one PMD entry and four empty PTEs behind it. The walk skips the hole, but visits every slot of a PTE table that exists, and stores into the empty ones. Linux 6.12 allocated a table for the hole.',
    chapter: 6,
  },
  'v7.3',
  CAPTURE,
  [{ fn: 'set_memory_valid', addr: '0xffff00007fc00000', numpages: 516, enable: false }],
);

export const EMPTY_PTE_READ_ONLY: LibraryEntry = oneContext(
  {
    id: 'empty-pte-read-only',
    title: 'An empty entry gets a read-only bit',
    summary:
      'An empty PTE is asked to become read-only. The callback looks neither for none nor for valid: it clears and sets bits, and the entry that was 0x0 is 0x80. It stays invalid, but it is not empty any more.',
    chapter: 6,
  },
  'v7.3',
  CAPTURE,
  [
    {
      fn: 'update_range_prot',
      start: '0xffff00007fe00000',
      size: '0x1000',
      set: '0x80',
      clear: '0x8000000000000',
    },
  ],
);

export const KFENCE_PAGE: LibraryEntry = oneContext(
  {
    id: 'kfence-page',
    title: 'KFENCE takes a page away, from wherever it is called',
    summary:
      'KFENCE makes a page invalid to catch a use after free, at times in softirq, where nothing may sleep. Its pool is mapped by pages, so there is nothing to split: no mutex, no allocation, no lock at all, only the walk, one store and the flush. The pool is taken to lie here.',
    chapter: 2,
  },
  'v7.3',
  CAPTURE,
  [{ fn: 'set_memory_valid', addr: '0xffff000041752000', numpages: 1, enable: false }],
  { config: { kfenceStart: '0xffff000041750000', kfenceEnd: '0xffff000041760000' } },
);

const RO: LibraryEntry['scenario']['contexts'][number]['calls'][number] = {
  fn: 'set_memory_ro',
  addr: FOUR_PAGES.addr,
  numpages: 2,
};

export const OWN_RANGES: LibraryEntry = oneContext(
  {
    id: 'own-ranges',
    title: 'Two CPUs, each changes its own pages',
    summary:
      'Two CPUs change the permissions of two vmalloc areas at the same time, without a lock. Their entries lie in one PTE table, but no entry is touched by both: whatever the order, both changes are there at the end.',
    chapter: 2,
  },
  'v7.3',
  VMALLOC,
  [RO],
  {
    config: { rodataFull: false },
    contexts: [
      { cpu: 0, calls: [RO] },
      { cpu: 1, calls: [{ fn: 'set_memory_x', addr: SIXTY_FOUR_PAGES.addr, numpages: 2 }] },
    ],
  },
);

export const SHARED_RANGE: LibraryEntry = oneContext(
  {
    id: 'shared-range',
    title: 'Two CPUs change the same page: one change is lost',
    summary:
      'Nobody may do this: two CPUs change the same page without a lock, one makes it read-only, the other executable. Each reads the entry, then stores what it computed. If both read before either stores, the first store is undone, and both calls return 0. Here that leaves a page both writable and executable.',
    chapter: 2,
  },
  'v7.3',
  VMALLOC,
  [RO],
  {
    expect: 'unsafe',
    config: { rodataFull: false },
    contexts: [
      { cpu: 0, calls: [RO] },
      { cpu: 1, calls: [{ fn: 'set_memory_x', addr: FOUR_PAGES.addr, numpages: 1 }] },
    ],
  },
);

export const ALWAYS_LOCKLESS: LibraryEntry = oneContext(
  {
    id: 'always-lockless',
    title: 'Linux 6.12 took no lock either',
    summary:
      'The lockless walk of kernel tables was new in 2025, changing them without a lock was not. In 6.12 set_memory_x() goes by apply_to_page_range(), which takes the PTE lock for every mm but init_mm, and asserts nothing. From the call to its return no lock is taken.',
    chapter: 2,
  },
  'v6.12',
  VMALLOC,
  [{ fn: 'set_memory_x', ...FOUR_PAGES }],
);

/** One page of the pool, as KFENCE takes it away when an object is freed. */
const PROTECT = {
  fn: 'set_memory_valid',
  addr: '0xffff000041752000',
  numpages: 1,
  enable: false,
} as const;
const POOL = { kfenceStart: '0xffff000041750000', kfenceEnd: '0xffff000041760000' } as const;

export const KFENCE_IN_SOFTIRQ: LibraryEntry = oneContext(
  {
    id: 'kfence-in-softirq',
    title: 'KFENCE in softirq: the lockless walk may run there',
    summary:
      'An object is freed by RCU, in softirq, and KFENCE makes its page invalid. Nothing may sleep here: no mutex, no mmap lock, no allocation that waits. The lockless walk asks for none of these and completes. The pool is taken to lie here.',
    chapter: 2,
  },
  'v7.3',
  CAPTURE,
  [PROTECT],
  { config: POOL, contexts: [{ cpu: 0, kind: 'softirq', calls: [PROTECT] }] },
);

export const MMAP_LOCK_IN_SOFTIRQ: LibraryEntry = oneContext(
  {
    id: 'mmap-lock-in-softirq',
    title: 'The mmap lock in softirq: sleeping where nothing may sleep',
    summary:
      'The same page, by a walk that wants init_mm’s mmap lock. Its caller takes the lock in softirq. That lock sleeps when it has to wait, and code in softirq can’t sleep: already the attempt is wrong, whether or not somebody holds the lock.',
    chapter: 2,
  },
  'v7.3',
  CAPTURE,
  [],
  {
    contexts: [
      {
        cpu: 0,
        kind: 'softirq',
        calls: [
          {
            fn: 'walk_kernel_page_table_range',
            start: PROTECT.addr,
            end: '0xffff000041753000',
            ops: LOOK,
            locks: INIT_MM_READ,
          },
        ],
      },
    ],
  },
);

export const KFENCE_INTERRUPTS_OFF: LibraryEntry = oneContext(
  {
    id: 'kfence-interrupts-off',
    title: 'KFENCE under a raw spinlock, interrupts off',
    summary:
      'Not only in softirq: when it hands out an object, KFENCE changes the page’s entry while it holds a raw spinlock of its own, with interrupts off. Any lock that may sleep is a bug there, in whatever context the allocation was made. The change itself takes none.',
    chapter: 6,
  },
  'v7.3',
  CAPTURE,
  [PROTECT],
  { config: POOL, contexts: [{ cpu: 0, kind: 'irqs-off', calls: [PROTECT] }] },
);
