import type { U64 } from '../../base/u64.ts';
import { U64 as U } from '../../base/u64.ts';
import { leaf, present } from '../../arch/arm64/entry.ts';
import type { Mm } from '../../mm/mm.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { advance } from '../../step/pointer.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { readOnce } from '../../step/op-memory.ts';
import type { Kernel } from '../kernel.ts';
import { EINVAL } from '../kernel.ts';
import type { MmWalk, MmWalkOps, PageWalkLock } from '../include/linux/pagewalk.ts';
import {
  ACTION_AGAIN,
  ACTION_CONTINUE,
  ACTION_SUBTREE,
  PGWALK_NOLOCK,
  PGWALK_RDLOCK,
  PGWALK_VMA_RDLOCK_VERIFY,
  PGWALK_WRLOCK,
  PGWALK_WRLOCK_VERIFY,
} from '../include/linux/pagewalk.ts';
import { VmaLock } from '../../step/op-lock.ts';
import type { Vma } from '../../step/vma.ts';
import { addrEnd, p4dNoneOrClearBad, pgdNoneOrClearBad } from '../include/linux/pgtable.ts';
import { mmapAssertLocked, mmapAssertWriteLocked } from '../include/linux/mmap_lock.ts';
import {
  p4dOffset,
  pgdOffsetPgd,
  pmdLeaf,
  pmdNone,
  pmdOffset,
  pmdPresent,
  pteOffsetKernel,
  pudLeaf,
  pudNone,
  pudOffset,
  pudPresent,
  taskSize,
} from '../arch/arm64/include/asm/pgtable.ts';
import { pteOffsetMap, pteOffsetMapLock, pteUnmap, pteUnmapUnlock } from './pgtable-generic.ts';
import { splitHugePmd, splitHugePud } from './huge_memory.ts';
import { findVma } from './mmap.ts';

/**
 * mm/pagewalk.c: the walker every page-table walk of the kernel goes through. Each load of an entry is one op, in the order
 * and number of the source, because races turn on exactly these.
 */

const info = (name: string, v612: number | undefined, v73: number | undefined): FnInfo => ({
  name,
  file: 'mm/pagewalk.c',
  lines: { ...(v612 === undefined ? {} : { 'v6.12': v612 }), ...(v73 === undefined ? {} : { 'v7.3': v73 }) },
});

/** `real_depth()`: the depth of a hole, with levels that the build folds counted as the one above. */
export function realDepth(k: Kernel, depth: number): number {
  const { p4d, pud, pmd } = k.geo.levels;
  let d = depth;
  if (d === 3 && pmd.folded === 'build') d = 2;
  if (d === 2 && pud.folded === 'build') d = 1;
  if (d === 1 && p4d.folded === 'build') d = 0;
  return d;
}

/** `walk_pte_range_inner()`: every slot from `addr` to `end`, empty ones too. */
const walkPteRangeInner = kernelFunction(
  info('walk_pte_range_inner', 27, 29),
  function* (k: Kernel, pte: EntryPtr, addr: U64, end: U64, walk: MmWalk): Walker<number> {
    const { pteEntry, pteEntryRun } = walk.ops;
    if (pteEntry === undefined) return 0;
    if (pteEntryRun !== undefined) {
      const err = yield* pteEntryRun(k, pte, addr, slotsUntil(k, addr, end));
      if (err !== undefined) return err;
    }
    const pageSize = U.bit(k.geo.pageShift);
    // Compared against one page less than the end, so that an end at the very top of the address space stops too.
    const last = end.sub(pageSize);
    let at = addr;
    for (let entry = pte; ; entry = advance(entry, 1)) {
      const err = yield* pteEntry(k, entry, at, at.add(pageSize), walk);
      if (err !== 0) return err;
      if (last.le(at)) return 0;
      at = at.add(pageSize);
    }
  },
);

/** How many slots `walkPteRangeInner` visits: the test comes after the callback, so one at the least. */
function slotsUntil(k: Kernel, addr: U64, end: U64): number {
  const last = end.sub(U.bit(k.geo.pageShift));
  if (last.le(addr)) return 1;
  return last.sub(addr).add(U.mask(k.geo.pageShift)).shr(k.geo.pageShift).toNumber() + 1;
}

