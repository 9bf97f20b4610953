import type { LockName } from '../step/lock.ts';
import type { InitialisedLock } from '../step/op-table.ts';

/** A split lock of one table, by name: `ptl@0x…`, `pmd_lock@0x…`. */
const SPLIT_LOCK = /^(?:ptl|pmd_lock)@(0x[0-9a-f]+)$/;

/**
 * Which tables made in this run have a split lock that was initialised. Tables that were there before are taken to have what they
 * need.
 */
export class TableLocks {
  /** false: none so far, or none any more. */
  private readonly initialised = new Map<number, boolean>();

  noteAlloc(table: number): void {
    this.initialised.set(table, false);
  }

  noteCtor(table: number, lock: InitialisedLock | undefined): void {
    if (lock !== undefined) this.initialised.set(table, true);
  }

  noteDtor(table: number): void {
    if (this.initialised.has(table)) this.initialised.set(table, false);
  }

  /** Physical address of the table if this is the split lock of one whose lock is not initialised. */
  uninitialised(name: LockName): number | undefined {
    if (this.initialised.size === 0) return undefined;
    const at = SPLIT_LOCK.exec(name)?.[1];
    if (at === undefined) return undefined;
    const table = Number(at);
    return this.initialised.get(table) === false ? table : undefined;
  }
}
