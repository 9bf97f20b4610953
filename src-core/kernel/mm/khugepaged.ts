import { outputAddress, present, table as isTable } from '../../arch/arm64/entry.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { GracePeriod, Lock, Unlock } from '../../step/op-lock.ts';
import { Exchange, readOnce } from '../../step/op-memory.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { p4dOffset, pgdOffsetPgd, pmdOffset, pudOffset } from '../arch/arm64/include/asm/pgtable.ts';
import { freeTable } from '../include/asm-generic/pgalloc.ts';
import { pteLockptr } from '../include/linux/mm.ts';
import type { Kernel } from '../kernel.ts';
import { pmdLock } from './pgtable-generic.ts';

/** mm/khugepaged.c: taking an empty PTE table away from a user mm. */

/**
 * The part of `retract_page_tables()` that concerns the tables of one VMA: under the PMD and the PTE lock the table is unlinked in
 * one exchange; its page is freed after a grace period (`rcu`), or, as a what-if, at once. Answers 1 where a table was taken away.
 */
export const retractPageTables = kernelFunction(
  { name: 'retract_page_tables', file: 'mm/khugepaged.c', lines: {} },
  function* (k: Kernel, mm: Mm, addr: U64, rcu: boolean): Walker<number> {
    const pgd = pgdOffsetPgd(k, mm.pgd, addr);
    const pmd = yield* pmdOffset(k, yield* pudOffset(k, yield* p4dOffset(k, pgd, addr), addr), addr);
    const pml = yield* pmdLock(k, mm, pmd);
    const seen = yield* readOnce(pmd, 'check_pmd_state');
    if (!present(seen) || !isTable(seen)) {
      yield* new Unlock(pml);
      return 0;
    }
    const ptl = pteLockptr(k, mm, outputAddress(k.geo, seen));
    if (ptl !== pml) yield* new Lock(ptl, 'write');
    const old = yield* new Exchange(pmd, U64.ZERO);
    if (ptl !== pml) yield* new Unlock(ptl);
    yield* new Unlock(pml);
    if (rcu) {
      yield* new GracePeriod('start');
      yield* new GracePeriod('end');
    }
    yield* freeTable(k, 'pte_free', 'pte', outputAddress(k.geo, old), mm.name);
    return 1;
  },
);
