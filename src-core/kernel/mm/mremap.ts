import { leaf, outputAddress, present } from '../../arch/arm64/entry.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { LazyMmu, Tlbi } from '../../step/op-barrier.ts';
import { Lock, Unlock } from '../../step/op-lock.ts';
import { deadRead, Exchange, read, readOnce } from '../../step/op-memory.ts';
import { Warn } from '../../step/op-walk.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { advance } from '../../step/pointer.ts';
import type { Vma } from '../../step/vma.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { populate } from '../arch/arm64/include/asm/pgalloc.ts';
import {
  p4dOffset,
  pgdOffsetPgd,
  pmdNone,
  pmdOffset,
  pudNone,
  pudOffset,
} from '../arch/arm64/include/asm/pgtable.ts';
import { setPmd, setPte, setPud } from '../arch/arm64/include/asm/set_pte.ts';
import { vmaStartWrite } from '../include/linux/mmap_lock.ts';
import { pmdLockptr, pteLockptr } from '../include/linux/mm.ts';
import { p4dNoneOrClearBad, pgdNoneOrClearBad, pudNoneOrClearBad } from '../include/linux/pgtable.ts';
import type { Kernel } from '../kernel.ts';
import { EINVAL, ENOMEM } from '../kernel.ts';
import { splitHugePmd } from './huge_memory.ts';
import { p4dAlloc, pmdAlloc, pteAlloc, pudAlloc } from './memory-alloc.ts';
import { pmdIsHuge } from './memory-zap.ts';
import { mmapWriteLock, mmapWriteUnlock } from './mmap_lock.ts';
import type { TableFree } from './mmu_gather.ts';
import { tlbRemoveTableRcu } from './mmu_gather.ts';
import { findVma } from './mmap.ts';
import {
  pmdLock,
  pteOffsetMapLock,
  pteOffsetMapNolock,
  pteOffsetMapRwNolock,
  pteUnmap,
  pteUnmapUnlock,
  pudLock,
} from './pgtable-generic.ts';
import { rmapLockWrite, rmapUnlockWrite } from './rmap.ts';
import { doVmiAlignMunmap } from './vma.ts';

/** mm/mremap.c: entries, or whole tables, move from one VMA to another of the same mm, whose lock is held for write. */

const info = (name: string): FnInfo => ({ name, file: 'mm/mremap.c', lines: {} });

/** `struct pagetable_move_control` */
export interface PagetableMove {
  readonly mm: Mm;
  readonly old: Vma;
  readonly to: Vma;
  /** PTEs too are moved under the rmap locks: the new VMA comes first where rmap looks. Tables always are. */
  readonly needRmapLocks: boolean;
  /** `move_normal_pmd()` looks at the PMD again under its lock; before v6.12 it did not. */
  readonly recheck: boolean;
}

/** `get_old_pmd()` and its like: the slot of an address, or undefined where no table leads there. */
function* getOldPud(k: Kernel, mm: Mm, addr: U64): Walker<EntryPtr | undefined> {
  const pgd = pgdOffsetPgd(k, mm.pgd, addr);
  if (yield* pgdNoneOrClearBad(k, pgd)) return undefined;
  const p4d = yield* p4dOffset(k, pgd, addr);
  if (yield* p4dNoneOrClearBad(k, p4d)) return undefined;
  const pud = yield* pudOffset(k, p4d, addr);
  return (yield* pudNoneOrClearBad(k, pud)) ? undefined : pud;
}

function* getOldPmd(k: Kernel, mm: Mm, addr: U64): Walker<EntryPtr | undefined> {
  const pud = yield* getOldPud(k, mm, addr);
  if (pud === undefined) return undefined;
  const pmd = yield* pmdOffset(k, pud, addr);
  return (yield* pmdNone(k, pmd)) ? undefined : pmd;
}

function* allocNewPud(k: Kernel, mm: Mm, addr: U64): Walker<EntryPtr | undefined> {
  const { levels } = k.geo;
  const pgd = pgdOffsetPgd(k, mm.pgd, addr);
  if (levels.p4d.folded === 'no' && (yield* read(pgd, 'pgd_none')).isZero())
    if ((yield* p4dAlloc(k, mm, pgd)) !== 0) return undefined;
  const p4d = yield* p4dOffset(k, pgd, addr);
  if (levels.pud.folded === 'no' && (yield* read(p4d, 'p4d_none')).isZero())
    if ((yield* pudAlloc(k, mm, p4d)) !== 0) return undefined;
  return yield* pudOffset(k, p4d, addr);
}

function* allocNewPmd(k: Kernel, mm: Mm, addr: U64): Walker<EntryPtr | undefined> {
  const pud = yield* allocNewPud(k, mm, addr);
  if (pud === undefined) return undefined;
  if (k.geo.levels.pmd.folded === 'no' && (yield* pudNone(k, pud)))
    if ((yield* pmdAlloc(k, mm, pud)) !== 0) return undefined;
  return yield* pmdOffset(k, pud, addr);
}

