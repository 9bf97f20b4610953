import { outputAddress, present } from '../../arch/arm64/entry.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import type { LockName } from '../../step/lock.ts';
import { Lock, rcuReadLock, Unlock } from '../../step/op-lock.ts';
import { Exchange, read, readOnce } from '../../step/op-memory.ts';
import { Bug } from '../../step/op-walk.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { advance } from '../../step/pointer.ts';
import type { Vma } from '../../step/vma.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { populate } from '../arch/arm64/include/asm/pgalloc.ts';
import { pteOffset } from '../arch/arm64/include/asm/pgtable.ts';
import { setPte } from '../arch/arm64/include/asm/set_pte.ts';
import { vmaStartWrite } from '../include/linux/mmap_lock.ts';
import { pteLockptr } from '../include/linux/mm.ts';
import type { Kernel } from '../kernel.ts';
import type { ScanResult } from './khugepaged-scan.ts';
import {
  checkPmdStillValid,
  findPmdOrThpOrNone,
  hpagePmdNr,
  hugepageVmaRevalidate,
  pmdpCollapseFlush,
} from './khugepaged-scan.ts';
import { mmapReadLock, mmapReadUnlock, mmapWriteLock, mmapWriteUnlock } from './mmap_lock.ts';
import { pgtableTransHugeDeposit } from './pgtable-deposit.ts';
import { kmapPte, pmdLock, pteOffsetMapLock, pteUnmap, pteUnmapUnlock } from './pgtable-generic.ts';
import { rmapLockWrite, rmapUnlockWrite } from './rmap.ts';

/**
 * mm/khugepaged.c: anonymous pages become one huge page. Which pages are worth it (referenced, shared, writable ones) is not asked here:
 * pages are not simulated, and each may be taken unless the scenario says that one may not. Between clearing the PMD and looking at the
 * entries below it the kernel interrupts every CPU, for the sake of who walks with interrupts off (`tlb_remove_table_sync_one()`); such
 * walkers are not simulated.
 */

const info = (name: string): FnInfo => ({ name, file: 'mm/khugepaged.c', lines: {} });

/** Which part of a collapse goes wrong: a page is in use by somebody else, or its memory can't be read. */
export type CollapseFailure = 'isolate' | 'copy';

/** `struct collapse_control`, and what the scenario settles. */
export interface CollapseControl {
  /** The huge PMD. */
  readonly entry: U64;
  readonly fails: CollapseFailure | undefined;
  /** As the kernel does; false: what if it did not look again, once it has the lock for write? */
  readonly revalidates: boolean;
}

/** `__collapse_huge_page_isolate()`: every page is locked and taken off its list, if nobody else uses one. */
const collapseHugePageIsolate = kernelFunction(
  info('__collapse_huge_page_isolate'),
  function* (k: Kernel, pte: EntryPtr, cc: CollapseControl): Walker<ScanResult> {
    for (let i = 0; i < hpagePmdNr(k); i++) {
      const v = yield* readOnce(advance(pte, i));
      if (v.isZero()) continue;
      if (!present(v)) return 'SCAN_PTE_NON_PRESENT';
      if (cc.fails === 'isolate') return 'SCAN_PAGE_COUNT';
    }
    return 'SCAN_SUCCEED';
  },
);

/** `__collapse_huge_page_copy_succeeded()`: the entries of the old pages go, one by one, each under the PTE lock. */
const collapseHugePageCopySucceeded = kernelFunction(
  info('__collapse_huge_page_copy_succeeded'),
  function* (k: Kernel, pte: EntryPtr, ptl: LockName): Walker<void> {
    for (let i = 0; i < hpagePmdNr(k); i++) {
      const at = advance(pte, i);
      if ((yield* readOnce(at)).isZero()) continue;
      yield* new Lock(ptl, 'write');
      yield* new Exchange(at, U64.ZERO);
      yield* new Unlock(ptl);
    }
  },
);

/** `__collapse_huge_page_copy_failed()`: the table is put back as it was. */
const collapseHugePageCopyFailed = kernelFunction(
  info('__collapse_huge_page_copy_failed'),
  function* (k: Kernel, mm: Mm, pmd: EntryPtr, table: number): Walker<void> {
    const pml = yield* pmdLock(k, mm, pmd);
    yield* populate(k, mm, pmd, table);
    yield* new Unlock(pml);
  },
);

const collapseHugePageCopy = kernelFunction(
  info('__collapse_huge_page_copy'),
  function* (
    k: Kernel,
    mm: Mm,
    pmd: EntryPtr,
    pte: EntryPtr,
    ptl: LockName,
    cc: CollapseControl,
  ): Walker<ScanResult> {
    for (let i = 0; i < hpagePmdNr(k); i++) {
      if ((yield* readOnce(advance(pte, i))).isZero() || cc.fails !== 'copy') continue;
      yield* collapseHugePageCopyFailed(k, mm, pmd, pte.table);
      return 'SCAN_COPY_MC';
    }
    yield* collapseHugePageCopySucceeded(k, pte, ptl);
    return 'SCAN_SUCCEED';
  },
);

/** `spin_lock(pmd_ptl)`, and `BUG_ON(!pmd_none(*pmd))`: nobody may have put anything there. */
function* lockEmptyPmd(pmd: EntryPtr, pml: LockName): Walker<void> {
  yield* new Lock(pml, 'write');
  if (!(yield* read(pmd, 'pmd_none')).isZero()) yield* new Bug();
}

