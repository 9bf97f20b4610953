import { readFileSync } from 'node:fs';
import type { Run, RunOptions, World } from '../../src-core/index.ts';
import { findLibraryEntry, importCapture, runScenario } from '../../src-core/index.ts';

const file = (name: string): Uint8Array =>
  readFileSync(new URL(`../../public/captures/x4-4k-48/${name}`, import.meta.url));

/** The capture the library's scenarios start from. */
export function captureWorld(): World {
  const meta = JSON.parse(new TextDecoder().decode(file('meta.json'))) as unknown;
  const capture = importCapture(file('tables.bin.gz'), meta, 'x4-4k-48');
  if (!capture.ok) throw new Error(capture.error.message);
  return capture.value.world;
}

/** A library scenario's run over it. */
export function libraryRun(id: string, world: World, options: RunOptions = {}): Run {
  const entry = findLibraryEntry(id);
  if (entry === undefined) throw new Error(`no scenario ${id}`);
  const run = runScenario(entry.scenario, world, options);
  if (!run.ok) throw new Error(run.error.message);
  return run.value;
}
