import { present, table as isTable } from '../../arch/arm64/entry.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { Tlbi } from '../../step/op-barrier.ts';
import { Exchange, read, readOnce } from '../../step/op-memory.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { Vma } from '../../step/vma.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import {
  p4dOffset,
  pgdOffsetPgd,
  pmdOffset,
  pmdTransHuge,
  pudOffset,
  pudPresent,
} from '../arch/arm64/include/asm/pgtable.ts';
import type { Kernel } from '../kernel.ts';
import { EINVAL } from '../kernel.ts';
import { findVma } from './mmap.ts';

/** mm/khugepaged.c: what its ways to a huge page have in common. */

const info = (name: string, file = 'mm/khugepaged.c'): FnInfo => ({ name, file, lines: {} });

/** `enum scan_result`, as far as page tables decide it. */
export type ScanResult =
  | 'SCAN_SUCCEED'
  | 'SCAN_FAIL'
  | 'SCAN_PMD_NULL'
  | 'SCAN_PMD_NONE'
  | 'SCAN_PMD_MAPPED'
  | 'SCAN_PTE_NON_PRESENT'
  | 'SCAN_PAGE_COUNT'
  | 'SCAN_COPY_MC'
  | 'SCAN_PAGE_ANON'
  | 'SCAN_VMA_NULL'
  | 'SCAN_VMA_CHECK'
  | 'SCAN_ADDRESS_RANGE';

const EAGAIN = 11;

/** `madvise_collapse_errno()` */
export function madviseCollapseErrno(result: ScanResult): number {
  return result === 'SCAN_PAGE_COUNT' ? -EAGAIN : -EINVAL;
}

/** What was found where the PMD of an address is; `pmd` where there is such an entry at all. */
export interface FoundPmd {
  readonly result: ScanResult;
  readonly pmd: EntryPtr | undefined;
}

/** `mm_find_pmd()` and the tests of `find_pmd_or_thp_or_none()`: SCAN_SUCCEED if a PTE table hangs there. */
export const findPmdOrThpOrNone = kernelFunction(
  info('find_pmd_or_thp_or_none'),
  function* (k: Kernel, mm: Mm, addr: U64): Walker<FoundPmd> {
    const missing: FoundPmd = { result: 'SCAN_PMD_NULL', pmd: undefined };
    const { levels } = k.geo;
    const pgd = pgdOffsetPgd(k, mm.pgd, addr);
    if (levels.p4d.folded === 'no' && (yield* read(pgd, 'pgd_present')).isZero()) return missing;
    const p4d = yield* p4dOffset(k, pgd, addr);
    if (levels.pud.folded === 'no' && (yield* read(p4d, 'p4d_present')).isZero()) return missing;
    const pud = yield* pudOffset(k, p4d, addr);
    if (!(yield* pudPresent(k, pud))) return missing;
    const pmd = yield* pmdOffset(k, pud, addr);
    return { result: pmdResult(yield* readOnce(pmd, 'pmdp_get_lockless')), pmd };
  },
);

function pmdResult(v: U64): ScanResult {
  if (v.isZero()) return 'SCAN_PMD_NONE';
  if (!present(v)) return 'SCAN_PMD_NULL';
  if (pmdTransHuge(v)) return 'SCAN_PMD_MAPPED';
  return isTable(v) ? 'SCAN_SUCCEED' : 'SCAN_PMD_NULL';
}

/** `check_pmd_still_valid()`: as above, and it is the same entry as before. */
export const checkPmdStillValid = kernelFunction(
  info('check_pmd_still_valid'),
  function* (k: Kernel, mm: Mm, addr: U64, pmd: EntryPtr): Walker<ScanResult> {
    const found = yield* findPmdOrThpOrNone(k, mm, addr);
    if (found.result !== 'SCAN_SUCCEED') return found.result;
    return found.pmd?.table === pmd.table && found.pmd.idx === pmd.idx ? 'SCAN_SUCCEED' : 'SCAN_FAIL';
  },
);

/** `hugepage_vma_revalidate()`: is there a VMA, and room in it for a huge page? `anon`: it must be anonymous memory. */
export const hugepageVmaRevalidate = kernelFunction(
  info('hugepage_vma_revalidate'),
  function* (k: Kernel, mm: Mm, addr: U64, anon: boolean): Walker<Vma | ScanResult> {
    const vma = yield* findVma(mm, addr);
    if (vma === undefined) return 'SCAN_VMA_NULL';
    if (!suitable(k, vma, addr)) return 'SCAN_ADDRESS_RANGE';
    return anon && vma.file !== undefined ? 'SCAN_PAGE_ANON' : vma;
  },
);

/** `thp_vma_suitable_order()`: the whole PMD lies in the VMA, and in the file pages are aligned as in memory. */
export function suitable(k: Kernel, vma: Vma, addr: U64): boolean {
  const { shift } = k.geo.levels.pmd;
  const start = addr.shr(shift).shl(shift);
  const pages = vma.start.shr(k.geo.pageShift).toNumber() - (vma.pgoff ?? 0);
  if (vma.file !== undefined && pages % 2 ** (shift - k.geo.pageShift) !== 0) return false;
  return vma.start.le(start) && start.add(U64.bit(shift)).le(vma.end);
}

/** `pmdp_collapse_flush()`: the PMD is cleared in one exchange, and the TLBs forget what was below it. */
export const pmdpCollapseFlush = kernelFunction(
  info('pmdp_collapse_flush', 'mm/pgtable-generic.c'),
  function* (k: Kernel, pmd: EntryPtr, addr: U64): Walker<U64> {
    const old = yield* new Exchange(pmd, U64.ZERO);
    yield* new Tlbi(addr, addr.add(U64.bit(k.geo.levels.pmd.shift)));
    return old;
  },
);

/** Entries of a PTE table (`HPAGE_PMD_NR`). */
export function hpagePmdNr(k: Kernel): number {
  return 2 ** (k.geo.levels.pmd.shift - k.geo.pageShift);
}
