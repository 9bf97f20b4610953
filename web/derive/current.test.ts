import { describe, expect, it } from 'vitest';
import { captureWorld, libraryRun } from '../../tests/support/page-runs.ts';
import { hwIndex, U64 } from '../engine.ts';
import { currentAt } from './current.ts';

const world = captureWorld();
const run = libraryRun('first-walk', world);

describe('the entry at the cursor', () => {
  it('of a callback is the entry of that level that translates its address', () => {
    const told = run.steps.filter((s) => s.ev === 'cb');
    expect(told.length).toBeGreaterThan(20);
    for (const step of told) {
      const hw = world.geo.levels[step.level].hw;
      expect(currentAt(run, step.n)).toMatchObject({
        kind: 'callback',
        name: `${step.level}_entry`,
        idx: hwIndex(world.geo, hw, U64.hex(step.addr)),
        step: step.n,
      });
    }
  });

  it('of a hole is the empty slot', () => {
    const holes = run.steps.filter((s) => s.ev === 'hole');
    expect(holes.length).toBeGreaterThan(0);
    for (const step of holes) {
      const at = currentAt(run, step.n);
      expect(at?.kind).toBe('hole');
      expect(world.memory.page(at?.table ?? 0)?.isZero(at?.idx ?? 0)).toBe(true);
      expect(at?.idx).toBe(hwIndex(world.geo, 2, U64.hex(step.addr)));
    }
  });

  it('of a load is marked as ignored where its value is', () => {
    const kinds = new Set<string>();
    for (const step of run.steps) {
      if (step.ev !== 'load') continue;
      kinds.add(currentAt(run, step.n)?.kind ?? '');
      expect(currentAt(run, step.n)).toMatchObject({ kind: step.dead ? 'ignored' : 'load', idx: step.idx });
    }
    expect([...kinds].sort()).toEqual(['ignored', 'load']);
  });

  it('is none for steps about no entry', () => {
    expect(currentAt(run, 0)).toBeNull();
    expect(currentAt(run, 1)).toBeNull();
    expect(currentAt(run, run.steps.length)).toBeNull();
  });
});
