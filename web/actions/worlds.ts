import { builtinMeta, captureOf, ok, loadListingWorld, problem } from '../engine.ts';
import type { Problem, Result, Scenario, ScenarioMemory, World } from '../engine.ts';
import { readBytes, unpack } from './bytes.ts';

/** Captures that come with the page, and those a person imported, by name. They stay until the page is closed. */
const worlds = new Map<string, World>();
const imported = new Set<string>();

/** Keeps a person's tables under a name that a scenario can hold. */
export function keepImported(name: string, world: World): void {
  worlds.set(name, world);
  imported.add(name);
}

/** The scene's tables were brought by the person: they are on this machine only, and a link can't name them. */
export function onlyHere({ scenario: { memory } }: { readonly scenario: Scenario }): boolean {
  return 'capture' in memory && imported.has(memory.capture);
}

/** The tables a scenario starts from: fetched, kept from an import, or spelled out in the scenario. */
export async function worldOf(memory: ScenarioMemory, signal: AbortSignal): Promise<Result<World>> {
  if (!('capture' in memory)) {
    const listing = await loadListingWorld().catch(() => undefined);
    return listing?.worldFromListing(memory) ?? problem('', 'What makes its tables could not be loaded');
  }
  const known = worlds.get(memory.capture);
  if (known !== undefined) return ok(known);
  const world = await fetchCapture(memory.capture, signal);
  if (world.ok) worlds.set(memory.capture, world.value);
  return world;
}

async function fetchCapture(name: string, signal: AbortSignal): Promise<Result<World>> {
  const [tables, meta] = await Promise.all([
    fetchBytes(`captures/${name}/tables.bin.gz`, signal),
    fetchBytes(`captures/${name}/meta.json`, signal),
  ]);
  if (!tables.ok) return missing(name, tables.error);
  if (!meta.ok) return missing(name, meta.error);
  const raw = await unpack(tables.value, { signal });
  if (!raw.ok) return raw;
  const parsed = jsonOf(meta.value);
  if (parsed === undefined)
    return problem('', `The capture ${name} could not be loaded: its meta.json is no JSON.`);
  const capture = captureOf(raw.value, builtinMeta(parsed), name);
  return capture.ok ? ok(capture.value.world) : capture;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

function missing(name: string, why: Problem): Result<never> {
  return problem('', `The capture ${name} could not be loaded: ${why.message}.`);
}

async function fetchBytes(path: string, signal: AbortSignal): Promise<Result<Uint8Array>> {
  try {
    const response = await fetch(new URL(path, document.baseURI), { signal });
    const type = response.headers.get('Content-Type') ?? '';
    // A host that answers every path with its front page has no such file either.
    if (response.status === 404 || type.startsWith('text/html'))
      return problem(path, 'this page does not come with it');
    if (!response.ok) return problem(path, `the server answered ${response.status}`);
    return ok(await readBytes(response.body, { signal }));
  } catch (error) {
    if (signal.aborted) return problem(path, 'the load was stopped');
    if (error instanceof TypeError) return problem(path, 'the network or the server can’t be reached');
    throw error;
  }
}
