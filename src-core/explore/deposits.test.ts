import { describe, expect, it } from 'vitest';
import type { Rng } from '../base/rng.ts';
import { rng as seeded } from '../base/rng.ts';
import type { Compared } from './testing/compare-searches.ts';
import { compareSearches } from './testing/compare-searches.ts';
import type { Action } from './testing/program.ts';
import { program } from './testing/program.ts';

const SEED = 11;
const PROGRAMS = 150;
const MOST = 600;

/** A few actions on one PTE table: it is taken out, written, put back or deposited, and withdrawn, with its lock or without. */
function actions(rng: Rng, budget: number, locked: boolean): Action[] {
  return Array.from({ length: budget }, (): Action => {
    switch (rng.below(locked ? 5 : 6)) {
      case 0:
        return { do: 'collapse', back: rng.below(2) === 0 };
      case 1:
        return { do: 'collapse', back: false };
      case 2:
        return { do: 'withdraw' };
      case 3:
        return { do: 'write', word: 2 + rng.below(2), value: 0x30 };
      case 4:
        return { do: 'read', word: rng.below(4), once: true };
      default:
        return { do: 'section', lock: 'pmd_lock', mode: 'write', body: actions(rng, 1, true) };
    }
  });
}

describe(`random programs that take tables out, deposit and withdraw them, with seed ${SEED}`, () => {
  it('the reduced search finds whose stores are lost, as the exhaustive one does', () => {
    const rng = seeded(SEED);
    const compared: Compared[] = [];
    for (let n = 0; compared.length < PROGRAMS; n++) {
      const contexts = [actions(rng, 1 + rng.below(2), false), actions(rng, 1 + rng.below(2), false)];
      const one = compareSearches(
        program({ contexts, queued: false, last: 'own' }),
        MOST,
        JSON.stringify(contexts),
      );
      if (one !== undefined) compared.push(one);
    }
    const executions = compared.reduce((sum, c) => sum + c.executions, 0);
    const classes = compared.reduce((sum, c) => sum + c.classes, 0);
    expect(classes).toBeGreaterThan(2 * PROGRAMS);
    expect(executions / classes).toBeLessThanOrEqual(1.05);
  }, 120_000);
});
