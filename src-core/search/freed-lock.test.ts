import { describe, expect, it } from 'vitest';
import { findLibraryEntry } from '../scenario/library.ts';
import { worldFromListing } from '../scenario/listing-world.ts';
import { prepareScenario } from '../scenario/prepare.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { Verdict } from './verdict.ts';
import { searchScenario } from './search.ts';

const entry = findLibraryEntry('writer-looks-again');
if (entry === undefined || !('tables' in entry.scenario.memory)) throw new Error('no scenario');
const { scenario } = entry;
const world = worldFromListing(entry.scenario.memory);
if (!world.ok) throw new Error(world.error.message);

/** A writer that looks again under the PTE lock, against a collapse that takes the table away. */
function variant(free: 'rcu' | 'at-once', nrCpus: number): Scenario {
  const [collapse, ...others] = scenario.contexts;
  const [call] = collapse?.calls ?? [];
  if (collapse === undefined || call?.fn !== 'collapse_file') throw new Error('no collapse');
  const contexts = [{ ...collapse, calls: [{ ...call, free }] }, ...others];
  return { ...scenario, contexts, config: { ...scenario.config, nrCpus } };
}

function search(of: Scenario): Verdict {
  if (!world.ok) throw new Error(world.error.message);
  const prepared = prepareScenario(of, world.value);
  if (!prepared.ok) throw new Error(`${prepared.error.path}: ${prepared.error.message}`);
  return searchScenario(prepared.value);
}

describe('the PTE lock of a table that has been freed', () => {
  it('is taken where the table is freed at once and has a lock of its own', () => {
    const split = variant('at-once', 8);
    const verdict = search(split);
    expect(verdict.complete).toBe(true);
    expect(verdict.findings.map((f) => f.text)).toEqual([
      'b takes the lock of a PTE table that has been freed',
      'b releases the lock of a PTE table that has been freed',
    ]);
    // The witness says it at its step, as every run of it does.
    const { witness } = verdict;
    if (!world.ok || witness === undefined) throw new Error('no witness');
    const run = runScenario(split, world.value, { schedule: witness.schedule });
    if (!run.ok) throw new Error(run.error.message);
    expect(run.value.steps[witness.step - 1]).toMatchObject({
      ev: 'violation',
      what: 'ptlock',
      detail: expect.stringMatching(
        /^takes the split lock of the table at 0x[0-9a-f]+, which has been freed$/,
      ) as string,
    });
  });

  it('is not where RCU keeps the table, or where one lock serves the whole mm', () => {
    expect(search(variant('rcu', 8))).toMatchObject({ verdict: 'safe', complete: true });
    expect(search(variant('at-once', 2))).toMatchObject({ verdict: 'safe', complete: true });
  });
});
