import { present } from '../../arch/arm64/entry.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { LazyMmu } from '../../step/op-barrier.ts';
import { Lock, Unlock } from '../../step/op-lock.ts';
import { deadRead, Exchange, read, readOnce, store } from '../../step/op-memory.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { advance } from '../../step/pointer.ts';
import type { Vma } from '../../step/vma.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import {
  p4dOffset,
  pgdOffsetPgd,
  pmdNone,
  pmdOffset,
  pmdTransHuge,
  pudOffset,
} from '../arch/arm64/include/asm/pgtable.ts';
import { validCont } from '../arch/arm64/include/asm/contpte.ts';
import { contpteTryUnfold } from '../arch/arm64/mm/contpte.ts';
import { pmdLockptr } from '../include/linux/mm.ts';
import {
  addrEnd,
  p4dNoneOrClearBad,
  pgdNoneOrClearBad,
  pudNoneOrClearBad,
} from '../include/linux/pgtable.ts';
import type { Kernel } from '../kernel.ts';
import { splitHugePmd } from './huge_memory.ts';
import type { MmuGather } from './mmu_gather.ts';
import { tlbFinishMmu, tlbGatherMmu, tlbRange } from './mmu_gather.ts';
import { zapDepositedTable } from './pgtable-deposit.ts';
import { freePte, tryGetAndClearPmd, tryToFreePte } from './pt_reclaim.ts';
import { pteOffsetMapLock, pteUnmapUnlock } from './pgtable-generic.ts';

/**
 * mm/memory.c: taking away what VMAs map. No lock is taken above the PTE level: tables stay as long as whoever calls keeps the VMA
 * stable, by any of the mmap, VMA and rmap locks.
 */

const info = (name: string): FnInfo => ({ name, file: 'mm/memory.c', lines: {} });

/** Does the range have all of the contiguous group that the address lies in? */
function coversGroup(k: Kernel, addr: U64, start: U64, end: U64): boolean {
  const group = U64.mask(k.geo.pageShift + k.geo.contPteShift);
  return start.le(addr.andNot(group)) && addr.or(group).le(end.sub(U64.ONE));
}

/**
 * `zap_pte_range()`: clears the entries of one PTE table, under its lock; where the caller wants that, a table of which nothing stays goes
 * too. Answers how far it came; `start`: the table is gone.
 */
const zapPteRange = kernelFunction(
  info('zap_pte_range'),
  function* (k: Kernel, tlb: MmuGather, pmd: EntryPtr, start: U64, end: U64): Walker<U64> {
    const first = yield* pteOffsetMapLock(k, tlb.mm, pmd, start);
    if (first === undefined) return start;
    const batches = k.rules.pageattr.lazyBatchesBarriers;
    yield* new LazyMmu(true, batches);
    const page = U64.bit(k.geo.pageShift);
    let pte = first;
    for (let addr = start; !addr.eq(end); addr = addr.add(page), pte = advance(pte, 1)) {
      const value = yield* readOnce(pte);
      if (value.isZero()) continue;
      // contpte_try_unfold_partial(): a group of which something stays becomes pages first.
      if (validCont(value) && !coversGroup(k, addr, start, end))
        yield* contpteTryUnfold(k, tlb.mm, addr, pte, value);
      // Of a page that is mapped the hardware may set bits meanwhile: cleared and read in one.
      if (present(value)) yield* new Exchange(pte, U64.ZERO);
      else yield* store(pte, U64.ZERO);
      tlbRange(tlb, addr, addr.add(page));
    }
    yield* new LazyMmu(false, batches);
    // reclaim_pt_is_enabled(): all that the table maps has gone.
    const whole = tlb.reclaims && end.sub(start).eq(U64.bit(k.geo.levels.pmd.shift));
    const pmdval = whole ? yield* tryGetAndClearPmd(k, tlb.mm, pmd) : undefined;
    yield* pteUnmapUnlock(k, first, tlb.mm);
    if (pmdval !== undefined) freePte(k, tlb, start, pmdval);
    else if (whole) yield* tryToFreePte(k, tlb, pmd, start);
    return end;
  },
);

/** `zap_huge_pmd()`: false where it is not huge any more. */
const zapHugePmd = kernelFunction(
  { name: 'zap_huge_pmd', file: 'mm/huge_memory.c', lines: {} },
  function* (k: Kernel, tlb: MmuGather, vma: Vma, pmd: EntryPtr, addr: U64, end: U64): Walker<boolean> {
    const ptl = pmdLockptr(k, tlb.mm, pmd);
    yield* new Lock(ptl, 'write');
    const huge = pmdTransHuge(yield* read(pmd, '__pmd_trans_huge_lock'));
    if (huge) {
      yield* new Exchange(pmd, U64.ZERO);
      tlbRange(tlb, addr, end);
      if (k.splitAnon !== undefined && vma.file === undefined) yield* zapDepositedTable(k, pmd);
    }
    yield* new Unlock(ptl);
    return huge;
  },
);

