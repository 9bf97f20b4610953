import type { Run, RunOptions, Scenario } from '../index.ts';
import {
  ARCHES,
  contextLetter,
  costWords,
  describeProblem,
  resultWords,
  runScenario,
  summarizeRun,
  traceText,
} from '../index.ts';
import { oneArgument } from './args.ts';
import { DONE, refuse } from './errors.ts';
import { groundOf } from './io-files.ts';
import type { Io } from './io.ts';
import { openGiven } from './open.ts';

const USAGE =
  'run <scenario id, file or link> [--revision R] [--arch A] [--over DUMP] [--schedule S] [--short | --json | --cost] [--fold auto|always|never]';

/** Lines written at a time: a long run has two hundred thousand. */
const BATCH = 1000;

/**
 * `run <scenario>`: runs it and prints the trace in 72 columns, with --short only what tells something new, or with --json a step a
 * line; the result comes last. With --cost only what each call comes to: what it splits, allocates, stores and flushes.
 * Exit 0 if it ran, whatever happened in it.
 */
export async function runCommand(args: string[], io: Io): Promise<number> {
  const parsed = oneArgument(
    args,
    {
      revision: { type: 'string' },
      arch: { type: 'string' },
      schedule: { type: 'string' },
      over: { type: 'string' },
      json: { type: 'boolean' },
      cost: { type: 'boolean', default: false },
      short: { type: 'boolean', default: false },
      fold: { type: 'string' },
    },
    USAGE,
  );
  if (!parsed.ok) return refuse(io, 'run', parsed.error);
  const { argument, values } = parsed.value;
  const { short, cost, json = false } = values;
  if ([short, cost, json].filter(Boolean).length > 1)
    return refuse(io, 'run', '--short, --json and --cost each print something else: one of them');
  const given = await openGiven(argument, io);
  if (!given.ok) return refuse(io, 'run', given.error);
  const wanted = withArch(given.value.scenario, values.arch);
  if (wanted === undefined)
    return refuse(io, 'run', `--arch ${values.arch ?? ''}: there are ${SELECTABLE.join(', ')}`);
  const fold = values.fold ?? given.value.options.fold ?? 'auto';
  if (fold !== 'auto' && fold !== 'always' && fold !== 'never')
    return refuse(io, 'run', `--fold ${fold}: auto, always or never is wanted`);
  const ground = await groundOf(wanted, values.over, io);
  if (!ground.ok) return refuse(io, 'run', describeProblem(ground.error));
  const { scenario, world } = ground.value;
  const options: RunOptions = {
    revision: values.revision ?? given.value.revision,
    schedule: values.schedule ?? given.value.schedule,
    fold,
  };
  const run = runScenario(scenario, world, options);
  if (!run.ok) return refuse(io, 'run', describeProblem(run.error));
  for (const notice of given.value.notices) io.err(`run: ${notice}\n`);
  if (cost) printCost(run.value, io);
  else if (json) printJson(run.value, io);
  else io.out(traceText(run.value, { short }));
  return DONE;
}

/** The scenario with another architecture's table allocators; undefined where there is no such architecture. */
function withArch(scenario: Scenario, wanted: string | undefined): Scenario | undefined {
  if (wanted === undefined) return scenario;
  const arch = SELECTABLE.find((a) => a === wanted);
  return arch === undefined ? undefined : { ...scenario, config: { ...scenario.config, arch } };
}

const SELECTABLE = ARCHES.filter((arch) => arch !== 'generic');

/** A line a call: `a: set_memory_valid(…) returns 0: 1 block split · 530 stores · …`. */
function printCost(run: Run, io: Io): void {
  const made = run.scenario.contexts.map(() => 0);
  for (const step of run.steps) {
    if (step.ev !== 'call') continue;
    const { ctx } = step;
    const summary = summarizeRun(run, { ctx, call: made[ctx] ?? 0 });
    made[ctx] = (made[ctx] ?? 0) + 1;
    const args = Object.entries(step.args).map(([name, value]) => `${name}=${value}`);
    const cost = costWords(summary);
    io.out(
      `${contextLetter(ctx)}: ${step.fn}(${args.join(', ')}) ${resultWords(summary)}${cost.length === 0 ? '' : `: ${cost.join(' · ')}`}\n`,
    );
  }
}

/** A step a line, then `{"result": …}`. */
function printJson(run: Run, io: Io): void {
  for (let i = 0; i < run.steps.length; i += BATCH) {
    const lines = run.steps.slice(i, i + BATCH).map((step) => `${JSON.stringify(step)}\n`);
    io.out(lines.join(''));
  }
  const result = {
    title: run.scenario.title,
    revision: run.revision,
    steps: run.steps.length,
    folded: run.folded,
    cutAt: run.cutAt ?? null,
    contexts: run.results,
  };
  io.out(`${JSON.stringify({ result })}\n`);
}
