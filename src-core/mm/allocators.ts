import type { LevelName } from '../arch/geometry.ts';

/** Architectures whose table allocators are told apart here; `generic`: <asm-generic/pgalloc.h>. */
export type Arch =
  | 'generic'
  | 'arm64'
  | 'arm'
  | 'riscv'
  | 'x86'
  | 's390'
  | 'm68k'
  | 'm68k-coldfire'
  | 'powerpc'
  | 'sparc64'
  | 'sparc32'
  | 'csky'
  | 'loongarch'
  | 'microblaze'
  | 'mips'
  | 'openrisc'
  | 'parisc';

/** Where the page of a table comes from. `carved`: out of a block taken before. */
export type TableSource = 'buddy' | 'memblock' | 'static' | 'slab' | 'carved';

/**
 * When an allocator runs the constructor: never, always, or where the revision's rules say so. `generic`: `constructs`; `kernel-pte`:
 * `kernelPte`; the others carry their rule's name.
 */
export type CtorWhen =
  | 'never'
  | 'always'
  | 'generic'
  | 'kernel-pte'
  | 'arm64-kernel'
  | 'arm64-special'
  | 'riscv-late'
  | 'arch-kernel-pte'
  | 'arch-upper'
  | 'x86-cpa'
  | 'splits';

/** One function that allocates page tables, as data. */
export interface Allocator {
  /** The kernel's name of it. */
  readonly name: string;
  readonly arch: Arch;
  readonly file: string;
  /** Levels of tables it makes. */
  readonly levels: readonly LevelName[];
  readonly source: TableSource;
  /** The page is 2^order pages. */
  readonly order: number;
  readonly ctor: CtorWhen;
  /** The mm that the constructor is told: the caller's, none (NULL), or init_mm. */
  readonly ctorMm: 'given' | 'null' | 'init_mm';
  /** Charged to the memory cgroup (`__GFP_ACCOUNT`). `user-late`: only since upper levels have constructors. */
  readonly memcg: 'never' | 'not-init' | 'always' | 'not-init-late';
  /** Marks the page PT_kernel, in revisions that have the flag. */
  readonly flag: 'never' | 'always' | 'init_mm';
  /** Goes through `pagetable_alloc()`. */
  readonly api: boolean;
  /** The generic functions that are this one on its architecture: `pte_alloc_one` and its like. */
  readonly serves?: readonly string[];
  /** Tables of processes come from it too, and are constructed at every revision. */
  readonly shared?: true;
  /** The constructor it calls, where that is not its level's. */
  readonly ctorAs?: LevelName;
  /** The function that gives such a table back. */
  readonly free: string;
  /**
   * Where there is no page: the caller gets none, the kernel BUGs, or it panics; `errors`: a BUG, in revisions without error returns
   * (`build.returnsErrors`).
   */
  readonly noPage: 'none' | 'bug' | 'panic' | 'errors';
  /** Where the constructor answers false, for want of a lock: the page is freed and the caller gets none, the kernel BUGs, or nobody looks. */
  readonly noLock: 'none' | 'bug' | 'ignored';
}

const PGALLOC = 'include/asm-generic/pgalloc.h';

const row = (
  arch: Arch,
  name: string,
  levels: readonly LevelName[],
  rest: Partial<Allocator> & Pick<Allocator, 'file'>,
): Allocator => ({
  arch,
  name,
  levels,
  source: 'buddy',
  order: 0,
  ctor: 'generic',
  ctorMm: 'given',
  memcg: 'not-init',
  flag: 'never',
  api: true,
  free: `${levels[0] ?? 'pte'}_free`,
  noPage: 'none',
  noLock: 'none',
  ...rest,
});

const raw = (
  arch: Arch,
  name: string,
  levels: readonly LevelName[],
  file: string,
  source: TableSource,
  free: string,
  noPage: Allocator['noPage'] = 'none',
): Allocator =>
  row(arch, name, levels, { file, source, ctor: 'never', memcg: 'never', api: false, free, noPage });

/** Allocators built on the generic one, whose own row differs only in name and file. */
const KERNEL_PTE: Omit<Allocator, 'arch' | 'file' | 'name' | 'levels'> = {
  source: 'buddy',
  order: 0,
  ctor: 'kernel-pte',
  ctorMm: 'given',
  memcg: 'never',
  flag: 'always',
  api: true,
  free: 'pte_free_kernel',
  noPage: 'none',
  noLock: 'none',
};
/** A kernel PTE allocator of its own, which its patch of the series made construct. */
const OWN_KERNEL_PTE = { ...KERNEL_PTE, ctor: 'arch-kernel-pte', flag: 'never' } as const;

