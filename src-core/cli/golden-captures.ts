import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { checkEfiLog } from '../golden/live-efi.ts';
import { LiveCapture } from '../golden/live-capture.ts';
import type { LiveEvent } from '../golden/live-event.ts';
import { parseLiveEvent } from '../golden/live-event.ts';
import type { Capture, CapturedMm, CaptureStats, LevelStats, Result } from '../index.ts';
import { describeProblem, importCapture, parseMeta, ptdumpText, STATS_KEYS } from '../index.ts';

/** One thing to check against a capture. */
export interface CaptureCase {
  readonly id: string;
  /** What `--only key=value` looks at: check, capture, file or event. */
  readonly fields: Record<string, string>;
  /** Undefined if it passed, else the first difference in a line or two. */
  run(): Promise<string | undefined>;
}

/** Texts a kernel printed, not those a script generated: `kernel_page_tables-held.txt` belongs to `tables-held.bin.gz`. */
const REAL_TEXT = /^(kernel|efi)_page_tables(|-[a-z0-9-]+)\.txt$/;

/** The permission calls that can be compared with a model; an event of several calls is none. */
const PERMISSION_CALL = /^op (ro|rw|nx|x|valid|invalid|dinv|ddef|lmsplit) [^;]*$/;

/**
 * The cases of a capture folder: one a real ptdump text, one for the counts, one a permission call that the live kernel
 * ran, one for efi_mm rebuilt from the EFI memory map (arm64). What cannot be read, or cannot be run yet, is a case that
 * fails. A folder without files of a capture gives no cases.
 */
export async function captureCases(folder: string): Promise<CaptureCase[]> {
  const path = resolve(folder);
  const name = basename(path);
  const files = (await readdir(path)).sort();
  const texts = files.filter((f) => REAL_TEXT.test(f));
  if (!files.includes('tables.bin.gz') && !files.includes('meta.json') && texts.length === 0) return [];
  const source = new Source(path);
  const cases: CaptureCase[] = texts.map((file) => textCase(source, name, file));
  cases.push({
    id: `${name}/stats`,
    fields: { check: 'ptdump', capture: name, file: 'meta.json' },
    run: () => checkCounts(source, files),
  });
  cases.push(...(await eventCases(source, name, files)));
  const meta = await source.meta();
  if (!meta.ok || (meta.value as { arch?: unknown } | null)?.arch === 'arm64') {
    cases.push({
      id: `${name}/efi_mm`,
      fields: { check: 'efi', capture: name },
      run: () => checkEfiMm(source, files),
    });
  }
  return cases;
}

function textCase(source: Source, capture: string, file: string): CaptureCase {
  const [, which, state = ''] = REAL_TEXT.exec(file) ?? [];
  const mm: CapturedMm = which === 'efi' ? 'efi_mm' : 'init_mm';
  return {
    id: `${capture}/${file}`,
    fields: { check: 'ptdump', capture, file, mm },
    run: async () => {
      const tables = await source.tables(`tables${state}.bin.gz`);
      const text = tables.ok ? ptdumpText(tables.value, mm) : tables;
      if (!text.ok) return describeProblem(text.error);
      return firstDifference(await readFile(join(source.path, file), 'utf8'), text.value);
    },
  };
}

/** efi_mm built anew from the EFI memory map in the kernel log, against the captured tables. */
async function checkEfiMm(source: Source, files: readonly string[]): Promise<string | undefined> {
  const tables = await source.tables('tables.bin.gz');
  if (!tables.ok) return describeProblem(tables.error);
  const file = ['dmesg.txt.gz', 'boot-excerpt.txt'].find((f) => files.includes(f));
  if (file === undefined) return 'there is no kernel log (dmesg.txt.gz or boot-excerpt.txt)';
  try {
    const bytes = await readFile(join(source.path, file));
    const text = file.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: 1 << 28 }) : bytes;
    return checkEfiLog(tables.value.world, text.toString('utf8'));
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/** A case for each event that is one permission call: run on the engine from the state before it, and compared. */
async function eventCases(source: Source, capture: string, files: readonly string[]): Promise<CaptureCase[]> {
  if (!files.includes('events')) return [];
  const folder = join(source.path, 'events');
  // Events 00 and 01 come before the tables were taken.
  const names = (await readdir(folder)).filter((f) => f.endsWith('.json.gz') && !/^0[01]-/.test(f)).sort();
  const events = await Promise.all(names.map((file) => readEvent(join(folder, file))));
  let live: Promise<Result<LiveCapture>> | undefined;
  const open = async (): Promise<Result<LiveCapture>> => {
    const tables = await source.tables('tables.bin.gz');
    if (!tables.ok) return tables;
    const readable = events.flatMap((e) => (e.ok ? [e.value] : []));
    return { ok: true, value: new LiveCapture(tables.value.world, readable) };
  };
  return names.flatMap((file, i): CaptureCase[] => {
    const event = file.slice(0, -'.json.gz'.length);
    const id = `${capture}/events/${event}`;
    const fields = { check: 'event', capture, event };
    const read = events[i];
    if (read === undefined || !read.ok) {
      const why = read === undefined ? '' : `: ${describeProblem(read.error)}`;
      return [{ id, fields, run: () => Promise.resolve(`${file} cannot be read as an event${why}`) }];
    }
    const op = PERMISSION_CALL.exec(read.value.command)?.[1];
    if (op === undefined) return [];
    const run = async (): Promise<string | undefined> => {
      if (events.some((e) => !e.ok)) return 'an event before it cannot be read';
      const opened = await (live ??= open());
      if (!opened.ok) return describeProblem(opened.error);
      try {
        return opened.value.check(i);
      } catch (cause) {
        return cause instanceof Error ? cause.message : String(cause);
      }
    };
    return [{ id, fields: { ...fields, op }, run }];
  });
}

