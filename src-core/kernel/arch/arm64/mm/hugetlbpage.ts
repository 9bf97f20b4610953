import type { Geometry } from '../../../../arch/geometry.ts';
import { leaf, present } from '../../../../arch/arm64/entry.ts';
import type { U64 } from '../../../../base/u64.ts';
import { U64 as U } from '../../../../base/u64.ts';
import type { Mm } from '../../../../mm/mm.ts';
import { deadRead, read, readOnce } from '../../../../step/op-memory.ts';
import type { EntryPtr } from '../../../../step/pointer.ts';
import type { HugePage } from '../../../../step/vma.ts';
import type { Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import type { Kernel } from '../../../kernel.ts';
import { p4dOffset, pgdOffsetPgd, pmdOffset, pteOffset, pudOffset } from '../include/asm/pgtable.ts';

/** Address bits within one hugetlb page: how far an entry or group of that size reaches. */
export function hugePageShift(geo: Geometry, size: HugePage): number {
  const { pud, pmd, pte } = geo.levels;
  switch (size) {
    case 'pud':
      return pud.shift;
    case 'cont-pmd':
      return pmd.shift + geo.contPmdShift;
    case 'pmd':
      return pmd.shift;
    case 'cont-pte':
      return pte.shift + geo.contPteShift;
  }
}

/** `pgd_present()`, `p4d_present()` of an entry read once; always so where the level is folded. */
function* upperPresent(k: Kernel, entry: EntryPtr, folded: boolean): Walker<boolean> {
  if (!folded) return !(yield* readOnce(entry)).isZero();
  yield* deadRead(entry, `${entry.level}p_get`, true);
  return true;
}

/**
 * `huge_pte_offset()` (arch/arm64/mm/hugetlbpage.c): the entry that maps, or would map, the huge page at `addr`, of whichever level;
 * undefined: there is no table for it.
 */
export const hugePteOffset = kernelFunction(
  { name: 'huge_pte_offset', file: 'arch/arm64/mm/hugetlbpage.c', lines: {} },
  function* (k: Kernel, mm: Mm, addr: U64, size: HugePage): Walker<EntryPtr | undefined> {
    const pgd = pgdOffsetPgd(k, mm.pgd, addr);
    if (!(yield* upperPresent(k, pgd, k.geo.levelsInUse < 5))) return undefined;
    const p4d = yield* p4dOffset(k, pgd, addr);
    if (!(yield* upperPresent(k, p4d, k.geo.levelsInUse < 4))) return undefined;
    const pud = yield* pudOffset(k, p4d, addr);
    const pudval = yield* readOnce(pud);
    const pmdFolded = k.geo.levels.pmd.folded === 'build';
    if (!pmdFolded) {
      if (size !== 'pud' && pudval.isZero()) return undefined;
      if (leaf(pudval) || !present(pudval)) return pud;
    }
    const at = size === 'cont-pmd' ? addr.andNot(U.mask(hugePageShift(k.geo, size))) : addr;
    const pmd = yield* pmdOffset(k, pud, at);
    const pmdval = yield* readOnce(pmd);
    if (size !== 'pmd' && size !== 'cont-pmd' && pmdval.isZero()) return undefined;
    if (leaf(pmdval) || !present(pmdval)) return pmd;
    if (size !== 'cont-pte') return undefined;
    const first = addr.andNot(U.mask(hugePageShift(k.geo, size)));
    return pteOffset(k, yield* read(pmd, 'pte_offset_huge'), first);
  },
);
