import { describe, expect, it } from 'vitest';
import type { Step } from '../step/step.ts';
import { firstDifference, projectEvent } from './diff.ts';

const BASE = {
  cpu: 0,
  ctx: 0,
  fn: 'walk_pmd_range',
  at: 'mm/pagewalk.c:96',
  depth: 5,
  held: ['mmap:init_mm/read'],
} as const;
const A: Step = { ...BASE, n: 1, ev: 'call', args: { start: '0x0', end: '0x1000' } };
const B: Step = { ...BASE, n: 2, ev: 'hole', addr: '0x0', next: '0x1000', depth: 3 };
const C: Step = { ...BASE, n: 3, ev: 'return', ret: 0 };

describe('firstDifference', () => {
  it('is undefined for equal lists, whatever their numbers and lines', () => {
    const other = [A, B, C].map((s) => ({ ...s, n: s.n + 10, at: 'mm/pagewalk.c:99', held: [...s.held] }));
    expect(firstDifference([A, B, C], other)).toBeUndefined();
    expect(firstDifference([], [])).toBeUndefined();
  });

  it('finds the first step that differs, and in what', () => {
    const other: Step = { ...BASE, n: 2, ev: 'hole', addr: '0x0', next: '0x2000', depth: 2 };
    expect(firstDifference([A, B, C], [A, other, C])).toEqual({
      index: 1,
      left: B,
      right: other,
      fields: ['depth', 'next'],
    });
    const warn: Step = { ...BASE, n: 2, ev: 'warn' };
    expect(firstDifference([A, warn], [A, B])?.fields).toEqual(['depth', 'ev', 'addr', 'next']);
  });

  it('looks inside arguments and lists of locks', () => {
    const args: Step = { ...BASE, n: 1, ev: 'call', args: { start: '0x0', end: '0x2000' } };
    expect(firstDifference([A], [args])?.fields).toEqual(['args']);
    const more: Step = { ...BASE, n: 1, ev: 'call', args: { start: '0x0', end: '0x1000', pgd: 'efi_mm' } };
    expect(firstDifference([A], [more])?.fields).toEqual(['args']);
    expect(firstDifference([more], [A])?.fields).toEqual(['args']);
    expect(firstDifference([C], [{ ...C, held: [] }])?.fields).toEqual(['held']);
    expect(firstDifference([C], [{ ...C, held: ['mmap:init_mm/write'] }])?.fields).toEqual(['held']);
  });

  it('tells an absent field from null, and one store run from another', () => {
    const ctor: Step = { ...BASE, n: 1, ev: 'ctor', level: 'pte', table: '0x2000000000' };
    expect(firstDifference([ctor], [{ ...ctor, mm: null }])?.fields).toEqual(['mm']);
    expect(firstDifference([{ ...ctor, mm: null }], [{ ...ctor, mm: 'init_mm' }])?.fields).toEqual(['mm']);
    const fill = {
      ...BASE,
      n: 1,
      ev: 'set',
      level: 'pte',
      hw: 3,
      table: '0x2000000000',
      idx: 0,
      va: null,
    } as const;
    const run: Step = { ...fill, old: '0x0', new: '0x40000703', count: 512, dnew: '0x1000' };
    expect(firstDifference([run], [{ ...run, dnew: '0x2000', count: 16 }])?.fields).toEqual([
      'count',
      'dnew',
    ]);
  });

  it('says which run ended first', () => {
    expect(firstDifference([A, B], [A])).toEqual({ index: 1, left: B, right: undefined, fields: [] });
    expect(firstDifference([], [A])).toEqual({ index: 0, left: undefined, right: A, fields: [] });
  });

  it('can compare what happened only', () => {
    const elsewhere: Step = { ...C, fn: 'walk_pud_range', depth: 4, held: [], cpu: 3 };
    expect(firstDifference([C], [elsewhere])?.fields).toEqual(['cpu', 'fn', 'depth', 'held']);
    expect(firstDifference([C], [elsewhere], projectEvent)).toBeUndefined();
    expect(firstDifference([C], [{ ...elsewhere, ev: 'return', ret: 1 }], projectEvent)?.fields).toEqual([
      'ret',
    ]);
    expect(firstDifference([C], [{ ...elsewhere, ctx: 1 }], projectEvent)?.fields).toEqual(['ctx']);
    const higher: Step = { ...BASE, n: 2, ev: 'hole', addr: '0x0', next: '0x1000', depth: 2 };
    expect(firstDifference([B], [higher], projectEvent)?.fields).toEqual(['depth']);
  });
});
