import { readFileSync } from 'node:fs';
import { importCapture } from '../../src-core/import/capture.ts';
import { worldFromListing } from '../../src-core/scenario/listing-world.ts';
import type { RunOptions, Run } from '../../src-core/scenario/run.ts';
import { runScenario } from '../../src-core/scenario/run-scenario.ts';
import type { Scenario, ScenarioMemory } from '../../src-core/scenario/schema.ts';
import type { World } from '../../src-core/scenario/world.ts';

const captures = new Map<string, World>();

/** The tables of a built-in scenario, for tests: from the files under public/, or spelled out. */
export function builtInWorld(memory: ScenarioMemory): World {
  if (!('capture' in memory)) {
    const made = worldFromListing(memory);
    if (!made.ok) throw new Error(made.error.message);
    return made.value;
  }
  const known = captures.get(memory.capture);
  if (known !== undefined) return known;
  const file = (name: string): Uint8Array =>
    readFileSync(new URL(`../../public/captures/${memory.capture}/${name}`, import.meta.url));
  const meta: unknown = JSON.parse(new TextDecoder().decode(file('meta.json')));
  const capture = importCapture(file('tables.bin.gz'), meta, memory.capture);
  if (!capture.ok) throw new Error(capture.error.message);
  captures.set(memory.capture, capture.value.world);
  return capture.value.world;
}

/** A built-in scenario, run. */
export function runBuiltIn(scenario: Scenario, options: RunOptions = {}): Run {
  const made = runScenario(scenario, builtInWorld(scenario.memory), options);
  if (!made.ok) throw new Error(`${scenario.title}: ${made.error.path} ${made.error.message}`);
  return made.value;
}