/** `walk_pte_range()`: how it gets at the PTE table depends on whose it is. */
const walkPteRange = kernelFunction(
  info('walk_pte_range', 45, 61),
  function* (k: Kernel, pmd: EntryPtr, addr: U64, end: U64, walk: MmWalk): Walker<number> {
    if (!walk.noVma) {
      const pte = yield* pteOffsetMapLock(k, pmd, addr);
      if (pte === undefined) {
        walk.action = ACTION_AGAIN;
        return 0;
      }
      const err = yield* walkPteRangeInner(k, pte, addr, end, walk);
      yield* pteUnmapUnlock();
      return err;
    }
    if (walk.mm.name === 'init_mm' || !addr.lt(taskSize(k))) {
      // A kernel table: trusted to stay. Whoever changes the PMD between the caller's tests and this load is not noticed.
      const pte = yield* pteOffsetKernel(k, pmd, addr);
      return yield* walkPteRangeInner(k, pte, addr, end, walk);
    }
    const pte = yield* pteOffsetMap(k, pmd, addr);
    if (pte === undefined) {
      walk.action = ACTION_AGAIN;
      return 0;
    }
    const err = yield* walkPteRangeInner(k, pte, addr, end, walk);
    yield* pteUnmap();
    return err;
  },
);

/**
 * Skips an entry that a walk without VMAs does not descend into: a leaf, or one that is not present. Loads both tests as the
 * source makes them.
 */
function* leafOrAbsent(
  k: Kernel,
  entry: EntryPtr,
  isLeaf: (k: Kernel, entry: EntryPtr) => Walker<boolean>,
  isPresent: (k: Kernel, entry: EntryPtr) => Walker<boolean>,
): Walker<boolean> {
  return (yield* isLeaf(k, entry)) || !(yield* isPresent(k, entry));
}

/** `walk_pmd_range()` */
const walkPmdRange = kernelFunction(
  info('walk_pmd_range', 80, 96),
  function* (k: Kernel, pud: EntryPtr, addr: U64, end: U64, walk: MmWalk): Walker<number> {
    const { ops } = walk;
    const rules = k.rules.walk;
    // The PUD may have changed since the caller looked: if it is no table any more, the caller does it again.
    if (rules.pudRecheck === 'in-pmd-range') {
      const pudval = yield* readOnce(pud);
      if (k.geo.levels.pmd.folded !== 'build' && (!present(pudval) || leaf(pudval))) {
        walk.action = ACTION_AGAIN;
        return 0;
      }
    }
    const hasHandler = ops.pteEntry !== undefined;
    const depth = realDepth(k, 3);
    let pmd = yield* pmdOffset(k, pud, addr);
    let at = addr;
    do {
      const next = addrEnd(k, 'pmd', at, end);
      let err = 0;
      do {
        if (rules.actionReset === 'at-label') walk.action = ACTION_SUBTREE;
        if (yield* pmdNone(k, pmd)) {
          if (ops.pteHole !== undefined) err = yield* ops.pteHole(k, at, next, depth, walk);
          if (err !== 0) return err;
          break;
        }
        walk.action = ACTION_SUBTREE;
        if (ops.pmdEntry !== undefined) err = yield* ops.pmdEntry(k, pmd, at, next, walk);
        if (err !== 0) return err;
        if (walk.action === ACTION_AGAIN) continue;
        const skip = walk.action === ACTION_CONTINUE || !hasHandler;
        if (rules.continueChecked === 'before-leaf-test' && skip) break;
        if (walk.noVma && (yield* leafOrAbsent(k, pmd, pmdLeaf, pmdPresent))) break;
        if (skip) break;
        if (!walk.noVma) yield* splitHugePmd(k, pmd, at);
        err = yield* walkPteRange(k, pmd, at, next, walk);
        if (err !== 0) return err;
      } while (walk.action === ACTION_AGAIN);
      pmd = advance(pmd, 1);
      at = next;
    } while (!at.eq(end));
    return 0;
  },
);

/** `walk_pud_range()` */
const walkPudRange = kernelFunction(
  info('walk_pud_range', 158, 184),
  function* (k: Kernel, p4d: EntryPtr, addr: U64, end: U64, walk: MmWalk): Walker<number> {
    const { ops } = walk;
    const rules = k.rules.walk;
    const hasHandler = ops.pmdEntry !== undefined || ops.pteEntry !== undefined;
    const depth = realDepth(k, 2);
    let pud = yield* pudOffset(k, p4d, addr);
    let at = addr;
    do {
      const next = addrEnd(k, 'pud', at, end);
      let err = 0;
      do {
        if (rules.actionReset === 'at-label') walk.action = ACTION_SUBTREE;
        if (yield* pudNone(k, pud)) {
          if (ops.pteHole !== undefined) err = yield* ops.pteHole(k, at, next, depth, walk);
          if (err !== 0) return err;
          break;
        }
        walk.action = ACTION_SUBTREE;
        if (ops.pudEntry !== undefined) err = yield* ops.pudEntry(k, pud, at, next, walk);
        if (err !== 0) return err;
        if (walk.action === ACTION_AGAIN) continue;
        const skip = walk.action === ACTION_CONTINUE || !hasHandler;
        if (rules.continueChecked === 'before-leaf-test' && skip) break;
        if (walk.noVma && (yield* leafOrAbsent(k, pud, pudLeaf, pudPresent))) break;
        if (skip) break;
        if (!walk.noVma) yield* splitHugePud(pud);
        if (rules.pudRecheck === 'none-test' && (yield* pudNone(k, pud))) {
          walk.action = ACTION_AGAIN;
          continue;
        }
        err = yield* walkPmdRange(k, pud, at, next, walk);
        if (err !== 0) return err;
        if (rules.pudRecheck === 'none-test') break;
      } while (walk.action === ACTION_AGAIN);
      pud = advance(pud, 1);
      at = next;
    } while (!at.eq(end));
    return 0;
  },
);