/** One function for PTE tables of the kernel and of processes. */
const BOTH_PTES = { serves: ['pte_alloc_one', 'pte_alloc_one_kernel'], shared: true } as const;

const GENERIC: readonly Allocator[] = [
  row('generic', 'pte_alloc_one', ['pte'], { file: PGALLOC, memcg: 'always' }),
  row('generic', 'pte_alloc_one_kernel', ['pte'], { file: PGALLOC, ...KERNEL_PTE }),
  row('generic', 'pmd_alloc_one', ['pmd'], { file: PGALLOC, flag: 'init_mm' }),
  row('generic', 'pud_alloc_one', ['pud'], { file: PGALLOC, flag: 'init_mm' }),
  row('generic', 'p4d_alloc_one', ['p4d'], { file: PGALLOC, flag: 'init_mm' }),
  row('generic', 'pgd_alloc', ['pgd'], { file: PGALLOC, flag: 'init_mm' }),
  raw(
    'generic',
    'vmemmap_alloc_block_zero',
    ['pte', 'pmd', 'pud', 'p4d'],
    'mm/sparse-vmemmap.c',
    'buddy',
    'free_hotplug_pgtable_page',
  ),
  row('generic', 'vmemmap_split_pmd', ['pte'], {
    file: 'mm/hugetlb_vmemmap.c',
    ...KERNEL_PTE,
    ctorMm: 'init_mm',
  }),
];

const MMU = 'arch/arm64/mm/mmu.c';
const ARM64: readonly Allocator[] = [
  row('arm64', 'pgd_alloc_slab', ['pgd'], {
    file: 'arch/arm64/mm/pgd.c',
    source: 'slab',
    ctor: 'never',
    memcg: 'never',
    api: false,
    free: 'pgd_free_slab',
  }),
  raw('arm64', 'swapper_pg_dir', ['pgd'], 'arch/arm64/kernel/vmlinux.lds.S', 'static', ''),
  raw('arm64', 'early_pgtable_alloc', ['pte', 'pmd', 'pud', 'p4d'], MMU, 'memblock', '', 'panic'),
  raw('arm64', 'kpti_ng_pgd_alloc', ['pte', 'pmd', 'pud', 'p4d'], MMU, 'carved', ''),
  row('arm64', 'pgd_pgtable_alloc_init_mm', ['pte', 'pmd', 'pud', 'p4d'], {
    file: MMU,
    ctor: 'arm64-kernel',
    ctorMm: 'init_mm',
    memcg: 'never',
    noPage: 'errors',
    noLock: 'bug',
    free: 'free_hotplug_pgtable_page',
  }),
  row('arm64', 'pgd_pgtable_alloc_special_mm', ['pte', 'pmd', 'pud', 'p4d'], {
    file: MMU,
    ctor: 'arm64-special',
    ctorMm: 'null',
    memcg: 'never',
    noPage: 'errors',
    noLock: 'bug',
    free: '',
  }),
  row('arm64', 'pgd_pgtable_alloc_init_mm_gfp', ['pte', 'pmd'], {
    file: MMU,
    ctor: 'splits',
    ctorMm: 'init_mm',
    memcg: 'never',
    noLock: 'bug',
    free: '',
  }),
];

const ARM: readonly Allocator[] = [
  row('arm', 'pte_alloc_one_kernel', ['pte'], {
    file: 'arch/arm/include/asm/pgalloc.h',
    ...KERNEL_PTE,
  }),
  row('arm', 'late_alloc', ['pte'], {
    file: 'arch/arm/mm/mmu.c',
    ctorMm: 'null',
    memcg: 'never',
    noPage: 'bug',
    noLock: 'bug',
    free: '',
  }),
  raw('arm', 'early_alloc', ['pte'], 'arch/arm/mm/mmu.c', 'memblock', '', 'panic'),
  row('arm', 'pgd_alloc', ['pgd'], {
    file: 'arch/arm/mm/pgd.c',
    order: 2,
    memcg: 'not-init-late',
  }),
  row('arm', 'pgd_alloc_lpae', ['pgd'], {
    file: 'arch/arm/mm/pgd.c',
    source: 'slab',
    ctor: 'never',
    memcg: 'never',
    api: false,
    free: 'pgd_free_lpae',
  }),
];