/** Is it a huge PMD, or one that is not present? Newer kernels ask once, older ones read the entry for each question. */
export function* pmdIsHuge(k: Kernel, pmd: EntryPtr): Walker<boolean> {
  const hugeOrAway = (v: U64): boolean => !v.isZero() && (!present(v) || pmdTransHuge(v));
  if (k.rules.walk.valueTests === 'function') return hugeOrAway(yield* read(pmd, 'pmd_is_huge'));
  const swap = yield* read(pmd, 'is_swap_pmd');
  if (!swap.isZero() && !present(swap)) return true;
  return pmdTransHuge(yield* read(pmd, 'pmd_trans_huge'));
}

const zapPmdRange = kernelFunction(
  info('zap_pmd_range'),
  function* (k: Kernel, tlb: MmuGather, vma: Vma, pud: EntryPtr, start: U64, end: U64): Walker<void> {
    let pmd = yield* pmdOffset(k, pud, start);
    const whole = U64.bit(k.geo.levels.pmd.shift);
    let addr = start;
    do {
      const next = addrEnd(k, 'pmd', addr, end);
      if (yield* pmdIsHuge(k, pmd)) {
        if (!next.sub(addr).eq(whole)) yield* splitHugePmd(k, tlb.mm, vma, pmd, addr);
        else if (yield* zapHugePmd(k, tlb, vma, pmd, addr, next)) {
          pmd = advance(pmd, 1);
          addr = next;
          continue;
        }
      }
      if (!(yield* pmdNone(k, pmd)) && (yield* zapPteRange(k, tlb, pmd, addr, next)).eq(addr)) continue;
      pmd = advance(pmd, 1);
      addr = next;
    } while (!addr.eq(end));
  },
);

const zapPudRange = kernelFunction(
  info('zap_pud_range'),
  function* (k: Kernel, tlb: MmuGather, vma: Vma, p4d: EntryPtr, start: U64, end: U64): Walker<void> {
    let pud = yield* pudOffset(k, p4d, start);
    let addr = start;
    do {
      const next = addrEnd(k, 'pud', addr, end);
      // arm64 has no huge PUDs in user mms.
      yield* deadRead(pud, 'pud_trans_huge');
      if (!(yield* pudNoneOrClearBad(k, pud))) yield* zapPmdRange(k, tlb, vma, pud, addr, next);
      pud = advance(pud, 1);
      addr = next;
    } while (!addr.eq(end));
  },
);

const zapP4dRange = kernelFunction(
  info('zap_p4d_range'),
  function* (k: Kernel, tlb: MmuGather, vma: Vma, pgd: EntryPtr, start: U64, end: U64): Walker<void> {
    let p4d = yield* p4dOffset(k, pgd, start);
    let addr = start;
    do {
      const next = addrEnd(k, 'p4d', addr, end);
      if (!(yield* p4dNoneOrClearBad(k, p4d))) yield* zapPudRange(k, tlb, vma, p4d, addr, next);
      p4d = advance(p4d, 1);
      addr = next;
    } while (!addr.eq(end));
  },
);

/** `unmap_page_range()` */
const unmapPageRange = kernelFunction(
  info('unmap_page_range'),
  function* (k: Kernel, tlb: MmuGather, vma: Vma, start: U64, end: U64): Walker<void> {
    let pgd = pgdOffsetPgd(k, tlb.mm.pgd, start);
    let addr = start;
    do {
      const next = addrEnd(k, 'pgd', addr, end);
      if (!(yield* pgdNoneOrClearBad(k, pgd))) yield* zapP4dRange(k, tlb, vma, pgd, addr, next);
      pgd = advance(pgd, 1);
      addr = next;
    } while (!addr.eq(end));
  },
);

/** `unmap_single_vma()`: the part of a VMA that lies in the range. Hugetlb VMAs are not simulated here. */
function* unmapSingleVma(k: Kernel, tlb: MmuGather, vma: Vma, from: U64, to: U64): Walker<void> {
  const start = from.lt(vma.start) ? vma.start : from;
  const end = to.lt(vma.end) ? to : vma.end;
  if (start.lt(end)) yield* unmapPageRange(k, tlb, vma, start, end);
}

/** `unmap_vmas()`: all that these VMAs map between two addresses. */
export const unmapVmas = kernelFunction(
  info('unmap_vmas'),
  function* (k: Kernel, tlb: MmuGather, vmas: readonly Vma[], start: U64, end: U64): Walker<void> {
    for (const vma of vmas) yield* unmapSingleVma(k, tlb, vma, start, end);
  },
);

/**
 * `zap_page_range_single()`: the pages of part of one VMA; its tables stay, or (`reclaims`) those PTE tables go that lose all. Answers with
 * what RCU is to free: `tlbRemoveTableRcu`, later.
 */
export const zapPageRangeSingle = kernelFunction(
  info('zap_page_range_single'),
  function* (k: Kernel, mm: Mm, vma: Vma, addr: U64, size: U64, reclaims: boolean): Walker<MmuGather> {
    const tlb = tlbGatherMmu(mm, 'rcu', reclaims);
    yield* unmapSingleVma(k, tlb, vma, addr, addr.add(size));
    yield* tlbFinishMmu(k, tlb);
    return tlb;
  },
);
