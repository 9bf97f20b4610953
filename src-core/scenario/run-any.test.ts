import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REVISIONS } from '../revision/revisions.ts';
import type { StepKind } from '../step/step.ts';
import { worldFromListing } from './listing-world.ts';
import { runScenario } from './run-scenario.ts';
import { validScenario } from './testing/arbitrary.ts';
import { moved } from './testing/moved.ts';

describe('any scenario that comes through the door', () => {
  it('runs at every revision, or is a problem with a path; it never throws', () => {
    const seen = new Map<StepKind, number>();
    const seeds = fc.array(fc.nat(), { minLength: 16, maxLength: 16 });
    const fold = fc.constantFrom('always' as const, 'never' as const);
    fc.assert(
      fc.property(
        validScenario,
        fc.constantFrom(...REVISIONS),
        seeds,
        fold,
        (any, revision, numbers, how) => {
          if (!('tables' in any.memory)) return;
          const world = worldFromListing(any.memory);
          if (!world.ok) throw new Error(world.error.message);
          let next = 0;
          const contexts = any.contexts.map((c) => ({
            ...c,
            calls: c.calls.map((call) => moved(call, any, numbers[next++] ?? 0)),
          }));
          const options = { revision: revision.id, maxSteps: 3000, fold: how };
          const run = runScenario({ ...any, contexts }, world.value, options);
          if (!run.ok) {
            expect(run.error.path).not.toBe('');
            return;
          }
          for (const { ev } of run.value.steps) seen.set(ev, (seen.get(ev) ?? 0) + 1);
        },
      ),
      { seed: 63, numRuns: 2000 },
    );
    const often = (ev: StepKind): number => seen.get(ev) ?? 0;
    for (const ev of [
      'load',
      'set',
      'cb',
      'hole',
      'alloc',
      'ctor',
      'warn',
      'tlbi',
      'unmap_aliases',
      'vmalock',
      'area',
    ] as const)
      expect(often(ev), ev).toBeGreaterThan(0);
  }, 60_000);
});
