import type { U64 } from '../../base/u64.ts';
import { U64 as U } from '../../base/u64.ts';
import { leaf, present } from '../../arch/arm64/entry.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { advance } from '../../step/pointer.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { deadRead, read, readOnce } from '../../step/op-memory.ts';
import { Bug, Warn } from '../../step/op-walk.ts';
import type { Kernel } from '../kernel.ts';
import type { MmWalk } from '../include/linux/pagewalk.ts';
import { ACTION_AGAIN, ACTION_CONTINUE, ACTION_SUBTREE } from '../include/linux/pagewalk.ts';
import { addrEnd, p4dNoneOrClearBad, pgdNoneOrClearBad } from '../include/linux/pgtable.ts';
import {
  p4dOffset,
  pgdOffsetPgd,
  pmdLeaf,
  pmdNone,
  pmdOffset,
  pmdPresent,
  pmdTransHuge,
  pteOffsetKernel,
  pudLeaf,
  pudNone,
  pudOffset,
  pudPresent,
  taskSize,
} from '../arch/arm64/include/asm/pgtable.ts';
import { setPte } from '../arch/arm64/include/asm/set_pte.ts';
import { pteOffsetMap, pteOffsetMapLock, pteUnmap, pteUnmapUnlock } from './pgtable-generic.ts';
import { splitHugePmd, splitHugePud } from './huge_memory.ts';
import { p4dAlloc, pmdAlloc, pteAlloc, pudAlloc } from './memory-alloc.ts';

/**
 * mm/pagewalk.c, the walker itself, which every page-table walk of the kernel goes through. Each load of an entry is one op, in the
 * order and number of the source, because races turn on exactly these. The functions others call are in pagewalk.ts and pagewalk-vma.ts.
 */

/** Where a function of mm/pagewalk.c stands. */
export function inPagewalk(name: string, v612: number | undefined, v73: number | undefined): FnInfo {
  return {
    name,
    file: 'mm/pagewalk.c',
    lines: {
      ...(v612 === undefined ? {} : { 'v6.12': v612 }),
      ...(v73 === undefined ? {} : { 'v7.3': v73 }),
    },
  };
}

/** `real_depth()`: the depth of a hole, with levels that the build folds counted as the one above. */
export function realDepth(k: Kernel, depth: number): number {
  const { p4d, pud, pmd } = k.geo.levels;
  let d = depth;
  if (d === 3 && pmd.folded === 'build') d = 2;
  if (d === 2 && pud.folded === 'build') d = 1;
  if (d === 1 && p4d.folded === 'build') d = 0;
  return d;
}

/** Does the walk install PTEs? There was no such member before there was a walk for it. */
export function installs(k: Kernel, walk: MmWalk): boolean {
  return walk.ops.installPte !== undefined && k.rules.walk.installingWalk !== 'absent';
}

/** `walk_pte_range_inner()`: every slot from `addr` to `end`, empty ones too, which an installing walk fills. */
const walkPteRangeInner = kernelFunction(
  inPagewalk('walk_pte_range_inner', 27, 29),
  function* (k: Kernel, pte: EntryPtr, addr: U64, end: U64, walk: MmWalk): Walker<number> {
    const { pteEntry, pteEntryRun } = walk.ops;
    const installing = installs(k, walk);
    if (pteEntry === undefined && !installing) return 0;
    if (pteEntryRun !== undefined && !installing) {
      const err = yield* pteEntryRun(k, pte, addr, slotsUntil(k, addr, end));
      if (err !== undefined) return err;
    }
    const pageSize = U.bit(k.geo.pageShift);
    // Compared against one page less than the end, so that an end at the very top of the address space stops too.
    const last = end.sub(pageSize);
    let at = addr;
    for (let entry = pte; ; entry = advance(entry, 1)) {
      const empty = installing && (yield* readOnce(entry)).isZero();
      const err = empty
        ? yield* install(k, entry, at, walk)
        : // A walk that only installs calls a null pointer when it meets a PTE that is not empty.
          pteEntry === undefined
          ? yield* new Bug()
          : yield* pteEntry(k, entry, at, at.add(pageSize), walk);
      if (err !== 0) return err;
      if (last.le(at)) return 0;
      at = at.add(pageSize);
    }
  },
);

