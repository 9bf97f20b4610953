import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitrarySteps, contextOf, GEOMETRIES, geometryOf } from '../../tests/support/arbitrary-steps.ts';
import type { Step } from '../step/step.ts';
import { shorten } from './text-short.ts';

const BASE = { ctx: 0, cpu: 0, fn: 'walk_pmd_range', at: 'mm/pagewalk.c:96', depth: 5, held: [] } as const;
const PMD = { hw: 2, table: '0x7fffe000', va: null, level: 'pmd' } as const;
const PLAIN = { ...BASE, ...PMD, ev: 'load', by: 'pmd_none', once: false, dead: false } as const;

type Shortened = readonly (number | string)[];

function short(steps: readonly Step[]): Shortened {
  const numbered = steps.map((step, i): Step => ({ ...step, n: i + 1 }));
  return shorten(numbered, contextOf(geometryOf('4k48'), numbered)).map((s) =>
    typeof s === 'string' ? s : s.n,
  );
}

/** Two reads of a block, and the callback. */
function group(idx: number, changes: Partial<Step> = {}): Step[] {
  const at = 0x41e00000 + idx * 0x200000;
  const value = `0xe80000${at.toString(16)}`.replace(/0{5}$/, '00705');
  const addr = `0xffff0000${at.toString(16)}`;
  const next = `0xffff0000${(at + 0x200000).toString(16)}`;
  return [
    { ...PLAIN, n: 0, idx, value, ...changes } as Step,
    { ...PLAIN, n: 0, idx, value, by: 'pmdp_get', fn: 'pmd_entry', once: true, ...changes } as Step,
    { ...BASE, n: 0, ev: 'cb', fn: 'pmd_entry', level: 'pmd', addr, next, val: value },
  ];
}

const groups = (...idx: readonly number[]): Step[] => idx.flatMap((i) => group(i));

describe('shorten', () => {
  it('tells a group once, and how many more there are', () => {
    expect(short(groups(4, 5, 6, 7))).toEqual([
      ...[1, 3],
      'Steps 4–12: 3 more blocks RW NX, PMD[5…7], the same two reads each.',
    ]);
    expect(short(groups(4, 5, 6, 9, 10, 11))).toEqual([
      ...[1, 3],
      'Steps 4–9: 2 more blocks RW NX, PMD[5…6], the same two reads each.',
      ...[10, 12],
      'Steps 13–18: 2 more blocks RW NX, PMD[10…11], the same two reads each.',
    ]);
  });

  it('keeps what comes twice only, or is otherwise', () => {
    expect(short(groups(4, 5))).toEqual([1, 3, 4, 6]);
    const other = (changes: Partial<Step>): Shortened =>
      short([...groups(4, 5), ...group(6, changes), ...groups(7)]);
    expect(other({ held: ['rcu/read'] })).toEqual([1, 3, 4, 6, 7, 9, 10, 12]);
    expect(other({ table: '0x1000' } as never)).toEqual([1, 3, 4, 6, 7, 9, 10, 12]);
    expect(other({ ctx: 1 })).toEqual([1, 3, 4, 6, 7, 9, 10, 12]);
    expect(other({ value: '0x0' } as never)).toEqual([1, 3, 4, 6, 7, 9, 10, 12]);
    expect(other({ by: 'pmd_leaf' } as never)).toEqual([1, 3, 4, 6, 7, 9, 10, 12]);
  });

  it('takes the next entry and the next address for the next, and no others', () => {
    const read = (idx: number, by = 'pmd_none'): Step => ({ ...PLAIN, n: 0, idx, by, value: '0x0' });
    expect(short([read(4), read(5), read(6)])).toHaveLength(2);
    expect(short([read(4), read(6), read(8)])).toEqual([1, 2, 3]);
    const pair = (idx: number): Step[] => [read(idx), read(idx + 100, 'pmd_leaf')];
    expect(short([...pair(4), ...pair(5), ...pair(6)])).toEqual([1, 2, 3, 4, 5, 6]);
    const far = (idx: number): Step[] => [...group(idx).slice(0, 2), ...group(2 * idx).slice(2)];
    expect(short([...far(4), ...far(5), ...far(6)])).toEqual([1, 3, 4, 6, 7, 9]);
  });

  it('drops reads that tell nothing new, and keeps those that do', () => {
    const one = { ...PLAIN, n: 0, idx: 3, value: '0x180000004174e403' } as const;
    expect(
      short([one, one, { ...one, value: '0x0' }, { ...one, value: '0x0' }, { ...one, idx: 4, dead: true }]),
    ).toEqual([1, 3]);
    const store: Step = { ...BASE, ...PMD, n: 0, ev: 'set', idx: 3, old: one.value, new: '0x0' };
    expect(short([one, store, { ...one, value: '0x0' }, one])).toEqual([1, 2, 4]);
  });

  it('never counts reads that find a change, or what two contexts do in turns', () => {
    const change = (idx: number): Step[] => [
      { ...PLAIN, n: 0, idx, value: '0xe8000041e00705' },
      { ...PLAIN, n: 0, idx, value: '0xe8000042000705' },
    ];
    expect(short([...change(0), ...change(1), ...change(2)])).toEqual([1, 2, 3, 4, 5, 6]);
    const both = (idx: number): Step[] => change(idx).map((step, ctx) => ({ ...step, ctx }));
    expect(short([...both(0), ...both(1), ...both(2)])).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('tells of stores too', () => {
    const clear = (idx: number): Step[] => [
      { ...PLAIN, n: 0, idx, value: '0xe8000041e00705' },
      { ...BASE, ...PMD, n: 0, ev: 'set', idx, old: '0xe8000041e00705', new: '0x0' },
      { ...BASE, n: 0, ev: 'dsb' },
    ];
    expect(short([...clear(0), ...clear(1), ...clear(2)])).toEqual([
      ...[1, 2, 3],
      'Steps 4–9: 2 more empty entries, PMD[1…2], the same read and write each.',
    ]);
  });

  it('gives every step a line or counts it, but for reads, for any steps', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...GEOMETRIES).chain((geo) => arbitrarySteps(geo).map((steps) => ({ geo, steps }))),
        ({ geo, steps }) => {
          const out = shorten(
            [...steps, ...steps, ...steps].map((s, i) => ({ ...s, n: i + 1 })),
            contextOf(geo, []),
          );
          const seen = new Set(out.flatMap((s) => (typeof s === 'string' ? [] : [s.n])));
          for (const line of out) {
            const m = /^Steps (\d+)–(\d+): /.exec(typeof line === 'string' ? line : '');
            for (let n = Number(m?.[1] ?? 1); n <= Number(m?.[2] ?? 0); n++) seen.add(n);
          }
          const reads = steps.filter((s) => s.ev === 'load').length;
          expect(seen.size).toBeGreaterThanOrEqual(3 * (steps.length - reads));
        },
      ),
      { numRuns: 100, seed: 12 },
    );
  });
});
