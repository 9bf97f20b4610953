/**
 * What a kernel revision does differently, as named facts. Kernel functions read these; nothing outside `revision/` asks
 * which revision it is.
 */
export interface Rules {
  readonly walk: WalkRules;
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
