import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { isTraceCase } from '../golden/case.ts';
import { isRaceCase } from '../golden/race-case.ts';
import type { ExploreStats } from '../golden/run-race.ts';
import { checkRace } from '../golden/run-race.ts';
import { checkGolden } from '../golden/run-case.ts';
import { captureCases } from './golden-captures.ts';
import type { Io } from './io.ts';

/** Golden files are a few megabytes unpacked; this is what a mistake may cost. */
const MAX_BYTES = 1 << 30;

/** One thing to check, wherever it came from. */
interface Case {
  readonly id: string;
  /** What `--only key=value` looks at; a key may have several values. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** Undefined if it passes, else the first difference. */
  run(searched: Searched): Promise<string | undefined>;
}

/** How much searching it took. */
interface Searched {
  executions: number;
  traces: number;
}

/**
 * `golden <file.jsonl[.gz] or capture folder>… [--only key=value]…`: each failing case with its first difference, then
 * `N passed, M failed`. A case that can't be run yet fails. Exit 0 if none failed, 1 otherwise, 2 for bad input.
 */
export async function goldenCommand(args: string[], io: Io): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      options: { only: { type: 'string', multiple: true } },
      allowPositionals: true,
    });
  } catch (cause) {
    io.err(`golden: ${messageOf(cause)}\n`);
    return 2;
  }
  const only = parseOnly(parsed.values.only ?? []);
  if (typeof only === 'string') {
    io.err(`golden: ${only}\n`);
    return 2;
  }
  if (parsed.positionals.length === 0) {
    io.err('golden: name a file of golden cases (.jsonl or .jsonl.gz) or a capture folder\n');
    return 2;
  }
  const cases: Case[] = [];
  for (const path of parsed.positionals) {
    try {
      cases.push(...(await casesOf(resolve(io.cwd, path))));
    } catch (cause) {
      io.err(`golden: ${path}: ${messageOf(cause)}\n`);
      return 2;
    }
  }
  const chosen = cases.filter((c) => matches(c, only));
  if (cases.length > 0 && chosen.length === 0) {
    io.err(`golden: none of the ${cases.length} cases has ${(parsed.values.only ?? []).join(' and ')}\n`);
    return 2;
  }
  let passed = 0;
  const searched: Searched = { executions: 0, traces: 0 };
  for (const c of chosen) {
    const difference = await attempt(c, searched);
    if (difference === undefined) passed++;
    else io.out(`${c.id}: ${difference}\n`);
  }
  const narrowed =
    only.size === 0
      ? ''
      : ` (${chosen.length} of ${cases.length} cases: ${(parsed.values.only ?? []).join(', ')})`;
  if (searched.traces > 0)
    io.out(
      `searched: ${searched.executions} executions for ${searched.traces} traces (${(searched.executions / searched.traces).toFixed(3)})\n`,
    );
  io.out(`${passed} passed, ${chosen.length - passed} failed${narrowed}\n`);
  return passed === chosen.length ? 0 : 1;
}

/** An engine bug in one case must not hide the others. */
async function attempt(c: Case, searched: Searched): Promise<string | undefined> {
  try {
    return await c.run(searched);
  } catch (cause) {
    return messageOf(cause);
  }
}

async function casesOf(path: string): Promise<Case[]> {
  const info = await stat(path);
  if (info.isDirectory()) {
    return (await captureCases(path)).map((c) => ({
      id: c.id,
      fields: new Map(Object.entries(c.fields).map(([key, value]) => [key, [value]])),
      run: () => c.run(),
    }));
  }
  const bytes = await readFile(path);
  const text = (
    bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: MAX_BYTES }) : bytes
  ).toString('utf8');
  const lines = text.split('\n');
  return lines.flatMap((line, i) =>
    line.trim() === '' ? [] : [caseOf(parseLine(line, i + 1), basename(path), i + 1)],
  );
}

function parseLine(line: string, number: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`line ${number} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`line ${number} is no object`);
  return value as Record<string, unknown>;
}

function caseOf(line: Record<string, unknown>, file: string, number: number): Case {
  const id = typeof line['id'] === 'string' ? line['id'] : `${file}:${number}`;
  const fields = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(line)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      fields.set(key, [String(value)]);
  }
  fields.set('fn', functionsOf(line['scenario']));
  const run = (searched: Searched): Promise<string | undefined> => {
    if (isTraceCase(line)) return Promise.resolve(checkGolden(line));
    if (isRaceCase(line)) return Promise.resolve(checkRace(line, (stats) => count(searched, stats)));
    return Promise.resolve('is no golden case: it has neither events nor outcomes');
  };
  return { id, fields, run };
}

function count(searched: Searched, stats: ExploreStats): void {
  searched.executions += stats.executions;
  searched.traces += stats.traces;
}

/** Golden names of the operations of a case. */
function functionsOf(scenario: unknown): string[] {
  if (typeof scenario !== 'object' || scenario === null) return [];
  const { op, ops } = scenario as { op?: unknown; ops?: unknown };
  const all: unknown[] = Array.isArray(ops) ? ops : [op];
  return all.flatMap((o) => (typeof o === 'object' && o !== null && 'fn' in o ? [String(o.fn)] : []));
}

/** `key=value` words by key: values of one key are alternatives, different keys must all hold. */
function parseOnly(words: readonly string[]): Map<string, string[]> | string {
  const only = new Map<string, string[]>();
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) return `--only ${JSON.stringify(word)}: key=value is wanted, as cat=walk`;
    const key = word.slice(0, at);
    only.set(key, [...(only.get(key) ?? []), word.slice(at + 1)]);
  }
  return only;
}

function matches(c: Case, only: ReadonlyMap<string, readonly string[]>): boolean {
  return [...only].every(([key, wanted]) =>
    (c.fields.get(key) ?? []).some((value) => wanted.includes(value)),
  );
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