/** `walk_p4d_range()`. `walk->action` is neither reset nor looked at here: setting it in a p4d callback has no effect. */
const walkP4dRange = kernelFunction(
  info('walk_p4d_range', 208, 248),
  function* (k: Kernel, pgd: EntryPtr, addr: U64, end: U64, walk: MmWalk): Walker<number> {
    const { ops } = walk;
    const hasHandler = ops.pudEntry !== undefined || ops.pmdEntry !== undefined || ops.pteEntry !== undefined;
    const depth = realDepth(k, 1);
    let p4d = yield* p4dOffset(k, pgd, addr);
    let at = addr;
    do {
      const next = addrEnd(k, 'p4d', at, end);
      let err = 0;
      if (yield* p4dNoneOrClearBad(k, p4d)) {
        if (ops.pteHole !== undefined) err = yield* ops.pteHole(k, at, next, depth, walk);
      } else {
        if (ops.p4dEntry !== undefined) err = yield* ops.p4dEntry(k, p4d, at, next, walk);
        if (err === 0 && hasHandler) err = yield* walkPudRange(k, p4d, at, next, walk);
      }
      if (err !== 0) return err;
      p4d = advance(p4d, 1);
      at = next;
    } while (!at.eq(end));
    return 0;
  },
);

/** `walk_pgd_range()`. As at the P4D, the action is not looked at. */
const walkPgdRange = kernelFunction(
  info('walk_pgd_range', 241, 286),
  function* (k: Kernel, addr: U64, end: U64, walk: MmWalk): Walker<number> {
    const { ops } = walk;
    const hasHandler =
      ops.p4dEntry !== undefined ||
      ops.pudEntry !== undefined ||
      ops.pmdEntry !== undefined ||
      ops.pteEntry !== undefined;
    let pgd = pgdOffsetPgd(k, walk.pgd ?? walk.mm.pgd, addr);
    let at = addr;
    do {
      const next = addrEnd(k, 'pgd', at, end);
      let err = 0;
      if (yield* pgdNoneOrClearBad(k, pgd)) {
        if (ops.pteHole !== undefined) err = yield* ops.pteHole(k, at, next, 0, walk);
      } else {
        if (ops.pgdEntry !== undefined) err = yield* ops.pgdEntry(k, pgd, at, next, walk);
        if (err === 0 && hasHandler) err = yield* walkP4dRange(k, pgd, at, next, walk);
      }
      if (err !== 0) return err;
      pgd = advance(pgd, 1);
      at = next;
    } while (!at.eq(end));
    return 0;
  },
);

/** `check_ops_safe()`, earlier `check_ops_valid()`: an `install_pte` member is for VMA walks inside mm/ only. */
function opsSafe(k: Kernel, ops: MmWalkOps): boolean {
  return !(k.rules.walk.refusesInstallPte && ops.installPte === true);
}

/** Does this walk ask for PGWALK_NOLOCK, and is there such a mode? */
function wantsNoLock(k: Kernel, ops: MmWalkOps): boolean {
  const { lockMode3 } = k.rules.walk;
  return ops.walkLock === PGWALK_NOLOCK && lockMode3 !== 'absent' && lockMode3 !== 'vma-read-verify';
}

function walkOf(mm: Mm, ops: MmWalkOps, pgd: number | undefined): MmWalk {
  return { ops, mm, pgd, noVma: true, vma: undefined, action: ACTION_SUBTREE };
}

/**
 * `walk_page_range_novma()` (to v6.15): tables of any mm, without VMAs. init_mm's lock may be held for read, any other mm's must be
 * held for write. PGWALK_NOLOCK, as first posted, left that out for every mm; the review wanted it for init_mm only.
 */
