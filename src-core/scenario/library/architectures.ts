import type { LibraryEntry } from '../library.ts';
import type { ListingMemory } from '../listing-world.ts';
import type { ScenarioCall, ScenarioConfig } from '../schema.ts';
import { oneContext } from './common.ts';

// Table allocators of the other architectures. Their tables are linked with arm64's descriptors: what is theirs is who constructs what.

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
const KERNEL: ScenarioCall = { fn: 'pte_alloc', mm: 'init_mm', virt: VMALLOC };
const USER: ScenarioCall = { fn: 'pte_alloc', mm: 'user', virt: '0x400000' };

type Life = Extract<ScenarioCall, { fn: 'table_life' }>;

/** A table by one allocator, linked for the start of the vmalloc area where it is the kernel's. It stays. */
function made(allocator: string, level: Life['level'], mm: Life['mm']): ScenarioCall {
  const at = mm === 'init_mm' ? { virt: VMALLOC } : {};
  return { fn: 'table_life', allocator, level, mm, ...at, keep: true };
}

function architecture(
  arch: NonNullable<ScenarioConfig['arch']>,
  revision: string,
  title: string,
  summary: string,
  calls: ScenarioCall[],
): LibraryEntry {
  return oneContext({ id: `tables-of-${arch}`, title, summary, chapter: 4 }, revision, EMPTY, calls, {
    config: { arch, spinlock: 'rt' },
  });
}

/** One for each architecture that the series of 2025 names, and one for all that use the generic allocators. */
export const ARCHITECTURES: readonly LibraryEntry[] = [
  architecture(
    'arm',
    'ctor-p1',
    'arm: late mappings are the firmware’s only',
    'create_mapping_late() is for EFI only. Its late_alloc() has constructed PTE tables since 2016, and tells the constructor no mm: they get their lock. The kernel’s own PTE table is constructed from patch 2 on. A process’s root is four pages.',
    [made('late_alloc', 'pte', 'efi_mm'), KERNEL, made('pgd_alloc', 'pgd', 'user')],
  ),
  architecture(
    'riscv',
    'ctor-p10',
    'riscv: the firmware’s and new memory’s tables are told no mm',
    'One set of late allocators serves EFI and memory that is added, and knows no mm: NULL is not init_mm, so tables of the kernel get locks that nobody takes. PUD and P4D tables are constructed from patch 11 on.',
    [
      made('alloc_pud_late', 'pud', 'init_mm'),
      made('alloc_pmd_late', 'pmd', 'init_mm'),
      made('alloc_pte_late', 'pte', 'init_mm'),
      made('alloc_pte_late', 'pte', 'efi_mm'),
    ],
  ),
  architecture(
    'x86',
    'v6.16',
    'x86: the direct map’s tables are left out',
    'Tables of the direct map, also of memory that is added, are raw pages at every revision. Those that split its blocks were raw too until v7.3, which constructs them, as it does those of efi_mm. The generic allocators do as everywhere.',
    [
      made('alloc_low_pages', 'pud', 'init_mm'),
      made('alloc_low_pages', 'pmd', 'init_mm'),
      made('split_large_page', 'pte', 'init_mm'),
      { fn: 'pte_alloc', mm: 'init_mm', virt: '0xffff800100000000' },
      made('alloc_pte_page', 'pte', 'efi_mm'),
    ],
  ),
  architecture(
    's390',
    'ctor-p1',
    's390: kernel PTE tables were constructed all along',
    'One function makes PTE tables for processes and for the kernel, and always constructed them, lock and all. Patch 2 takes the lock away from the kernel’s. Its upper tables, and those of memory that is added, are raw pages. A process’s upper tables are four pages each.',
    [made('vmem_crst_alloc', 'pud', 'init_mm'), made('vmem_crst_alloc', 'pmd', 'init_mm'), KERNEL, USER],
  ),
  architecture(
    'powerpc',
    'ctor-p3',
    'powerpc: fragments of a page',
    'Several tables share a page, and the page is constructed once. A process’s always was, the kernel’s from patch 4 on. PMD tables always were; upper tables come from a slab cache, and never are. Here each table is shown with a page of its own.',
    [KERNEL, USER],
  ),
  architecture(
    'sparc64',
    'ctor-p4',
    'sparc64: one helper for the kernel and for processes',
    'A process’s PTE table is constructed, the kernel’s is a plain page. From patch 5 on both come from the same helper, which constructs both.',
    [KERNEL, USER],
  ),
  architecture(
    'm68k',
    'v6.12',
    'm68k: many tables to a page',
    'Motorola’s pointer tables are small: eight or sixteen to a page, constructed once a page. PTE tables were from early on, PMD tables and roots since v6.14. There is one CPU and no split lock. Here each table is shown with a page of its own.',
    [
      made('get_pointer_table', 'pte', null),
      made('get_pointer_table', 'pte', 'user'),
      made('get_pointer_table_upper', 'pmd', 'user'),
      made('get_pointer_table_upper', 'pgd', 'user'),
    ],
  ),
  architecture(
    'm68k-coldfire',
    'ctor-p2',
    'ColdFire: an allocator of its own, and a patch of its own',
    'ColdFire takes kernel PTE tables from DMA memory, by a function of its own. Patch 2 passes it by; patch 3 has it construct what it makes.',
    [KERNEL],
  ),
  architecture(
    'csky',
    'ctor-p1',
    'The others: generic, or nearly so',
    'csky, microblaze and openrisc have kernel PTE allocators of their own, which patch 2 makes use the generic one. loongarch, mips and parisc have some of theirs for PMD tables. All others are generic. Choose an architecture beside the revisions and compare.',
    [KERNEL, USER],
  ),
];
