import type { LevelName } from '../../arch/geometry.ts';
import type { U64 } from '../../base/u64.ts';
import { findFreePath } from '../../mm/free-paths.ts';
import type { Mm } from '../../mm/mm.ts';
import { Tlbi } from '../../step/op-barrier.ts';
import { GracePeriod } from '../../step/op-lock.ts';
import { Dtor, FreeTable } from '../../step/op-table.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import type { Kernel } from '../kernel.ts';
import { dtorHook } from './ctor-hook.ts';

/** mm/mmu_gather.c: tables that are taken away are collected, the TLBs are flushed, and after an RCU grace period they are freed. */

const info = (name: string): FnInfo => ({ name, file: 'mm/mmu_gather.c', lines: {} });

/** When the page of a table that was taken away is given back: after a grace period, as the kernel does, or, what if, at once. */
export type TableFree = 'rcu' | 'at-once';

/** `struct mmu_gather` */
export interface MmuGather {
  readonly mm: Mm;
  readonly free: TableFree;
  /** `zap_details.reclaim_pt`: PTE tables that become empty as a whole are given back as well. */
  readonly reclaims: boolean;
  /** What has to be flushed, half open; undefined: nothing yet. */
  range: { readonly start: U64; readonly end: U64 } | undefined;
  /** Tables collected, by level and physical address. */
  readonly tables: { readonly level: LevelName; readonly table: number }[];
}

/** `tlb_gather_mmu()` */
export function tlbGatherMmu(mm: Mm, free: TableFree, reclaims = false): MmuGather {
  return { mm, free, reclaims, range: undefined, tables: [] };
}

/** `tlb_remove_tlb_entry()`, `tlb_flush_pte_range()` and their like: this range has to be flushed as well. */
export function tlbRange(tlb: MmuGather, start: U64, end: U64): void {
  const { range } = tlb;
  tlb.range =
    range === undefined
      ? { start, end }
      : { start: start.lt(range.start) ? start : range.start, end: range.end.lt(end) ? end : range.end };
}

/** `tlb_flush_mmu_tlbonly()` */
export const tlbFlushMmuTlbonly = kernelFunction(
  { name: 'tlb_flush_mmu_tlbonly', file: 'include/asm-generic/tlb.h', lines: {} },
  function* (tlb: MmuGather): Walker<void> {
    const { range } = tlb;
    if (range === undefined) return;
    yield* new Tlbi(range.start, range.end);
    tlb.range = undefined;
  },
);

/**
 * `tlb_finish_mmu()`: flushes, and hands the collected tables to RCU (`tlb_remove_table_free()`). Who calls it goes on at once; the
 * tables themselves go when `tlbRemoveTableRcu` is run, later.
 */
export const tlbFinishMmu = kernelFunction(
  info('tlb_finish_mmu'),
  function* (k: Kernel, tlb: MmuGather): Walker<void> {
    yield* tlbFlushMmuTlbonly(tlb);
    if (tlb.tables.length === 0) return;
    if (tlb.free === 'rcu') yield* new GracePeriod('start');
    else yield* freeAll(k, tlb);
  },
);

/** `tlb_remove_table_rcu()`: what RCU calls once the grace period is over. */
export const tlbRemoveTableRcu = kernelFunction(
  info('tlb_remove_table_rcu'),
  function* (k: Kernel, tlb: MmuGather): Walker<void> {
    if (tlb.tables.length === 0 || tlb.free !== 'rcu') return;
    yield* new GracePeriod('end');
    yield* freeAll(k, tlb);
  },
);

/** `pagetable_dtor_free()` of each. (v6.12 runs the destructor before the grace period; nobody can tell.) */
function* freeAll(k: Kernel, tlb: MmuGather): Walker<void> {
  for (const { level, table } of tlb.tables) yield* freeUserTable(k, level, table);
}

/** A table of a process is given back, with nothing mapped in it. */
export function* freeUserTable(k: Kernel, level: LevelName, table: number): Walker<void> {
  const path = findFreePath(`${level}_free`, k.config.arch);
  if (path?.dtor(k.rules.ctor, { level, user: true }) === true) {
    yield* new Dtor(level, table);
    yield* dtorHook(k, level, table, path.order);
  }
  yield* new FreeTable(level, table, false, true);
}
