import { TABLE_AF, TABLE_PXN, TABLE_UXN } from '../../../../../arch/arm64/bits.ts';
import { U64 } from '../../../../../base/u64.ts';
import type { Mm } from '../../../../../mm/mm.ts';
import type { EntryPtr } from '../../../../../step/pointer.ts';
import type { Walker } from '../../../../../step/walker.ts';
import type { Kernel } from '../../../../kernel.ts';
import { phys, setP4d, setPgd, setPmd, setPud } from './set_pte.ts';

/** arch/arm64/include/asm/pgalloc.h: linking a new table. */

const SETTERS = { pgd: setPgd, p4d: setP4d, pud: setPud, pmd: setPmd } as const;

/**
 * `pmd_populate()`, `pmd_populate_kernel()`, `pud_populate()`, …: the parent points at the new table. Below a kernel table nothing is
 * executable for user code, below any other nothing for the kernel.
 */
export function* populate(k: Kernel, mm: Mm, parent: EntryPtr, table: number): Walker<void> {
  const { level } = parent;
  if (level === 'pte') return;
  const never = mm.name === 'init_mm' ? TABLE_UXN : TABLE_PXN;
  const af = k.rules.build.tableAf ? TABLE_AF : U64.ZERO;
  yield* SETTERS[level](k, parent, phys(k, U64.from(table)).or(U64.from(3)).or(never).or(af));
}
