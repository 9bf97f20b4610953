import { callExists } from '../engine.ts';
import type { Revision, Scenario, ScenarioCall, ScenarioContext } from '../engine.ts';

/** The first call of a scenario whose function a revision does not have; undefined where it has all of them. */
export function missingCall(scenario: Scenario, revision: Revision): ScenarioCall | undefined {
  return scenario.contexts.flatMap((c) => c.calls).find(({ fn }) => !callExists(fn, revision.rules));
}

/** What can be run instead at a revision, and in a question what it would be. */
export interface Replacement {
  readonly question: string;
  readonly scenario: Scenario;
}

/**
 * The scenario with functions that the revision has: where there is no lockless walk, the walk that asserts the lock, with
 * that lock held for read around it. undefined where nothing comes near.
 */
export function replacementAt(scenario: Scenario, revision: Revision): Replacement | undefined {
  const missing = missingCall(scenario, revision);
  if (missing?.fn !== 'walk_kernel_page_table_range_lockless') return undefined;
  if (!callExists('walk_kernel_page_table_range', revision.rules)) return undefined;
  return {
    question: 'Run walk_kernel_page_table_range with init_mm’s mmap_lock held for read instead?',
    scenario: {
      ...scenario,
      title: `${scenario.title.slice(0, 100)}, with the lock`,
      revision: revision.id,
      contexts: scenario.contexts.map((context) => ({
        ...context,
        calls: context.calls.map((call) => locked(context, call)),
      })),
    },
  };
}

function locked(context: ScenarioContext, call: ScenarioCall): ScenarioCall {
  if (call.fn !== 'walk_kernel_page_table_range_lockless') return call;
  const held = [...(context.holds ?? []), ...(call.locks ?? [])];
  const lock = { name: 'mmap:init_mm', mode: 'read' } as const;
  return {
    ...call,
    fn: 'walk_kernel_page_table_range',
    ...(held.some(({ name }) => name === lock.name) ? {} : { locks: [...(call.locks ?? []), lock] }),
  };
}
