/**
 * What a kernel revision does differently, as named facts. Kernel functions read these; nothing outside `revision/` asks
 * which revision it is.
 */
export interface Rules {
  readonly walk: WalkRules;
  readonly pageattr: PageattrRules;
}

/** The page-walk API (mm/pagewalk.c) and the value tests it rests on. */
export interface WalkRules {
  /** The lockless helper exists. */
  readonly locklessHelper: boolean;
  /** `walk_kernel_page_table_range`: is the lock asserted before the range is checked, or after? */
  readonly kernelRangeAsserts: 'before-range-check' | 'after-range-check';
  /** `check_ops_safe()`: an `install_pte` member is refused with -EINVAL. */
  readonly refusesInstallPte: boolean;
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
   * `pmd_present()`, `pmd_leaf()` and their PUD forms: a function reads its argument once; a macro reads the entry anew for
   * each part of the test.
   */
  readonly valueTests: 'function' | 'macro';
  /** `__pte_offset_map()` gives up on any entry that is not present; before, only on migration entries. */
  readonly mapRefusesNonPresent: boolean;
}

/** Permission change on arm64 (arch/arm64/mm/pageattr.c) and what it needs. */
export interface PageattrRules {
  /** What visits the entries: `apply_to_page_range()`, or the lockless walk after splitting at the ends. */
  readonly walker: 'apply_to_page_range' | 'lockless-walk';
  /** Invalid memory: only the valid bit cleared, or also marked present by bit 11. */
  readonly invalidEncoding: 'valid-cleared' | 'present-invalid';
  /** Areas that may hold huge mappings are refused. */
  readonly refusesHugeVmap: boolean;
  /** Which pages' linear alias follows a change of writability: of the whole area, errors ignored, or of the request. */
  readonly aliasScope: 'whole-area' | 'request';
  /** Barriers asked for inside lazy MMU mode wait for its end. */
  readonly lazyBatchesBarriers: boolean;
}
