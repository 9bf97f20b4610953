import { outputAddress, present } from '../../arch/arm64/entry.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { Tlbi } from '../../step/op-barrier.ts';
import { Lock } from '../../step/op-lock.ts';
import { Exchange, readOnce } from '../../step/op-memory.ts';
import { RmapAnon } from '../../step/op-vma.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { Vma } from '../../step/vma.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { setPte } from '../arch/arm64/include/asm/set_pte.ts';
import type { Kernel } from '../kernel.ts';
import { findPmdOrThpOrNone } from './khugepaged-scan.ts';
import {
  pmdSame,
  pteOffsetMapNolock,
  pteOffsetMapRwNolock,
  pteUnmap,
  pteUnmapUnlock,
} from './pgtable-generic.ts';
import { rmapLockRead, rmapUnlockRead } from './rmap.ts';

/** mm/rmap.c: an anonymous page is to be swapped out. Who reclaims it comes from the page, by its anon_vma, with no lock of the mm. */

const info = (name: string, file = 'mm/rmap.c'): FnInfo => ({ name, file, lines: {} });

/**
 * `page_vma_mapped_walk()`: the PTE that maps a page at an address, with its lock held; undefined where none does. The table is mapped
 * without its lock; newer kernels look at the PMD again once they have it. What a huge PMD maps is not looked for.
 */
const pageVmaMappedWalk = kernelFunction(
  info('page_vma_mapped_walk', 'mm/page_vma_mapped.c'),
  function* (k: Kernel, mm: Mm, addr: U64, page: number): Walker<EntryPtr | undefined> {
    const again = k.rules.user.nolockRechecksPmd;
    for (;;) {
      const { result, pmd } = yield* findPmdOrThpOrNone(k, mm, addr);
      if (result !== 'SCAN_SUCCEED' || pmd === undefined) return undefined;
      const mapped = yield* (again ? pteOffsetMapRwNolock : pteOffsetMapNolock)(k, mm, pmd, addr);
      if (mapped === undefined) continue;
      const { pte, ptl, pmdval } = mapped;
      if (!present(yield* readOnce(pte))) {
        yield* pteUnmap(k, pte);
        return undefined;
      }
      yield* new Lock(ptl, 'write');
      if (again && !(yield* pmdSame(pmd, pmdval))) {
        yield* pteUnmapUnlock(k, pte, mm);
        continue;
      }
      // `check_pte()`: is it still this page?
      const value = yield* readOnce(pte);
      if (present(value) && outputAddress(k.geo, value) === page) return pte;
      yield* pteUnmapUnlock(k, pte, mm);
      return undefined;
    }
  },
);

/** `try_to_unmap_one()`: a swap entry takes the place of the page. 1 if it was mapped there. */
const tryToUnmapOne = kernelFunction(
  info('try_to_unmap_one'),
  function* (k: Kernel, mm: Mm, vma: Vma, addr: U64, page: number, swap: U64): Walker<number> {
    if (addr.lt(vma.start) || vma.end.le(addr)) return 0;
    const pte = yield* pageVmaMappedWalk(k, mm, addr, page);
    if (pte === undefined) return 0;
    yield* new Exchange(pte, U64.ZERO);
    yield* new Tlbi(addr, addr.add(U64.bit(k.geo.pageShift)));
    yield* setPte(pte, swap);
    yield* pteUnmapUnlock(k, pte, mm);
    return 1;
  },
);

/**
 * `try_to_unmap()` of an anonymous page: its VMA is found by the anon_vma, whose lock is held for read meanwhile. Answers whether it was
 * mapped.
 */
export const tryToUnmapAnon = kernelFunction(
  info('try_to_unmap'),
  function* (k: Kernel, mm: Mm, vma: number, addr: U64, page: U64, swap: U64): Walker<number> {
    yield* rmapLockRead({ id: vma });
    const found = yield* new RmapAnon(vma);
    const ret = found === undefined ? 0 : yield* tryToUnmapOne(k, mm, found, addr, page.toNumber(), swap);
    yield* rmapUnlockRead({ id: vma });
    return ret;
  },
);
