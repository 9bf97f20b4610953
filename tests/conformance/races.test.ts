import { describe, expect, it } from 'vitest';
import type { ExploreStats } from '../../src-core/explore/dpor.ts';
import type { RaceCase } from '../../src-core/golden/race-case.ts';
import { checkRace } from '../../src-core/golden/run-race.ts';
import { readGolden } from './read-golden.ts';

const races = readGolden<RaceCase>('races-public.jsonl.gz');

describe('recorded outcome sets', { timeout: 600_000 }, () => {
  it('the complete search of each case reaches exactly the recorded outcomes', () => {
    expect(races).toHaveLength(174);
    const total = { executions: 0, traces: 0 };
    const failures = races.flatMap((c) => {
      const difference = checkRace(c, (stats: ExploreStats) => {
        total.executions += stats.executions;
        total.traces += stats.traces;
      });
      return difference === undefined ? [] : [`${c.id}: ${difference}`];
    });
    expect(failures).toEqual([]);
    // No execution is begun that another one covers.
    expect(total).toEqual({ executions: 15_895, traces: 15_895 });
  });

  it('notices an outcome that is missing, one too many, and other counts', () => {
    const c = races.find((r) => r.id === 'promote-prefix-vs-lockless-walk');
    const [first, ...others] = c?.outcomes ?? [];
    if (c === undefined || first === undefined) throw new Error('the file has no such case');
    expect(checkRace(c)).toBeUndefined();
    expect(checkRace({ ...c, outcomes: others })).toMatch(/^an outcome too many/);
    expect(checkRace({ ...c, outcomes: [...c.outcomes, { ...first, leaked: 9 }] })).toMatch(/is not reached/);
    expect(checkRace({ ...c, traces: c.traces + 1 })).toMatch(/traces/);
    expect(checkRace({ ...c, outcomes: [{ ...first, minSwitches: 9 }, ...others] })).toMatch(/switches/);
    expect(checkRace({ ...c, outcomes: [{ ...first, witness: [[1, 8]] }, ...others] })).toMatch(
      /stops too early/,
    );
  });
});
