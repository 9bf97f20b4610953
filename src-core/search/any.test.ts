import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REVISIONS } from '../revision/revisions.ts';
import { worldFromListing } from '../scenario/listing-world.ts';
import { prepareScenario } from '../scenario/prepare.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { validScenario } from '../scenario/testing/arbitrary.ts';
import { moved } from '../scenario/testing/moved.ts';
import { searchScenario } from './search.ts';

describe('a search of any scenario that comes through the door', () => {
  it('gives a verdict, and a witness that goes wrong as it says; it never throws', () => {
    const seeds = fc.array(fc.nat(), { minLength: 16, maxLength: 16 });
    const count = { unsafe: 0, safe: 0, unknown: 0 };
    fc.assert(
      fc.property(validScenario, fc.constantFrom(...REVISIONS.slice(-4)), seeds, (any, revision, numbers) => {
        if (!('tables' in any.memory) || any.contexts.length < 2) return;
        const world = worldFromListing(any.memory);
        if (!world.ok) throw new Error(world.error.message);
        let next = 0;
        // All of them in one place, or nobody meets.
        const contexts = any.contexts.slice(0, 3).map((c, cpu) => ({
          cpu: numbers[15] === 0 ? 0 : cpu,
          calls: c.calls.slice(0, 1).map((call) => moved(call, any, numbers[next++ % 2] ?? 0)),
        }));
        const scenario = { ...any, contexts };
        const prepared = prepareScenario(scenario, world.value, { revision: revision.id });
        if (!prepared.ok) return;
        let executions = 0;
        const verdict = searchScenario(prepared.value, {
          onProgress: () => (++executions > 25 ? 'enough' : undefined),
        });
        count[verdict.verdict]++;
        expect(verdict.stopped ?? '').not.toContain('error of the search');
        const { witness } = verdict;
        if (witness === undefined) return;
        const run = runScenario(scenario, world.value, { revision: revision.id, schedule: witness.schedule });
        if (!run.ok) throw new Error(`${run.error.path}: ${run.error.message}`);
        expect(run.value.steps.length).toBe(witness.steps);
        if (!['deadlock', 'leaked', 'dangling'].includes(witness.what)) {
          const step = run.value.steps[witness.step - 1];
          expect([step?.ev, step?.ev === 'violation' ? step.what : 'bug']).toEqual(
            witness.what === 'bug' ? ['bug', 'bug'] : ['violation', witness.what],
          );
        }
      }),
      { seed: 77, numRuns: 400 },
    );
    expect(Math.min(count.unsafe, count.safe, count.unknown)).toBeGreaterThan(0);
  }, 120_000);
});
