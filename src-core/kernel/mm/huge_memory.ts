import { U64 } from '../../base/u64.ts';
import { present } from '../../arch/arm64/entry.ts';
import type { Mm } from '../../mm/mm.ts';
import { deadRead, read, store } from '../../step/op-memory.ts';
import { SplitHuge } from '../../step/op-walk.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { Vma } from '../../step/vma.ts';
import type { Walker } from '../../step/walker.ts';
import { pmdTransHuge } from '../arch/arm64/include/asm/pgtable.ts';
import type { Kernel } from '../kernel.ts';

/**
 * `split_huge_pmd()`: acts on a huge PMD and on one that is not present and not empty. That of a file mapping is zapped: its pages can be
 * mapped again. That of anonymous memory is split where the run deposits tables for it (`k.splitAnon`); else it is zapped too, since
 * there is no table to split it into.
 */
export function* splitHugePmd(
  k: Kernel,
  mm: Mm,
  vma: Vma | undefined,
  pmd: EntryPtr,
  addr: U64,
): Walker<void> {
  const v = yield* read(pmd, 'split_huge_pmd');
  if (v.isZero() || (present(v) && !pmdTransHuge(v))) return;
  yield* new SplitHuge('pmd', addr, v);
  if (k.splitAnon !== undefined && vma !== undefined && vma.file === undefined)
    yield* k.splitAnon(k, mm, pmd, addr);
  else yield* store(pmd, U64.ZERO);
}

/** `split_huge_pud()`: arm64 has no huge PUDs in user mms, so the load it makes can't matter. */
export function* splitHugePud(pud: EntryPtr): Walker<void> {
  yield* deadRead(pud, 'split_huge_pud');
}