const late = (name: string, level: LevelName): Allocator =>
  row('riscv', name, [level], {
    file: 'arch/riscv/mm/init.c',
    ctor: 'riscv-late',
    ctorMm: 'null',
    memcg: 'never',
    noPage: 'bug',
    noLock: 'bug',
    free: level === 'p4d' ? '' : `free_${level}_table`,
  });
const RISCV: readonly Allocator[] = [
  late('alloc_pte_late', 'pte'),
  late('alloc_pmd_late', 'pmd'),
  late('alloc_pud_late', 'pud'),
  late('alloc_p4d_late', 'p4d'),
  raw('riscv', 'alloc_pte_early', ['pte'], 'arch/riscv/mm/init.c', 'memblock', ''),
  raw('riscv', 'alloc_pmd_early', ['pmd'], 'arch/riscv/mm/init.c', 'memblock', ''),
  raw('riscv', 'alloc_pte_fixmap', ['pte'], 'arch/riscv/mm/init.c', 'memblock', ''),
  raw('riscv', 'alloc_pmd_fixmap', ['pmd'], 'arch/riscv/mm/init.c', 'memblock', ''),
];

const X86: readonly Allocator[] = [
  row('x86', 'preallocate_pmds', ['pmd'], { file: 'arch/x86/mm/pgtable.c' }),
  raw(
    'x86',
    'alloc_low_pages',
    ['pte', 'pmd', 'pud', 'p4d'],
    'arch/x86/mm/init.c',
    'buddy',
    'free_pagetable',
  ),
  raw('x86', 'spp_getpage', ['pte', 'pmd', 'pud', 'p4d'], 'arch/x86/mm/init_64.c', 'buddy', 'free_pagetable'),
  row('x86', 'alloc_pte_page', ['pte'], {
    file: 'arch/x86/mm/pat/set_memory.c',
    ...KERNEL_PTE,
    ctor: 'x86-cpa',
    ctorMm: 'init_mm',
    api: true,
    free: 'try_to_free_pte_page',
  }),
  row('x86', 'alloc_pmd_page', ['pmd'], {
    file: 'arch/x86/mm/pat/set_memory.c',
    ...KERNEL_PTE,
    ctor: 'x86-cpa',
    ctorMm: 'init_mm',
    free: 'try_to_free_pmd_page',
  }),
  row('x86', 'populate_pgd', ['pud', 'p4d'], {
    file: 'arch/x86/mm/pat/set_memory.c',
    ...KERNEL_PTE,
    ctor: 'x86-cpa',
    ctorMm: 'init_mm',
    free: '',
  }),
  row('x86', 'split_large_page', ['pte', 'pmd'], {
    file: 'arch/x86/mm/pat/set_memory.c',
    ...KERNEL_PTE,
    ctor: 'x86-cpa',
    ctorMm: 'init_mm',
    ctorAs: 'pte',
    free: 'free_pagetable',
  }),
  raw('x86', 'efi_alloc_page_tables', ['pgd'], 'arch/x86/platform/efi/efi_64.c', 'buddy', ''),
];

