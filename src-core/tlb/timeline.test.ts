import { describe, expect, it } from 'vitest';
import { parseArm64Geometry } from '../arch/arm64/geometry.ts';
import { U64 } from '../base/u64.ts';
import type { SetStep, Step, StepEvent } from '../step/step.ts';
import { changeOf } from './change.ts';
import { TlbTimeline } from './timeline.ts';

const geometry = parseArm64Geometry('4k48');
if (!geometry.ok) throw new Error(geometry.error.message);
const geo = geometry.value;

const steps = (...events: readonly (StepEvent & { readonly cpu?: number })[]): Step[] =>
  events.map((e, i) => ({ n: i + 1, ctx: 0, cpu: 0, fn: 'f', at: '', depth: 0, held: [], ...e }));

const RW = '0xe8000041e05703';
const RO = '0xe0000041e05783';
const page = (nth: number, old = RW, now = RO): SetStep => ({
  ev: 'set',
  hw: 3,
  table: '0x5000',
  idx: nth,
  va: `0xffff000041e0${nth.toString(16)}000`,
  level: 'pte',
  old: U64.hex(old)
    .plus(nth * 4096)
    .toHex(),
  new: U64.hex(now)
    .plus(nth * 4096)
    .toHex(),
});
const flush = (from: number, to: number): StepEvent => ({
  ev: 'tlbi',
  start: `0xffff000041e0${from.toString(16)}000`,
  end: `0xffff000041e0${to.toString(16)}000`,
});
const told = (t: TlbTimeline, cursor: number): string[] =>
  t.staleAt(cursor).map((r) => `${r.start.toHex()}+${r.entries} ${r.change} since ${r.since}`);

describe('what TLBs may still hold', () => {
  it('is what was replaced, until an invalidation reaches it', () => {
    const t = new TlbTimeline(geo, steps(page(1), page(2), page(4), { ev: 'dsb' }, flush(1, 3)));
    expect(told(t, 0)).toEqual([]);
    expect(told(t, 1)).toEqual(['0xffff000041e01000+1 rights since 1']);
    expect(told(t, 4)).toEqual([
      '0xffff000041e01000+2 rights since 1',
      '0xffff000041e04000+1 rights since 3',
    ]);
    expect(told(t, 5)).toEqual(['0xffff000041e04000+1 rights since 3']);
    expect(t.staleIn(5, 0x5000, 0, 3)).toBeUndefined();
    expect(t.staleIn(4, 0x5000, 0, 3)?.idx).toBe(2);
    expect(t.staleIn(5, 0x5000, 0, 16)?.idx).toBe(4);
  });

  it('stays where another CPU flushes while walkers may still miss the store', () => {
    const t = new TlbTimeline(geo, steps(page(1), { ...flush(1, 3), cpu: 1 }, { ev: 'dsb' }, flush(1, 3)));
    expect(told(t, 2)).toHaveLength(1);
    expect(told(t, 4)).toEqual([]);
  });

  it('is nothing where the entry was not valid, or its table not linked', () => {
    const t = new TlbTimeline(
      geo,
      steps(page(1, '0xe8000041e05f02'), { ...page(2), va: null }, page(3, RW, RW)),
    );
    expect(t.marks).toEqual([]);
  });

  it('of a contiguous group goes with an invalidation of any of its pages', () => {
    const cont = (nth: number): StepEvent => page(nth, '0xf8000041e00703', '0xe8000041e00703');
    const t = new TlbTimeline(geo, steps(cont(1), cont(2), flush(9, 10)));
    expect(told(t, 2)).toEqual(['0xffff000041e01000+2 size since 1']);
    expect(told(t, 3)).toEqual([]);
  });

  it('a run of stores is as many entries', () => {
    const run: SetStep = { ...page(1), count: 3, dold: '0x1000', dnew: '0x1000' };
    expect(told(new TlbTimeline(geo, steps(run)), 1)).toEqual(['0xffff000041e01000+3 rights since 1']);
  });
});

describe('what changed', () => {
  it.each([
    [3, RW, '0x0', 'gone'],
    [3, RW, '0xe8000041e05f02', 'gone'],
    [3, RW, RO, 'rights'],
    [3, RW, '0xe8000041e06703', 'target'],
    [3, RW, '0xf8000041e05703', 'size'],
    [2, '0xe8000041e00701', '0x1800000042000403', 'size'],
    [2, '0x1800000042000403', '0xe8000041e00701', 'table'],
    [2, '0x1800000042000403', '0x0', 'table'],
  ] as const)('level %i: %s to %s: %s', (hw, was, is, change) => {
    expect(changeOf(geo, hw, U64.hex(was), U64.hex(is))).toBe(change);
  });
});

describe('barriers', () => {
  it('counts what a CPU has stored since its last DSB, and says where lazy MMU mode is on', () => {
    const t = new TlbTimeline(
      geo,
      steps(
        { ev: 'lazy', on: true },
        page(1),
        { ...page(2), count: 4, cpu: 1 },
        page(3),
        { ev: 'dsb' },
        { ev: 'lazy', on: false },
        page(5),
      ),
    );
    expect(t.barriersAt(4)).toEqual([
      { cpu: 0, stores: 2, since: 2, lazy: true },
      { cpu: 1, stores: 4, since: 3, lazy: false },
    ]);
    expect(t.barriersAt(6)[0]).toEqual({ cpu: 0, stores: 0, since: 0, lazy: false });
    expect(t.barriersAt(7)[0]).toEqual({ cpu: 0, stores: 1, since: 7, lazy: false });
    expect(t.barriersAt(0).map((b) => b.stores)).toEqual([0, 0]);
  });
});
