import type { Prepared, Verdict } from '../index.ts';
import {
  describeProblem,
  encodeLink,
  mergeVerdicts,
  parseJson,
  prepareScenario,
  raceLanes,
  runScenario,
  searchScenario,
  traceText,
  verdictDetails,
  verdictLine,
} from '../index.ts';
import { oneArgument, wholeNumber } from './args.ts';
import { DONE, FAILED, refuse } from './errors.ts';
import { loadWorld, readText } from './io-files.ts';
import type { Io } from './io.ts';
import type { Given } from './open.ts';
import { openGiven } from './open.ts';
import { searchInParts } from './search-workers.ts';

const USAGE =
  'search <scenario> [--revision R] [--max-switches N] [--workers N] [--shard k/n] [--budget SECONDS] [--first] [--json]';

/** A search that takes longer is stopped, unless told otherwise. Seconds. */
const BUDGET = 600;
const MAX_WORKERS = 64;

/**
 * `search <scenario>`: can it go wrong, under any interleaving? Exit 0 if the verdict is what the scenario expects, or it expects none
 * and is safe; 1 otherwise.
 */
export async function searchCommand(args: string[], io: Io): Promise<number> {
  const parsed = oneArgument(
    args,
    {
      revision: { type: 'string' },
      'max-switches': { type: 'string' },
      workers: { type: 'string' },
      shard: { type: 'string' },
      budget: { type: 'string' },
      first: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    USAGE,
  );
  if (!parsed.ok) return refuse(io, 'search', parsed.error);
  const { argument, values } = parsed.value;
  const maxSwitches = numberIn(values['max-switches'], 0, 20);
  if (maxSwitches === 'bad')
    return refuse(io, 'search', `--max-switches ${values['max-switches'] ?? ''}: 0 to 20 is wanted`);
  const workers = numberIn(values.workers, 1, MAX_WORKERS);
  if (workers === 'bad')
    return refuse(io, 'search', `--workers ${values.workers ?? ''}: 1 to ${MAX_WORKERS} is wanted`);
  const budget = numberIn(values.budget, 1, 86_400);
  if (budget === 'bad')
    return refuse(io, 'search', `--budget ${values.budget ?? ''}: seconds, 1 to 86400, are wanted`);
  const shard = shardOf(values.shard);
  if (shard === 'bad') return refuse(io, 'search', `--shard ${values.shard ?? ''}: k/n is wanted, as 1/4`);
  if (maxSwitches !== undefined && (shard !== undefined || workers !== undefined))
    return refuse(io, 'search', '--max-switches does not go with --shard or --workers');
  if (shard !== undefined && workers !== undefined)
    return refuse(
      io,
      'search',
      '--shard is one part for one process, --workers makes parts itself: one of them',
    );
  if (values.first && (shard !== undefined || workers !== undefined))
    return refuse(io, 'search', '--first does not go with --shard or --workers');
  const given = await openGiven(argument, io);
  if (!given.ok) return refuse(io, 'search', given.error);
  const prepared = await prepare(given.value, values.revision ?? given.value.revision, io);
  if (typeof prepared === 'string') return refuse(io, 'search', prepared);

  let verdict: Verdict;
  if (workers !== undefined && workers > 1) {
    const merged = await searchInParts(given.value, prepared.revision.id, workers, io);
    if (!merged.ok) return refuse(io, 'search', describeProblem(merged.error));
    verdict = merged.value;
  } else {
    const end = Date.now() + 1000 * (budget ?? BUDGET);
    verdict = searchScenario(prepared, {
      ...(maxSwitches === undefined ? {} : { maxSwitches }),
      ...(shard === undefined ? {} : { shard }),
      states: shard === undefined,
      firstOnly: values.first,
      onProgress: () => (Date.now() > end ? `after ${budget ?? BUDGET} seconds` : undefined),
    });
  }
  print(verdict, given.value, prepared, values.json, io);
  return expected(verdict, prepared) ? DONE : FAILED;
}

/** `merge <result.json>…`: the verdict of the whole from its parts. */
export async function mergeCommand(args: string[], io: Io): Promise<number> {
  const json = args.includes('--json');
  const files = args.filter((arg) => arg !== '--json');
  if (files.length === 0) return refuse(io, 'merge', 'name the results of search --shard k/n --json');
  const parts: Verdict[] = [];
  for (const file of files) {
    const text = await readText(file, io);
    if (!text.ok) return refuse(io, 'merge', describeProblem(text.error));
    const value = parseJson(text.value);
    if (!value.ok) return refuse(io, 'merge', `${file}: ${describeProblem(value.error)}`);
    if (!isVerdict(value.value)) return refuse(io, 'merge', `${file} is no result of search --json`);
    parts.push(value.value);
  }
  const merged = mergeVerdicts(parts);
  if (!merged.ok) return refuse(io, 'merge', describeProblem(merged.error));
  if (json) io.out(`${JSON.stringify(merged.value)}\n`);
  else
    io.out([verdictLine(merged.value), ...verdictDetails(merged.value)].map((line) => `${line}\n`).join(''));
  return merged.value.verdict === 'safe' ? DONE : FAILED;
}

function isVerdict(value: unknown): value is Verdict {
  return (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === 'pagewalk/verdict' &&
    'classes' in value
  );
}

async function prepare(given: Given, revision: string, io: Io): Promise<Prepared | string> {
  const world = await loadWorld(given.scenario, io);
  if (!world.ok) return describeProblem(world.error);
  const prepared = prepareScenario(given.scenario, world.value, { revision });
  return prepared.ok ? prepared.value : describeProblem(prepared.error);
}

function print(verdict: Verdict, given: Given, prepared: Prepared, json: boolean, io: Io): void {
  const link = witnessLink(verdict, given);
  if (json) {
    io.out(`${JSON.stringify(link === undefined ? verdict : { ...verdict, link })}\n`);
    return;
  }
  io.out(`${verdictLine(verdict)}\n`);
  for (const line of verdictDetails(verdict)) io.out(`${line}\n`);
  if (verdict.witness === undefined || link === undefined) return;
  io.out(`schedule: ${verdict.witness.schedule}\n${link}\n\n`);
  const run = runScenario(prepared.scenario, prepared.world, {
    ...prepared.options,
    schedule: verdict.witness.schedule,
  });
  if (run.ok) io.out(`${raceLanes(verdict, run.value)}\n${traceText(run.value, { short: true })}`);
}

function witnessLink(verdict: Verdict, { library, scenario }: Given): string | undefined {
  if (verdict.witness === undefined) return undefined;
  const made = encodeLink({
    source: library === undefined ? { scenario } : { library },
    schedule: verdict.witness.schedule,
    step: verdict.witness.step,
    revision: verdict.revision,
    options: {},
  });
  return made.ok ? made.value : undefined;
}

function expected(verdict: Verdict, { scenario }: Prepared): boolean {
  return verdict.verdict === (scenario.expect ?? 'safe');
}

function numberIn(text: string | undefined, min: number, max: number): number | undefined | 'bad' {
  if (text === undefined) return undefined;
  const n = wholeNumber(text);
  return n === undefined || n < min || n > max ? 'bad' : n;
}

function shardOf(text: string | undefined): readonly [number, number] | undefined | 'bad' {
  if (text === undefined) return undefined;
  const [, k = '', n = ''] = /^([0-9]{1,4})\/([0-9]{1,4})$/.exec(text) ?? [];
  const part = [Number(k), Number(n)] as const;
  return k === '' || part[0] < 1 || part[0] > part[1] ? 'bad' : part;
}