export const walkPageRangeNovma = kernelFunction(
  info('walk_page_range_novma', undefined, undefined),
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
  info('walk_kernel_page_table_range', 522, 623),
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
  info('walk_kernel_page_table_range_lockless', undefined, 646),
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
  info('walk_page_range_debug', 567, 682),
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

/**
 * `process_mm_walk_lock()`: what the walk asserts of the mm's mmap_lock. Answers true where the mode is refused here.
 * As first posted PGWALK_NOLOCK fell into the branch for write locks, by accident.
 */
function* processMmWalkLock(k: Kernel, mm: Mm, walkLock: PageWalkLock): Walker<boolean> {
  if (walkLock === PGWALK_RDLOCK) yield* mmapAssertLocked(mm);
  else if (walkLock !== PGWALK_NOLOCK) yield* mmapAssertWriteLocked(mm);
  else {
    const { lockMode3 } = k.rules.walk;
    if (lockMode3 === 'nolock-anywhere') yield* mmapAssertWriteLocked(mm);
    return lockMode3 === 'nolock-init-mm-only' || lockMode3 === 'nolock-kernel-walk-only';
  }
  return false;
}

/** `process_vma_walk_lock()`: what it takes or asserts of the VMA's own lock. */
function* processVmaWalkLock(k: Kernel, vma: Vma, walkLock: PageWalkLock): Walker<void> {
  if (walkLock === PGWALK_WRLOCK) yield* new VmaLock('vma_start_write', vma.id);
  else if (walkLock === PGWALK_WRLOCK_VERIFY) yield* new VmaLock('vma_assert_write_locked', vma.id);
  else if (walkLock === PGWALK_VMA_RDLOCK_VERIFY && k.rules.walk.lockMode3 === 'vma-read-verify') {
    yield* new VmaLock('vma_assert_locked', vma.id);
  }
}

/** `__walk_page_range()`: the tables under one VMA, between its two callbacks. */
const walkPageRangeInVma = kernelFunction(
  info('__walk_page_range', undefined, undefined),
  function* (k: Kernel, start: U64, end: U64, walk: MmWalk): Walker<number> {
    const { preVma, postVma } = walk.ops;
    if (preVma !== undefined) {
      const err = yield* preVma(k, start, end, walk);
      if (err !== 0) return err;
    }
    const err = yield* walkPgdRange(k, start, end, walk);
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

/** `walk_page_range()`: every VMA of a range of the user mm, and the gaps between them as holes of unknown depth. */
export const walkPageRange = kernelFunction(
  info('walk_page_range', 445, 595),
  function* (k: Kernel, mm: Mm, startAddr: U64, end: U64, ops: MmWalkOps): Walker<number> {
    const walkLock = ops.walkLock ?? PGWALK_RDLOCK;
    if (!opsSafe(k, ops)) return -EINVAL;
    if (end.le(startAddr)) return -EINVAL;
    if (yield* processMmWalkLock(k, mm, walkLock)) return -EINVAL;
    const walk: MmWalk = { ops, mm, pgd: undefined, noVma: false, vma: undefined, action: ACTION_SUBTREE };
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
        yield* processVmaWalkLock(k, vma, walkLock);
        walk.vma = vma;
        if (vma.end.lt(end)) next = vma.end;
        const here: Vma = vma;
        vma = yield* findVma(mm, here.end);
        err = yield* walkPageTest(k, here, start, next, walk);
        if (err > 0) err = 0;
        else if (err === 0) err = yield* walkPageRangeInVma(k, start, next, walk);
      }
      if (err !== 0) return err;
      start = next;
    } while (start.lt(end));
    return 0;
  },
);

/** `walk_page_range_vma()`: part of one VMA. */
export const walkPageRangeVma = kernelFunction(
  info('walk_page_range_vma', 603, 740),
  function* (k: Kernel, mm: Mm, vma: Vma, start: U64, end: U64, ops: MmWalkOps): Walker<number> {
    if (!opsSafe(k, ops)) return -EINVAL;
    if (end.le(start)) return -EINVAL;
    if (start.lt(vma.start) || vma.end.lt(end)) return -EINVAL;
    return yield* walkVma(k, mm, vma, start, end, ops);
  },
);

/** `walk_page_vma()`: the whole of one VMA. */
export const walkPageVma = kernelFunction(
  info('walk_page_vma', 624, 750),
  function* (k: Kernel, mm: Mm, vma: Vma, ops: MmWalkOps): Walker<number> {
    if (!opsSafe(k, ops)) return -EINVAL;
    return yield* walkVma(k, mm, vma, vma.start, vma.end, ops);
  },
);

function* walkVma(k: Kernel, mm: Mm, vma: Vma, start: U64, end: U64, ops: MmWalkOps): Walker<number> {
  const walkLock = ops.walkLock ?? PGWALK_RDLOCK;
  if (yield* processMmWalkLock(k, mm, walkLock)) return -EINVAL;
  yield* processVmaWalkLock(k, vma, walkLock);
  const walk: MmWalk = { ops, mm, pgd: undefined, noVma: false, vma, action: ACTION_SUBTREE };
  return yield* walkPageRangeInVma(k, start, end, walk);
}
