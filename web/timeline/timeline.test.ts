import { describe, expect, it } from 'vitest';
import { captureWorld, libraryRun } from '../../tests/support/page-runs.ts';
import { callBars } from './calls.ts';
import { MARKS, marksOf } from './marks.ts';
import { axisSteps, pan, scaleOf, showing, wholeRun, zoom } from './scale.ts';

const world = captureWorld();

describe('the scale', () => {
  it('goes there and back', () => {
    const scale = scaleOf(wholeRun(133), 660);
    for (const step of [0, 1, 60, 133]) expect(scale.step(scale.x(step))).toBeCloseTo(step, 9);
    expect(scale.x(133)).toBeLessThanOrEqual(660);
  });

  it('keeps the step under the pointer while zooming, and the window within the run', () => {
    const about = 50;
    const closer = zoom(wholeRun(200), about, 0.5, 200);
    if (closer === undefined) throw new Error('no window');
    const share = (span: { from: number; to: number }): number => (about - span.from) / (span.to - span.from);
    expect(share(closer)).toBeCloseTo(share(wholeRun(200)), 9);
    expect(zoom(closer, about, 4, 200)).toBeUndefined();
    for (const at of [0, 3, 100, 199, 200]) {
      for (const span of [pan(closer, at - 100, 200), showing(closer, at, 200)]) {
        expect(span.from).toBeGreaterThanOrEqual(0);
        expect(span.to).toBeLessThanOrEqual(200);
      }
      const shown = showing(closer, at, 200);
      expect(at).toBeGreaterThanOrEqual(shown.from);
      expect(at).toBeLessThanOrEqual(shown.to);
    }
    expect(showing(closer, 50, 200)).toBe(closer);
    const last = showing(closer, 200, 200);
    expect(showing(last, 200, 200)).toBe(last);
  });

  it('marks few round numbers on the axis, of any run', () => {
    for (const steps of [1, 9, 35, 133, 3158, 200_000]) {
      const marks = axisSteps(scaleOf(wholeRun(steps), 660), steps, 660);
      expect(marks[0]).toBe(1);
      expect(marks.length).toBeLessThanOrEqual(18);
      expect(Math.max(...marks)).toBeLessThanOrEqual(steps);
    }
  });
});

describe('ticks and calls', () => {
  const run = libraryRun('locked-walk', world);

  it('every step has a mark', () => {
    const marks = marksOf(run.steps);
    expect(marks).toHaveLength(run.steps.length);
    for (const [i, step] of run.steps.entries()) {
      const mark = MARKS[marks[i] ?? 0];
      if (step.ev === 'lock' || step.ev === 'unlock' || step.ev === 'hole') expect(mark).toBe(step.ev);
      if (step.ev === 'load') expect(mark).toBe(step.dead ? 'dead' : 'load');
    }
  });

  it('the bars at a step are its call stack', () => {
    const bars = callBars(run);
    for (const step of run.steps) {
      const stack = run
        .stackAt(step.n)
        .map((f) => f.fn)
        .reverse();
      const covering = bars
        .filter((b) => b.from <= step.n && b.to >= step.n && b.depth < stack.length)
        .sort((a, b) => a.depth - b.depth);
      expect(covering.map((b) => b.fn)).toEqual(stack);
    }
  });

  it('a call that goes on is one bar', () => {
    const bars = callBars(run);
    expect(bars.filter((b) => b.fn === 'walk_pmd_range')).toHaveLength(1);
    expect(bars.filter((b) => b.depth === 0).map((b) => b.fn)).toEqual(['walk_kernel_page_table_range']);
  });
});
