import type { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import type { Kernel } from '../kernel.ts';
import { EINVAL } from '../kernel.ts';
import type { MmWalk, MmWalkOps } from '../include/linux/pagewalk.ts';
import { ACTION_SUBTREE } from '../include/linux/pagewalk.ts';
import { mmapAssertLocked, mmapAssertWriteLocked } from '../include/linux/mmap_lock.ts';
import { opsSafe, wantsNoLock } from './pagewalk-ops.ts';
import { inPagewalk, walkPgdRange } from './pagewalk-range.ts';

/** mm/pagewalk.c: the functions that walk without VMAs. Those with VMAs are in pagewalk-vma.ts. */

function walkOf(mm: Mm, ops: MmWalkOps, pgd: number | undefined): MmWalk {
  return { ops, mm, pgd, noVma: true, vma: undefined, action: ACTION_SUBTREE };
}

/**
 * `walk_page_range_novma()` (to v6.15): tables of any mm, without VMAs. init_mm's lock may be held for read, any other mm's must be
 * held for write. PGWALK_NOLOCK, as first posted, left that out for every mm; the review wanted it for init_mm only.
 */
export const walkPageRangeNovma = kernelFunction(
  inPagewalk('walk_page_range_novma', undefined, undefined),
  function* (
    k: Kernel,
    mm: Mm,
    start: U64,
    end: U64,
    ops: MmWalkOps,
    pgd: number | undefined,
  ): Walker<number> {
    if (end.le(start)) return -EINVAL;
    if (!opsSafe(k, ops)) return -EINVAL;
    const isInitMm = mm.name === 'init_mm';
    const noLock = wantsNoLock(k, ops) && (isInitMm || k.rules.walk.lockMode3 === 'nolock-anywhere');
    if (!noLock) yield* isInitMm ? mmapAssertLocked(mm) : mmapAssertWriteLocked(mm);
    return yield* walkPgdRange(k, start, end, walkOf(mm, ops, pgd));
  },
);

/**
 * `walk_kernel_page_table_range()`: init_mm's tables, with its mmap_lock held, read or write. v7.3 asserts before it looks at the
 * arguments, so that an empty range warns too; before, such a range asserted nothing.
 */
export const walkKernelPageTableRange = kernelFunction(
  inPagewalk('walk_kernel_page_table_range', 522, 623),
  function* (k: Kernel, start: U64, end: U64, ops: MmWalkOps, pgd: number | undefined): Walker<number> {
    const initMm = k.mm('init_mm');
    if (k.rules.walk.kernelRangeAsserts === 'before-checks') {
      yield* mmapAssertLocked(initMm);
      return yield* walkKernelPageTableRangeLockless(k, start, end, ops, pgd);
    }
    if (end.le(start)) return -EINVAL;
    if (!opsSafe(k, ops)) return -EINVAL;
    if (!wantsNoLock(k, ops)) yield* mmapAssertLocked(initMm);
    return yield* walkPgdRange(k, start, end, walkOf(initMm, ops, pgd));
  },
);

/**
 * `walk_kernel_page_table_range_lockless()`: nothing is asserted; the caller must own the range. As posted fourth it took no root,
 * before and since it does.
 */
export const walkKernelPageTableRangeLockless = kernelFunction(
  inPagewalk('walk_kernel_page_table_range_lockless', undefined, 646),
  function* (k: Kernel, start: U64, end: U64, ops: MmWalkOps, pgd: number | undefined): Walker<number> {
    if (end.le(start)) return -EINVAL;
    if (!opsSafe(k, ops)) return -EINVAL;
    const root = k.rules.walk.locklessHelper === 'without-pgd' ? undefined : pgd;
    return yield* walkPgdRange(k, start, end, walkOf(k.mm('init_mm'), ops, root));
  },
);

/**
 * `walk_page_range_debug()`: any mm. Its own mmap_lock and init_mm's are both wanted for write (one lock, asserted twice, for
 * init_mm); in the form first merged, only its own, and init_mm went to the kernel walk, where read is enough.
 */
export const walkPageRangeDebug = kernelFunction(
  inPagewalk('walk_page_range_debug', 567, 682),
  function* (
    k: Kernel,
    mm: Mm,
    start: U64,
    end: U64,
    ops: MmWalkOps,
    pgd: number | undefined,
  ): Walker<number> {
    if (k.rules.walk.debugAsserts === 'own-mm') {
      if (mm.name === 'init_mm') return yield* walkKernelPageTableRange(k, start, end, ops, pgd);
      if (end.le(start)) return -EINVAL;
      if (!opsSafe(k, ops)) return -EINVAL;
      yield* mmapAssertWriteLocked(mm);
      return yield* walkPgdRange(k, start, end, walkOf(mm, ops, pgd));
    }
    yield* mmapAssertWriteLocked(mm);
    yield* mmapAssertWriteLocked(k.mm('init_mm'));
    if (end.le(start)) return -EINVAL;
    if (!opsSafe(k, ops)) return -EINVAL;
    return yield* walkPgdRange(k, start, end, walkOf(mm, ops, pgd));
  },
);
