import { describe, expect, it } from 'vitest';
import { captureWorld, libraryRun } from '../../tests/support/page-runs.ts';
import { runIndex } from '../derive/runIndex.ts';
import type { CallBar } from './calls.ts';
import { callBars } from './calls.ts';
import type { LanePlan } from './lanes.ts';
import { CALL_ROW, callsTop, LOCK_ROW, pathWords, planLane, rowOf, SLIM_LOCK_ROW } from './lanes.ts';

const world = captureWorld();
const run = libraryRun('first-walk', world);
const locked = libraryRun('locked-walk', world);
const all = callBars(run);
const depth = Math.max(...all.map((call) => call.depth)) + 1;

/** The lowest edge of anything drawn below the ticks. */
const bottom = (plan: LanePlan): number =>
  callsTop(plan) +
  CALL_ROW *
    Math.max(plan.header.length > 0 ? 1 : 0, ...plan.calls.map((call) => rowOf(plan, call.depth) + 1));

describe('the rows of a lane', () => {
  it('a frame a row where all fit', () => {
    const plan = planLane(all, [], depth * CALL_ROW);
    expect(plan.top).toBe(0);
    expect(plan.calls).toEqual(all);
    expect(plan.calls.map((call) => rowOf(plan, call.depth))).toEqual(all.map((call) => call.depth));
  });

  it('else the frames that are called once share a row, and the deepest have theirs', () => {
    const plan = planLane(all, [], (depth - 1) * CALL_ROW);
    const longest = plan.header.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
    expect(longest.fns).toEqual([
      'walk_kernel_page_table_range_lockless',
      'walk_pgd_range',
      'walk_p4d_range',
      'walk_pud_range',
    ]);
    expect(plan.calls.some((call) => call.depth === depth - 1)).toBe(true);
    expect(bottom(plan)).toBeLessThanOrEqual((depth - 1) * CALL_ROW);
  });

  it('in any room: nothing lies lower than it, and the deepest frame at every step is in it', () => {
    for (const steps of [run, locked]) {
      const calls = callBars(steps);
      const locks = runIndex(steps).bars;
      for (let room = CALL_ROW; room <= 220; room += 3) {
        const plan = planLane(calls, locks, room);
        expect(bottom(plan)).toBeLessThanOrEqual(room);
        for (const step of steps.steps) {
          const stack = steps.stackAt(step.n);
          const [fn] = stack;
          // The scenario's own locks are taken outside any call.
          if (fn === undefined) continue;
          const inRow = plan.calls.some(
            (c) => c.depth === stack.length - 1 && c.fn === fn.fn && c.from <= step.n && c.to >= step.n,
          );
          const inHeader = plan.header.some(
            (p) => p.from <= step.n && p.to >= step.n && p.fns[stack.length - 1] === fn.fn,
          );
          expect(inRow || inHeader, `step ${step.n} in ${room} pixels`).toBe(true);
        }
      }
    }
  });

  it('lock bars give way: first their names, then the last of them', () => {
    const lock = (from: number): ReturnType<typeof runIndex>['bars'][number] => ({
      ctx: 0,
      name: `l${from}`,
      mode: 'read',
      from,
      to: 100,
      released: true,
    });
    const locks = [1, 2, 3].map(lock);
    const roomy = planLane(all, locks, 3 * LOCK_ROW + 3 * CALL_ROW);
    expect([roomy.lockRow, roomy.lockRows]).toEqual([LOCK_ROW, 3]);
    const tight = planLane(all, locks, 3 * LOCK_ROW + 3 * CALL_ROW - 1);
    expect([tight.lockRow, tight.lockRows]).toEqual([SLIM_LOCK_ROW, 3]);
    const least = planLane(all, locks, CALL_ROW + SLIM_LOCK_ROW);
    expect([least.lockRows, least.locks.length, least.header.length > 0]).toEqual([1, 1, true]);
  });

  it('a path begins anew wherever one of its calls does', () => {
    const call = (d: number, fn: string, from: number, to: number): CallBar => ({
      ctx: 0,
      depth: d,
      fn,
      from,
      to,
    });
    const plan = planLane([call(0, 'a', 1, 9), call(1, 'b', 2, 4), call(1, 'c', 5, 8)], [], CALL_ROW);
    expect(plan.header.map((p) => [p.fns.join(' '), p.from, p.to])).toEqual([
      ['a', 1, 1],
      ['a b', 2, 4],
      ['a c', 5, 8],
      ['a', 9, 9],
    ]);
  });

  it('leaves out outer names, and cuts none', () => {
    expect(pathWords(['a', 'b', 'c'])).toEqual(['a › b › c', '… › b › c', '… › c', 'c']);
  });
});
