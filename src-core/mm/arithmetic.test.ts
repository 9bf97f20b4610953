import { describe, expect, it } from 'vitest';
import { arm64Geometry } from '../arch/arm64/geometry.ts';
import type { Geometry } from '../arch/geometry.ts';
import { hwEntries, hwShift } from '../arch/geometry.ts';
import { ctorRulesOf } from '../revision/ctor-rows.ts';
import { findAllocator } from './allocators.ts';
import { allocEffect } from './ptdesc.ts';
import type { SpinlockKind } from './ptlock.ts';
import { allocatesLocks, locksPerSlabPage, PLAIN_PTLOCKS, spinlockSize } from './ptlock.ts';
import { rootBytes, tablesToMap } from './table-count.ts';

function geometry(pageShift: number): Geometry {
  const geo = arm64Geometry(pageShift, 48);
  if (!geo.ok) throw new Error(geo.error.message);
  return geo.value;
}
const K4 = geometry(12);
const K16 = geometry(14);
const K64 = geometry(16);
const GIB = 2 ** 30;

/** Size of a lock, whether it is an object of its own, and how many a slab page holds. */
const LOCKS: readonly (readonly [SpinlockKind, number, boolean, number | undefined])[] = [
  ['plain', 4, false, undefined],
  ['debug', 24, true, 170],
  ['lockdep', 64, true, 64],
  ['lockdep-stat', 72, true, 56],
  ['rt', 32, true, 128],
  ['rt-debug', 48, true, 85],
  ['rt-lockdep', 128, true, 32],
  ['rt-lockdep-stat', 144, true, 28],
];

describe('spinlocks', () => {
  it.each(LOCKS)('%s: %i bytes', (spinlock, bytes, apart, each) => {
    const config = { ...PLAIN_PTLOCKS, spinlock };
    expect(spinlockSize(config)).toBe(bytes);
    expect(allocatesLocks(config)).toBe(apart);
    if (each !== undefined) expect(locksPerSlabPage(config)).toBe(each);
  });

  it('a plain 32-bit kernel embeds the lock, but for parisc’s four words', () => {
    expect(allocatesLocks({ ...PLAIN_PTLOCKS, bits: 32 })).toBe(false);
    expect(allocatesLocks({ ...PLAIN_PTLOCKS, bits: 32, archLock: 16 })).toBe(true);
    expect(spinlockSize({ ...PLAIN_PTLOCKS, bits: 32, archLock: 16 })).toBe(16);
  });
});

describe('geometry', () => {
  it.each([
    ['4K', K4, 512, 2 ** 21, 2 ** 30, 2 ** 39, 4, 512, 4096],
    ['16K', K16, 2048, 2 ** 25, 2 ** 36, 2 ** 47, 4, 2, 16],
    ['64K', K64, 8192, 2 ** 29, 2 ** 42, undefined, 3, 64, 512],
  ] as const)('%s', (_name, geo, entries, pte, pmd, pud, levels, rootEntries, bytes) => {
    expect(hwEntries(geo, 3)).toBe(entries);
    expect(2 ** hwShift(geo, 2)).toBe(pte);
    expect(2 ** hwShift(geo, 1)).toBe(pmd);
    if (pud !== undefined) expect(2 ** hwShift(geo, 0)).toBe(pud);
    expect(geo.levelsInUse).toBe(levels);
    expect(hwEntries(geo, geo.rootHw)).toBe(rootEntries);
    expect(rootBytes(geo)).toBe(bytes);
  });
});

/** GiB; then tables and bytes by page size and leaf, as documented: PTE+PMD+PUD. */
const TABLES = `
1    | 512+1+1 2105344        | 0+1+1 8192       | 0+0+1 4096 | 32+1+1 557056          | 0+1+1 32768   | 2+1 196608       | 0+1 65536
4    | 2048+4+1 8409088       | 0+4+1 20480      | 0+0+1 4096 | 128+1+1 2129920        | 0+1+1 32768   | 8+1 589824       | 0+1 65536
16   | 8192+16+1 33624064     | 0+16+1 69632     | 0+0+1 4096 | 512+1+1 8421376        | 0+1+1 32768   | 32+1 2162688     | 0+1 65536
64   | 32768+64+1 134483968   | 0+64+1 266240    | 0+0+1 4096 | 2048+1+1 33587200      | 0+1+1 32768   | 128+1 8454144    | 0+1 65536
256  | 131072+256+1 537923584 | 0+256+1 1052672  | 0+0+1 4096 | 8192+4+1 134299648     | 0+4+1 81920   | 512+1 33619968   | 0+1 65536
1024 | 524288+1024+2 2151686144 | 0+1024+2 4202496 | 0+0+2 8192 | 32768+16+1 537149440 | 0+16+1 278528 | 2048+1 134283264 | 0+1 65536
`;
const SHAPES = [
  [K4, 'pte'],
  [K4, 'pmd'],
  [K4, 'pud'],
  [K16, 'pte'],
  [K16, 'pmd'],
  [K64, 'pte'],
  [K64, 'pmd'],
] as const;

