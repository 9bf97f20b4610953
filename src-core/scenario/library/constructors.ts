import type { ListingMemory } from '../listing-world.ts';
import type { ScenarioCall } from '../schema.ts';
import { CAPTURE, oneContext } from './common.ts';
import { CAPTURED_EFI } from './efi-map.ts';

/** Roots with nothing in them: every table is made before one's eyes. */
const EMPTY: ListingMemory = {
  geometry: '4k48',
  roots: [
    { mm: 'init_mm', pgd: '0x41000000' },
    { mm: 'efi_mm', pgd: '0x41001000' },
    { mm: 'user', pgd: '0x41002000' },
  ],
  tables: [],
};

const VMALLOC = '0xffff800080000000';
const KERNEL_TABLES: ScenarioCall = { fn: 'pte_alloc', mm: 'init_mm', virt: VMALLOC };
/** Locks too large for their page's descriptor: each is an object of its own. */
const LOCKS_APART = { spinlock: 'rt' } as const;

export const KERNEL_TABLES_MADE = oneContext(
  {
    id: 'kernel-tables-made',
    title: 'The tables of a kernel mapping are made',
    summary:
      'A first mapping in an empty part of the vmalloc area needs a table at each level. In this tree, just before the series of 2025, the PUD and the PMD table get a constructor, the PTE table does not: it is not counted, and a hook in the constructor never sees it. Compare with v6.16.',
    chapter: 4,
  },
  'base',
  EMPTY,
  [KERNEL_TABLES],
  { config: LOCKS_APART },
);

export const TABLES_BY_OWNER = oneContext(
  {
    id: 'tables-by-owner',
    title: 'Whose table is it? The constructor asks',
    summary:
      'Three PTE tables: the kernel’s, a process’s, and one whose allocator was told no mm. Locks of init_mm’s tables are never taken, so its constructor leaves them out. The others have theirs, also where the owner is not known: NULL is not init_mm.',
    chapter: 4,
  },
  'v7.3',
  EMPTY,
  [
    KERNEL_TABLES,
    { fn: 'pte_alloc', mm: 'user', virt: '0x400000' },
    { fn: 'table_life', allocator: 'pte_alloc_one_kernel', level: 'pte', mm: null, keep: true },
  ],
  { config: LOCKS_APART },
);

export const LOCK_SAVED = oneContext(
  {
    id: 'lock-saved',
    title: 'A lock saved for every kernel PMD table',
    summary:
      'On a captured kernel, a mapping in a new part of the vmalloc area needs a PMD and a PTE table. With PREEMPT_RT a lock is 32 bytes and allocated apart. Before patch 6 the PMD table gets one that nobody will ever take; from patch 6 on it gets none.',
    chapter: 4,
  },
  'ctor-p5',
  CAPTURE,
  [{ fn: 'pte_alloc', mm: 'init_mm', virt: '0xffff801000000000' }],
  { config: LOCKS_APART },
);

export const NO_MEMORY_FOR_A_LOCK = oneContext(
  {
    id: 'no-memory-for-a-lock',
    title: 'No memory for a table’s lock',
    summary:
      'Where locks are objects of their own, a constructor can fail: there is no memory for the lock. The page is freed without a destructor, and the mapping fails with -ENOMEM. Before patch 6 that can happen to a PMD table of the kernel, for a lock that nobody would ever take. From patch 6 on it can’t.',
    chapter: 4,
  },
  'ctor-p5',
  EMPTY,
  [KERNEL_TABLES],
  { config: LOCKS_APART, contexts: [{ cpu: 0, calls: [KERNEL_TABLES], failAllocation: { lock: 1 } }] },
);

export const BOOT_TABLES = oneContext(
  {
    id: 'boot-tables',
    title: 'Tables made too early for a constructor',
    summary:
      'Early in boot there are no page descriptors to construct: tables come from memblock and stay what they are, uncounted and without a lock, in every revision. The same level made later is constructed.',
    chapter: 4,
  },
  'v7.3',
  EMPTY,
  [
    {
      fn: 'table_life',
      allocator: 'early_pgtable_alloc',
      level: 'pud',
      mm: 'init_mm',
      virt: VMALLOC,
      keep: true,
    },
    {
      fn: 'table_life',
      allocator: 'early_pgtable_alloc',
      level: 'pmd',
      mm: 'init_mm',
      virt: VMALLOC,
      keep: true,
    },
    KERNEL_TABLES,
  ],
);

const HOT_ADD: ScenarioCall = { fn: 'arch_add_memory', phys: '0x1000000000', size: '0x400000' };

export const ONE_BUILDER = oneContext(
  {
    id: 'one-builder',
    title: 'One builder for the firmware and for new memory',
    summary:
      'arm64’s __create_pgd_mapping() builds both efi_mm and the linear map of memory that is added. Which allocator it is handed decides what constructors are told: NULL for the firmware’s tables, which get locks, and init_mm for new memory, whose tables get none.',
    chapter: 4,
  },
  'v6.16',
  EMPTY,
  [
    {
      fn: 'efi_virtmap_init',
      regions: [
        { type: 5, phys: '0x40010000', pages: 16, attr: '0x8000000000000008' },
        { type: 11, phys: '0x9010000', pages: 16, attr: '0x8000000000000001' },
      ],
    },
    HOT_ADD,
  ],
  { config: { ...LOCKS_APART, bbml3: false } },
);

