import type { LockName } from '../step/lock.ts';
import { splitLockTable } from './locks.ts';
import type { InitialisedLock } from '../step/op-table.ts';

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
    const table = splitLockTable(name);
    return this.initialised.get(table) === false ? table : undefined;
  }
}
