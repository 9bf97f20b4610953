import type { U64 } from '../../../base/u64.ts';
import type { EntryPtr } from '../../../step/pointer.ts';
import type { Op } from '../../../step/op.ts';
import type { Mm } from '../../../mm/mm.ts';
import type { Kernel } from '../../kernel.ts';

/** `enum page_walk_action`. Meaningful for PUD and PMD entries only. */
export const ACTION_SUBTREE = 0;
export const ACTION_CONTINUE = 1;
export const ACTION_AGAIN = 2;

/** One of the three. A plain number, because a callback may set it behind the walker's back. */
export type PageWalkAction = number;

/** Runs for one entry; a value other than 0 ends the walk and is returned. */
export type EntryCallback = (
  k: Kernel,
  entry: EntryPtr,
  addr: U64,
  next: U64,
  walk: MmWalk,
) => Called<number>;

/** What a callback hands to `yield*`: a Walker or a call of a kernel function. */
type Called<R> = { [Symbol.iterator](): Iterator<Op, R, never> };

/** `struct mm_walk_ops`: a member that is missing is a null pointer. */
export interface MmWalkOps {
  readonly pgdEntry?: EntryCallback;
  readonly p4dEntry?: EntryCallback;
  readonly pudEntry?: EntryCallback;
  readonly pmdEntry?: EntryCallback;
  readonly pteEntry?: EntryCallback;
  /** `depth`: 0 pgd, 1 p4d, 2 pud, 3 pmd, after folding; -1 unknown. */
  readonly pteHole?: (k: Kernel, addr: U64, next: U64, depth: number, walk: MmWalk) => Called<number>;
  /** Page-table-only walks refuse it (v7.3); what it would do is never reached through them. */
  readonly installPte?: true;
  /**
   * `pteEntry` for `n` slots at once, for callbacks that can be told as a run. Answers what the walk goes on with, or undefined,
   * having done nothing, where the slots must be visited one by one.
   */
  readonly pteEntryRun?: (k: Kernel, first: EntryPtr, addr: U64, n: number) => Called<number | undefined>;
}

/** `struct mm_walk`. */
export interface MmWalk {
  readonly ops: MmWalkOps;
  readonly mm: Mm;
  /** Physical address of the root to walk instead of the mm's own, in bytes. */
  readonly pgd: number | undefined;
  readonly noVma: boolean;
  action: PageWalkAction;
}
