import type { BuildRules, CtorRules } from './ctor-rules.ts';

/**
 * What a kernel revision does differently, as named facts. Kernel functions read these; nothing outside `revision/` asks
 * which revision it is.
 */
export interface Rules {
  readonly walk: WalkRules;
  readonly pageattr: PageattrRules;
  readonly ctor: CtorRules;
  readonly build: BuildRules;
  readonly vmap: VmapRules;
  readonly ptdump: PtdumpRules;
  readonly user: UserRules;
}

/** The page-walk API (mm/pagewalk.c) and the value tests it rests on. */
export interface WalkRules {
  /**
   * Walks without VMAs: one function for any mm (`walk_page_range_novma()`), or one for kernel tables and one for debugging
   * (`walk_kernel_page_table_range()`, `walk_page_range_debug()`).
   */
  readonly noVmaEntry: 'novma' | 'kernel-and-debug';
  /** `walk_kernel_page_table_range_lockless()`; with a root of the caller's choice, or always init_mm's own. */
  readonly locklessHelper: 'absent' | 'with-pgd' | 'without-pgd';
  /** `walk_kernel_page_table_range()`: is the lock asserted before the arguments are checked, or after? */
  readonly kernelRangeAsserts: 'before-checks' | 'after-checks';
  /** `walk_page_range_debug()`: asserts both mms' locks for write, or only its mm's, leaving init_mm to the kernel walk. */
  readonly debugAsserts: 'both-for-write' | 'own-mm';
  /** `enum page_walk_lock` value 3: nothing, PGWALK_NOLOCK in one of its forms, or PGWALK_VMA_RDLOCK_VERIFY. */
  readonly lockMode3:
    'absent' | 'nolock-anywhere' | 'nolock-init-mm-only' | 'nolock-kernel-walk-only' | 'vma-read-verify';
  /** An `install_pte` member is refused with -EINVAL (`check_ops_valid()`, later `check_ops_safe()`). */
  readonly refusesInstallPte: boolean;
  /**
   * The walk of an mm's VMAs that may install PTEs, for use inside mm/ only, and what it is called; before it came there was no
   * `install_pte` member at all. The later name came with `walk_page_range_vma_unsafe()`.
   */
  readonly installingWalk: 'absent' | 'walk_page_range_mm' | 'walk_page_range_mm_unsafe';
  /**
   * Where `walk->action` is set back to ACTION_SUBTREE: at the loop's label, or only after the none test, which leaves a
   * stale action behind a hole.
   */
  readonly actionReset: 'at-label' | 'after-none-test';
  /**
   * Are ACTION_CONTINUE and "no callback below" looked at before the leaf and present tests, or in one condition after
   * them?
   */
  readonly continueChecked: 'before-leaf-test' | 'after-leaf-test';
  /**
   * How a PUD that changed under the walk is noticed: `walk_pmd_range()` reads it again on entry, and the caller looks at the
   * action afterwards; or `walk_pud_range()` tests it for none before it descends.
   */
  readonly pudRecheck: 'in-pmd-range' | 'none-test';
  /**
   * `pmd_present()`, `pmd_leaf()` and their PUD forms: a function reads its argument once; a macro reads the entry anew for
   * each part of the test.
   */
  readonly valueTests: 'function' | 'macro';
  /** What `vma_assert_write_locked()` is where it is compiled in (CONFIG_DEBUG_VM): a BUG, or a warning. */
  readonly vmaWriteAssertion: 'bug' | 'warning';
  /** `folio_walk_start()` can be asked for migration entries. */
  readonly folioWalkMigration: boolean;
  /** `__pte_offset_map()` gives up on any entry that is not present; before, only on migration entries. */
  readonly mapRefusesNonPresent: boolean;
}

