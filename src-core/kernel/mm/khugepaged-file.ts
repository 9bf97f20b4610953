import { outputAddress, present } from '../../arch/arm64/entry.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import type { LockName } from '../../step/lock.ts';
import { Tlbi } from '../../step/op-barrier.ts';
import { GracePeriod, Lock, Unlock } from '../../step/op-lock.ts';
import { Exchange, read, readOnce } from '../../step/op-memory.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { advance } from '../../step/pointer.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { FindVma } from '../../step/op-walk.ts';
import { setPte } from '../arch/arm64/include/asm/set_pte.ts';
import { mmapAssertLocked } from '../include/linux/mmap_lock.ts';
import type { Kernel } from '../kernel.ts';
import type { ScanResult } from './khugepaged-scan.ts';
import { findPmdOrThpOrNone, hpagePmdNr, pmdpCollapseFlush, suitable } from './khugepaged-scan.ts';
import { folioLock } from './memory-fault.ts';
import {
  pmdLock,
  pmdSame,
  pteOffsetMapLock,
  pteOffsetMapNolock,
  pteOffsetMapRwNolock,
  pteUnmap,
  pteUnmapUnlock,
} from './pgtable-generic.ts';

/**
 * mm/khugepaged.c: a file whose page cache has a huge page, which a process maps by PTEs: these go, and their table, and the huge page
 * is mapped by the PMD. `huge`: the PMD that maps it, whose pages are what the PTEs should map.
 */

const info = (name: string, file = 'mm/khugepaged.c'): FnInfo => ({ name, file, lines: {} });

/** What became of it, and the table that waits for a grace period, if one does: its physical address. */
export interface PteMappedCollapse {
  readonly result: ScanResult;
  readonly deferred: number | undefined;
}

/** Is it page `i` of the huge page, or nothing? Pages of the process' own, and what is not present, end the attempt. */
function belongs(k: Kernel, huge: U64, i: number, v: U64): ScanResult {
  if (!present(v)) return 'SCAN_PTE_NON_PRESENT';
  const page = outputAddress(k.geo, huge) + i * 2 ** k.geo.pageShift;
  return outputAddress(k.geo, v) === page ? 'SCAN_SUCCEED' : 'SCAN_FAIL';
}

/** Step 1: do all PTEs map pages of the huge page? Under the PTE lock, which is given back. */
function* checkPtes(k: Kernel, mm: Mm, pmd: EntryPtr, addr: U64, huge: U64): Walker<ScanResult> {
  const first = yield* pteOffsetMapLock(k, mm, pmd, addr);
  if (first === undefined) return 'SCAN_FAIL';
  let result: ScanResult = 'SCAN_SUCCEED';
  for (let i = 0; i < hpagePmdNr(k) && result === 'SCAN_SUCCEED'; i++) {
    const v = yield* readOnce(advance(first, i));
    if (!v.isZero()) result = belongs(k, huge, i, v);
  }
  yield* pteUnmapUnlock(k, first, mm);
  return result;
}

/** Step 2: they are cleared, each looked at again. */
function* clearPtes(k: Kernel, first: EntryPtr, huge: U64): Walker<ScanResult> {
  for (let i = 0; i < hpagePmdNr(k); i++) {
    const at = advance(first, i);
    const v = yield* readOnce(at);
    if (v.isZero()) continue;
    const result = belongs(k, huge, i, v);
    if (result !== 'SCAN_SUCCEED') return result;
    yield* new Exchange(at, U64.ZERO);
  }
  return 'SCAN_SUCCEED';
}

/** What the scenario settles about such a collapse. */
export interface PteMappedControl {
  /** The PMD that maps the huge page. */
  readonly entry: U64;
  /** The VMA is private and registered with userfaultfd, which sets PTEs without looking at the page cache. */
  readonly uffdPrivate: boolean;
}

/**
 * Steps 2 to 4: the PTE lock alone for the entries, then the PMD lock and, nested, the PTE lock again for the table; both from the start
 * where the lock of the page does not keep others from setting entries in between (`uffdPrivate`). Newer kernels look whether the PMD
 * is still the one they mapped by, and stay in the RCU section throughout. Answers the table taken out, or why none was.
 */
