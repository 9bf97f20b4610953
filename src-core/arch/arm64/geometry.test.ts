import { describe, expect, it } from 'vitest';
import { U64 } from '../../base/u64.ts';
import { hwEntries, hwIndex, hwShift, levelName, slotVa, upperHalf } from '../geometry.ts';
import type { Geometry } from '../geometry.ts';
import { arm64Geometry, ARM64_GEOMETRIES, parseArm64Geometry } from './geometry.ts';

function geometry(id: string): Geometry {
  const geo = parseArm64Geometry(id);
  if (!geo.ok) throw new Error(geo.error.message);
  return geo.value;
}

/** `hw:shift:entries` of each level, `-` where the build folds it, in brackets where this boot does. */
function levels(geo: Geometry): string {
  const { pgd, p4d, pud, pmd, pte } = geo.levels;
  return [pgd, p4d, pud, pmd, pte]
    .map((l) => {
      const text = `${l.hw}:${l.shift}:${1 << l.indexBits}`;
      return l.folded === 'build' ? '-' : l.folded === 'run' ? `(${text})` : text;
    })
    .join(' ');
}

describe('arm64 geometries', () => {
  // Hardware level, log2 of an entry's bytes and number of entries, from the architecture's formulas.
  it.each([
    ['4k39', 3, '1:30:512 - - 2:21:512 3:12:512'],
    ['4k48', 4, '0:39:512 - 1:30:512 2:21:512 3:12:512'],
    ['4k52', 5, '-1:48:16 0:39:512 1:30:512 2:21:512 3:12:512'],
    ['16k36', 2, '2:25:2048 - - - 3:14:2048'],
    ['16k47', 3, '1:36:2048 - - 2:25:2048 3:14:2048'],
    ['16k48', 4, '0:47:2 - 1:36:2048 2:25:2048 3:14:2048'],
    ['16k52', 4, '0:47:32 - 1:36:2048 2:25:2048 3:14:2048'],
    ['64k42', 2, '2:29:8192 - - - 3:16:8192'],
    ['64k48', 3, '1:42:64 - - 2:29:8192 3:16:8192'],
    ['64k52', 3, '1:42:1024 - - 2:29:8192 3:16:8192'],
    ['4k52@48', 5, '(-1:48:16) 0:39:512 1:30:512 2:21:512 3:12:512'],
    ['16k52@47', 4, '(0:47:32) - 1:36:2048 2:25:2048 3:14:2048'],
    ['64k52@48', 3, '1:42:64 - - 2:29:8192 3:16:8192'],
  ])('%s has %i levels compiled in: %s', (id, levelsBuild, text) => {
    const geo = geometry(id);
    expect(geo.id).toBe(id);
    expect(geo.levelsBuild).toBe(levelsBuild);
    expect(levels(geo)).toBe(text);
  });

  it('lists each of them once', () => {
    expect(new Set(ARM64_GEOMETRIES).size).toBe(13);
    for (const id of ARM64_GEOMETRIES) expect(geometry(id).id).toBe(id);
  });

  it('has the contiguous groups of each granule', () => {
    expect(
      [geometry('4k48'), geometry('16k48'), geometry('64k48')].map((g) => [g.contPteShift, g.contPmdShift]),
    ).toEqual([
      [4, 4],
      [7, 5],
      [5, 5],
    ]);
  });

  it('indexes, names and places the tables the hardware walks', () => {
    const geo = geometry('4k52@48');
    const va = U64.hex('0xffff000041e05000');
    expect([0, 1, 2, 3].map((hw) => hwIndex(geo, hw, va))).toEqual([0, 1, 15, 5]);
    expect([0, 1, 2, 3].map((hw) => levelName(geo, hw))).toEqual(['pgd', 'pud', 'pmd', 'pte']);
    expect(hwEntries(geo, 0)).toBe(512);
    expect(hwShift(geo, 2)).toBe(21);
    expect(upperHalf(geo).toHex()).toBe('0xffff000000000000');
    expect(slotVa(geo, 2, U64.hex('0xffff000040000000'), 15).toHex()).toBe('0xffff000041e00000');
    expect([-1, 0, 1].map((hw) => levelName(geometry('4k52'), hw))).toEqual(['pgd', 'p4d', 'pud']);
  });

  it.each(['4k47', '8k48', '4k48@39', '', '16k52@48', '4k'])('refuses %j with a sentence', (id) => {
    const geo = parseArm64Geometry(id);
    expect(geo.ok).toBe(false);
    if (!geo.ok) expect(geo.error.message.length).toBeGreaterThan(20);
  });

  it('uses the LPA2 layout for 52 bits with small pages, and not for a 52-bit build running with 48', () => {
    expect(geometry('4k52').lpa2).toBe(true);
    expect(geometry('4k52@48').lpa2).toBe(false);
    expect(geometry('64k52').lpa2).toBe(false);
    const forced = arm64Geometry(12, 52, 52, false);
    expect(forced.ok && forced.value.lpa2).toBe(false);
  });
});
