import { outputAddress, present, table as isTable } from '../../arch/arm64/entry.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { GracePeriod, Lock, Unlock } from '../../step/op-lock.ts';
import { Tlbi } from '../../step/op-barrier.ts';
import { Exchange, read, readOnce } from '../../step/op-memory.ts';
import { HasAnonVma, RmapVmas } from '../../step/op-vma.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { p4dOffset, pgdOffsetPgd, pmdOffset, pudOffset } from '../arch/arm64/include/asm/pgtable.ts';
import { freeTable } from '../include/asm-generic/pgalloc.ts';
import { pteLockptr } from '../include/linux/mm.ts';
import type { Kernel } from '../kernel.ts';
import type { TableFree } from './mmu_gather.ts';
import { freeUserTable } from './mmu_gather.ts';
import { findPmdOrThpOrNone, pmdpCollapseFlush } from './khugepaged-scan.ts';
import { folioLock } from './memory-fault.ts';
import { pmdLock, pteOffsetMapLock, pteUnmapUnlock } from './pgtable-generic.ts';
import { rmapLockRead, rmapUnlockRead } from './rmap.ts';

/** mm/khugepaged.c: taking an empty PTE table away from a user mm. */

/**
 * The part of `retract_page_tables()` that concerns the tables of one VMA: under the PMD and the PTE lock the table is unlinked in
 * one exchange; its page is freed after a grace period (`rcu`), or, as a what-if, at once. That nothing is mapped in it is its
 * caller's affair, `collapse_file()`'s. Answers 1 where a table was taken away.
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

/**
 * `retract_page_tables()`: from every VMA that maps page `pgoff` of the file at the start of a PMD, the PTE table is taken away, under
 * the file's lock for read, the PMD lock and the PTE lock. Neither the mm's lock nor the VMA's is held. Answers the tables, which
 * `pte_free_defer()` has given to RCU.
 */
const retractPageTablesOfFile = kernelFunction(
  { name: 'retract_page_tables', file: 'mm/khugepaged.c', lines: {} },
  function* (k: Kernel, mm: Mm, file: number, pgoff: number, free: TableFree): Walker<readonly number[]> {
    const size = U64.bit(k.geo.levels.pmd.shift);
    const taken: number[] = [];
    yield* rmapLockRead({ id: 0, file });
    for (const vma of yield* new RmapVmas(file)) {
      const first = vma.pgoff ?? 0;
      if (pgoff < first || (yield* new HasAnonVma(vma.id))) continue;
      const addr = vma.start.add(U64.from(pgoff - first).shl(k.geo.pageShift));
      if (addr.intersects(size.sub(U64.ONE)) || vma.end.lt(addr.add(size))) continue;
      const { result, pmd } = yield* findPmdOrThpOrNone(k, mm, addr);
      if (result !== 'SCAN_SUCCEED' || pmd === undefined) continue;
      const pml = yield* pmdLock(k, mm, pmd);
      // Others who hold the file's lock for read may have been here; newer kernels look again (`check_pmd_state()`).
      const seen = yield* readOnce(pmd, 'check_pmd_state');
      if (present(seen) && isTable(seen)) {
        const ptl = pteLockptr(k, mm, outputAddress(k.geo, yield* read(pmd, 'pte_lockptr')));
        if (ptl !== pml) yield* new Lock(ptl, 'write');
        // Once more, now that nobody can set a PTE: userfaultfd may have put in pages of its own meanwhile.
        if (!(yield* new HasAnonVma(vma.id)))
          taken.push(outputAddress(k.geo, yield* pmdpCollapseFlush(k, pmd, addr)));
        if (ptl !== pml) yield* new Unlock(ptl);
      }
      yield* new Unlock(pml);
    }
    // `pte_free_defer()`: call_rcu().
    if (free === 'rcu' && taken.length > 0) yield* new GracePeriod('start');
    else for (const table of taken) yield* freeUserTable(k, 'pte', table);
    yield* rmapUnlockRead({ id: 0, file });
    return taken;
  },
);

/** `pte_free_now()`: what RCU calls once the grace period is over. */
const pteFreeNow = kernelFunction(
  { name: 'pte_free_now', file: 'mm/pgtable-generic.c', lines: {} },
  function* (k: Kernel, tables: readonly number[]): Walker<void> {
    yield* new GracePeriod('end');
    for (const table of tables) yield* freeUserTable(k, 'pte', table);
  },
);

/** `try_to_unmap()` of a file's page: its entry goes from every VMA that maps it. */
const tryToUnmap = kernelFunction(
  { name: 'try_to_unmap', file: 'mm/rmap.c', lines: {} },
  function* (k: Kernel, mm: Mm, file: number, page: number): Walker<void> {
    yield* rmapLockRead({ id: 0, file });
    for (const vma of yield* new RmapVmas(file)) {
      const addr = vma.start.add(U64.from(page - (vma.pgoff ?? 0)).shl(k.geo.pageShift));
      if (page < (vma.pgoff ?? 0) || vma.end.le(addr)) continue;
      const { result, pmd } = yield* findPmdOrThpOrNone(k, mm, addr);
      const table = result === 'SCAN_SUCCEED' ? pmd : undefined;
      const pte = table === undefined ? undefined : yield* pteOffsetMapLock(k, mm, table, addr);
      if (pte === undefined) continue;
      if (present(yield* readOnce(pte))) {
        yield* new Exchange(pte, U64.ZERO);
        yield* new Tlbi(addr, addr.add(U64.bit(k.geo.pageShift)));
      }
      yield* pteUnmapUnlock(k, pte, mm);
    }
    yield* rmapUnlockRead({ id: 0, file });
  },
);

/**
 * `collapse_file()`, as far as page tables go, as khugepaged and MADV_COLLAPSE come to it: under the folios' lock the pages of the range
 * are unmapped (the first `nr`; more the file does not have), and the PTE tables that mapped them are retracted, to be freed
 * when no reader can be in them any more. Answers how many tables.
 */
export const collapseFile = kernelFunction(
  { name: 'collapse_file', file: 'mm/khugepaged.c', lines: {} },
  function* (k: Kernel, mm: Mm, file: number, pgoff: number, nr: number, free: TableFree): Walker<number> {
    yield* new Lock(folioLock(file), 'write');
    for (let i = 0; i < nr; i++) yield* tryToUnmap(k, mm, file, pgoff + i);
    const taken = yield* retractPageTablesOfFile(k, mm, file, pgoff, free);
    yield* new Unlock(folioLock(file));
    if (free === 'rcu' && taken.length > 0) yield* pteFreeNow(k, taken);
    return taken.length;
  },
);