async function readEvent(path: string): Promise<Result<LiveEvent>> {
  try {
    const text = gunzipSync(await readFile(path), { maxOutputLength: 1 << 28 }).toString('utf8');
    return parseLiveEvent(JSON.parse(text));
  } catch (cause) {
    return {
      ok: false,
      error: { path: '', message: cause instanceof Error ? cause.message : String(cause) },
    };
  }
}

/** Counts of every state that meta.json gives some for. */
async function checkCounts(source: Source, files: readonly string[]): Promise<string | undefined> {
  const states = [
    ['tables.bin.gz', (c: Capture) => c.meta?.stats],
    ['tables-boot.bin.gz', (c: Capture) => c.meta?.stats_boot],
    ['tables-held.bin.gz', (c: Capture) => c.meta?.held?.stats],
  ] as const;
  for (const [file, expected] of states) {
    if (file !== 'tables.bin.gz' && !files.includes(file)) continue;
    const capture = await source.tables(file);
    if (!capture.ok) return describeProblem(capture.error);
    const stats = expected(capture.value);
    if (stats === undefined) {
      if (file === 'tables.bin.gz') return 'meta.json has no stats to compare with';
      continue;
    }
    const difference = statsDifference(stats, capture.value.stats);
    if (difference !== undefined) return `${file}: ${difference}`;
  }
  return undefined;
}

type Expected = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** The first count that differs, either way. */
export function statsDifference(expected: Expected, got: CaptureStats): string | undefined {
  const actual = got as Readonly<Record<string, Readonly<Record<string, LevelStats>>>>;
  for (const mm of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    for (const level of new Set([...Object.keys(expected[mm] ?? {}), ...Object.keys(actual[mm] ?? {})])) {
      for (const key of STATS_KEYS) {
        const want = expected[mm]?.[level]?.[key] ?? 0;
        const have = actual[mm]?.[level]?.[key] ?? 0;
        if (want !== have) return `${mm} level ${level} ${key}: expected ${String(want)}, counted ${have}`;
      }
    }
  }
  return undefined;
}

/** The first line that differs; undefined if the texts are the same bytes. */
export function firstDifference(expected: string, got: string): string | undefined {
  if (expected === got) return undefined;
  const want = expected.split('\n');
  const have = got.split('\n');
  const at = want.findIndex((line, i) => line !== have[i]);
  const i = at < 0 ? want.length : at;
  const line = (text: string | undefined): string => (text === undefined ? 'the end' : JSON.stringify(text));
  return `line ${i + 1}: expected ${line(want[i])}\n  but printed ${line(have[i])}`;
}

/** A capture folder's files, each read once. */
class Source {
  readonly path: string;
  private readonly loaded = new Map<string, Promise<Result<Capture>>>();
  private metaLoaded: Promise<Result<unknown>> | undefined;

  constructor(path: string) {
    this.path = path;
  }

  meta(): Promise<Result<unknown>> {
    this.metaLoaded ??= readFile(join(this.path, 'meta.json'), 'utf8').then(parseMeta, (cause: unknown) =>
      unreadable('meta.json', cause),
    );
    return this.metaLoaded;
  }

  tables(file: string): Promise<Result<Capture>> {
    let found = this.loaded.get(file);
    if (found === undefined) this.loaded.set(file, (found = this.load(file)));
    return found;
  }

  private async load(file: string): Promise<Result<Capture>> {
    const meta = await this.meta();
    if (!meta.ok) return meta;
    try {
      const capture = importCapture(await readFile(join(this.path, file)), meta.value, basename(this.path));
      if (capture.ok) return capture;
      const { path, message } = capture.error;
      return { ok: false, error: { path: `${file}: ${path}`, message } };
    } catch (cause) {
      return unreadable(file, cause);
    }
  }
}

function unreadable(path: string, cause: unknown): Result<never> {
  return {
    ok: false,
    error: { path, message: `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}` },
  };
}