describe('tables for an aligned range', () => {
  it.each(TABLES.trim().split('\n'))('%s', (line) => {
    const [gib, ...cells] = line.split('|').map((s) => s.trim());
    const got = SHAPES.map(([geo, leaf]) => {
      const { byLevel, bytes } = tablesToMap(geo, Number(gib) * GIB, leaf);
      const below = (geo === K64 ? (['pte', 'pmd'] as const) : (['pte', 'pmd', 'pud'] as const)).map(
        (level) => byLevel[level] ?? 0,
      );
      return `${below.join('+')} ${bytes}`;
    });
    expect(got).toEqual(cells);
  });

  it('4K pages cost about a five-hundredth of what they map', () => {
    expect(tablesToMap(K4, 1024 * GIB, 'pte').bytes / (1024 * GIB)).toBeCloseTo(0.00196, 5);
  });
});

/** What leaving out init_mm's locks saves, in bytes: rt, debug, lockdep, lockdep-stat. */
const SAVED = [
  ['64 kernel PMD tables', 64, 2048, 1536, 4096, 4608],
  ['512 kernel PMD tables', 512, 16384, 12288, 32768, 36864],
  ['64 GiB hot-added as 4K pages', 32832, 1050624, 787968, 2101248, 2363904],
  ['1 TiB hot-added as 4K pages', 525312, 16809984, 12607488, 33619968, 37822464],
] as const;

describe('locks left out', () => {
  it.each(SAVED)('%s', (_title, tables, ...bytes) => {
    const kinds = ['rt', 'debug', 'lockdep', 'lockdep-stat'] as const;
    expect(kinds.map((spinlock) => tables * spinlockSize({ ...PLAIN_PTLOCKS, spinlock }))).toEqual(bytes);
  });

  it('hot-add builds as many PTE and PMD tables as the figures say', () => {
    for (const [gib, tables] of [
      [64, 32832],
      [1024, 525312],
    ] as const) {
      const { byLevel } = tablesToMap(K4, gib * GIB, 'pte');
      expect((byLevel.pte ?? 0) + (byLevel.pmd ?? 0)).toBe(tables);
    }
  });

  it('each kernel PMD table had a lock object before patch 6, and none after', () => {
    const pmd = findAllocator('pmd_alloc_one', 'arm64');
    if (pmd === undefined) throw new Error('no allocator');
    const config = { ...PLAIN_PTLOCKS, spinlock: 'rt' } as const;
    const bytes = (id: string): number =>
      allocEffect(ctorRulesOf(id), config, pmd, 'pmd', 'init_mm').lockBytes;
    expect([bytes('v6.12'), bytes('ctor-p5'), bytes('ctor-p6'), bytes('v7.3')]).toEqual([32, 32, 0, 0]);
  });
});

/** Hot-add of N GiB at 4K pages onto fresh tables: constructor calls by revision. */
describe('hot-add', () => {
  it.each([
    ['v6.12', 0],
    ['base', 0],
    ['ctor-p8', 513],
    ['ctor-p10', 514],
    ['v7.3', 514],
  ] as const)('%s: %i constructor calls for 1 GiB', (id, calls) => {
    const allocator = findAllocator('pgd_pgtable_alloc_init_mm', 'arm64');
    if (allocator === undefined) throw new Error('no allocator');
    const { byLevel } = tablesToMap(K4, GIB, 'pte');
    let made = 0;
    let locks = 0;
    for (const level of ['pte', 'pmd', 'pud'] as const) {
      const effect = allocEffect(ctorRulesOf(id), PLAIN_PTLOCKS, allocator, level, 'init_mm');
      if (effect.ctor) made += byLevel[level] ?? 0;
      if (effect.lock !== 'none') locks++;
    }
    expect([made, locks]).toEqual([calls, 0]);
  });
});
