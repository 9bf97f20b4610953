import type { U64 } from '../../../base/u64.ts';
import type { EntryPtr } from '../../../step/pointer.ts';
import type { Op } from '../../../step/op.ts';
import type { Vma } from '../../../step/vma.ts';
import type { Mm } from '../../../mm/mm.ts';
import type { Kernel } from '../../kernel.ts';

/** `enum page_walk_action`. Meaningful for PUD and PMD entries only. */
export const ACTION_SUBTREE = 0;
export const ACTION_CONTINUE = 1;
export const ACTION_AGAIN = 2;

/** One of the three. A plain number, because a callback may set it behind the walker's back. */
export type PageWalkAction = number;

/** `enum page_walk_lock`. Number 3 was PGWALK_NOLOCK in the patches that proposed it, and means something else since v7.2. */
export const PGWALK_RDLOCK = 0;
export const PGWALK_WRLOCK = 1;
export const PGWALK_WRLOCK_VERIFY = 2;
export const PGWALK_VMA_RDLOCK_VERIFY = 3;
export const PGWALK_NOLOCK = 3;

export type PageWalkLock = 0 | 1 | 2 | 3;

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

/** What `install_pte` gives: 0 and the PTE to store, or what ends the walk. */
export interface InstalledPte {
  readonly err: number;
  readonly pte: U64;
}

/** `struct mm_walk_ops`: a member that is missing is a null pointer. */
export interface MmWalkOps {
  readonly pgdEntry?: EntryCallback;
  readonly p4dEntry?: EntryCallback;
  readonly pudEntry?: EntryCallback;
  readonly pmdEntry?: EntryCallback;
  readonly pteEntry?: EntryCallback;
  /** `depth`: 0 pgd, 1 p4d, 2 pud, 3 pmd, after folding; -1 unknown. */
  readonly pteHole?: (k: Kernel, addr: U64, next: U64, depth: number, walk: MmWalk) => Called<number>;
  /** Decides whether a VMA is walked: 0 yes, above 0 skip it, below 0 end. Only walks over many VMAs ask. */
  readonly testWalk?: (k: Kernel, start: U64, end: U64, walk: MmWalk) => Called<number>;
  readonly preVma?: (k: Kernel, start: U64, end: U64, walk: MmWalk) => Called<number>;
  /** Runs after the tables of a VMA were walked, also when that ended in an error. */
  readonly postVma?: (k: Kernel, walk: MmWalk) => Called<void>;
  /** Around the entries of each PTE table; only ever proposed, with the first posted version of walks without locks. */
  readonly prePteTable?: (k: Kernel) => Called<void>;
  readonly postPteTable?: (k: Kernel) => Called<void>;
  /** `enum page_walk_lock`; walks without VMAs ignore it, but for PGWALK_NOLOCK. */
  readonly walkLock?: PageWalkLock;
  /** For each huge page of a hugetlb VMA. `hmask` is given as the mask of the bits within one page. */
  readonly hugetlbEntry?: (
    k: Kernel,
    pte: EntryPtr,
    hmask: U64,
    addr: U64,
    next: U64,
    walk: MmWalk,
  ) => Called<number>;
  /** For each empty PTE: what to store there. Only walks for use inside mm/ take it; the others refuse it. */
  readonly installPte?: (k: Kernel, addr: U64, next: U64, walk: MmWalk) => Called<InstalledPte>;
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
  /** The VMA being walked; undefined in walks without VMAs, and in gaps between them. */
  vma: Vma | undefined;
  action: PageWalkAction;
}
