import type { U64 } from '../../base/u64.ts';
import { U64 as U } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { Assert } from '../../step/op-lock.ts';
import { RmapVmas } from '../../step/op-vma.ts';
import { Warn } from '../../step/op-walk.ts';
import type { Vma } from '../../step/vma.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import {
  mmapAssertLocked,
  mmapAssertWriteLocked,
  vmaAssertLocked,
  vmaAssertWriteLocked,
  vmaStartWrite,
} from '../include/linux/mmap_lock.ts';
import type { MmWalk, MmWalkOps, PageWalkLock } from '../include/linux/pagewalk.ts';
import {
  ACTION_SUBTREE,
  PGWALK_NOLOCK,
  PGWALK_RDLOCK,
  PGWALK_VMA_RDLOCK_VERIFY,
  PGWALK_WRLOCK,
  PGWALK_WRLOCK_VERIFY,
} from '../include/linux/pagewalk.ts';
import type { Kernel } from '../kernel.ts';
import { EINVAL } from '../kernel.ts';
import { walkHugetlbRange } from './hugetlb.ts';
import { findVma } from './mmap.ts';
import { opsSafe, wantsNoLock } from './pagewalk-ops.ts';
import { inPagewalk, installs, walkPgdRange } from './pagewalk-range.ts';

/** mm/pagewalk.c: the functions that walk what VMAs map. */

/**
 * `process_mm_walk_lock()`: what the walk asserts of the mm's mmap_lock. Answers true where the mode is refused here.
 * As first posted PGWALK_NOLOCK fell into the branch for write locks, by accident. PGWALK_VMA_RDLOCK_VERIFY asserts nothing here.
 */
function* processMmWalkLock(k: Kernel, mm: Mm, walkLock: PageWalkLock): Walker<boolean> {
  if (walkLock === PGWALK_RDLOCK) yield* mmapAssertLocked(mm);
  else if (walkLock !== PGWALK_NOLOCK) yield* mmapAssertWriteLocked(mm);
  else {
    const { lockMode3 } = k.rules.walk;
    // Number 3 of an enum that ends at 2 takes the last branch.
    if (lockMode3 === 'nolock-anywhere' || lockMode3 === 'absent') yield* mmapAssertWriteLocked(mm);
    return lockMode3 === 'nolock-init-mm-only' || lockMode3 === 'nolock-kernel-walk-only';
  }
  return false;
}

/**
 * `process_vma_walk_lock()`: what it takes or asserts of the VMA's own lock. PGWALK_NOLOCK with a VMA at hand is a bug: as first posted
 * a `default:` swallowed it, the review wanted a warning.
 */
const processVmaWalkLock = kernelFunction(
  inPagewalk('process_vma_walk_lock', undefined, undefined),
  function* (k: Kernel, mm: Mm, vma: Vma, walkLock: PageWalkLock): Walker<void> {
    switch (walkLock) {
      case PGWALK_RDLOCK:
        return;
      case PGWALK_WRLOCK:
        return yield* vmaStartWrite(mm, vma);
      case PGWALK_WRLOCK_VERIFY:
        return yield* vmaAssertWriteLocked(k, mm, vma);
      case PGWALK_VMA_RDLOCK_VERIFY:
        if (k.rules.walk.lockMode3 === 'vma-read-verify') yield* vmaAssertLocked(mm, vma);
        else if (k.rules.walk.lockMode3 === 'nolock-init-mm-only')
          yield* new Warn(`VMA ${vma.id} with PGWALK_NOLOCK`);
    }
  },
);

/** `__walk_page_range()`: the tables under one VMA, between its two callbacks. */
const walkPageRangeInVma = kernelFunction(
  inPagewalk('__walk_page_range', undefined, undefined),
  function* (k: Kernel, vma: Vma, start: U64, end: U64, walk: MmWalk): Walker<number> {
    const { preVma, postVma, hugetlbEntry } = walk.ops;
    const hugetlb = vma.flags.includes('HUGETLB');
    if (hugetlb && installs(k, walk)) return -EINVAL;
    if (preVma !== undefined) {
      const err = yield* preVma(k, start, end, walk);
      if (err !== 0) return err;
    }
    let err = 0;
    if (!hugetlb) err = yield* walkPgdRange(k, start, end, walk);
    else if (hugetlbEntry !== undefined) err = yield* walkHugetlbRange(k, vma, start, end, walk);
    if (postVma !== undefined) yield* postVma(k, walk);
    return err;
  },
);

