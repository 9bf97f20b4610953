import type { Kernel } from '../kernel/kernel.ts';
import type { KernelCall } from '../step/walker.ts';
import type { Mm } from '../mm/mm.ts';
import type { EntryPtr } from '../step/pointer.ts';
import type { U64 } from '../base/u64.ts';
import type { splitHugePmdAnon, startOther } from './calls-others.ts';
import { isBareWalk, startBareWalk } from './calls-bare-walks.ts';
import type { Scenario, ScenarioCall } from './schema.ts';

let others: typeof startOther | undefined;
let splitAnon: typeof splitHugePmdAnon | undefined;

/**
 * Brings the kernel functions that the page's first scenarios don't call: most of them, so that a first picture can be drawn before
 * they are there. The terminal and the tests bring them at their start.
 */
export async function loadCalls(): Promise<void> {
  const loaded = await import('./calls-others.ts');
  others ??= loaded.startOther;
  splitAnon ??= loaded.splitHugePmdAnon;
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

/** `__split_huge_pmd()` of anonymous memory, likewise after `loadCalls()`. */
export function startSplit(k: Kernel, mm: Mm, pmd: EntryPtr, addr: U64): KernelCall<void> {
  if (splitAnon === undefined) throw new Error('[engine bug] a huge PMD is split before loadCalls()');
  return splitAnon(k, mm, pmd, addr);
}