function* removeTable(
  k: Kernel,
  mm: Mm,
  pmd: EntryPtr,
  addr: U64,
  { entry, uffdPrivate }: PteMappedControl,
): Walker<number | ScanResult> {
  const again = k.rules.user.nolockRechecksPmd;
  let pml = uffdPrivate ? yield* pmdLock(k, mm, pmd) : undefined;
  const mapped = yield* (again ? pteOffsetMapRwNolock : pteOffsetMapNolock)(k, mm, pmd, addr);
  if (mapped === undefined) {
    if (pml !== undefined) yield* new Unlock(pml);
    return 'SCAN_FAIL';
  }
  const { pte, ptl, pmdval } = mapped;
  if (ptl !== pml) yield* new Lock(ptl, 'write');
  const same = !again || (yield* pmdSame(pmd, pmdval));
  const cleared = same ? yield* clearPtes(k, pte, entry) : 'SCAN_FAIL';
  if (cleared !== 'SCAN_SUCCEED') {
    yield* unlockBoth(k, ptl, pml, pte);
    return cleared;
  }
  if (!again) yield* pteUnmap(k, pte);
  let taken: number | ScanResult = 'SCAN_FAIL';
  let still = true;
  if (pml === undefined) {
    yield* new Unlock(ptl);
    pml = yield* pmdLock(k, mm, pmd);
    if (ptl !== pml) {
      yield* new Lock(ptl, 'write');
      still = !again || (yield* pmdSame(pmd, pmdval));
    }
  }
  if (still) taken = outputAddress(k.geo, yield* pmdpCollapseFlush(k, pmd, addr));
  // flush_tlb_mm(): the entries are gone all the same.
  else yield* new Tlbi(addr, addr.add(U64.bit(k.geo.levels.pmd.shift)));
  yield* unlockBoth(k, ptl, pml, again ? pte : undefined);
  return taken;
}

function* unlockBoth(
  k: Kernel,
  ptl: LockName,
  pml: LockName | undefined,
  mapped: EntryPtr | undefined,
): Walker<void> {
  yield* new Unlock(ptl);
  if (mapped !== undefined) yield* pteUnmap(k, mapped);
  if (pml !== undefined && pml !== ptl) yield* new Unlock(pml);
}

/** `set_huge_pmd()` with `do_set_pmd()`: only where nothing is. */
const setHugePmd = kernelFunction(
  info('set_huge_pmd'),
  function* (k: Kernel, mm: Mm, pmd: EntryPtr, huge: U64): Walker<ScanResult> {
    yield* mmapAssertLocked(mm);
    const pml = yield* pmdLock(k, mm, pmd);
    const free = (yield* read(pmd, 'pmd_none')).isZero();
    if (free) yield* setPte(pmd, huge);
    yield* new Unlock(pml);
    return free ? 'SCAN_SUCCEED' : 'SCAN_FAIL';
  },
);

function* collapsePteMapped(
  k: Kernel,
  mm: Mm,
  addr: U64,
  control: PteMappedControl,
  install: boolean,
): Walker<PteMappedCollapse> {
  const because = (result: ScanResult): PteMappedCollapse => ({ result, deferred: undefined });
  const vma = yield* new FindVma(addr);
  yield* mmapAssertLocked(mm);
  if (vma?.file === undefined || addr.lt(vma.start) || !suitable(k, vma, addr))
    return because('SCAN_VMA_CHECK');
  if ((yield* findPmdOrThpOrNone(k, mm, addr)).result === 'SCAN_PMD_MAPPED')
    return because('SCAN_PMD_MAPPED');
  const folio = folioLock(vma.file);
  yield* new Lock(folio, 'write');
  const { result, pmd } = yield* findPmdOrThpOrNone(k, mm, addr);
  let outcome = because(result);
  let deferred: number | undefined;
  if (result === 'SCAN_SUCCEED' && pmd !== undefined) {
    outcome = because(yield* checkPtes(k, mm, pmd, addr, control.entry));
    if (outcome.result === 'SCAN_SUCCEED') {
      const taken = yield* removeTable(k, mm, pmd, addr, control);
      if (typeof taken === 'string') outcome = because(taken);
      else {
        // `pte_free_defer()`: call_rcu().
        deferred = taken;
        yield* new GracePeriod('start');
      }
    }
  }
  const empty = outcome.result === 'SCAN_SUCCEED' || result === 'SCAN_PMD_NONE';
  if (empty && pmd !== undefined)
    outcome = because(install ? yield* setHugePmd(k, mm, pmd, control.entry) : 'SCAN_SUCCEED');
  yield* new Unlock(folio);
  return { ...outcome, deferred };
}

/**
 * `try_collapse_pte_mapped_thp()` (v6.12: `collapse_pte_mapped_thp()`): with the mm's lock held, and the lock of the huge page of the
 * cache, the PTEs of one PMD's range go with their table. `install`: then the huge page is mapped.
 */
export const tryCollapsePteMappedThp = kernelFunction(info('try_collapse_pte_mapped_thp'), collapsePteMapped);

/** The same under its older name. */
export const collapsePteMappedThp = kernelFunction(info('collapse_pte_mapped_thp'), collapsePteMapped);
