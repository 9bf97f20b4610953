import { U64 } from '../base/u64.ts';
import { unreachable } from '../base/unreachable.ts';
import type { Kernel } from '../kernel/kernel.ts';
import {
  walkKernelPageTableRange,
  walkKernelPageTableRangeLockless,
  walkPageRange,
  walkPageMapping,
  walkPageRangeDebug,
  walkPageRangeMm,
  walkPageRangeMmUnsafe,
  walkPageRangeNovma,
  walkPageRangeVma,
  walkPageRangeVmaUnsafe,
  walkPageVma,
} from '../kernel/mm/pagewalk.ts';
import type { MmName } from '../mm/mm.ts';
import type { KernelCall } from '../step/walker.ts';
import { probeOps } from './probe-ops.ts';
import type { ScenarioCall } from './schema.ts';

/** A call of one of the functions of mm/pagewalk.c. */
export type WalkCall = Extract<ScenarioCall, { fn: `walk_${string}` }>;

export function isWalkCall(call: ScenarioCall): call is WalkCall {
  return call.fn.startsWith('walk_');
}

/** Binds a walk to its kernel function. */
export function startWalk(k: Kernel, call: WalkCall): KernelCall<number> {
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
    case 'walk_page_range_mm':
    case 'walk_page_range_mm_unsafe': {
      const walk = call.fn === 'walk_page_range_mm' ? walkPageRangeMm : walkPageRangeMmUnsafe;
      const ops = probeOps(call.ops, call.walkLock);
      return walk(k, k.mm('user'), U64.hex(call.start), U64.hex(call.end), ops);
    }
    case 'walk_page_mapping':
      return walkPageMapping(
        k,
        k.mm('user'),
        call.file,
        call.first,
        call.nr,
        probeOps(call.ops, call.walkLock),
      );
    case 'walk_page_range':
      return walkPageRange(
        k,
        k.mm('user'),
        U64.hex(call.start),
        U64.hex(call.end),
        probeOps(call.ops, call.walkLock),
      );
    case 'walk_page_range_vma':
    case 'walk_page_range_vma_unsafe': {
      const walk = call.fn === 'walk_page_range_vma' ? walkPageRangeVma : walkPageRangeVmaUnsafe;
      const ops = probeOps(call.ops, call.walkLock);
      return walk(k, k.mm('user'), k.vma(call.vma), U64.hex(call.start), U64.hex(call.end), ops);
    }
    case 'walk_page_vma':
      return walkPageVma(k, k.mm('user'), k.vma(call.vma), probeOps(call.ops, call.walkLock));
    default:
      return unreachable(call);
  }
}
