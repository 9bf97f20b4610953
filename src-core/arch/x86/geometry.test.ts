import { describe, expect, it } from 'vitest';
import { U64 } from '../../base/u64.ts';
import { hwEntries, hwIndex, hwShift } from '../geometry.ts';
import { canonical, slotVa, upperHalf } from '../geometry.ts';
import { parseX86Geometry, x86Geometry } from './geometry.ts';

describe('x86Geometry', () => {
  it('has four or five levels of 512 entries', () => {
    const four = x86Geometry(48);
    const five = x86Geometry(57);
    if (!four.ok || !five.ok) throw new Error('no geometry');
    expect([four.value.id, four.value.rootHw, four.value.levelsBuild, four.value.levels.pgd.folded]).toEqual([
      'x86-57@48',
      0,
      5,
      'run',
    ]);
    expect([five.value.id, five.value.rootHw, five.value.levelsInUse, five.value.levels.pgd.folded]).toEqual([
      'x86-57',
      -1,
      5,
      'no',
    ]);
    for (const geo of [four.value, five.value]) {
      for (let hw = geo.rootHw; hw <= 3; hw++)
        expect([hwEntries(geo, hw), hwShift(geo, hw)]).toEqual([512, 12 + 9 * (3 - hw)]);
    }
  });

  it('has canonical addresses in the upper half of its root', () => {
    const geo = parseX86Geometry('x86-48');
    if (!geo.ok) throw new Error(geo.error.message);
    expect(geo.value.levels.p4d.folded).toBe('build');
    expect([255, 256, 511].map((i) => slotVa(geo.value, 0, U64.ZERO, i).toHex())).toEqual([
      '0x7f8000000000',
      '0xffff800000000000',
      '0xffffff8000000000',
    ]);
    expect(hwIndex(geo.value, 0, U64.hex('0xffffff8000000000'))).toBe(511);
    expect(upperHalf(geo.value).toHex()).toBe('0xffff800000000000');
    expect(canonical(geo.value, U64.hex('0x7fffffffffff')).toHex()).toBe('0x7fffffffffff');
  });

  it('says which there are', () => {
    expect(x86Geometry(47)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('runs with 47') as string },
    });
    expect(x86Geometry(57, 48).ok).toBe(false);
    expect(parseX86Geometry('4k48').ok).toBe(false);
    expect(parseX86Geometry('x86-57@48')).toEqual(x86Geometry(48));
  });
});