const OTHERS: readonly Allocator[] = [
  row('s390', 'page_table_alloc', ['pte'], {
    file: 'arch/s390/mm/pgalloc.c',
    ...OWN_KERNEL_PTE,
    ...BOTH_PTES,
    memcg: 'never',
    free: 'page_table_free',
  }),
  row('s390', 'crst_table_alloc', ['pmd', 'pud', 'p4d', 'pgd'], {
    file: 'arch/s390/mm/pgalloc.c',
    order: 2,
    memcg: 'never',
    free: 'crst_table_free',
    serves: ['pmd_alloc_one', 'pud_alloc_one', 'p4d_alloc_one', 'pgd_alloc'],
  }),
  raw('s390', 'vmem_crst_alloc', ['pmd', 'pud', 'p4d'], 'arch/s390/mm/vmem.c', 'buddy', 'vmem_crst_free'),
  row('m68k', 'get_pointer_table', ['pte'], {
    file: 'arch/m68k/mm/motorola.c',
    ...OWN_KERNEL_PTE,
    ...BOTH_PTES,
    free: 'free_pointer_table',
    noLock: 'ignored',
  }),
  row('m68k', 'get_pointer_table_upper', ['pmd', 'pgd'], {
    file: 'arch/m68k/mm/motorola.c',
    ctor: 'arch-upper',
    memcg: 'never',
    free: 'free_pointer_table',
    serves: ['pmd_alloc_one', 'pgd_alloc'],
    noLock: 'ignored',
  }),
  row('m68k-coldfire', 'pte_alloc_one_kernel', ['pte'], {
    file: 'arch/m68k/include/asm/mcf_pgalloc.h',
    ...OWN_KERNEL_PTE,
  }),
  row('powerpc', 'pte_fragment_alloc', ['pte'], {
    file: 'arch/powerpc/mm/pgtable-frag.c',
    ...OWN_KERNEL_PTE,
    ...BOTH_PTES,
    memcg: 'not-init',
    free: 'pte_fragment_free',
  }),
  row('powerpc', 'pmd_fragment_alloc', ['pmd'], {
    file: 'arch/powerpc/mm/book3s64/pgtable.c',
    free: 'pmd_fragment_free',
    serves: ['pmd_alloc_one'],
  }),
  {
    ...raw(
      'powerpc',
      'pud_alloc_slab',
      ['pud', 'pgd'],
      'arch/powerpc/include/asm/book3s/64/pgalloc.h',
      'slab',
      'pud_free_slab',
    ),
    serves: ['pud_alloc_one', 'pgd_alloc'],
  },
  row('sparc64', 'pte_alloc_one', ['pte'], { file: 'arch/sparc/mm/init_64.c', memcg: 'never' }),
  row('sparc64', 'pte_alloc_one_kernel', ['pte'], {
    file: 'arch/sparc/mm/init_64.c',
    ...OWN_KERNEL_PTE,
  }),
  {
    ...raw('sparc32', 'srmmu_get_nocache', ['pte'], 'arch/sparc/mm/srmmu.c', 'carved', 'pte_free_kernel'),
    serves: ['pte_alloc_one_kernel'],
  },
  row('csky', 'pte_alloc_one_kernel', ['pte'], {
    file: 'arch/csky/include/asm/pgalloc.h',
    ...OWN_KERNEL_PTE,
    flag: 'always',
  }),
  row('loongarch', 'pte_alloc_one_kernel', ['pte'], {
    file: 'arch/loongarch/mm/pgtable.c',
    ...KERNEL_PTE,
  }),
  row('loongarch', 'pmd_alloc_one', ['pmd'], {
    file: 'arch/loongarch/include/asm/pgalloc.h',
    memcg: 'always',
  }),
  row('microblaze', 'pte_alloc_one_kernel', ['pte'], {
    file: 'arch/microblaze/mm/pgtable.c',
    ...OWN_KERNEL_PTE,
    flag: 'always',
  }),
  row('mips', 'pte_alloc_one_kernel', ['pte'], { file: PGALLOC, ...KERNEL_PTE }),
  row('mips', 'pmd_alloc_one', ['pmd'], { file: 'arch/mips/include/asm/pgalloc.h' }),
  row('openrisc', 'pte_alloc_one_kernel', ['pte'], {
    file: 'arch/openrisc/mm/ioremap.c',
    ...OWN_KERNEL_PTE,
    flag: 'always',
  }),
  row('parisc', 'pte_alloc_one_kernel', ['pte'], { file: PGALLOC, ...KERNEL_PTE }),
  row('parisc', 'pmd_alloc_one', ['pmd'], {
    file: 'arch/parisc/include/asm/pgalloc.h',
    ctor: 'arch-upper',
  }),
];

/** Every allocator, generic ones first. */
export const ALLOCATORS: readonly Allocator[] = [...GENERIC, ...ARM64, ...ARM, ...RISCV, ...X86, ...OTHERS];

/** Architectures that can be selected, in the order of the list. */
export const ARCHES: readonly Arch[] = [...new Set(ALLOCATORS.map((a) => a.arch))];

/** The allocator an architecture uses under this name: its own, of that name or in its place, else the generic one. */
export function findAllocator(name: string, arch: Arch): Allocator | undefined {
  return (
    ALLOCATORS.find((a) => a.name === name && a.arch === arch) ??
    ownAllocator(name, arch) ??
    ALLOCATORS.find((a) => a.name === name && a.arch === 'generic')
  );
}

/** What an architecture has in the place of a generic allocator; undefined: nothing of its own. */
export function ownAllocator(name: string, arch: Arch): Allocator | undefined {
  return ALLOCATORS.find((a) => a.arch === arch && a.serves?.includes(name) === true);
}
