import type { CtorRules, TableLevel } from '../revision/ctor-rules.ts';
import type { Arch } from './allocators.ts';
import { ownAllocator } from './allocators.ts';

/** What a table that is freed is, as far as free paths tell tables apart. */
export interface FreedTable {
  /** It belongs to the vmemmap, whose tables come without a constructor. */
  readonly vmemmap?: boolean;
  /** Its page is reserved: it was made by memblock at boot. */
  readonly reserved?: boolean;
  readonly level?: TableLevel;
  /** It is a process's. */
  readonly user?: boolean;
}

/** A function that frees page tables, as data. */
export interface FreePath {
  readonly name: string;
  readonly arch: Arch;
  readonly file: string;
  /** The pages it frees are 2^order each; absent: one. */
  readonly order?: number;
  /** Does it run the destructor, at a revision with these rules? */
  readonly dtor: (rules: CtorRules, table: FreedTable) => boolean;
}

const PGALLOC = 'include/asm-generic/pgalloc.h';
const always = (): boolean => true;
const never = (): boolean => false;
/** Upper tables lost their destructor again where constructors are for locks only. */
const counted = (rules: CtorRules): boolean => rules.countedBy === 'ctor';
const kernelPte = (rules: CtorRules): boolean => rules.kernelPte && counted(rules);

