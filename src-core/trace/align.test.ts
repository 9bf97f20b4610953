import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLibraryEntry } from '../scenario/library.ts';
import type { Step } from '../step/step.ts';
import { runBuiltIn } from '../../tests/support/built-in.ts';
import { alignSteps, isSame } from './align.ts';
import { firstDifference, projectEvent } from './diff.ts';

function steps(id: string, revision: string): readonly Step[] {
  const entry = findLibraryEntry(id);
  if (entry === undefined) throw new Error(`no ${id}`);
  return runBuiltIn(entry.scenario, { revision, fold: 'never' }).steps;
}

/** A run of steps that differ by one letter. */
const word = (text: string): Step[] =>
  [...text].map((letter, i) => ({
    n: i + 1,
    ctx: 0,
    cpu: 0,
    fn: 'f',
    at: '',
    depth: 0,
    held: [],
    ev: 'lock',
    name: letter as 'rcu',
    mode: 'read',
  }));

/** The rows as two lines of letters, a gap where a side has no step. */
const shown = (a: string, b: string): readonly [string, string] => {
  const rows = alignSteps(word(a), word(b));
  return [
    rows.map((r) => (r.left === undefined ? ' ' : a[r.left - 1])).join(''),
    rows.map((r) => (r.right === undefined ? ' ' : b[r.right - 1])).join(''),
  ];
};

/** Length of a longest common subsequence, the slow and plain way. */
function longest(a: string, b: string): number {
  const row = new Array<number>(b.length + 1).fill(0);
  for (const letter of a) {
    let corner = 0;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] ?? 0;
      row[j] = letter === b[j - 1] ? corner + 1 : Math.max(above, row[j - 1] ?? 0);
      corner = above;
    }
  }
  return row[b.length] ?? 0;
}

describe('alignSteps', () => {
  it('puts the same in one row and leaves gaps for the rest', () => {
    expect(shown('abcd', 'abcd')).toEqual(['abcd', 'abcd']);
    expect(shown('abcd', 'abxcd')).toEqual(['ab cd', 'abxcd']);
    expect(shown('abcd', 'bcd')).toEqual(['abcd', ' bcd']);
    expect(shown('', 'ab')).toEqual(['  ', 'ab']);
    expect(shown('ab', '')).toEqual(['ab', '  ']);
    expect(shown('', '')).toEqual(['', '']);
  });

  it('seed 41: every step once, in order, and as many rows alike as can be', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const rows = alignSteps(word(a), word(b));
        const numbers = (side: 'left' | 'right'): number[] =>
          rows.flatMap((row) => (row[side] === undefined ? [] : [row[side]]));
        expect(numbers('left')).toEqual([...a].map((_, i) => i + 1));
        expect(numbers('right')).toEqual([...b].map((_, i) => i + 1));
        const same = rows.filter(isSame);
        for (const row of same) expect(a[(row.left ?? 0) - 1]).toBe(b[(row.right ?? 0) - 1]);
        expect(same.length).toBe(longest(a, b));
      }),
      { seed: 41, numRuns: 400 },
    );
  });

  it('pairs what is about the same thing, and says in which fields it differs', () => {
    const base = word('a')[0];
    if (base === undefined) throw new Error('a step');
    const assertion = (ok: boolean): Step => ({
      ...base,
      ev: 'assert',
      name: 'mmap_assert_locked',
      mm: 'user',
      ok,
    });
    const rows = alignSteps(
      [assertion(true)],
      [...word('x').map((s) => ({ ...s, n: 1 })), { ...assertion(false), n: 2 }],
    );
    expect(rows).toEqual([
      { left: undefined, right: 1, fields: [] },
      { left: 1, right: 2, fields: ['ok'] },
    ]);
  });

  it('of 6.12 and 7.3: the loads that the older tests make more often, and nothing else', () => {
    const [old, now] = [steps('locked-walk', 'v6.12'), steps('locked-walk', 'v7.3')];
    const rows = alignSteps(old, now);
    const different = rows.filter((row) => !isSame(row));
    const difference = firstDifference(old, now, projectEvent);
    expect(difference).toBeDefined();
    const first = rows.findIndex((row) => !isSame(row));
    expect(first).toBeLessThanOrEqual(difference?.index ?? 0);
    expect(rows.filter((row) => row.left !== undefined)).toHaveLength(old.length);
    expect(rows.filter((row) => row.right !== undefined)).toHaveLength(now.length);
    for (const row of different) expect(row.right).toBeUndefined();
    expect(different.length).toBe(old.length - now.length);
  });

  it('gives up on runs without anything in common, but loses no step', () => {
    const other = word('b'.repeat(900)).map((s) => ({ ...s, ctx: 1 }));
    const rows = alignSteps(word('a'.repeat(900)), other);
    expect(rows).toHaveLength(1800);
    expect(rows.some(isSame)).toBe(false);
  });
});
