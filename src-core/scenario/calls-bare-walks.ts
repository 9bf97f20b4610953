import { U64 } from '../base/u64.ts';
import { unreachable } from '../base/unreachable.ts';
import type { Kernel } from '../kernel/kernel.ts';
import {
  walkKernelPageTableRange,
  walkKernelPageTableRangeLockless,
  walkPageRangeDebug,
  walkPageRangeNovma,
} from '../kernel/mm/pagewalk.ts';
import type { MmName } from '../mm/mm.ts';
import type { KernelCall } from '../step/walker.ts';
import { probeOps } from './probe-ops.ts';
import type { ScenarioCall } from './schema.ts';

/** A walk without VMAs: what the page's first scenarios call. */
export type BareWalkCall = Extract<
  ScenarioCall,
  {
    fn:
      | 'walk_kernel_page_table_range'
      | 'walk_kernel_page_table_range_lockless'
      | 'walk_page_range_debug'
      | 'walk_page_range_novma';
  }
>;

const BARE: readonly ScenarioCall['fn'][] = [
  'walk_kernel_page_table_range',
  'walk_kernel_page_table_range_lockless',
  'walk_page_range_debug',
  'walk_page_range_novma',
] satisfies readonly BareWalkCall['fn'][];

export function isBareWalk(call: ScenarioCall): call is BareWalkCall {
  return BARE.includes(call.fn);
}

/** Binds such a walk to its kernel function. */
export function startBareWalk(k: Kernel, call: BareWalkCall): KernelCall<number> {
  const pgdOf = (mm: MmName | null | undefined): number | undefined =>
    mm === undefined || mm === null ? undefined : k.mm(mm).pgd;
  switch (call.fn) {
    case 'walk_kernel_page_table_range':
      return walkKernelPageTableRange(
        k,
        U64.hex(call.start),
        U64.hex(call.end),
        probeOps(call.ops, call.walkLock),
        pgdOf(call.pgd),
      );
    case 'walk_kernel_page_table_range_lockless':
      return walkKernelPageTableRangeLockless(
        k,
        U64.hex(call.start),
        U64.hex(call.end),
        probeOps(call.ops, call.walkLock),
        pgdOf(call.pgd),
      );
    case 'walk_page_range_debug':
      return walkPageRangeDebug(
        k,
        k.mm(call.mm),
        U64.hex(call.start),
        U64.hex(call.end),
        probeOps(call.ops, call.walkLock),
        pgdOf(call.pgd),
      );
    case 'walk_page_range_novma':
      return walkPageRangeNovma(
        k,
        k.mm(call.mm),
        U64.hex(call.start),
        U64.hex(call.end),
        probeOps(call.ops, call.walkLock),
        pgdOf(call.pgd),
      );
    default:
      return unreachable(call);
  }
}
