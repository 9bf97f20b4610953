import type { U64 } from '../../base/u64.ts';
import { U64 as U } from '../../base/u64.ts';
import { Lock, Unlock } from '../../step/op-lock.ts';
import type { Vma } from '../../step/vma.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { hugePageShift, hugePteOffset } from '../arch/arm64/mm/hugetlbpage.ts';
import type { MmWalk } from '../include/linux/pagewalk.ts';
import type { Kernel } from '../kernel.ts';

/** mm/hugetlb.c, as far as walks need it, and the part of mm/pagewalk.c that walks hugetlb VMAs. */

/** The hugetlb VMA lock: keeps a shared PMD table from being unshared underneath. */
function hugetlbVmaLock(vma: Vma): string {
  return `hugetlb_vma:${vma.id}`;
}

/** `hugetlb_vma_lock_read()` */
export const hugetlbVmaLockRead = kernelFunction(
  { name: 'hugetlb_vma_lock_read', file: 'mm/hugetlb.c', lines: {} },
  function* (vma: Vma): Walker<void> {
    yield* new Lock(hugetlbVmaLock(vma), 'read');
  },
);

/** `hugetlb_vma_unlock_read()` */
export const hugetlbVmaUnlockRead = kernelFunction(
  { name: 'hugetlb_vma_unlock_read', file: 'mm/hugetlb.c', lines: {} },
  function* (vma: Vma): Walker<void> {
    yield* new Unlock(hugetlbVmaLock(vma));
  },
);

/**
 * `walk_hugetlb_range()`: one huge page after the other, under the hugetlb VMA lock; where there is no table for one, a hole of unknown
 * depth. Only called where there is a `hugetlb_entry`.
 */
export const walkHugetlbRange = kernelFunction(
  { name: 'walk_hugetlb_range', file: 'mm/pagewalk.c', lines: { 'v7.3': 336 } },
  function* (k: Kernel, vma: Vma, addr: U64, end: U64, walk: MmWalk): Walker<number> {
    const { hugetlbEntry, pteHole } = walk.ops;
    const size = vma.hugePage ?? 'pmd';
    const within = U.mask(hugePageShift(k.geo, size));
    let err = 0;
    yield* hugetlbVmaLockRead(vma);
    let at = addr;
    do {
      const boundary = at.andNot(within).add(within).add(U.ONE);
      const next = boundary.lt(end) ? boundary : end;
      const pte = yield* hugePteOffset(k, walk.mm, at.andNot(within), size);
      if (pte !== undefined && hugetlbEntry !== undefined)
        err = yield* hugetlbEntry(k, pte, within, at, next, walk);
      else if (pteHole !== undefined) err = yield* pteHole(k, at, next, -1, walk);
      if (err !== 0) break;
      at = next;
    } while (!at.eq(end));
    yield* hugetlbVmaUnlockRead(vma);
    return err;
  },
);
