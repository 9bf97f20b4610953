import { expect } from 'vitest';
import { explore } from '../dpor.ts';
import { exploreExhaustively } from '../exhaustive.ts';
import type { Program } from './program.ts';

export interface Compared {
  readonly executions: number;
  readonly classes: number;
}

/**
 * Expects the reduced search to reach exactly the classes and the ends that the exhaustive one does, each class once. Undefined
 * where the program has more than `most` interleavings.
 */
export function compareSearches(program: Program, most: number, where: string): Compared | undefined {
  const wanted = new Map<string, string>();
  let interleavings = 0;
  try {
    exploreExhaustively(program.create, ({ machine, order }) => {
      if (++interleavings > most) throw new RangeError('too many');
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
  expect(stats.complete, where).toBe(true);
  expect([...found.keys()].sort(), where).toEqual([...wanted.keys()].sort());
  for (const [hash, outcome] of wanted) expect(found.get(hash), where).toBe(outcome);
  expect(again, where).toEqual([]);
  return { executions: stats.executions, classes: wanted.size };
}
