import { callStart, U64 } from '../engine.ts';
import type { Run, Step, World } from '../engine.ts';
import type { MapFocus } from '../map/types.ts';
import { lastWalkStep, stepAt } from './moment.ts';
import { countUpTo, runIndex } from './runIndex.ts';

/** Where the walk of a call begins: the call of context `ctx` that is under way at `cursor`, or its first. */
function startOf(run: Run, world: World, ctx: number, cursor: number): MapFocus | undefined {
  const begun = runIndex(run).calls.get(ctx);
  const at = begun === undefined ? 0 : Math.max(0, countUpTo(begun, cursor) - 1);
  const calls = run.scenario.contexts[ctx]?.calls;
  const call = calls?.[Math.min(at, calls.length - 1)];
  const start = call && callStart(call, run.scenario, world);
  return start === undefined || !world.mms.some((m) => m.name === start.mm) ? undefined : start;
}

/** The address a step is about; undefined for steps about none, and for loads whose value is ignored. */
function addressOf(step: Step | undefined): U64 | undefined {
  if (step === undefined) return undefined;
  if (step.ev === 'cb' || step.ev === 'hole') return U64.hex(step.addr);
  if (step.ev === 'load' && step.dead) return undefined;
  return (step.ev === 'load' || step.ev === 'set') && step.va !== null ? U64.hex(step.va) : undefined;
}

/**
 * The walk at `cursor`: the address it has come to, whose path the map shows and whose fields light up. An entry above it
 * that covers the begin of the range belongs to the walk of that begin.
 */
export function pathAt(run: Run, world: World, cursor: number): MapFocus {
  const step = stepAt(run, cursor);
  const start = startOf(run, world, step?.ctx ?? 0, cursor);
  const va = addressOf(step) ?? addressOf(lastWalkStep(run, cursor));
  if (start === undefined) {
    const first = world.mms[0];
    return { mm: first?.name ?? 'init_mm', va: va ?? first?.base ?? U64.ZERO };
  }
  return va === undefined || va.lt(start.va) ? start : { mm: start.mm, va };
}