/** `get_extent()`: how far both addresses stay within one entry of a level. */
function extentOf(shift: number, oldAddr: U64, oldEnd: U64, newAddr: U64): U64 {
  const least = (a: U64, b: U64): U64 => (a.lt(b) ? a : b);
  const rest = (addr: U64): U64 => addr.shr(shift).add(U64.ONE).shl(shift).sub(addr);
  return least(least(rest(oldAddr), oldEnd.sub(oldAddr)), rest(newAddr));
}

/** `move_normal_pmd()`: a whole PTE table changes its place. Nobody's PTE lock is taken: the rmap locks keep others out. */
const moveNormalPmd = kernelFunction(
  info('move_normal_pmd'),
  function* (k: Kernel, move: PagetableMove, oldPmd: EntryPtr, newPmd: EntryPtr, addr: U64): Walker<boolean> {
    const { mm } = move;
    if (!(yield* pmdNone(k, newPmd))) {
      yield* new Warn('the destination is not empty');
      return false;
    }
    const oldPtl = yield* pmdLock(k, mm, oldPmd);
    const newPtl = pmdLockptr(k, mm, newPmd);
    if (newPtl !== oldPtl) yield* new Lock(newPtl, 'write');
    const pmd = yield* read(oldPmd, 'move_normal_pmd');
    const moved = !move.recheck || (present(pmd) && !leaf(pmd));
    if (moved) {
      yield* setPmd(k, oldPmd, U64.ZERO);
      yield* populate(k, mm, newPmd, outputAddress(k.geo, pmd));
      yield* new Tlbi(addr, addr.add(U64.bit(k.geo.levels.pmd.shift)));
    }
    if (newPtl !== oldPtl) yield* new Unlock(newPtl);
    yield* new Unlock(oldPtl);
    return moved;
  },
);

/** `move_normal_pud()`: likewise a PMD table. */
const moveNormalPud = kernelFunction(
  info('move_normal_pud'),
  function* (k: Kernel, move: PagetableMove, oldPud: EntryPtr, newPud: EntryPtr, addr: U64): Walker<boolean> {
    const { mm } = move;
    if (!(yield* pudNone(k, newPud))) {
      yield* new Warn('the destination is not empty');
      return false;
    }
    // Both are under the mm's page_table_lock.
    const ptl = yield* pudLock(k, mm);
    const pud = yield* read(oldPud, 'move_normal_pud');
    yield* setPud(k, oldPud, U64.ZERO);
    yield* populate(k, mm, newPud, outputAddress(k.geo, pud));
    yield* new Tlbi(addr, addr.add(U64.bit(k.geo.levels.pud.shift)));
    yield* new Unlock(ptl);
    return true;
  },
);

/** `move_ptes()`: one by one, under the locks of both PTE tables. -11 (EAGAIN): a table is gone, look again. */
const movePtes = kernelFunction(
  info('move_ptes'),
  function* (
    k: Kernel,
    move: PagetableMove,
    oldPmd: EntryPtr,
    newPmd: EntryPtr,
    oldAddr: U64,
    newAddr: U64,
    extent: U64,
  ): Walker<number> {
    if (move.needRmapLocks) yield* rmapLockWrite(move.old);
    const ret = yield* movePtesLocked(k, move, oldPmd, newPmd, oldAddr, newAddr, extent);
    if (move.needRmapLocks) yield* rmapUnlockWrite(move.old);
    return ret;
  },
);

function* movePtesLocked(
  k: Kernel,
  { mm }: PagetableMove,
  oldPmd: EntryPtr,
  newPmd: EntryPtr,
  oldAddr: U64,
  newAddr: U64,
  extent: U64,
): Walker<number> {
  const first = yield* pteOffsetMapLock(k, mm, oldPmd, oldAddr);
  if (first === undefined) return -EAGAIN;
  const mapNew = k.rules.walk.mapRefusesNonPresent ? pteOffsetMapRwNolock : pteOffsetMapNolock;
  const target = yield* mapNew(k, mm, newPmd, newAddr);
  if (target === undefined) {
    yield* pteUnmapUnlock(k, first, mm);
    return -EAGAIN;
  }
  const nested = first.table !== target.pte.table && target.ptl !== pteLockptr(k, mm, first.table);
  if (nested) yield* new Lock(target.ptl, 'write');
  const batches = k.rules.pageattr.lazyBatchesBarriers;
  yield* new LazyMmu(true, batches);
  const pages = extent.shr(k.geo.pageShift).toNumber();
  let flush = false;
  for (let i = 0; i < pages; i++) {
    const pte = advance(first, i);
    if ((yield* readOnce(pte)).isZero()) continue;
    const value = yield* new Exchange(pte, U64.ZERO);
    if (present(value)) flush = true;
    yield* setPte(advance(target.pte, i), value);
  }
  yield* new LazyMmu(false, batches);
  if (flush) yield* new Tlbi(oldAddr, oldAddr.add(extent));
  if (nested) yield* new Unlock(target.ptl);
  yield* pteUnmap(k, target.pte);
  yield* pteUnmapUnlock(k, first, mm);
  return 0;
}