const EFI: ListingMemory = {
  geometry: '4k52@48',
  from: 'the roots of x4-4k-48',
  roots: [
    { mm: 'init_mm', pgd: '0x72f03000' },
    { mm: 'efi_mm', pgd: '0x402cc000' },
  ],
  tables: [],
};

export const EFI_BUILT = oneContext(
  {
    id: 'efi-built',
    title: 'The firmware’s tables are built',
    summary:
      'efi_mm from the EFI memory map of a captured machine, as that machine built it: a mapping for each runtime region, then the permissions of the memory attributes table. Those go through apply_to_page_range(), which takes the PTE lock of each table, because efi_mm is not init_mm.',
    chapter: 4,
  },
  'v7.2',
  EFI,
  [CAPTURED_EFI],
  { config: { ...LOCKS_APART, nrCpus: 8 } },
);

export const FIRMWARE_CALLED = oneContext(
  {
    id: 'firmware-called',
    title: 'The firmware is called',
    summary:
      'A kernel thread calls the firmware, whose mappings are efi_mm’s: the lower half of the address space is switched to it and back. In v6.12 with preemption off and under a raw spinlock, so that nothing may sleep meanwhile. In v7.3 the thread has efi_mm as its own and may be preempted.',
    chapter: 4,
  },
  'v6.12',
  EFI,
  [
    { fn: 'arch_efi_call_virt_setup', kthread: true },
    { fn: 'arch_efi_call_virt_teardown', kthread: true },
  ],
);

export const EFI_WITHOUT_CTOR = oneContext(
  {
    id: 'efi-without-ctor',
    title: 'The firmware’s tables without a constructor',
    summary:
      'What ARM did until 2016: the tables of efi_mm are made, but not constructed. Changing permissions takes the PTE lock of such a table. Where locks are allocated apart its pointer is NULL, and the kernel oopses; where it lies in the page, zero bytes happen to look like a free lock.',
    chapter: 6,
  },
  'v7.2',
  EFI,
  [CAPTURED_EFI],
  { config: { ...LOCKS_APART, nrCpus: 8, efiCtor: false } },
);

/**
 * Roots, and the part of the direct map that the roots and new tables lie in, page by page: RAM from 0x40000000, the first 2 MiB from
 * 0x41000000 on.
 */
const DIRECT_MAP: ListingMemory = {
  geometry: '4k48',
  roots: EMPTY.roots,
  tables: [
    ['init_mm', 0, '0xffff000000000000', 1, '0x1000000041003003', '0x0'],
    ['init_mm', 1, '0xffff000000000000', 1, '0x1000000041004003', '0x0'],
    ['init_mm', 2, '0xffff000001000000', 1, '0x1000000041005003', '0x0'],
    ['init_mm', 3, '0xffff000001000000', 512, '0xe8000041000703', '0x1000'],
  ],
};
const HOOKED = { ctorHook: 'write-protect', physOffset: '0x40000000' } as const;

export const CTOR_HOOK = oneContext(
  {
    id: 'ctor-hook',
    title: 'A hook in the constructor protects page tables',
    summary:
      'Were each table write-protected by a hook in its constructor, which tables would be missed? The hook makes the table’s own page read-only in the direct map. In this tree the kernel’s PTE table stays writable: nothing constructs it. From patch 2 on, none does.',
    chapter: 4,
  },
  'base',
  DIRECT_MAP,
  [KERNEL_TABLES],
  { config: HOOKED },
);

const LITTLE_MEMORY = { ...HOT_ADD, size: '0x200000' };

export const PAGE_LEFT_READ_ONLY = oneContext(
  {
    id: 'page-left-read-only',
    title: 'A page of a table is given back read-only',
    summary:
      'The hook’s other half is the destructor, which makes the page writable again. Memory is added and removed in a tree that constructs the tables of its linear mapping and frees them without a destructor: their pages go back to the page allocator write-protected, and their next owner faults. v7.3 destructs them.',
    chapter: 6,
  },
  'v6.16',
  DIRECT_MAP,
  [LITTLE_MEMORY, { ...LITTLE_MEMORY, fn: 'arch_remove_memory' }],
  { config: { ...HOOKED, bbml3: false } },
);

export const MEMORY_COMES_AND_GOES = oneContext(
  {
    id: 'memory-comes-and-goes',
    title: 'Memory comes and goes, and the count is off by one',
    summary:
      'Memory is added and removed again beside other memory. The table of its memory map was allocated without a constructor, and is freed with a destructor: NR_PAGETABLE falls by one that it never rose by, each time.',
    chapter: 6,
  },
  'v7.3',
  EMPTY,
  [
    { fn: 'arch_add_memory', phys: '0x2000000000', size: '0x400000' },
    HOT_ADD,
    { ...HOT_ADD, fn: 'arch_remove_memory' },
  ],
);
