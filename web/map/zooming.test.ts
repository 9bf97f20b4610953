import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from './zoom-view.ts';
import { wayBack } from './zoom-view.ts';

const box = (w: number, h: number): fc.Arbitrary<Box> =>
  fc.record({
    x: fc.nat(900 - w),
    y: fc.nat(400 - h),
    w: fc.integer({ min: 1, max: w }),
    h: fc.integer({ min: 1, max: h }),
  });

describe('a zoomed view', () => {
  it('comes back to the nearest table, and stays where it shows one', () => {
    fc.assert(
      fc.property(fc.array(box(240, 200), { minLength: 1, maxLength: 20 }), box(229, 102), (tables, at) => {
        const view = { ...at, w: 229, h: 102 };
        const { dx, dy } = wayBack(view, tables);
        const moved = { ...view, x: view.x + dx, y: view.y + dy };
        const seen = tables.some((t) => {
          const w = Math.min(moved.x + moved.w, t.x + t.w) - Math.max(moved.x, t.x);
          const h = Math.min(moved.y + moved.h, t.y + t.h) - Math.max(moved.y, t.y);
          return w >= Math.min(0.4 * 229, t.w) - 1e-9 && h >= Math.min(0.4 * 102, t.h) - 1e-9;
        });
        expect(seen).toBe(true);
        expect(wayBack(moved, tables).dx).toBeCloseTo(0, 9);
        expect(wayBack(moved, tables).dy).toBeCloseTo(0, 9);
      }),
      { seed: 20_261_121, numRuns: 300 },
    );
  });

  it('never moves where there is nothing to come back to', () => {
    expect(wayBack({ x: 5, y: 5, w: 10, h: 10 }, [])).toEqual({ dx: 0, dy: 0 });
  });
});
