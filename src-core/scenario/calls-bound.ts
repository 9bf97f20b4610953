import type { Kernel } from '../kernel/kernel.ts';
import type { KernelCall } from '../step/walker.ts';
import type { startOther } from './calls-others.ts';
import { isBareWalk, startBareWalk } from './calls-bare-walks.ts';
import type { Scenario, ScenarioCall } from './schema.ts';

let others: typeof startOther | undefined;

/**
 * Brings the kernel functions that the page's first scenarios don't call: most of them, so that a first picture can be drawn before
 * they are there. The terminal and the tests bring them at their start.
 */
export async function loadCalls(): Promise<void> {
  others ??= (await import('./calls-others.ts')).startOther;
}

/** Can this scenario be run by what is there, or is `loadCalls()` to be waited for? */
export function callsLoaded(scenario: Pick<Scenario, 'contexts'>): boolean {
  return others !== undefined || scenario.contexts.every(({ calls }) => calls.every(isBareWalk));
}

/** Binds a scenario's call to the kernel function. Of calls other than walks without VMAs only after `loadCalls()`. */
export function startCall(k: Kernel, call: ScenarioCall): KernelCall<number> {
  if (isBareWalk(call)) return startBareWalk(k, call);
  if (others === undefined) throw new Error(`[engine bug] ${call.fn} was called before loadCalls()`);
  return others(k, call);
}
