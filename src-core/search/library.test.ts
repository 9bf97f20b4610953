import { describe, expect, it } from 'vitest';
import { LIBRARY } from '../scenario/library.ts';
import { worldFromListing } from '../scenario/listing-world.ts';
import { prepareScenario } from '../scenario/prepare.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { rng } from '../base/rng.ts';
import { findings as findingsOf, Reports } from './outcome.ts';
import { searchScenario } from './search.ts';

const SEED = 7;
/** Random runs of each scenario. */
const CHANCES = 100;

const promised = LIBRARY.filter(
  ({ scenario }) => scenario.expect !== undefined && 'tables' in scenario.memory,
);

describe(`what a search of a library scenario is to find, and chance with seed ${SEED} does not contradict`, () => {
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
    // What chance finds, the search has found.
    const known = new Set(findings.map((f) => f.text));
    const roots = world.value.mms.map((m) => m.pgd);
    const random = rng(SEED);
    for (let i = 0; i < CHANCES; i++) {
      const reports = new Reports();
      const machine = prepared.value.machine({ journal: undefined, fold: 'none', observer: reports });
      for (let on = machine.enabled(); on.length > 0; on = machine.enabled()) {
        const ctx = on[random.below(on.length)];
        if (ctx === undefined) break;
        // A few steps in a row, so that most runs come far enough to meet.
        for (let left = random.below(12); left >= 0 && machine.canRun(ctx); left--) machine.turn(ctx);
      }
      for (const { text } of findingsOf(machine, reports, world.value.geo, roots))
        expect(known).toContain(text);
    }
    if (witness === undefined) return;
    // The witness is a run that goes wrong where it says; a deadlock is no step of it.
    if (witness.what === 'deadlock') return;
    const run = runScenario(scenario, world.value, { schedule: witness.schedule });
    if (!run.ok) throw new Error(run.error.message);
    const at = witness.what === 'bug' ? { ev: 'bug' } : { ev: 'violation', what: witness.what };
    expect(run.value.steps[witness.step - 1]).toMatchObject(at);
  });
});
