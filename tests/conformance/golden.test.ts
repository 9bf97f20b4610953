import { describe, expect, it } from 'vitest';
import { U64 } from '../../src-core/base/u64.ts';
import type { GoldenCase } from '../../src-core/golden/case.ts';
import { checkGolden } from '../../src-core/golden/run-case.ts';
import type { RaceCase } from '../../src-core/golden/race-case.ts';
import { expandSolo, soloAccesses } from '../../src-core/golden/solo.ts';
import type { ListingRow } from '../../src-core/memory/listing.ts';
import { readGolden } from './read-golden.ts';

const traces = readGolden<GoldenCase>('public.jsonl.gz');
const races = readGolden<RaceCase>('races-public.jsonl.gz');

/** Families that must pass whole: [cat, cases in the file]. */
const FAMILIES: readonly (readonly [string, number])[] = [
  ['walk', 538],
  ['vma', 70],
  ['attr', 243],
  ['split', 114],
  ['create', 35],
];

describe('golden traces', { timeout: 120_000 }, () => {
  it.each(FAMILIES)('%s: the engine does what the kernel did, in all %i cases', (cat, count) => {
    const cases = traces.filter((c) => c.cat === cat);
    expect(cases).toHaveLength(count);
    const failures = cases.flatMap((c) => {
      const difference = checkGolden(c);
      return difference === undefined ? [] : [`${c.id}: ${difference}`];
    });
    expect(failures).toEqual([]);
  });

  it('compares entries, however a listing cuts them into runs', () => {
    const c = traces.find((t) => t.cat === 'attr' && t.final !== 'same' && t.final.some((row) => row[3] > 2));
    if (c === undefined || c.final === 'same') throw new Error('the file has no such case');
    const cut = (rows: readonly ListingRow[], lost: number): ListingRow[] =>
      rows.flatMap((row): ListingRow[] => {
        const [mm, level, va, n, value, step] = row;
        if (n <= 2) return [row];
        const rest = U64.hex(value).add(U64.hex(step)).toHex();
        const shift = (c.scenario.geo.pageShift - 3) * (4 - level) + 3;
        const next = U64.hex(va).add(U64.bit(shift)).toHex();
        return [
          [mm, level, va, 1, value, '0x0'],
          [mm, level, next, n - 1 - lost, rest, step],
        ];
      });
    expect(checkGolden({ ...c, final: cut(c.final, 0) })).toBeUndefined();
    expect(checkGolden({ ...c, final: cut(c.final, 1) })).toMatch(/^final tables/);
  });

  it('notices a difference in an event, in the return value and in the final tables', () => {
    const c = traces.find(
      (t) => t.cat === 'walk' && t.events.some((e) => e.ev === 'cb') && t.final !== 'same',
    );
    if (c === undefined || c.final === 'same') throw new Error('the file has no such case');
    expect(checkGolden(c)).toBeUndefined();
    expect(checkGolden({ ...c, events: c.events.slice(0, -1) })).toMatch(/^event/);
    expect(checkGolden({ ...c, events: [...c.events].reverse() })).toMatch(/^event/);
    const [first, ...others] = c.events;
    if (first === undefined) throw new Error('the case has no event');
    expect(checkGolden({ ...c, events: [{ ...first, more: null }, ...others] })).toMatch(/^event 0/);
    const { ev, ...fields } = first;
    const [key = ''] = Object.keys(fields);
    expect(checkGolden({ ...c, events: [{ ev, ...fields, [key]: 'other' }, ...others] })).toMatch(/^event 0/);
    expect(checkGolden({ ...c, events: [{ ev }, ...others] })).toMatch(/^event 0/);
    expect(checkGolden({ ...c, ret: 77 })).toMatch(/^returns/);
    expect(checkGolden({ ...c, final: c.final.slice(0, -1) })).toMatch(/^final tables/);
    expect(checkGolden({ ...c, scenario: { ...c.scenario, op: { fn: 'no_such' } } })).toMatch(
      /not supported/,
    );
  });
});

describe('load and store sequences', () => {
  const ops = races.flatMap((c) => c.scenario.ops.map((op, i) => ({ c, op, i })));

  it(`every operation makes the kernel's own accesses, in order and number`, () => {
    expect(ops).toHaveLength(367);
    for (const { c, i } of ops) {
      const ours = soloAccesses(c, i);
      expect(ours.ok ? ours.value : ours.error, `${c.id} op ${i}`).toEqual(expandSolo(c.solo[i] ?? []));
    }
  });
});