/** Every path, generic ones first. */
export const FREE_PATHS: readonly FreePath[] = [
  { name: 'pte_free', arch: 'generic', file: PGALLOC, dtor: always },
  { name: 'pte_free_kernel', arch: 'generic', file: PGALLOC, dtor: kernelPte },
  {
    name: 'pmd_free',
    arch: 'generic',
    file: PGALLOC,
    dtor: (r) => r.constructs.includes('pmd'),
  },
  {
    name: 'pud_free',
    arch: 'generic',
    file: PGALLOC,
    dtor: (r) => r.constructs.includes('pud'),
  },
  {
    name: 'p4d_free',
    arch: 'generic',
    file: PGALLOC,
    dtor: (r) => r.constructs.includes('p4d'),
  },
  {
    name: 'pgd_free',
    arch: 'generic',
    file: PGALLOC,
    dtor: (r) => r.constructs.includes('pgd'),
  },
  // Roots that are no whole pages go back to their slab cache: `pgd_free()` asks which they are.
  { name: 'pgd_free_slab', arch: 'arm64', file: 'arch/arm64/mm/pgd.c', dtor: never },
  { name: 'pgd_free_lpae', arch: 'arm', file: 'arch/arm/mm/pgd.c', dtor: never },
  {
    name: 'pgd_free',
    arch: 'arm',
    file: 'arch/arm/mm/pgd.c',
    order: 2,
    dtor: (r) => r.constructs.includes('pgd'),
  },
  // A PTE table that a huge leaf replaces; x86 and riscv have functions of their own.
  { name: 'pmd_free_pte_page', arch: 'arm64', file: 'arch/arm64/mm/mmu.c', dtor: kernelPte },
  { name: 'pud_free_pmd_page', arch: 'arm64', file: 'arch/arm64/mm/mmu.c', dtor: counted },
  {
    name: 'pmd_free_pte_page',
    arch: 'x86',
    file: 'arch/x86/mm/pgtable.c',
    dtor: (r) => r.x86HugeFree === 'dtor' && kernelPte(r),
  },
  { name: 'pud_free_pmd_page', arch: 'x86', file: 'arch/x86/mm/pgtable.c', dtor: counted },
  { name: 'pmd_free_pte_page', arch: 'riscv', file: 'arch/riscv/mm/pgtable.c', dtor: kernelPte },
  { name: 'pud_free_pmd_page', arch: 'riscv', file: 'arch/riscv/mm/pgtable.c', dtor: counted },
  {
    name: 'free_hotplug_pgtable_page',
    arch: 'arm64',
    file: 'arch/arm64/mm/mmu.c',
    dtor: (r) => r.hotRemoveDtor,
  },
  { name: 'free_pte_table', arch: 'riscv', file: 'arch/riscv/mm/init.c', dtor: always },
  {
    name: 'free_pmd_table',
    arch: 'riscv',
    file: 'arch/riscv/mm/init.c',
    dtor: (_r, table) => table.vmemmap !== true,
  },
  { name: 'free_pud_table', arch: 'riscv', file: 'arch/riscv/mm/init.c', dtor: never },
  // Raw pages until they are constructed.
  {
    name: 'try_to_free_pte_page',
    arch: 'x86',
    file: 'arch/x86/mm/pat/set_memory.c',
    dtor: (r) => r.x86Cpa,
  },
  {
    name: 'try_to_free_pmd_page',
    arch: 'x86',
    file: 'arch/x86/mm/pat/set_memory.c',
    dtor: (r) => r.x86Cpa,
  },
  { name: 'free_pagetable', arch: 'x86', file: 'arch/x86/mm/init_64.c', dtor: never },
  {
    name: 'page_table_free',
    arch: 's390',
    file: 'arch/s390/mm/pgalloc.c',
    dtor: (r, table) => !(r.kernelFlag && table.reserved === true),
  },
  {
    name: 'crst_table_free',
    arch: 's390',
    file: 'arch/s390/mm/pgalloc.c',
    order: 2,
    dtor: (r, { level = 'pmd' }) => r.constructs.includes(level),
  },
  {
    name: 'vmem_crst_free',
    arch: 's390',
    file: 'arch/s390/mm/vmem.c',
    dtor: never,
  },
  {
    name: 'free_pointer_table',
    arch: 'm68k',
    file: 'arch/m68k/mm/motorola.c',
    dtor: (r, { level = 'pte' }) => level === 'pte' || r.archUpper,
  },
  {
    name: 'pte_free_kernel',
    arch: 'm68k-coldfire',
    file: 'arch/m68k/include/asm/mcf_pgalloc.h',
    dtor: (r) => r.archKernelPte.includes('m68k-coldfire'),
  },
  {
    name: 'pte_free_kernel',
    arch: 'sparc64',
    file: 'arch/sparc/mm/init_64.c',
    dtor: (r) => r.archKernelPte.includes('sparc64'),
  },
  {
    name: 'pte_free_kernel',
    arch: 'sparc32',
    file: 'arch/sparc/mm/srmmu.c',
    dtor: never,
  },
  {
    name: 'pmd_free',
    arch: 'parisc',
    file: 'arch/parisc/include/asm/pgalloc.h',
    dtor: (r) => r.archUpper,
  },
  {
    name: 'pmd_fragment_free',
    arch: 'powerpc',
    file: 'arch/powerpc/mm/book3s64/pgtable.c',
    dtor: always,
  },
  {
    name: 'pte_fragment_free',
    arch: 'powerpc',
    file: 'arch/powerpc/mm/pgtable-frag.c',
    dtor: (r, { user = false }) => user || r.archKernelPte.includes('powerpc'),
  },
  {
    name: 'pud_free_slab',
    arch: 'powerpc',
    file: 'arch/powerpc/include/asm/book3s/64/pgalloc.h',
    dtor: never,
  },
];

/** The generic functions that give back what the generic allocators give. */
const GIVES_BACK: Readonly<Record<string, string>> = {
  pte_free: 'pte_alloc_one',
  pte_free_kernel: 'pte_alloc_one_kernel',
  pmd_free: 'pmd_alloc_one',
  pud_free: 'pud_alloc_one',
  p4d_free: 'p4d_alloc_one',
  pgd_free: 'pgd_alloc',
};

/** The path an architecture uses under this name: its own, of that name or that of its own allocator, else the generic one. */
export function findFreePath(name: string, arch: Arch): FreePath | undefined {
  const named = (wanted: string): FreePath | undefined =>
    FREE_PATHS.find((p) => p.name === wanted && p.arch === arch);
  const own = ownAllocator(GIVES_BACK[name] ?? '', arch);
  return (
    named(name) ??
    (own === undefined ? undefined : named(own.free)) ??
    FREE_PATHS.find((p) => p.name === name && p.arch === 'generic')
  );
}
