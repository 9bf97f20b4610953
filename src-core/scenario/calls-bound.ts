import type { Kernel } from '../kernel/kernel.ts';
import type { KernelCall } from '../step/walker.ts';
import type { startOther } from './calls-others.ts';
import { isWalkCall, startWalk } from './calls-walks.ts';
import type { Scenario, ScenarioCall } from './schema.ts';

let others: typeof startOther | undefined;

/**
 * Brings the kernel functions that are no walks: most of them, so that a page whose first scenario is a walk can draw it before they
 * are there. The terminal and the tests bring them at their start.
 */
export async function loadCalls(): Promise<void> {
  others ??= (await import('./calls-others.ts')).startOther;
}

/** Can this scenario be run by what is there, or is `loadCalls()` to be waited for? */
export function callsLoaded(scenario: Pick<Scenario, 'contexts'>): boolean {
  return others !== undefined || scenario.contexts.every(({ calls }) => calls.every(isWalkCall));
}

/** Binds a scenario's call to the kernel function. Of the calls that are no walks only after `loadCalls()`. */
export function startCall(k: Kernel, call: ScenarioCall): KernelCall<number> {
  if (isWalkCall(call)) return startWalk(k, call);
  if (others === undefined) throw new Error(`[engine bug] ${call.fn} was called before loadCalls()`);
  return others(k, call);
}
