import { leaf } from '../../arch/arm64/entry.ts';
import type { U64 } from '../../base/u64.ts';
import {
  pgdOffsetPgd,
  pmdOffset,
  p4dOffset,
  pteOffsetKernel,
  pudOffset,
} from '../../kernel/arch/arm64/include/asm/pgtable.ts';
import { phys } from '../../kernel/arch/arm64/include/asm/set_pte.ts';
import { setPtesPublic } from '../../kernel/arch/arm64/mm/contpte.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { EINVAL } from '../../kernel/kernel.ts';
import type { Mm } from '../../mm/mm.ts';
import { readOnce } from '../../step/op-memory.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';

/** No kernel function: a caller of `set_ptes()`, which finds the entry first. -22 where no PTE table covers all of the pages. */
export const setPtesAt = kernelFunction(
  { name: 'set_ptes_at', file: '', lines: {} },
  function* (k: Kernel, mm: Mm, addr: U64, pa: U64, prot: U64, nr: number): Walker<number> {
    const pgd = pgdOffsetPgd(k, mm.pgd, addr);
    const pud = yield* pudOffset(k, yield* p4dOffset(k, pgd, addr), addr);
    const upper = yield* readOnce(pud);
    if (upper.isZero() || (k.geo.levelsInUse >= 3 && leaf(upper))) return -EINVAL;
    const pmd = yield* pmdOffset(k, pud, addr);
    const v = yield* readOnce(pmd);
    if (v.isZero() || leaf(v)) return -EINVAL;
    const pte = yield* pteOffsetKernel(k, pmd, addr);
    if (nr < 1 || pte.idx + nr > 1 << (k.geo.pageShift - 3)) return -EINVAL;
    yield* setPtesPublic(k, mm, addr, pte, prot.or(phys(k, pa)), nr);
    return 0;
  },
);
