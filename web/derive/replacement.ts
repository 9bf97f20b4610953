import { callExists } from '../engine.ts';
import type { CallName, Revision, Scenario, ScenarioCall, ScenarioContext } from '../engine.ts';

/** The first call of a scenario whose function a revision does not have; undefined where it has all of them. */
export function missingCall(scenario: Scenario, revision: Revision): ScenarioCall | undefined {
  return scenario.contexts.flatMap((c) => c.calls).find(({ fn }) => !callExists(fn, revision.rules));
}

/** What can be run instead at a revision, and in a question what it would be. */
export interface Replacement {
  readonly question: string;
  readonly scenario: Scenario;
}

/** Functions that took over from one another, by what they walk; where several exist, the first is taken. */
const WITHOUT_VMAS: readonly CallName[] = [
  'walk_kernel_page_table_range_lockless',
  'walk_kernel_page_table_range',
  'walk_page_range_debug',
  'walk_page_range_novma',
];
const SAME_BY_NAME: Readonly<Partial<Record<CallName, CallName>>> = {
  walk_page_range_mm: 'walk_page_range_mm_unsafe',
  walk_page_range_mm_unsafe: 'walk_page_range_mm',
};

/**
 * The scenario with functions that the revision has: walks without VMAs went by several names in turn, and the lockless one has its
 * lock held for read around it where there is none. undefined where nothing comes near.
 */
export function replacementAt(scenario: Scenario, revision: Revision): Replacement | undefined {
  const missing = missingCall(scenario, revision);
  if (missing === undefined) return undefined;
  const instead = replaced({ cpu: 0, calls: [missing] }, missing, revision);
  if (instead === missing) return undefined;
  const locked = missing.fn === 'walk_kernel_page_table_range_lockless';
  const contexts = scenario.contexts.map((context) => ({
    ...context,
    calls: context.calls.map((call) => replaced(context, call, revision)),
  }));
  const changed: Scenario = {
    ...scenario,
    title: `${scenario.title.slice(0, 100)}, ${locked ? 'with the lock' : `at ${revision.id}`}`,
    revision: revision.id,
    contexts,
  };
  if (missingCall(changed, revision) !== undefined) return undefined;
  return {
    question: `Run ${instead.fn}${locked ? ' with init_mm’s mmap_lock held for read' : ''} instead?`,
    scenario: changed,
  };
}

/** The call as the revision has it; itself where it exists, or where nothing comes near. */
function replaced(context: ScenarioContext, call: ScenarioCall, revision: Revision): ScenarioCall {
  const has = (fn: CallName): boolean => callExists(fn, revision.rules);
  if (has(call.fn)) return call;
  const renamed = SAME_BY_NAME[call.fn];
  if (renamed !== undefined) return has(renamed) ? ({ ...call, fn: renamed } as ScenarioCall) : call;
  if (!WITHOUT_VMAS.includes(call.fn) || !('ops' in call) || !('start' in call)) return call;
  const mm = 'mm' in call ? call.mm : 'init_mm';
  const fits = mm === 'init_mm' ? WITHOUT_VMAS.slice(1) : WITHOUT_VMAS.slice(2);
  const fn = fits.find(has);
  if (fn === undefined) return call;
  const { start, end, ops, pgd, locks } = call as Extract<ScenarioCall, { fn: 'walk_page_range_novma' }>;
  const held = [...(context.holds ?? []), ...(locks ?? [])];
  const lock = { name: 'mmap:init_mm', mode: 'read' } as const;
  const needsLock =
    call.fn === 'walk_kernel_page_table_range_lockless' && !held.some(({ name }) => name === lock.name);
  return {
    fn,
    ...(fn === 'walk_kernel_page_table_range' ? {} : { mm }),
    start,
    end,
    ...(pgd === undefined ? {} : { pgd }),
    ops,
    ...(needsLock ? { locks: [...(locks ?? []), lock] } : locks === undefined ? {} : { locks }),
  } as ScenarioCall;
}
