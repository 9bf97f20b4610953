/** How a lock is held. Exclusive locks are held in `write`; `rcu` sections in `read`. */
export type LockMode = 'read' | 'write';

/**
 * A lock by name: `mmap:init_mm`, `mmap:efi_mm`, `mem_hotplug`, `pgtable_split_lock`, `fixmap_lock`, `page_table_lock`,
 * `pmd_lock`, `ptl`, `rcu`. A split lock of one table carries that table's physical address after an `@`.
 */
export type LockName = string;

export interface LockHold {
  readonly name: LockName;
  readonly mode: LockMode;
}

/** The mmap lock of an mm. */
export function mmapLock(mm: string): LockName {
  return `mmap:${mm}`;
}