const EAGAIN = 11;

/** `move_page_tables()`: by PMD tables, by PTE tables, or PTE by PTE, as far as both ranges lie alike. Answers how many bytes. */
export const movePageTables = kernelFunction(
  info('move_page_tables'),
  function* (k: Kernel, move: PagetableMove, from: U64, to: U64, len: U64): Walker<U64> {
    const { mm } = move;
    const { pud: pudLevel, pmd: pmdLevel } = k.geo.levels;
    const oldEnd = from.add(len);
    let [oldAddr, newAddr] = [from, to];
    let extent: U64;
    for (; oldAddr.lt(oldEnd); oldAddr = oldAddr.add(extent), newAddr = newAddr.add(extent)) {
      extent = extentOf(pudLevel.shift, oldAddr, oldEnd, newAddr);
      const oldPud = yield* getOldPud(k, mm, oldAddr);
      if (oldPud === undefined) continue;
      const newPud = yield* allocNewPud(k, mm, newAddr);
      if (newPud === undefined) break;
      yield* deadRead(oldPud, 'pud_trans_huge');
      if (extent.eq(U64.bit(pudLevel.shift)) && pmdLevel.folded === 'no') {
        yield* rmapLockWrite(move.old);
        const moved = yield* moveNormalPud(k, move, oldPud, newPud, oldAddr);
        yield* rmapUnlockWrite(move.old);
        if (moved) continue;
      }
      extent = extentOf(pmdLevel.shift, oldAddr, oldEnd, newAddr);
      const oldPmd = yield* getOldPmd(k, mm, oldAddr);
      if (oldPmd === undefined) continue;
      const newPmd = yield* allocNewPmd(k, mm, newAddr);
      if (newPmd === undefined) break;
      if (!(yield* moveBelowPmd(k, move, oldPmd, newPmd, oldAddr, newAddr, extent))) break;
    }
    return oldAddr.sub(from);
  },
);

/** One PMD entry's worth: false where there is no memory for a table. */
function* moveBelowPmd(
  k: Kernel,
  move: PagetableMove,
  oldPmd: EntryPtr,
  newPmd: EntryPtr,
  oldAddr: U64,
  newAddr: U64,
  extent: U64,
): Walker<boolean> {
  const whole = extent.eq(U64.bit(k.geo.levels.pmd.shift));
  for (;;) {
    if (yield* pmdIsHuge(k, oldPmd)) {
      yield* splitHugePmd(k, move.mm, move.old, oldPmd, oldAddr);
    } else if (whole) {
      yield* rmapLockWrite(move.old);
      const moved = yield* moveNormalPmd(k, move, oldPmd, newPmd, oldAddr);
      yield* rmapUnlockWrite(move.old);
      if (moved) return true;
    }
    if (yield* pmdNone(k, oldPmd)) return true;
    if ((yield* pmdNone(k, newPmd)) && (yield* pteAlloc(k, move.mm, newPmd)) !== 0) return false;
    if ((yield* movePtes(k, move, oldPmd, newPmd, oldAddr, newAddr, extent)) === 0) return true;
  }
}

/**
 * What `mremap()` does once `copy_vma()` has made the new VMA (`move_vma()`): locks both for write, moves what is mapped, and unmaps
 * the old range. 0, or an error: -22 where an address or the size is no multiple of a page, as its caller has seen to.
 */
export const mremap = kernelFunction(
  info('move_vma'),
  function* (
    k: Kernel,
    mm: Mm,
    from: U64,
    to: U64,
    size: U64,
    recheck: boolean,
    free: TableFree,
  ): Walker<number> {
    const page = U64.mask(k.geo.pageShift);
    if (from.intersects(page) || to.intersects(page) || size.intersects(page)) return -EINVAL;
    yield* mmapWriteLock(mm);
    const old = yield* findVma(mm, from);
    const target = yield* findVma(mm, to);
    if (old === undefined || target === undefined || from.lt(old.start) || to.lt(target.start)) {
      yield* mmapWriteUnlock(mm);
      return -EINVAL;
    }
    yield* vmaStartWrite(mm, old);
    yield* vmaStartWrite(mm, target);
    // Where rmap comes to the new VMA first, it could miss a PTE that moves from one it has not seen yet to one it has.
    const needRmapLocks = target.id < old.id;
    const move = { mm, old, to: target, needRmapLocks, recheck };
    const moved = yield* movePageTables(k, move, from, to, size);
    const tlb = yield* doVmiAlignMunmap(k, mm, from, from.add(size), false, free);
    yield* mmapWriteUnlock(mm);
    yield* tlbRemoveTableRcu(k, tlb);
    return moved.lt(size) ? -ENOMEM : 0;
  },
);
