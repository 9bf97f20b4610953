import { hwShift, levelName } from '../arch/geometry.ts';
import { U64 } from '../base/u64.ts';
import { EINVAL, ENOMEM } from '../kernel/kernel.ts';
import type { Step } from '../step/step.ts';
import { areasOverCapture } from './listing-areas.ts';
import type { Run } from './run.ts';
import type { ScenarioCall } from './schema.ts';

/**
 * Why a call of a run was refused, or came back without doing anything, in a clause: `no vmalloc area holds 0xffff…`. undefined
 * where it did what it was asked for, or nothing can be said. `ctx` and `call` are places in the scenario, from 0.
 */
export function refusal(run: Run, ctx = 0, call = 0): string | undefined {
  const asked = run.scenario.contexts[ctx]?.calls[call];
  const ret = run.results[ctx]?.rets[call];
  if (asked === undefined || ret === undefined) return undefined;
  const steps = stepsOf(run, ctx, call);
  const violation = steps.find((step) => step.ev === 'violation');
  if (violation?.ev === 'violation') return violation.detail;
  if (ret === null || ret > 0) return undefined;
  const warned = steps.find((step) => step.ev === 'warn' && step.fn !== 'update_range_prot');
  const warning = warned && warnWords(run, steps, warned);
  if (ret === 0) {
    if (warning !== undefined) return warning;
    const acted = steps.some((step) => step.ev !== 'call' && step.ev !== 'return');
    return acted ? undefined : idleWords(asked);
  }
  if (ret === -ENOMEM) return 'there was no page for a table';
  if (warning !== undefined) return warning;
  if (
    ret === -EINVAL &&
    asked.fn.startsWith('set_memory_') &&
    'numpages' in asked &&
    asked.fn !== 'set_memory_valid'
  )
    return areaWords(run, asked.addr, asked.numpages);
  if (ret === -EINVAL) return 'these arguments are refused';
  return undefined;
}

/** Nothing was asked of the machine: the function found out before that there is nothing to do. */
function idleWords({ fn }: ScenarioCall): string | undefined {
  if (fn.startsWith('set_direct_map_'))
    return 'nothing is done: this linear map was not built to change page by page';
  if (fn.startsWith('split_')) return 'nothing is done: this kernel does not split live blocks';
  return undefined;
}

function areaWords(run: Run, addr: string, numpages: number): string {
  const world = areasOverCapture(run.scenario.memory, run.world);
  const at = U64.hex(addr);
  const area = world.ok
    ? world.value.vmAreas?.find((a) => a.addr.le(at) && at.lt(a.addr.add(a.size)))
    : undefined;
  if (area === undefined) return `${addr} is in no vmalloc area, and others this function does not change`;
  const size = U64.from(numpages).shl(run.world.geo.pageShift);
  if (area.addr.add(area.size).lt(at.add(size))) return 'the range leaves its vmalloc area';
  if (!area.flags.includes('ALLOC')) return 'its area was not made by vmalloc() (no VM_ALLOC)';
  if (area.flags.includes('ALLOW_HUGE')) return 'its area may hold huge mappings (VM_ALLOW_HUGE_VMAP)';
  return 'these arguments are refused';
}

function warnWords(run: Run, steps: readonly Step[], warned: Step): string {
  const { geo } = run.world;
  const load = steps.slice(0, steps.indexOf(warned)).findLast((step) => step.ev === 'load');
  const block =
    load?.ev === 'load'
      ? `${levelName(geo, load.hw).toUpperCase()}[${load.idx}], a block of ${sizeWords(2 ** hwShift(geo, load.hw))}`
      : 'a block';
  switch (warned.fn) {
    case 'pageattr_pud_entry':
    case 'pageattr_pmd_entry':
      return `the range has only a part of ${block}, which this kernel does not split`;
    case 'split_kernel_leaf_mapping':
      return 'the CPUs can’t change the size of a live block, and more than one is online';
    case 'change_memory_common':
      return 'the address is not that of a page: it was rounded down';
    default:
      return warned.fn.startsWith('apply_to_') || warned.fn.startsWith('__apply_to_')
        ? `the way leads through ${block}, and this kernel changes single pages only`
        : `a warning in ${warned.fn}()`;
  }
}

function sizeWords(bytes: number): string {
  return bytes >= 2 ** 30 ? `${bytes / 2 ** 30} GiB` : `${bytes / 2 ** 20} MiB`;
}

function stepsOf(run: Run, ctx: number, call: number): readonly Step[] {
  let at = -1;
  return run.steps.filter((step) => {
    if (step.ctx === ctx && step.ev === 'call') at++;
    return step.ctx === ctx && at === call;
  });
}