/**
 * The part under the mm's lock for write. The PMD is cleared first, so that nobody finds the table; then its pages are taken, copied and
 * unmapped; then the huge PMD is set, and the table is deposited below it. If a page can't be had the table is linked again.
 */
function* collapseLocked(
  k: Kernel,
  mm: Mm,
  vma: Vma,
  addr: U64,
  pmd: EntryPtr,
  cc: CollapseControl,
): Walker<ScanResult> {
  yield* vmaStartWrite(mm, vma);
  yield* rmapLockWrite({ id: vma.id });
  const pml = yield* pmdLock(k, mm, pmd);
  const old = yield* pmdpCollapseFlush(k, pmd, addr);
  yield* new Unlock(pml);

  // pte_offset_map_lock() of the kernel's copy of the PMD, in which nothing can change.
  const pte = pteOffset(k, old, addr);
  const ptl = pteLockptr(k, mm, pte.table);
  yield* rcuReadLock();
  yield* kmapPte(k, pte);
  yield* new Lock(ptl, 'write');
  let result = yield* collapseHugePageIsolate(k, pte, cc);
  yield* new Unlock(ptl);
  if (result !== 'SCAN_SUCCEED') {
    yield* pteUnmap(k, pte);
    yield* lockEmptyPmd(pmd, pml);
    yield* populate(k, mm, pmd, pte.table);
    yield* new Unlock(pml);
    yield* rmapUnlockWrite({ id: vma.id });
    return result;
  }
  // All pages are locked: rmap can't come to them any more.
  yield* rmapUnlockWrite({ id: vma.id });
  result = yield* collapseHugePageCopy(k, mm, pmd, pte, ptl, cc);
  yield* pteUnmap(k, pte);
  if (result !== 'SCAN_SUCCEED') return result;

  yield* lockEmptyPmd(pmd, pml);
  yield* pgtableTransHugeDeposit(k, pmd, outputAddress(k.geo, old));
  yield* setPte(pmd, cc.entry);
  yield* new Unlock(pml);
  return result;
}

/**
 * `collapse_huge_page()`: comes with the mm's lock held for read, and leaves without it. The huge page is allocated with no lock held, so
 * everything is looked at again: for read, before it goes on at all, and for write.
 */
const collapseHugePage = kernelFunction(
  info('collapse_huge_page'),
  function* (k: Kernel, mm: Mm, addr: U64, cc: CollapseControl): Walker<ScanResult> {
    yield* mmapReadUnlock(mm);
    // alloc_charge_folio(): may sleep for long.
    yield* mmapReadLock(mm);
    let vma = yield* hugepageVmaRevalidate(k, mm, addr, true);
    const found: { result: ScanResult; pmd: EntryPtr | undefined } =
      typeof vma === 'string' ? { result: vma, pmd: undefined } : yield* findPmdOrThpOrNone(k, mm, addr);
    yield* mmapReadUnlock(mm);
    if (found.result !== 'SCAN_SUCCEED' || found.pmd === undefined) return found.result;

    yield* mmapWriteLock(mm);
    let result: ScanResult = 'SCAN_SUCCEED';
    if (cc.revalidates) {
      vma = yield* hugepageVmaRevalidate(k, mm, addr, true);
      result = typeof vma === 'string' ? vma : yield* checkPmdStillValid(k, mm, addr, found.pmd);
    }
    if (result === 'SCAN_SUCCEED' && typeof vma !== 'string')
      result = yield* collapseLocked(k, mm, vma, addr, found.pmd, cc);
    yield* mmapWriteUnlock(mm);
    return result;
  },
);

/** What became of a range, and whether the mm's lock is still held. */
export interface Scanned {
  readonly result: ScanResult;
  readonly mmapLocked: boolean;
}

/**
 * `hpage_collapse_scan_pmd()`: under the mm's lock for read, looks whether the pages below a PMD could be one huge page; if so
 * `collapse_huge_page()` makes them one, and gives the lock back.
 */
export const hpageCollapseScanPmd = kernelFunction(
  info('hpage_collapse_scan_pmd'),
  function* (k: Kernel, mm: Mm, addr: U64, cc: CollapseControl): Walker<Scanned> {
    const found = yield* findPmdOrThpOrNone(k, mm, addr);
    if (found.result !== 'SCAN_SUCCEED' || found.pmd === undefined)
      return { result: found.result, mmapLocked: true };
    const first = yield* pteOffsetMapLock(k, mm, found.pmd, addr);
    if (first === undefined) return { result: 'SCAN_PMD_NULL', mmapLocked: true };
    let result: ScanResult = 'SCAN_SUCCEED';
    for (let i = 0; i < hpagePmdNr(k) && result === 'SCAN_SUCCEED'; i++) {
      const v = yield* readOnce(advance(first, i));
      // Pages that are swapped out would be read in first; that is not simulated.
      if (!v.isZero() && !present(v)) result = 'SCAN_PTE_NON_PRESENT';
    }
    yield* pteUnmapUnlock(k, first, mm);
    if (result !== 'SCAN_SUCCEED') return { result, mmapLocked: true };
    return { result: yield* collapseHugePage(k, mm, addr, cc), mmapLocked: false };
  },
);
