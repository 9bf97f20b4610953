import type { Result } from '../base/result.ts';
import { describeProblem, ok } from '../base/result.ts';
import type { Blocks } from '../explore/switches.ts';
import { fewestSwitches } from '../explore/switches.ts';
import type { ExploreStats } from '../explore/dpor.ts';
import { explore } from '../explore/dpor.ts';
import type { Machine } from '../machine/machine.ts';
import type { Prepared } from '../scenario/prepare.ts';
import { prepareScenario } from '../scenario/prepare.ts';
import { checkShape } from '../scenario/schema.ts';
import { callOf } from './golden-call.ts';
import type { RaceCase, RaceOutcome } from './race-case.ts';
import { outcomeKey, outcomeOf, RaceObserver } from './race-outcome.ts';
import { goldenWorld } from './run-case.ts';

export type { ExploreStats } from '../explore/dpor.ts';

/** A race case ready to be searched. */
export interface PreparedRace {
  readonly prepared: Prepared;
  readonly walks: readonly boolean[];
}

export function prepareRace(c: RaceCase): Result<PreparedRace> {
  const { ops, cbs } = c.scenario;
  const scenario = checkShape({
    format: 'pagewalk/scenario',
    version: 1,
    title: c.id,
    revision: `v${c.kernel}`,
    memory: { capture: 'golden' },
    contexts: ops.map((op, cpu) => ({
      cpu,
      ...(op.omit === undefined ? {} : { omit: op.omit }),
      calls: [{ ...callOf(op, op.cbs ?? cbs, []), locks: op.locks }],
    })),
  });
  if (!scenario.ok) return scenario;
  const world = goldenWorld(c.id, c.scenario);
  if (!world.ok) return world;
  const base = world.value.allocation?.base ?? 0;
  const allocation = { base, failAt: ops.map((op) => op.allocFailAt ?? 0) };
  const prepared = prepareScenario(scenario.value, { ...world.value, allocation });
  if (!prepared.ok) return prepared;
  const walks = scenario.value.contexts.map((context) => context.calls.some((call) => 'ops' in call));
  return ok({ prepared: prepared.value, walks });
}

/** What the search of a case found. */
export interface RaceFindings {
  readonly stats: ExploreStats;
  readonly outcomes: ReadonlyMap<
    string,
    { readonly outcome: RaceOutcome; traces: number; switches: number; blocks: Blocks }
  >;
}

/** Runs a machine's observer along, which a search's machines need one of each. */
function machineOf({ prepared }: PreparedRace): {
  readonly machine: Machine;
  readonly observer: RaceObserver;
} {
  const observer = new RaceObserver(prepared.scenario.contexts.length);
  return {
    machine: prepared.machine({ journal: undefined, fold: 'none', foldPrivate: true, observer }),
    observer,
  };
}

/** Every outcome of the case under every interleaving, with the number of traces and the fewest switches of each. */
export function searchRace(race: PreparedRace): RaceFindings {
  const { world } = race.prepared;
  const outcomes = new Map<
    string,
    { outcome: RaceOutcome; traces: number; switches: number; blocks: Blocks }
  >();
  let observer = new RaceObserver(0);
  const stats = explore({
    create: () => {
      const made = machineOf(race);
      observer = made.observer;
      return made.machine;
    },
    visit: ({ machine, steps, order }) => {
      const outcome = outcomeOf(machine, machine.memory, world, observer, race.walks);
      const key = outcomeKey(outcome, world);
      const blocks = fewestSwitches(steps, order);
      // An op that never took a step was given its turn all the same.
      const idle = machine.contexts.filter((ctx) => !steps.some((step) => step.ctx === ctx.id)).length;
      const switches = blocks.length + idle - 1;
      const known = outcomes.get(key);
      if (known === undefined) outcomes.set(key, { outcome, traces: 1, switches, blocks });
      else {
        known.traces++;
        if (switches < known.switches) {
          known.switches = switches;
          known.blocks = blocks;
        }
      }
      return true;
    },
  });
  return { stats, outcomes };
}

/** Runs a case and compares as golden/RACES.md §4 says. Undefined if equal, else the first difference. */
export function checkRace(c: RaceCase, onStats?: (stats: ExploreStats) => void): string | undefined {
  const race = prepareRace(c);
  if (!race.ok) return describeProblem(race.error);
  const { stats, outcomes } = searchRace(race.value);
  onStats?.(stats);
  if (!stats.complete) return 'the search did not complete';
  const { world } = race.value.prepared;
  const wanted = new Map(c.outcomes.map((outcome) => [outcomeKey(outcome, world), outcome]));
  for (const [key, outcome] of wanted) {
    const found = outcomes.get(key);
    if (found === undefined) return `an outcome is not reached: ${JSON.stringify(outcome)}`;
    const { minSwitches } = outcome;
    if (typeof minSwitches === 'number' && found.switches !== minSwitches)
      return `${found.switches} switches at the least, in the recording ${minSwitches}: ${key}`;
    if (outcome.traces !== undefined && found.traces !== outcome.traces)
      return `${found.traces} traces, in the recording ${outcome.traces}: ${key}`;
    const replayed = outcome.witness === undefined ? undefined : replay(race.value, outcome.witness);
    if (replayed !== undefined && replayed !== key) return `a witness leads to ${replayed} instead of ${key}`;
  }
  for (const key of outcomes.keys()) if (!wanted.has(key)) return `an outcome too many: ${key}`;
  if (stats.traces !== c.traces) return `${stats.traces} traces, in the recording ${c.traces}`;
  return undefined;
}

/** The outcome that a schedule in full steps leads to. */
function replay(race: PreparedRace, schedule: readonly (readonly [op: number, steps: number])[]): string {
  const { machine, observer } = machineOf(race);
  machine.begin(Infinity);
  for (const [op, steps] of schedule) {
    const ctx = machine.contexts[op];
    for (let i = 0; i < steps; i++) {
      // Locks of VMAs are no steps of the recording.
      while (ctx?.pending?.op === 'vmaLock' && machine.canRun(ctx)) machine.advance(ctx, Infinity);
      if (ctx === undefined || !machine.canRun(ctx)) return `a schedule that can't go on at [${op}, ${i}]`;
      machine.advance(ctx, Infinity);
    }
  }
  if (machine.enabled().length > 0) return 'a schedule that stops too early';
  const { world } = race.prepared;
  return outcomeKey(outcomeOf(machine, machine.memory, world, observer, race.walks), world);
}
