import { describe, expect, it } from 'vitest';
import { LIBRARY } from '../scenario/library.ts';
import { worldFromListing } from '../scenario/listing-world.ts';
import { prepareScenario } from '../scenario/prepare.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { searchScenario } from './search.ts';

const promised = LIBRARY.filter(
  ({ scenario }) => scenario.expect !== undefined && 'tables' in scenario.memory,
);

describe('what a search of a library scenario is to find', () => {
  it.each(promised.map((entry) => [entry.id, entry.scenario] as const))('%s', (id, scenario) => {
    if (!('tables' in scenario.memory)) throw new Error('a capture');
    const world = worldFromListing(scenario.memory);
    if (!world.ok) throw new Error(world.error.message);
    const prepared = prepareScenario(scenario, world.value);
    if (!prepared.ok) throw new Error(prepared.error.message);
    const started = performance.now();
    const verdict = searchScenario(prepared.value);
    const { executions, traces, witness, findings } = verdict;
    if (process.env['FIGURES'] === '1')
      console.log(
        `${id}: ${verdict.verdict}, ${executions} executions, ${traces} traces, ${Math.round(performance.now() - started)} ms`,
        findings.map((f) => `${f.what} ${f.switches} (${f.text})`).join('; '),
        witness === undefined ? '' : `${witness.schedule} @${witness.step}`,
        verdict.warnings.join('; '),
      );
    expect(verdict).toMatchObject({ verdict: scenario.expect, complete: true });
    if (witness === undefined) return;
    // The witness is a run that goes wrong where it says.
    const run = runScenario(scenario, world.value, { schedule: witness.schedule });
    if (!run.ok) throw new Error(run.error.message);
    expect(run.value.steps[witness.step - 1]).toMatchObject({ ev: 'violation', what: witness.what });
  });
});
