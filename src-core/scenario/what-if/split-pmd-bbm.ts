import { leaf } from '../../arch/arm64/entry.ts';
import { hwShift } from '../../arch/geometry.ts';
import { U64 } from '../../base/u64.ts';
import {
  pgdOffsetPgd,
  pmdOffset,
  p4dOffset,
  pudOffset,
} from '../../kernel/arch/arm64/include/asm/pgtable.ts';
import { phys, setPmd, setPte } from '../../kernel/arch/arm64/include/asm/set_pte.ts';
import { childProt, fill, pgtableAllocInitMm, tableProt } from '../../kernel/arch/arm64/mm/mmu.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { EINVAL, ENOMEM } from '../../kernel/kernel.ts';
import { Barrier, LazyMmu, Tlbi } from '../../step/op-barrier.ts';
import { readOnce } from '../../step/op-memory.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';

/**
 * No kernel function: what splitting a live block would be by break-before-make, as the architecture wants it of CPUs without BBML3.
 * The new table is filled, the block is cleared, every TLB forgets it, and only then the table takes its place: in
 * between, nothing is mapped there. The kernel never does this to memory it is using.
 */
export const splitPmdBbm = kernelFunction(
  { name: 'split_pmd_bbm', file: '', lines: {} },
  function* (k: Kernel, addr: U64): Walker<number> {
    const pgd = pgdOffsetPgd(k, k.mm('init_mm').pgd, addr);
    const pud = yield* pudOffset(k, yield* p4dOffset(k, pgd, addr), addr);
    const upper = yield* readOnce(pud);
    if (upper.isZero() || (k.geo.levelsInUse >= 3 && leaf(upper))) return -EINVAL;
    const pmd = yield* pmdOffset(k, pud, addr);
    const block = yield* readOnce(pmd);
    if (!leaf(block)) return -EINVAL;

    const table = yield* pgtableAllocInitMm(k, 'pte', 'kernel');
    if (table === undefined) return -ENOMEM;
    // As the kernel's own split does: one pair of barriers for all of the new entries.
    yield* new LazyMmu(true, true);
    yield* fill(k, 'pte', table, block, childProt(k, block, 3, false), setPte);
    yield* new Barrier('dsb');
    yield* new LazyMmu(false, true);

    const size = U64.bit(hwShift(k.geo, 2));
    const start = addr.andNot(size.sub(U64.ONE));
    yield* setPmd(k, pmd, U64.ZERO);
    yield* new Tlbi(start, start.add(size));
    yield* setPmd(k, pmd, phys(k, U64.from(table)).or(tableProt(block)));
    return 0;
  },
);
