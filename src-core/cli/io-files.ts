import { open, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Result, Scenario, World } from '../index.ts';
import {
  builtinCapture,
  BUILTIN_CAPTURES,
  describeProblem,
  importCapture,
  parseMeta,
  worldFromListing,
} from '../index.ts';
import { readImported } from './capture-files.ts';
import { messageOf } from './errors.ts';
import type { Io } from './io.ts';

/** A scenario of the largest allowed listing is about a megabyte. */
const MAX_TEXT = 4 * 1024 * 1024;

const fail = (path: string, message: string): Result<never> => ({ ok: false, error: { path, message } });

/** The text of a file, or of standard input for `-`. At most 4 MiB, UTF-8. */
export async function readText(path: string, io: Io): Promise<Result<string>> {
  const label = path === '-' ? 'standard input' : path;
  let bytes: Uint8Array | undefined;
  try {
    bytes = path === '-' ? await readAll(io.stdin ?? process.stdin) : await readStart(resolve(io.cwd, path));
  } catch (cause) {
    return fail(label, fileProblem(cause));
  }
  if (bytes === undefined) return fail(label, `is larger than ${MAX_TEXT / 1024 / 1024} MiB`);
  try {
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return fail(label, 'is not UTF-8 text');
  }
}

/** Undefined if there is more than the limit. */
async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_TEXT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readStart(path: string): Promise<Uint8Array | undefined> {
  const file = await open(path, 'r');
  try {
    return await readAll(file.createReadStream({ end: MAX_TEXT, autoClose: false }));
  } finally {
    await file.close();
  }
}

/** In words, without the path, which is said before. */
function fileProblem(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EISDIR') return 'is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read';
  return messageOf(cause);
}

/** The tables a scenario starts from: its own listing, or a capture that comes with Pagewalk. */
export async function loadWorld(scenario: Scenario, io: Io): Promise<Result<World>> {
  if ('tables' in scenario.memory) return worldFromListing(scenario.memory);
  return loadCapture(scenario.memory.capture, io);
}

/** A scenario and the tables it starts from. */
export interface Grounded {
  readonly scenario: Scenario;
  readonly world: World;
}

/**
 * A scenario over its own tables, or over those of a dump: a capture, or a text of ptdump, by its path. Of its own memory only vmalloc
 * areas stay then.
 */
export async function groundOf(
  scenario: Scenario,
  over: string | undefined,
  io: Io,
): Promise<Result<Grounded>> {
  if (over === undefined) {
    const world = await loadWorld(scenario, io);
    return world.ok ? { ok: true, value: { scenario, world: world.value } } : world;
  }
  const dump = await readImported(over, io.cwd);
  if (!dump.ok) return dump;
  const capture =
    dump.value.kind === 'capture' ? { ok: true as const, value: dump.value.capture } : dump.value.rebuilt;
  if (!capture.ok) return fail(over, describeProblem(capture.error));
  const { vmAreas } = scenario.memory;
  const memory = { capture: capture.value.name, ...(vmAreas === undefined ? {} : { vmAreas }) };
  return { ok: true, value: { scenario: { ...scenario, memory }, world: capture.value.world } };
}

/** The tables of a capture that comes with Pagewalk. */
export async function loadCapture(capture: string, io: Io): Promise<Result<World>> {
  const builtin = builtinCapture(capture);
  if (builtin === undefined) {
    const known = BUILTIN_CAPTURES.map((c) => c.name).join(', ');
    return fail(
      'memory.capture',
      `${capture} does not come with Pagewalk (${known} does); imported captures stay in the page`,
    );
  }
  const folder = join(process.env['PAGEWALK_ROOT'] ?? io.cwd, 'public');
  const tables = await readFile(join(folder, builtin.tables));
  const meta = parseMeta(await readFile(join(folder, builtin.meta), 'utf8'));
  if (!meta.ok) return meta;
  const imported = importCapture(tables, meta.value, capture);
  return imported.ok ? { ok: true, value: imported.value.world } : imported;
}