/** `walk_page_test()`: 0 to walk the VMA, above 0 to skip it. A PFN map is a hole of unknown depth unless test_walk decides. */
function* walkPageTest(k: Kernel, vma: Vma, start: U64, end: U64, walk: MmWalk): Walker<number> {
  const { testWalk, pteHole } = walk.ops;
  if (testWalk !== undefined) return yield* testWalk(k, start, end, walk);
  if (!vma.flags.includes('PFNMAP')) return 0;
  const err = pteHole === undefined ? 1 : yield* pteHole(k, start, end, -1, walk);
  return err === 0 ? 1 : err;
}

function vmaWalkOf(mm: Mm, ops: MmWalkOps, vma: Vma | undefined): MmWalk {
  return { ops, mm, pgd: undefined, noVma: false, vma, action: ACTION_SUBTREE };
}

/** Every VMA of a range of an mm, and the gaps between them as holes of unknown depth: `walk_page_range()` once ops were checked. */
function* walkMm(k: Kernel, mm: Mm, startAddr: U64, end: U64, ops: MmWalkOps): Walker<number> {
  const walkLock = ops.walkLock ?? PGWALK_RDLOCK;
  if (end.le(startAddr)) return -EINVAL;
  if (yield* processMmWalkLock(k, mm, walkLock)) return -EINVAL;
  const walk = vmaWalkOf(mm, ops, undefined);
  let vma = yield* findVma(mm, startAddr);
  let start = startAddr;
  do {
    let next = end;
    let err = 0;
    walk.vma = undefined;
    if (vma === undefined || start.lt(vma.start)) {
      if (vma !== undefined && vma.start.lt(end)) next = vma.start;
      if (ops.pteHole !== undefined) err = yield* ops.pteHole(k, start, next, -1, walk);
    } else {
      yield* processVmaWalkLock(k, mm, vma, walkLock);
      walk.vma = vma;
      if (vma.end.lt(end)) next = vma.end;
      const here: Vma = vma;
      vma = yield* findVma(mm, here.end);
      err = yield* walkPageTest(k, here, start, next, walk);
      if (err > 0) err = 0;
      else if (err === 0) err = yield* walkPageRangeInVma(k, here, start, next, walk);
    }
    if (err !== 0) return err;
    start = next;
  } while (start.lt(end));
  return 0;
}

/** `walk_page_range_mm()` (v6.13 to v6.18): a walk for use inside mm/ that may install PTEs. */
export const walkPageRangeMm = kernelFunction(inPagewalk('walk_page_range_mm', undefined, undefined), walkMm);

/** `walk_page_range_mm_unsafe()` (v7.2): the same by another name. */
export const walkPageRangeMmUnsafe = kernelFunction(
  inPagewalk('walk_page_range_mm_unsafe', undefined, 472),
  walkMm,
);

/** `walk_page_range()`: every VMA of a range of the user mm, and the gaps between them. */
export const walkPageRange = kernelFunction(
  inPagewalk('walk_page_range', 445, 595),
  function* (k: Kernel, mm: Mm, start: U64, end: U64, ops: MmWalkOps): Walker<number> {
    if (!opsSafe(k, ops)) return -EINVAL;
    switch (k.rules.walk.installingWalk) {
      case 'absent':
        return yield* walkMm(k, mm, start, end, ops);
      case 'walk_page_range_mm':
        return yield* walkPageRangeMm(k, mm, start, end, ops);
      case 'walk_page_range_mm_unsafe':
        return yield* walkPageRangeMmUnsafe(k, mm, start, end, ops);
    }
  },
);

/** A mode that may not be had with a VMA at hand, where the review's form says so: it warns, and the walk is refused. */
function* refusesMode(k: Kernel, mm: Mm, vma: Vma, ops: MmWalkOps): Walker<boolean> {
  if (k.rules.walk.lockMode3 !== 'nolock-init-mm-only' || !wantsNoLock(k, ops)) return false;
  yield* processVmaWalkLock(k, mm, vma, PGWALK_NOLOCK);
  return true;
}

