import { describe, expect, it } from 'vitest';
import { exploreBounded } from './bounded.ts';
import { explore } from './dpor.ts';
import { exploreExhaustively } from './exhaustive.ts';
import { fewestSwitches } from './switches.ts';
import { randomProgram } from './testing/programs.ts';

const PROGRAMS = 600;
/** Above this many interleavings the oracle takes too long. */
const MOST = 4_000;

interface Compared {
  readonly executions: number;
  readonly classes: number;
}

/** Undefined where the program has too many interleavings. */
function compare(seed: number): Compared | undefined {
  const program = randomProgram(seed);
  const wanted = new Map<string, string>();
  let interleavings = 0;
  try {
    exploreExhaustively(program.create, ({ machine, order }) => {
      if (++interleavings > MOST) throw new RangeError('too many');
      wanted.set(order.classHash(), program.describe(machine));
    });
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
  const found = new Map<string, string>();
  const again: string[] = [];
  const stats = explore({
    create: program.create,
    visit: ({ machine, order }) => {
      const hash = order.classHash();
      if (found.has(hash)) again.push(hash);
      found.set(hash, program.describe(machine));
      return true;
    },
  });
  const where = `program ${seed}`;
  expect(stats.complete, where).toBe(true);
  expect([...found.keys()].sort(), where).toEqual([...wanted.keys()].sort());
  for (const [hash, outcome] of wanted) expect(found.get(hash), where).toBe(outcome);
  expect(again, where).toEqual([]);
  return { executions: stats.executions, classes: wanted.size };
}

describe('random programs over the engine’s own ops', { timeout: 300_000 }, () => {
  it('the reduced search reaches exactly the classes and ends of the exhaustive one', () => {
    const compared: Compared[] = [];
    for (let seed = 1; compared.length < PROGRAMS; seed++) {
      const one = compare(seed);
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
      const program = randomProgram(seed);
      const needs = new Map<string, number>();
      const stats = explore({
        create: program.create,
        visit: ({ machine, steps, order }) => {
          const end = program.describe(machine);
          const switches = fewestSwitches(steps, order).length - 1;
          needs.set(end, Math.min(needs.get(end) ?? Infinity, switches));
          return true;
        },
      });
      if (stats.traces > 200) continue;
      for (let switches = 1; switches <= 3; switches++) {
        const found = new Set<string>();
        exploreBounded({
          create: program.create,
          switches,
          visit: (machine) => {
            found.add(program.describe(machine));
            return true;
          },
        });
        const wanted = [...needs].filter(([, n]) => n <= switches).map(([end]) => end);
        expect([...found].sort(), `program ${seed}, ${switches} switches`).toEqual(wanted.sort());
      }
    }
  });
});
