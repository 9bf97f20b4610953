import type { Link, LinkProblem, Result, Scenario } from '../index.ts';
import {
  decodeLink,
  describeProblem,
  findLibraryEntry,
  formatJson,
  LIBRARY,
  nearest,
  openScenario,
  parseJson,
} from '../index.ts';
import { oneArgument } from './args.ts';
import { DONE, refuse } from './errors.ts';
import { readText } from './io-files.ts';
import type { Io } from './io.ts';

/** A scenario as a command was given it, with what a link said besides. */
export interface Given {
  readonly scenario: Scenario;
  /** Set if it is of the library. */
  readonly library: string | undefined;
  readonly schedule: string;
  readonly step: number | undefined;
  readonly revision: string;
  readonly options: Link['options'];
  readonly notices: readonly string[];
}

/** A library id, a link, a file, or `-` for standard input. */
export async function openGiven(text: string, io: Io): Promise<Result<Given, string>> {
  const entry = findLibraryEntry(text);
  if (entry !== undefined) return { ok: true, value: alone(entry.scenario, text) };
  if (looksLikeLink(text)) {
    const link = decodeLink(text);
    return link.ok ? { ok: true, value: link.value } : { ok: false, error: linkWords(link.error) };
  }
  const file = await readText(text, io);
  if (!file.ok) {
    const ids = LIBRARY.map((e) => e.id);
    const close = /[/.\\]/.test(text) || text === '-' ? [] : nearest(text, ids);
    const hint = close.length > 0 ? `, and the library has ${close.join(', ')}` : '';
    return { ok: false, error: describeProblem(file.error) + hint };
  }
  const label = text === '-' ? 'standard input' : text;
  const json = parseJson(file.value);
  if (!json.ok) return { ok: false, error: `${label}: ${json.error.path} ${json.error.message}` };
  const opened = openScenario(json.value);
  if (!opened.ok) return { ok: false, error: `${label}: ${describeProblem(opened.error)}` };
  return { ok: true, value: alone(opened.value, undefined) };
}

function alone(scenario: Scenario, library: string | undefined): Given {
  return {
    scenario,
    library,
    schedule: '',
    step: undefined,
    revision: scenario.revision,
    options: {},
    notices: [],
  };
}

/** A whole address, or a fragment with or without its `#`. A file whose name looks so can be given as ./name. */
function looksLikeLink(text: string): boolean {
  return text.startsWith('#') || /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^v[0-9]+\.[a-z]\./.test(text);
}

function linkWords(problem: LinkProblem): string {
  const { message, suggestions } = problem;
  return suggestions.length === 0 ? message : `${message} Near it: ${suggestions.join(', ')}.`;
}

const USAGE = 'open <link>';

/**
 * `open <link>`: the scenario that a link opens, as JSON. What else the link says goes to standard error.
 */
export async function openCommand(args: string[], io: Io): Promise<number> {
  const parsed = oneArgument(args, {}, USAGE);
  if (!parsed.ok) return refuse(io, 'open', parsed.error);
  const given = await openGiven(parsed.value.argument, io);
  if (!given.ok) return refuse(io, 'open', given.error);
  const { scenario, schedule, step, revision, notices } = given.value;
  io.out(`${formatJson(scenario)}\n`);
  const rest = [
    ...(schedule === '' ? [] : [`--schedule ${schedule}`]),
    ...(revision === scenario.revision ? [] : [`--revision ${revision}`]),
    ...(step === undefined ? [] : [`at step ${step}`]),
  ];
  if (rest.length > 0) io.err(`open: the link also says ${rest.join(', ')}\n`);
  for (const notice of notices) io.err(`open: ${notice}\n`);
  return DONE;
}
