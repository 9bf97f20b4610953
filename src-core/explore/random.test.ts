import { describe, expect, it } from 'vitest';
import { exploreBounded } from './bounded.ts';
import { explore } from './dpor.ts';
import { fewestSwitches } from './switches.ts';
import type { Compared } from './testing/compare-searches.ts';
import { compareSearches } from './testing/compare-searches.ts';
import { program } from './testing/program.ts';
import { randomSetup } from './testing/random-program.ts';

const PROGRAMS = 600;
/** Above this many interleavings the oracle takes too long. */
const MOST = 600;

describe('random programs over the engine’s own ops', { timeout: 300_000 }, () => {
  it('the reduced search reaches exactly the classes and ends of the exhaustive one', () => {
    const compared: Compared[] = [];
    for (let seed = 1; compared.length < PROGRAMS; seed++) {
      const one = compareSearches(program(randomSetup(seed)), MOST, `program ${seed}`);
      if (one !== undefined) compared.push(one);
    }
    const executions = compared.reduce((sum, c) => sum + c.executions, 0);
    const classes = compared.reduce((sum, c) => sum + c.classes, 0);
    expect(classes).toBeGreaterThan(4 * PROGRAMS);
    // Started, those that were given up included.
    expect(executions / classes).toBeLessThanOrEqual(1.05);
  });

  it('with k switches finds just the ends that need no more than k', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const small = program(randomSetup(seed));
      const needs = new Map<string, number>();
      const stats = explore({
        create: small.create,
        visit: ({ machine, steps, order }) => {
          const end = small.describe(machine);
          const switches = fewestSwitches(steps, order).length - 1;
          needs.set(end, Math.min(needs.get(end) ?? Infinity, switches));
          return true;
        },
      });
      if (stats.traces > 200) continue;
      for (let switches = 1; switches <= 3; switches++) {
        const found = new Set<string>();
        exploreBounded({
          create: small.create,
          switches,
          visit: (machine) => {
            found.add(small.describe(machine));
            return true;
          },
        });
        const wanted = [...needs].filter(([, n]) => n <= switches).map(([end]) => end);
        expect([...found].sort(), `program ${seed}, ${switches} switches`).toEqual(wanted.sort());
      }
    }
  });
});