function* walkVma(k: Kernel, mm: Mm, vma: Vma, start: U64, end: U64, ops: MmWalkOps): Walker<number> {
  const walkLock = ops.walkLock ?? PGWALK_RDLOCK;
  if (yield* refusesMode(k, mm, vma, ops)) return -EINVAL;
  if (yield* processMmWalkLock(k, mm, walkLock)) return -EINVAL;
  yield* processVmaWalkLock(k, mm, vma, walkLock);
  return yield* walkPageRangeInVma(k, vma, start, end, vmaWalkOf(mm, ops, vma));
}

function* walkPartOfVma(k: Kernel, mm: Mm, vma: Vma, start: U64, end: U64, ops: MmWalkOps): Walker<number> {
  if (end.le(start)) return -EINVAL;
  if (start.lt(vma.start) || vma.end.lt(end)) return -EINVAL;
  return yield* walkVma(k, mm, vma, start, end, ops);
}

/** `walk_page_range_vma_unsafe()` (v7.2): part of one VMA; for use inside mm/, may install PTEs. */
export const walkPageRangeVmaUnsafe = kernelFunction(
  inPagewalk('walk_page_range_vma_unsafe', undefined, 720),
  walkPartOfVma,
);

/** `walk_page_range_vma()`: part of one VMA. */
export const walkPageRangeVma = kernelFunction(
  inPagewalk('walk_page_range_vma', 603, 740),
  function* (k: Kernel, mm: Mm, vma: Vma, start: U64, end: U64, ops: MmWalkOps): Walker<number> {
    if (!opsSafe(k, ops)) return -EINVAL;
    return k.rules.walk.installingWalk === 'walk_page_range_mm_unsafe'
      ? yield* walkPageRangeVmaUnsafe(k, mm, vma, start, end, ops)
      : yield* walkPartOfVma(k, mm, vma, start, end, ops);
  },
);

/** `walk_page_vma()`: the whole of one VMA. */
export const walkPageVma = kernelFunction(
  inPagewalk('walk_page_vma', 624, 750),
  function* (k: Kernel, mm: Mm, vma: Vma, ops: MmWalkOps): Walker<number> {
    if (!opsSafe(k, ops)) return -EINVAL;
    return yield* walkVma(k, mm, vma, vma.start, vma.end, ops);
  },
);

/**
 * `walk_page_mapping()`: every VMA that maps part of a file, by page offset; of one user mm here. `vmas` are those of the file, in the
 * order of its tree. Only the file's i_mmap_rwsem is asserted, and only by lockdep: the walk's lock mode is not looked at, and a
 * test_walk that skips a VMA ends the whole walk.
 */
export const walkPageMapping = kernelFunction(
  inPagewalk('walk_page_mapping', 672, 800),
  function* (
    k: Kernel,
    mm: Mm,
    file: number,
    firstIndex: number,
    nr: number,
    ops: MmWalkOps,
  ): Walker<number> {
    if (!opsSafe(k, ops)) return -EINVAL;
    if (k.rules.walk.lockMode3 === 'nolock-init-mm-only' && wantsNoLock(k, ops)) return -EINVAL;
    yield* new Assert('lockdep_assert_held', `i_mmap:${file}`);
    const walk = vmaWalkOf(mm, ops, undefined);
    const address = (vma: Vma, index: number): U64 =>
      vma.start.add(U.from(index - (vma.pgoff ?? 0)).shl(k.geo.pageShift));
    for (const vma of yield* new RmapVmas(file)) {
      const first = vma.pgoff ?? 0;
      const last = first + vma.end.sub(vma.start).shr(k.geo.pageShift).toNumber();
      const [from, to] = [Math.max(firstIndex, first), Math.min(firstIndex + nr, last)];
      if (to <= from) continue;
      walk.vma = vma;
      const test = yield* walkPageTest(k, vma, vma.start, vma.end, walk);
      if (test !== 0) return Math.min(test, 0);
      const err = yield* walkPageRangeInVma(k, vma, address(vma, from), address(vma, to), walk);
      if (err !== 0) return err;
    }
    return 0;
  },
);
