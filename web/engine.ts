/**
 * The page's way to the engine, and the few things that the screen needs of it in another shape. Nothing else in web/
 * imports the engine, but for the map.
 */
import {
  Journal,
  narrationContext,
  Playback,
  REVISIONS,
  SCENARIO_FORMAT,
  SCENARIO_VERSION,
} from '../src-core/index.ts';
import type { NarrationContext, Run, Scenario, World } from '../src-core/index.ts';

export * from '../src-core/index.ts';

const contexts = new WeakMap<Run, NarrationContext>();

/** What the sentences of a run are told with. */
export function tellingOf(run: Run): NarrationContext {
  let context = contexts.get(run);
  if (context === undefined) contexts.set(run, (context = narrationContext(run)));
  return context;
}

/** A run without steps, for tables that can only be looked at. */
export function lookOnly(scenario: Scenario, world: World): Run {
  return {
    scenario,
    revision: scenario.revision,
    world,
    steps: [],
    results: scenario.contexts.map(() => ({ rets: [] })),
    choices: [],
    waits: [],
    folded: false,
    cutAt: undefined,
    stackAt: () => [],
    playback: () => new Playback(world.memory, new Journal()),
  };
}

/** The newest revision that can be run. */
export const NEWEST = REVISIONS.at(-1)?.id ?? 'v7.3';

/** What every scenario begins with. */
export const SCENARIO_HEADER = { format: SCENARIO_FORMAT, version: SCENARIO_VERSION } as const;
