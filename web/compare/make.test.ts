import { describe, expect, it } from 'vitest';
import { captureWorld, libraryRun } from '../../tests/support/page-runs.ts';
import { isSame } from '../engine.ts';
import type { Comparison } from '../state/compare.ts';
import { stepsAt } from '../state/compare.ts';
import type { Scene } from '../state/session.ts';
import { compareWith, entriesApart, outcomeOf, rowOfLeft } from './make.ts';
import { fieldPairs, kindOf, outcomeWords } from './words.ts';

const world = captureWorld();

function compared(id: string, left: string, right: string): Comparison {
  const run = libraryRun(id, world, { revision: left });
  const scene: Scene = { scenario: run.scenario, world, run, libraryId: id, schedule: '', fold: 'auto' };
  const made = compareWith(scene, right);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

describe('a comparison', () => {
  const walks = compared('locked-walk', 'v7.3', 'v6.12');

  it('knows where stretches of differences begin', () => {
    const { rows, changes } = walks;
    expect(changes.length).toBeGreaterThan(2);
    for (const n of changes) {
      expect(rows[n - 1] && isSame(rows[n - 1] ?? fail())).toBe(false);
      const above = rows[n - 2];
      if (above !== undefined) expect(isSame(above)).toBe(true);
    }
  });

  it('finds the row of a step and the steps of a row', () => {
    expect(rowOfLeft(walks, 0)).toBe(0);
    for (const step of walks.left.steps) {
      const row = rowOfLeft(walks, step.n);
      expect(stepsAt(walks, row).left).toBe(step.n);
    }
    const alone = walks.changes[0] ?? 0;
    // Where only the right side goes on, the left one stays at its last step.
    expect(stepsAt(walks, alone).left).toBe(stepsAt(walks, alone - 1).left);
    expect(stepsAt(walks, alone).right).toBe(stepsAt(walks, alone - 1).right + 1);
    expect(stepsAt(walks, 0)).toEqual({ left: 0, right: 0 });
    expect(stepsAt(walks, walks.rows.length)).toEqual({
      left: walks.left.steps.length,
      right: walks.right.steps.length,
    });
  });

  it('has no change between runs in which the same happens, and the same tables at the end', () => {
    const same = compared('one-page-in-a-block', 'v7.2', 'v7.3');
    expect(same.changes).toEqual([]);
    expect(entriesApart(same)).toBe(0);
  });

  it('counts the entries that end otherwise: what one revision split and the other refused', () => {
    const split = compared('one-page-in-a-block', 'v7.2', 'v6.12');
    // 512 entries of a table that only one side has, and the block's own.
    expect(entriesApart(split)).toBe(513);
    expect(outcomeWords(outcomeOf(split.left))).toEqual(['returns 0', '74 steps', '0 warnings']);
    expect(outcomeWords(outcomeOf(split.right)).slice(0, 1)).toEqual(['returns -22 (-EINVAL)']);
    const last = split.rows.at(-1);
    const [left, right] = [split.left.steps.at(-1), split.right.steps.at(-1)];
    if (left === undefined || right === undefined || last === undefined) throw new Error('no steps');
    expect(kindOf(last)).toBe('differs');
    expect(fieldPairs(left, right, last.fields)).toEqual([
      { name: 'returned', left: '0', right: '-22 (-EINVAL)' },
    ]);
  });

  it('can’t be made with a revision that lacks the function', () => {
    const run = libraryRun('first-walk', world);
    const scene: Scene = {
      scenario: run.scenario,
      world,
      run,
      libraryId: 'first-walk',
      schedule: '',
      fold: 'auto',
    };
    expect(compareWith(scene, 'v6.12')).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('does not exist in v6.12') as string },
    });
  });
});

it('says what a run comes to: calls, contexts, violations', () => {
  const of = { steps: 9, warnings: 1, violations: 0 };
  expect(outcomeWords({ ...of, rets: [[0, -22, -22]] })).toEqual([
    'returns 0, -22 (-EINVAL) ×2',
    '9 steps',
    '1 warning',
  ]);
  expect(outcomeWords({ ...of, rets: [[0], [null]], violations: 2 })).toEqual([
    'a returns 0; b is stopped',
    '9 steps',
    '1 warning',
    '2 violations',
  ]);
});

function fail(): never {
  throw new Error('a row is missing');
}
