import type { LevelName } from '../arch/geometry.ts';

/** A `pgd_t *` … `pte_t *`: slot `idx` of the table page at physical address `table` (bytes), and the type it is used as. */
export interface EntryPtr {
  readonly level: LevelName;
  readonly table: number;
  readonly idx: number;
}

export function entryPtr(level: LevelName, table: number, idx: number): EntryPtr {
  return { level, table, idx };
}

/** `ptr + n`. */
export function advance(ptr: EntryPtr, n: number): EntryPtr {
  return { level: ptr.level, table: ptr.table, idx: ptr.idx + n };
}

/** The same pointer used as another level's type: what a folded level's `p?d_offset` returns. */
export function cast(ptr: EntryPtr, level: LevelName): EntryPtr {
  return { level, table: ptr.table, idx: ptr.idx };
}
