import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { GracePeriod } from '../../step/op-lock.ts';
import { FindVma } from '../../step/op-walk.ts';
import type { Vma } from '../../step/vma.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import type { Kernel } from '../kernel.ts';
import { EINVAL, ENOMEM } from '../kernel.ts';
import type { CollapseControl } from './khugepaged-anon.ts';
import { hpageCollapseScanPmd } from './khugepaged-anon.ts';
import { collapsePteMappedThp, tryCollapsePteMappedThp } from './khugepaged-file.ts';
import type { ScanResult } from './khugepaged-scan.ts';
import { hugepageVmaRevalidate, madviseCollapseErrno } from './khugepaged-scan.ts';
import { mmapReadLock, mmapReadUnlock } from './mmap_lock.ts';
import { freeUserTable } from './mmu_gather.ts';

/** What the scenario settles: `entry` maps the first huge page, and each further one lies behind it. */
export interface MadviseCollapse extends CollapseControl {
  readonly uffdPrivate: boolean;
}

/** Results after which the rest of the range is tried all the same. */
const GO_ON: readonly ScanResult[] = [
  'SCAN_SUCCEED',
  'SCAN_PMD_MAPPED',
  'SCAN_PMD_NULL',
  'SCAN_PTE_NON_PRESENT',
  'SCAN_PAGE_COUNT',
];

/** One PMD of a file whose page cache has a huge page (`hpage_collapse_scan_file()` found it): under the mm's lock, taken anew. */
function* fileCollapse(
  k: Kernel,
  mm: Mm,
  addr: U64,
  cc: MadviseCollapse,
  deferred: number[],
): Walker<ScanResult> {
  yield* mmapReadUnlock(mm);
  yield* mmapReadLock(mm);
  const collapse = k.rules.user.nolockRechecksPmd ? tryCollapsePteMappedThp : collapsePteMappedThp;
  const done = yield* collapse(k, mm, addr, cc, true);
  if (done.deferred !== undefined) deferred.push(done.deferred);
  yield* mmapReadUnlock(mm);
  return done.result;
}

/** `pte_free_now()`: what RCU calls once the grace period is over. */
const pteFreeNow = kernelFunction(
  { name: 'pte_free_now', file: 'mm/pgtable-generic.c', lines: {} },
  function* (k: Kernel, tables: readonly number[]): Walker<void> {
    yield* new GracePeriod('end');
    for (const table of tables) yield* freeUserTable(k, 'pte', table);
  },
);

/**
 * `madvise_collapse()`, with the mm's lock for read around it as madvise() takes it: makes huge pages of a range, of anonymous pages
 * or of a file whose page cache has huge pages already. 0 if all of the range is huge now, else -22, -11 or, without a VMA, -12. The
 * tables of a file are freed after a grace period, when the call has long returned: that comes last here.
 */
export const madviseCollapse = kernelFunction(
  { name: 'madvise_collapse', file: 'mm/khugepaged.c', lines: {} },
  function* (k: Kernel, mm: Mm, start: U64, size: U64, cc: MadviseCollapse): Walker<number> {
    const pmdSize = U64.bit(k.geo.levels.pmd.shift);
    const down = (v: U64): U64 => v.andNot(pmdSize.sub(U64.ONE));
    yield* mmapReadLock(mm);
    const first = yield* new FindVma(start);
    if (first === undefined || start.lt(first.start)) {
      yield* mmapReadUnlock(mm);
      return -ENOMEM;
    }
    let vma: Vma | ScanResult = first;
    let locked = true;
    let last: ScanResult = 'SCAN_FAIL';
    let done = 0;
    const deferred: number[] = [];
    const from = down(start.add(pmdSize.sub(U64.ONE)));
    let to = down(start.add(size));
    for (let addr = from; addr.lt(to); addr = addr.add(pmdSize)) {
      if (!locked) {
        yield* mmapReadLock(mm);
        locked = true;
        vma = yield* hugepageVmaRevalidate(k, mm, addr, false);
        if (typeof vma === 'string') {
          last = vma;
          break;
        }
        if (down(vma.end).lt(to)) to = down(vma.end);
      }
      const one: MadviseCollapse = { ...cc, entry: cc.entry.add(addr.sub(from)) };
      let result: ScanResult;
      if (vma.file !== undefined) {
        result = yield* fileCollapse(k, mm, addr, one, deferred);
        locked = false;
      } else ({ result, mmapLocked: locked } = yield* hpageCollapseScanPmd(k, mm, addr, one));
      if (result === 'SCAN_SUCCEED' || result === 'SCAN_PMD_MAPPED') done++;
      else last = result;
      if (!GO_ON.includes(result)) break;
    }
    if (!locked) yield* mmapReadLock(mm);
    yield* mmapReadUnlock(mm);
    if (deferred.length > 0) yield* pteFreeNow(k, deferred);
    if (to.le(from)) return -EINVAL;
    return U64.from(done).shl(k.geo.levels.pmd.shift).eq(to.sub(from)) ? 0 : madviseCollapseErrno(last);
  },
);
