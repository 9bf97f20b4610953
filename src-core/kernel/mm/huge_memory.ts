import { U64 } from '../../base/u64.ts';
import { present } from '../../arch/arm64/entry.ts';
import { deadRead, read, store } from '../../step/op-memory.ts';
import { SplitHuge } from '../../step/op-walk.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { Walker } from '../../step/walker.ts';
import { pmdTransHuge } from '../arch/arm64/include/asm/pgtable.ts';
import type { Kernel } from '../kernel.ts';

/**
 * `split_huge_pmd()` of a VMA walk: acts on a huge PMD and on one that is not present and not empty. Splitting itself is not
 * simulated: the entry is zapped, as that of a file mapping would be.
 */
export function* splitHugePmd(_k: Kernel, pmd: EntryPtr, addr: U64): Walker<void> {
  const v = yield* read(pmd, 'split_huge_pmd');
  if (v.isZero() || (present(v) && !pmdTransHuge(v))) return;
  yield* new SplitHuge('pmd', addr, v);
  yield* store(pmd, U64.ZERO);
}

/** `split_huge_pud()`: arm64 has no huge PUDs in user mms, so the load it makes can't matter. */
export function* splitHugePud(pud: EntryPtr): Walker<void> {
  yield* deadRead(pud, 'split_huge_pud');
}