/** An empty slot of an installing walk: what the callback gives is stored. */
function* install(k: Kernel, pte: EntryPtr, addr: U64, walk: MmWalk): Walker<number> {
  const { installPte } = walk.ops;
  if (installPte === undefined) return 0;
  const { err, pte: value } = yield* installPte(k, addr, addr.add(U.bit(k.geo.pageShift)), walk);
  if (err !== 0) return err;
  yield* setPte(pte, value);
  if (walk.noVma) yield* new Warn();
  return 0;
}

/** How many slots `walkPteRangeInner` visits: the test comes after the callback, so one at the least. */
function slotsUntil(k: Kernel, addr: U64, end: U64): number {
  const last = end.sub(U.bit(k.geo.pageShift));
  if (last.le(addr)) return 1;
  return last.sub(addr).add(U.mask(k.geo.pageShift)).shr(k.geo.pageShift).toNumber() + 1;
}

/** The slots of one PTE table, between the hooks that the first posted version of walks without locks had. */
function* pteTable(k: Kernel, pte: EntryPtr, addr: U64, end: U64, walk: MmWalk): Walker<number> {
  const { prePteTable, postPteTable } = walk.ops;
  if (prePteTable !== undefined) yield* prePteTable(k);
  const err = yield* walkPteRangeInner(k, pte, addr, end, walk);
  if (postPteTable !== undefined) yield* postPteTable(k);
  return err;
}

