import { describe, expect, it } from 'vitest';
import { findLibraryEntry } from '../scenario/library.ts';
import { worldFromListing } from '../scenario/listing-world.ts';
import { prepareScenario } from '../scenario/prepare.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { searchScenario } from '../search/search.ts';
import { waitGraph } from './waits.ts';

const entry = findLibraryEntry('nested-reader');
if (entry === undefined || !('tables' in entry.scenario.memory)) throw new Error('no scenario');
const { scenario } = entry;
const world = worldFromListing(entry.scenario.memory);
if (!world.ok) throw new Error(world.error.message);

describe('a deadlock', () => {
  const prepared = prepareScenario(scenario, world.value);
  if (!prepared.ok) throw new Error(prepared.error.message);
  const verdict = searchScenario(prepared.value);
  const words =
    'a waits for mmap:init_mm for write, which is held by b; b waits for mmap:init_mm for read, behind a, which has queued for it for write';

  it('is told by the search and at the end of the run, as who waits for whom', () => {
    expect(verdict.witness?.text).toBe(words);
    const run = runScenario(scenario, world.value, { schedule: verdict.witness?.schedule ?? '' });
    if (!run.ok) throw new Error(run.error.message);
    expect(run.value.steps.at(-1)).toMatchObject({ ev: 'violation', what: 'deadlock', detail: words });
    expect(run.value.results.map((r) => r.rets)).toEqual([[], []]);
  });

  it('is a graph with an edge for each that waits', () => {
    const machine = prepared.value.machine({ journal: undefined, fold: 'none' });
    expect(waitGraph(machine)).toEqual([]);
    const choices = [...(verdict.witness?.schedule ?? '').matchAll(/([a-d])(\d*)/g)].flatMap(([, who, n]) =>
      Array.from({ length: n === '' ? 1 : Number(n) }, () => 'abcd'.indexOf(who ?? 'a')),
    );
    for (let i = 0; machine.enabled().length > 0;) {
      const enabled = machine.enabled();
      const next = enabled.length > 1 ? enabled.find((c) => c.id === choices[i]) : enabled[0];
      if (enabled.length > 1) i++;
      const ctx = next ?? enabled[0];
      if (ctx !== undefined) machine.turn(ctx);
    }
    expect(waitGraph(machine)).toEqual([
      { ctx: 0, lock: 'mmap:init_mm', mode: 'write', holders: [1], queued: [] },
      { ctx: 1, lock: 'mmap:init_mm', mode: 'read', holders: [], queued: [0] },
    ]);
  });
});