/** Permission change on arm64 (arch/arm64/mm/pageattr.c) and what it needs. */
export interface PageattrRules {
  /**
   * What visits the entries: `apply_to_page_range()`; `walk_page_range_novma()` or `walk_kernel_page_table_range()` with
   * PGWALK_NOLOCK; or the lockless walk.
   */
  readonly walker: 'apply_to_page_range' | 'novma' | 'kernel-walk' | 'lockless-walk';
  /**
   * Under which name the range is changed, lazy MMU mode around it; `none`: the flushing function does it itself, and lazy MMU mode is
   * entered for each PTE table.
   */
  readonly rangeChange: 'none' | '___change_memory_common' | 'update_range_prot';
  /** Leaves that the ends of the range cut are split first (`split_kernel_leaf_mapping()`); otherwise that is up to the caller. */
  readonly splits: boolean;
  /** Callbacks of the walk: at PUD, PMD and PTE, or at every level. */
  readonly callbacks: 'pud-pmd-pte' | 'every-level';
  /**
   * How the PTE callback reads and writes: the plain accessors, or those of the contpte layer, which are for user memory: they gather
   * over a contiguous group, and drop the contiguous bit of what they write.
   */
  readonly pteAccessors: 'plain' | 'contpte';
  /** No TLB flush where memory was only made valid. */
  readonly skipsFlushOfValidation: boolean;
  /** The `set_direct_map_*()` functions: `apply_to_page_range()` of their own, or the same way as all changes. */
  readonly directMap: 'apply_to_page_range' | 'same-way';
  /** Invalid memory: only the valid bit cleared, or also marked present by bit 11. */
  readonly invalidEncoding: 'valid-cleared' | 'present-invalid';
  /** Areas that may hold huge mappings are refused. */
  readonly refusesHugeVmap: boolean;
  /** Which pages' linear alias follows a change of writability: of the whole area, errors ignored, or of the request. */
  readonly aliasScope: 'whole-area' | 'request';
  /** The kernel knows Realms: single pages of the linear map can change there, and be shared with the host. */
  readonly realm: boolean;
  /** Barriers asked for inside lazy MMU mode wait for its end. */
  readonly lazyBatchesBarriers: boolean;
  /** init_mm's mmap_lock is held for write during the walk, as riscv does; arm64 never did. */
  readonly takesMmapLock: boolean;
}

/** Huge vmalloc mappings (mm/vmalloc.c). */
export interface VmapRules {
  /** A table that a huge mapping replaces is freed only while init_mm's mmap_lock could be taken for read, by trylock. */
  readonly hugeTakesMmapLock: boolean;
  /**
   * On arm64 such a table is freed only after init_mm's mmap_lock was taken and given back, while a static key says that a dump is in
   * progress.
   */
  readonly freeWaitsByKey: boolean;
  /** No huge mappings on arm64 where the kernel was built to show its tables in debugfs (CONFIG_PTDUMP_DEBUGFS). */
  readonly hugeOffWithPtdump: boolean;
  /** Small pages are mapped in contiguous groups where there is room (`arch_vmap_pte_range_map_size()`). */
  readonly contPtes: boolean;
}

/** What takes tables of processes away (mm/khugepaged.c, mm/memory.c). */
export interface UserRules {
  /**
   * Who writes into a PTE table that was mapped without its lock looks at the PMD again, each time the lock was taken
   * (`collapse_pte_mapped_thp()`, `page_vma_mapped_walk()`).
   */
  readonly nolockRechecksPmd: boolean;
  /** CONFIG_PT_RECLAIM: MADV_DONTNEED of all that a PTE table maps gives the table back too. */
  readonly zapReclaimsTables: boolean;
}

/** Dumps of page tables (mm/ptdump.c). */
export interface PtdumpRules {
  /** Who keeps memory from being removed meanwhile: the walk itself, or arm64's debugfs file around it. */
  readonly hotplugLock: 'ptdump_walk_pgd' | 'ptdump_show';
  /** A dump of another mm's tables holds init_mm's mmap_lock for write too. */
  readonly initMmToo: boolean;
  /** How a PTE is read. */
  readonly pteRead: 'ptep_get' | 'ptep_get_lockless';
}
