/** A level of tables by the kernel's name for it. */
export type TableLevel = 'pgd' | 'p4d' | 'pud' | 'pmd' | 'pte';

/** Constructors, page-table locks and accounting: what a revision does differently, as named facts. */
export interface CtorRules {
  /** Levels whose generic allocators run a constructor. Kernel PTE tables stand apart: see `kernelPte`. */
  readonly constructs: readonly TableLevel[];
  /** Levels whose constructor sets the page type and counts in NR_PAGETABLE. */
  readonly counts: readonly TableLevel[];
  /** Levels whose constructor initialises a split lock. */
  readonly locks: readonly TableLevel[];
  /** `__pte_alloc_one_kernel()` constructs and `pte_free_kernel()` destructs. */
  readonly kernelPte: boolean;
  /** `pagetable_pte_ctor()` and `pagetable_pmd_ctor()` are given the owning mm. */
  readonly mmArgument: boolean;
  /** Levels whose constructor leaves the lock out where the mm is `&init_mm`. NULL is never init_mm. */
  readonly skipsLock: readonly TableLevel[];
  /** Levels that arm64's allocator for hot-add and the trampoline constructs. */
  readonly arm64Kernel: readonly TableLevel[];
  /** Levels that arm64's allocator for EFI constructs. */
  readonly arm64Special: readonly TableLevel[];
  /** Levels that riscv's `alloc_*_late()` construct. */
  readonly riscvLate: readonly TableLevel[];
  /** Architectures whose own kernel PTE allocators construct. */
  readonly archKernelPte: readonly string[];
  /** parisc's own PMD tables and m68k's (Motorola) PMD and PGD tables are constructed. */
  readonly archUpper: boolean;
  /** x86's `pmd_free_pte_page()`: a raw page free, or with the destructor. */
  readonly x86HugeFree: 'raw' | 'dtor';
  /** x86's set_memory code (CPA) allocates constructed tables. */
  readonly x86Cpa: boolean;
  /** Generic allocators mark kernel tables (PT_kernel), so that freeing them can be put off. */
  readonly kernelFlag: boolean;
  /** One destructor for all levels that tolerates a table without a lock; before, one a level. */
  readonly dtor: 'by-level' | 'one';
  /** arm64's hot-remove runs the destructor on every table it frees, those of vmemmap too. */
  readonly hotRemoveDtor: boolean;
  /** Freeing a page silently resets a page type left on it; before, it may be reported as a bad page. */
  readonly freeResetsType: boolean;
  /** The destructor of a table freed through a TLB gather runs when it is unlinked, or when the batch is freed. */
  readonly gatherDtor: 'at-unlink' | 'at-free';
  /** What sets the page type and counts: the constructor, or `pagetable_alloc()` itself. */
  readonly countedBy: 'ctor' | 'alloc';
  /** Which mms constructors treat as the kernel's: init_mm by its address, or all with MMF_KERNEL (init_mm, efi_mm). */
  readonly kernelMms: 'init_mm' | 'flag';
}

/** Building kernel mappings (arch/arm64/mm/mmu.c). */
export interface BuildRules {
  /** New table descriptors have the access flag set. */
  readonly tableAf: boolean;
  /** A block may not replace a table; before, the new value overwrote it. */
  readonly keepsTables: boolean;
  /** A group with a valid entry that is not contiguous stays so. */
  readonly checksGroups: boolean;
  /** Any change of a live contiguous entry counts as unsafe. */
  readonly contIsUnsafe: boolean;
  /** Errors reach the caller; before, the functions returned nothing and an allocation failure was a BUG. */
  readonly returnsErrors: boolean;
  /** Making firmware memory read-only also takes its writable bit away; before, only the read-only bit is set. */
  readonly efiClearsWrite: boolean;
  /**
   * How arm64 calls the firmware: under a raw spinlock, by `efi_virtmap_load()` always; or without one, and where a kernel thread calls
   * that may be preempted, by `kthread_use_mm()`.
   */
  readonly efiCall: 'rt-lock' | 'kthread';
}
