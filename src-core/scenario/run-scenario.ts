import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import type { Frame } from '../machine/context.ts';
import type { Machine } from '../machine/machine.ts';
import { sourceLine } from '../machine/machine.ts';
import { waitGraph } from '../machine/waits.ts';
import type { WaitEdge } from '../step/wait-edge.ts';
import { deadlockWords } from '../step/wait-edge.ts';
import { Recorder } from '../machine/recorder.ts';
import { Journal } from '../memory/journal.ts';
import { Playback } from '../memory/playback.ts';
import type { Prepared } from './prepare.ts';
import { prepareScenario } from './prepare.ts';
import type { Choice, FrameView, Run, RunOptions } from './run.ts';
import { Waits } from './waits.ts';
import { parseSchedule } from './schedule.ts';
import type { Scenario } from './schema.ts';
import type { World } from './world.ts';

/** Above this many steps, `auto` folds runs of loads too. */
const FOLD_ABOVE = 20_000;
const MAX_STEPS = 200_000;

/** Turns from one pause to the next: a few hundred microseconds, unless turns store runs. */
const TURNS = 64;

/**
 * Runs a scenario to its end and keeps every step. The same scenario, revision and schedule give the same run, always.
 * Problems are those of the input: an unknown revision, a function the revision does not have, a schedule that does not fit.
 */
export function runScenario(scenario: Scenario, world: World, options: RunOptions = {}): Result<Run> {
  const running = runInSlices(scenario, world, options);
  let next = running.next();
  while (next.done !== true) next = running.next();
  return next.value;
}

/**
 * `runScenario` with pauses, for who has other things to do meanwhile: each yields the number of steps so far. To stop early,
 * don't ask on.
 */
export function* runInSlices(
  scenario: Scenario,
  world: World,
  options: RunOptions = {},
): Generator<number, Result<Run>, void> {
  const prepared = prepareScenario(scenario, world, options);
  if (!prepared.ok) return prepared;
  const choices = parseSchedule(options.schedule ?? '', scenario.contexts.length);
  if (!choices.ok) return choices;
  const max = options.maxSteps ?? MAX_STEPS;
  const fold = options.fold ?? 'auto';
  if (fold !== 'auto')
    return yield* record(prepared.value, choices.value, fold === 'always' ? 'all' : 'none', max);
  // The filling of a new table is one line; its single stores are there for who asks for them.
  const first = yield* record(prepared.value, choices.value, 'stores', Math.min(max, FOLD_ABOVE));
  if (!first.ok || first.value.cutAt === undefined) return first;
  return yield* record(prepared.value, choices.value, 'all', max);
}

function* record(
  prepared: Prepared,
  schedule: readonly number[],
  fold: 'none' | 'stores' | 'all',
  max: number,
): Generator<number, Result<Run>, void> {
  const { scenario, world, revision, options } = prepared;
  const recorder = new Recorder(max);
  const journal = new Journal();
  const machine = prepared.machine({ recorder, journal, fold });
  const choices: Choice[] = [];
  const waits = new Waits(machine);
  let turns = 0;
  for (let enabled = machine.enabled(); enabled.length > 0 && !recorder.full; enabled = machine.enabled()) {
    let next = enabled[0];
    if (enabled.length > 1) {
      const wanted = schedule[choices.length];
      if (wanted !== undefined) {
        next = enabled.find((c) => c.id === wanted);
        if (next === undefined)
          return problem(
            'schedule',
            `choice ${choices.length + 1} is context ${letter(wanted)}, which can't run there`,
          );
      }
      if (next !== undefined)
        choices.push({ after: recorder.steps.length, enabled: enabled.map((c) => c.id), taken: next.id });
    }
    if (next === undefined) break;
    machine.turn(next);
    waits.look(recorder.steps.length);
    if (++turns % TURNS === 0) yield recorder.steps.length;
  }
  const deadlock = noteDeadlock(machine, recorder);
  const cut = machine.contexts.some((c) => c.state === 'ready') && recorder.full;
  return ok({
    scenario,
    revision: revision.id,
    ...(options.mutation?.rules === undefined ? {} : { rules: revision.rules }),
    world,
    steps: recorder.steps,
    results: machine.contexts.map((c) => ({ rets: c.rets })),
    choices,
    waits: waits.end(recorder.steps.length),
    ...(deadlock.length > 0 && { deadlock }),
    folded: recorder.steps.some((s) => 'count' in s),
    cutAt: cut ? Math.min(max, recorder.steps.length) : undefined,
    stackAt: (n) => stackView(recorder.frames[n - 1], revision.id),
    playback: () => new Playback(world.memory, journal),
  });
}

/** Where contexts are left that nobody can wake, the run ends in a violation that says who waits for whom. */
function noteDeadlock(machine: Machine, recorder: Recorder): readonly WaitEdge[] {
  const graph = waitGraph(machine);
  const detail = deadlockWords(graph);
  const last = recorder.steps.at(-1)?.ctx;
  const ctx = machine.contexts.find((c) => c.id === last);
  if (detail !== '' && ctx !== undefined) machine.emit(ctx, { ev: 'violation', what: 'deadlock', detail });
  return graph;
}

function stackView(innermost: Frame | undefined, revision: string): FrameView[] {
  const frames: FrameView[] = [];
  for (let f = innermost; f !== undefined; f = f.caller)
    frames.push({ fn: f.fn.name, at: sourceLine(f.fn, revision) });
  return frames;
}

function letter(ctx: number): string {
  return String.fromCharCode(97 + ctx);
}