/** `walk_pte_range()`: how it gets at the PTE table depends on whose it is. */
const walkPteRange = kernelFunction(
  inPagewalk('walk_pte_range', 45, 61),
  function* (k: Kernel, pmd: EntryPtr, addr: U64, end: U64, walk: MmWalk): Walker<number> {
    if (!walk.noVma) {
      const pte = yield* pteOffsetMapLock(k, walk.mm, pmd, addr);
      if (pte === undefined) {
        walk.action = ACTION_AGAIN;
        return 0;
      }
      const err = yield* pteTable(k, pte, addr, end, walk);
      yield* pteUnmapUnlock(k, pte, walk.mm);
      return err;
    }
    if (walk.mm.name === 'init_mm' || !addr.lt(taskSize(k))) {
      // A kernel table: trusted to stay. Whoever changes the PMD between the caller's tests and this load is not noticed.
      const pte = yield* pteOffsetKernel(k, pmd, addr);
      return yield* pteTable(k, pte, addr, end, walk);
    }
    const pte = yield* pteOffsetMap(k, pmd, addr);
    if (pte === undefined) {
      walk.action = ACTION_AGAIN;
      return 0;
    }
    const err = yield* pteTable(k, pte, addr, end, walk);
    yield* pteUnmap(k, pte);
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

/** `pmd_trans_huge(*pmd)` */
function* pmdHuge(pmd: EntryPtr): Walker<boolean> {
  return pmdTransHuge(yield* read(pmd, 'pmd_trans_huge'));
}

/** `walk_pmd_range()` */
const walkPmdRange = kernelFunction(
  inPagewalk('walk_pmd_range', 80, 96),
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
    const installing = installs(k, walk);
    const depth = realDepth(k, 3);
    let pmd = yield* pmdOffset(k, pud, addr);
    let at = addr;
    do {
      const next = addrEnd(k, 'pmd', at, end);
      let err = 0;
      do {
        if (rules.actionReset === 'at-label') walk.action = ACTION_SUBTREE;
        if (yield* pmdNone(k, pmd)) {
          if (installing) err = yield* pteAlloc(k, walk.mm, pmd);
          else if (ops.pteHole !== undefined) err = yield* ops.pteHole(k, at, next, depth, walk);
          if (err !== 0) return err;
          if (!installing) break;
        }
        walk.action = ACTION_SUBTREE;
        if (ops.pmdEntry !== undefined) err = yield* ops.pmdEntry(k, pmd, at, next, walk);
        if (err !== 0) return err;
        if (walk.action === ACTION_AGAIN) continue;
        const skip = walk.action === ACTION_CONTINUE || (!hasHandler && !installing);
        if (rules.continueChecked === 'before-leaf-test' && skip) break;
        // Only installing: a huge page that is there is not split for it.
        if (!hasHandler && installing && (yield* pmdPresent(k, pmd)) && (yield* pmdHuge(pmd))) break;
        if (walk.noVma && (yield* leafOrAbsent(k, pmd, pmdLeaf, pmdPresent))) break;
        if (skip) break;
        if (!walk.noVma) yield* splitHugePmd(k, walk.mm, walk.vma, pmd, at);
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
  inPagewalk('walk_pud_range', 158, 184),
  function* (k: Kernel, p4d: EntryPtr, addr: U64, end: U64, walk: MmWalk): Walker<number> {
    const { ops } = walk;
    const rules = k.rules.walk;
    const hasHandler = ops.pmdEntry !== undefined || ops.pteEntry !== undefined;
    const installing = installs(k, walk);
    const depth = realDepth(k, 2);
    let pud = yield* pudOffset(k, p4d, addr);
    let at = addr;
    do {
      const next = addrEnd(k, 'pud', at, end);
      let err = 0;
      do {
        if (rules.actionReset === 'at-label') walk.action = ACTION_SUBTREE;
        if (yield* pudNone(k, pud)) {
          if (installing) err = yield* pmdAlloc(k, walk.mm, pud);
          else if (ops.pteHole !== undefined) err = yield* ops.pteHole(k, at, next, depth, walk);
          if (err !== 0) return err;
          if (!installing) break;
        }
        walk.action = ACTION_SUBTREE;
        if (ops.pudEntry !== undefined) err = yield* ops.pudEntry(k, pud, at, next, walk);
        if (err !== 0) return err;
        if (walk.action === ACTION_AGAIN) continue;
        const skip = walk.action === ACTION_CONTINUE || (!hasHandler && !installing);
        if (rules.continueChecked === 'before-leaf-test' && skip) break;
        // arm64 has no huge PUDs in user mms: `pud_trans_huge()` is false whatever it reads.
        if (!hasHandler && installing && (yield* pudPresent(k, pud))) yield* deadRead(pud, 'pud_trans_huge');
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
  inPagewalk('walk_p4d_range', 208, 248),
  function* (k: Kernel, pgd: EntryPtr, addr: U64, end: U64, walk: MmWalk): Walker<number> {
    const { ops } = walk;
    const hasHandler = ops.pudEntry !== undefined || ops.pmdEntry !== undefined || ops.pteEntry !== undefined;
    const installing = installs(k, walk);
    const depth = realDepth(k, 1);
    let p4d = yield* p4dOffset(k, pgd, addr);
    let at = addr;
    do {
      const next = addrEnd(k, 'p4d', at, end);
      let err = 0;
      const none = yield* p4dNoneOrClearBad(k, p4d);
      if (none && installing) err = yield* pudAlloc(k, walk.mm, p4d);
      else if (none && ops.pteHole !== undefined) err = yield* ops.pteHole(k, at, next, depth, walk);
      if (err === 0 && (!none || installing)) {
        if (ops.p4dEntry !== undefined) err = yield* ops.p4dEntry(k, p4d, at, next, walk);
        if (err === 0 && (hasHandler || installing)) err = yield* walkPudRange(k, p4d, at, next, walk);
      }
      if (err !== 0) return err;
      p4d = advance(p4d, 1);
      at = next;
    } while (!at.eq(end));
    return 0;
  },
);

/** `walk_pgd_range()`. As at the P4D, the action is not looked at. */
export const walkPgdRange = kernelFunction(
  inPagewalk('walk_pgd_range', 241, 286),
  function* (k: Kernel, addr: U64, end: U64, walk: MmWalk): Walker<number> {
    const { ops } = walk;
    const hasHandler =
      ops.p4dEntry !== undefined ||
      ops.pudEntry !== undefined ||
      ops.pmdEntry !== undefined ||
      ops.pteEntry !== undefined;
    const installing = installs(k, walk);
    let pgd = pgdOffsetPgd(k, walk.pgd ?? walk.mm.pgd, addr);
    let at = addr;
    do {
      const next = addrEnd(k, 'pgd', at, end);
      let err = 0;
      const none = yield* pgdNoneOrClearBad(k, pgd);
      if (none && installing) err = yield* p4dAlloc(k, walk.mm, pgd);
      else if (none && ops.pteHole !== undefined) err = yield* ops.pteHole(k, at, next, 0, walk);
      if (err === 0 && (!none || installing)) {
        if (ops.pgdEntry !== undefined) err = yield* ops.pgdEntry(k, pgd, at, next, walk);
        if (err === 0 && (hasHandler || installing)) err = yield* walkP4dRange(k, pgd, at, next, walk);
      }
      if (err !== 0) return err;
      pgd = advance(pgd, 1);
      at = next;
    } while (!at.eq(end));
    return 0;
  },
);
