import { describe, expect, it } from 'vitest';
import { findLibraryEntry } from './library.ts';
import type { Run } from './run.ts';
import { runBuiltIn } from '../../tests/support/built-in.ts';
import type { Find } from './walkthrough-find.ts';
import { before, end, findStep, last, next, same, start } from './walkthrough-find.ts';
import type { Walkthrough } from './walkthrough.ts';
import { countWords, resolveStops } from './walkthrough.ts';

function run(id: string): Run {
  const entry = findLibraryEntry(id);
  if (entry === undefined) throw new Error(`no ${id}`);
  return runBuiltIn(entry.scenario);
}

const walk = run('first-walk');
const locked = run('locked-walk');
const split = run('one-page-in-a-block');

const at = (find: Find, of = walk, from = 0): number | undefined => findStep(find, of, from);

describe('finding a step', () => {
  it('the start, the end, and where it was', () => {
    expect(at(start())).toBe(0);
    expect(at(end())).toBe(walk.steps.length);
    expect(at(same(), walk, 17)).toBe(17);
  });

  it('the next one like this, after where it was; the n-th; the last; the one before', () => {
    const holds = { ev: 'cb', level: 'pte' } as const;
    const own = walk.steps.filter((s) => s.ev === 'cb' && s.level === 'pte').map((s) => s.n);
    expect(own).toHaveLength(4);
    const [first = 0, second] = own;
    expect(at(next(holds))).toBe(first);
    expect(at(next(holds), walk, first)).toBe(second);
    expect(at(next(holds, 3))).toBe(own[2]);
    expect(at(next(holds, 5))).toBeUndefined();
    expect(at(last(holds))).toBe(own[3]);
    expect(at(before(holds))).toBe(first - 1);
    expect(at(before(holds, 5))).toBeUndefined();
  });

  it('by fields of its own, all of them', () => {
    expect(at(next({ ev: 'load', level: 'pmd', idx: 510 }))).toBe(
      walk.steps.find((s) => s.ev === 'load' && s.level === 'pmd' && s.idx === 510)?.n,
    );
    expect(at(next({ ev: 'load', level: 'pgd', idx: 510 }))).toBeUndefined();
    expect(at(next({ ev: 'return', ret: 0 }))).toBe(walk.steps.length);
    expect(at(next({ ev: 'return', ret: -22 }))).toBeUndefined();
  });

  it('by function, innermost or anywhere on the stack', () => {
    const inner = at(next({ fn: 'walk_pmd_range' })) ?? 0;
    expect(walk.steps[inner - 1]?.fn).toBe('walk_pmd_range');
    const below = at(next({ within: 'walk_pmd_range', ev: 'load', level: 'pte' })) ?? 0;
    expect(walk.steps[below - 1]?.fn).not.toBe('walk_pmd_range');
    expect(walk.stackAt(below).map((f) => f.fn)).toContain('walk_pmd_range');
    expect(at(next({ within: 'split_pmd' }))).toBeUndefined();
  });

  it('by a lock that is held, in a mode or in any', () => {
    const inside = at(next({ ev: 'cb', holding: 'mmap:init_mm' }), locked);
    expect(inside).toBe(at(next({ ev: 'cb', holding: 'mmap:init_mm/read' }), locked));
    expect(inside).toBeDefined();
    expect(at(next({ ev: 'cb', holding: 'mmap:init_mm/write' }), locked)).toBeUndefined();
    expect(at(next({ ev: 'cb', holding: 'mmap:init' }), locked)).toBeUndefined();
    expect(at(next({ ev: 'cb', holding: 'mmap:init_mm' }))).toBeUndefined();
  });

  it('by what the entry is, as read, as written, or as a callback is told', () => {
    const block = walk.steps[(at(next({ ev: 'cb', entry: 'block' })) ?? 0) - 1];
    expect(block).toMatchObject({ ev: 'cb', level: 'pmd', val: '0xe800007c800705' });
    const linked = split.steps[(at(next({ ev: 'set', entry: 'table' }), split) ?? 0) - 1];
    expect(linked).toMatchObject({ ev: 'set', level: 'pmd', old: '0xe8000041e00705' });
    expect(at(next({ ev: 'load', entry: 'none', level: 'pmd' }))).toBe(
      walk.steps.find((s) => s.ev === 'load' && s.level === 'pmd' && s.value === '0x0')?.n,
    );
    const apart = split.steps[(at(next({ ev: 'set', cont: false, level: 'pte' }), split) ?? 0) - 1];
    expect(apart).toMatchObject({ ev: 'set', idx: 0, fn: 'split_contpte' });
    // Steps without an entry never match one.
    expect(at(next({ ev: 'hole', entry: 'none' }))).toBeUndefined();
  });

  it('by context', () => {
    expect(at(next({ ctx: 0, ev: 'call' }))).toBe(1);
    expect(at(next({ ctx: 1 }))).toBeUndefined();
  });
});

const tour = (...finds: readonly Find[]): Walkthrough => ({
  id: 'tour',
  library: 'first-walk',
  claims: [],
  stops: finds.map((find, i) => ({ id: `s${i}`, find, heading: 'Here', text: 'Look.', look: ['map'] })),
});

describe('the steps of the stops', () => {
  it('each is looked for after the one before', () => {
    const block = next({ ev: 'cb', entry: 'block' });
    const made = resolveStops(tour(start(), block, block, same(), end()), walk);
    if (!made.ok) throw new Error(made.error.message);
    const blocks = walk.steps.filter((s) => s.ev === 'cb' && s.level === 'pmd').map((s) => s.n);
    expect(made.value).toEqual([0, blocks[1], blocks[2], blocks[2], walk.steps.length]);
  });

  it('a stop that is nowhere is a problem that names it', () => {
    expect(resolveStops(tour(start(), next({ ev: 'tlbi' })), walk)).toEqual({
      ok: false,
      error: { path: 'tour.stops[1]', message: expect.stringContaining('s1') as string },
    });
  });

  it('a stop before the one before is a problem', () => {
    expect(resolveStops(tour(end(), last({ ev: 'hole' })), walk)).toMatchObject({ ok: false });
    expect(resolveStops(tour(next({ ev: 'call' }), start()), walk)).toMatchObject({ ok: false });
  });
});

it('counts words', () => {
  expect(countWords('  A walk, of  two lines.\n')).toBe(5);
  expect(countWords('')).toBe(0);
});
