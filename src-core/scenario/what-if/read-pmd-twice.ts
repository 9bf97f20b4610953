import { outputAddress, present, table } from '../../arch/arm64/entry.ts';
import type { U64 } from '../../base/u64.ts';
import { entryPtr } from '../../step/pointer.ts';
import { Callback } from '../../step/op-walk.ts';
import { rcuReadLock, rcuReadUnlock } from '../../step/op-lock.ts';
import { readOnce } from '../../step/op-memory.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import {
  p4dOffset,
  pgdOffsetPgd,
  pmdOffset,
  pteOffset,
  pudOffset,
} from '../../kernel/arch/arm64/include/asm/pgtable.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Mm } from '../../mm/mm.ts';

/**
 * No kernel function: looking up one PTE of a process inside an RCU section, with the PMD entry read once, as `pte_offset_map()`
 * does, or twice: once to see that a table hangs there, and again to follow it. Answers 1 where the PTE is present.
 */
export const lookUpPte = kernelFunction(
  { name: 'look_up_pte', file: '', lines: {} },
  function* (k: Kernel, mm: Mm, addr: U64, twice: boolean): Walker<number> {
    const pgd = pgdOffsetPgd(k, mm.pgd, addr);
    const pud = yield* pudOffset(k, yield* p4dOffset(k, pgd, addr), addr);
    if (!present(yield* readOnce(pud))) return 0;
    const pmd = yield* pmdOffset(k, pud, addr);
    yield* rcuReadLock();
    const tested = yield* readOnce(pmd, 'pmdp_get_lockless');
    let ret = 0;
    if (present(tested) && table(tested)) {
      const followed = twice ? yield* readOnce(pmd, 'pmdp_get_lockless') : tested;
      const { idx } = pteOffset(k, followed, addr);
      const value = yield* readOnce(entryPtr('pte', outputAddress(k.geo, followed), idx));
      yield* new Callback('pte', addr, addr, value);
      ret = present(value) ? 1 : 0;
    }
    yield* rcuReadUnlock();
    return ret;
  },
);
