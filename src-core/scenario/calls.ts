import { U64 } from '../base/u64.ts';
import { unreachable } from '../base/unreachable.ts';
import type { Kernel } from '../kernel/kernel.ts';
import {
  walkKernelPageTableRange,
  walkKernelPageTableRangeLockless,
  walkPageRangeDebug,
} from '../kernel/mm/pagewalk.ts';
import type { CallPlan } from '../machine/context.ts';
import type { Rules } from '../revision/rules.ts';
import type { KernelCall } from '../step/walker.ts';
import { probeOps } from './probe-ops.ts';
import type { ScenarioCall } from './schema.ts';

/** Kernel functions a scenario can call. */
export type CallName = ScenarioCall['fn'];

export const CALL_NAMES: readonly CallName[] = [
  'walk_kernel_page_table_range_lockless',
  'walk_kernel_page_table_range',
  'walk_page_range_debug',
];

/** Does this function exist at a revision with these rules? */
export function callExists(fn: CallName, rules: Rules): boolean {
  return fn !== 'walk_kernel_page_table_range_lockless' || rules.walk.locklessHelper;
}

/** Binds a scenario's call to the kernel function: the only place that does. */
export function planCall(k: Kernel, call: ScenarioCall): CallPlan {
  return { args: describeArguments(call), locks: call.locks ?? [], start: () => startCall(k, call) };
}

function startCall(k: Kernel, call: ScenarioCall): KernelCall<number> {
  const start = U64.hex(call.start);
  const end = U64.hex(call.end);
  const pgd = call.pgd === undefined || call.pgd === null ? undefined : k.mm(call.pgd).pgd;
  const ops = probeOps(call.ops);
  switch (call.fn) {
    case 'walk_kernel_page_table_range':
      return walkKernelPageTableRange(k, start, end, ops, pgd);
    case 'walk_kernel_page_table_range_lockless':
      return walkKernelPageTableRangeLockless(k, start, end, ops, pgd);
    case 'walk_page_range_debug':
      return walkPageRangeDebug(k, k.mm(call.mm), start, end, ops, pgd);
    default:
      return unreachable(call);
  }
}

function describeArguments(call: ScenarioCall): Record<string, string> {
  return {
    ...(call.fn === 'walk_page_range_debug' ? { mm: call.mm } : {}),
    start: call.start,
    end: call.end,
    ops: call.ops.callbacks.length === 0 ? 'none' : call.ops.callbacks.join(' '),
    ...(call.pgd === undefined || call.pgd === null ? {} : { pgd: call.pgd }),
  };
}
