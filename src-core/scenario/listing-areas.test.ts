import { describe, expect, it } from 'vitest';
import type { ListingMemory } from './listing-world.ts';
import { worldFromListing } from './listing-world.ts';

type Vmas = NonNullable<ListingMemory['vmas']>;
type VmAreas = NonNullable<ListingMemory['vmAreas']>;

const BASE: ListingMemory = {
  geometry: '4k48',
  roots: [
    { mm: 'init_mm', pgd: '0x1000' },
    { mm: 'user', pgd: '0x2000' },
  ],
  tables: [],
};
const VMA: Vmas[number] = { start: '0x400000', end: '0x600000', flags: ['PFNMAP'] };
const AREA: VmAreas[number] = {
  addr: '0xffff800080000000',
  size: '0x5000',
  flags: ['ALLOC'],
  pages: ['0x41e00000', '0x2000', 4],
};

const told = (change: Partial<ListingMemory>): string => {
  const world = worldFromListing({ ...BASE, ...change });
  return world.ok ? 'ok' : `${world.error.path}: ${world.error.message}`;
};

describe('VMAs of a listing', () => {
  it('are numbered in address order', () => {
    const world = worldFromListing({
      ...BASE,
      vmas: [VMA, { start: '0x600000', end: '0x601000', flags: [] }],
    });
    expect(world.ok && world.value.vmas?.map((v) => [v.id, v.start.toHex(), v.end.toHex(), v.flags])).toEqual(
      [
        [0, '0x400000', '0x600000', ['PFNMAP']],
        [1, '0x600000', '0x601000', []],
      ],
    );
    const none = worldFromListing(BASE);
    expect(none.ok && [none.value.vmas, none.value.vmAreas]).toEqual([[], []]);
  });

  it.each<[string, Vmas, string]>([
    ['half a page', [{ ...VMA, start: '0x400800' }], 'memory.vmas[0]: does not begin and end with a page'],
    ['empty', [{ ...VMA, end: '0x400000' }], 'memory.vmas[0].end: must lie above start'],
    [
      'out of order',
      [VMA, { ...VMA, start: '0x5ff000', end: '0x700000' }],
      'memory.vmas[1].start: lies below the end of the VMA before it',
    ],
    [
      'in the kernel’s half',
      [{ ...VMA, end: '0x1000000001000' }],
      'memory.vmas[0].end: lies above the user half, which has 48 bits',
    ],
  ])('%s', (_what, vmas, message) => {
    expect(told({ vmas })).toBe(message);
  });

  it('reach to the very end of the user half', () => {
    expect(told({ vmas: [{ ...VMA, end: '0x1000000000000' }] })).toBe('ok');
  });

  it('need a root for user', () => {
    expect(told({ roots: BASE.roots.slice(0, 1), vmas: [VMA] })).toBe(
      'memory.vmas: are those of the user mm, which has no root in memory.roots',
    );
  });
});

describe('vmalloc areas of a listing', () => {
  it('know the pages behind them', () => {
    const world = worldFromListing({ ...BASE, vmAreas: [AREA] });
    const area = world.ok ? world.value.vmAreas?.[0] : undefined;
    expect([area?.addr.toHex(), area?.size.toHex(), area?.flags]).toEqual([
      '0xffff800080000000',
      '0x5000',
      ['ALLOC'],
    ]);
    expect(area?.pages.map((p) => p.toHex())).toEqual([
      '0x41e00000',
      '0x41e02000',
      '0x41e04000',
      '0x41e06000',
    ]);
  });

  it.each<[string, VmAreas, string]>([
    ['half a page', [{ ...AREA, size: '0x4800' }], 'memory.vmAreas[0]: does not consist of whole pages'],
    [
      'a user address',
      [{ ...AREA, addr: '0x400000' }],
      "memory.vmAreas[0].addr: lies below the kernel's half",
    ],
    [
      'out of order',
      [AREA, { ...AREA, addr: '0xffff800080004000' }],
      'memory.vmAreas[1].addr: lies below the end of the area before it',
    ],
    [
      'nothing',
      [{ ...AREA, size: '0x0' }],
      'memory.vmAreas[0].size: leaves no room for the guard page, which is part of it',
    ],
    [
      'past the end',
      [{ ...AREA, addr: '0xfffffffffffff000', size: '0x2000' }],
      'memory.vmAreas[0].size: reaches beyond the address space',
    ],
    [
      'no guard page',
      [{ ...AREA, size: '0x4000' }],
      'memory.vmAreas[0].pages: are 4, and the area has no room for so many and its guard page',
    ],
    [
      'odd pages',
      [{ ...AREA, pages: ['0x41e00800', '0x1000', 4] }],
      'memory.vmAreas[0].pages: are not whole pages',
    ],
    [
      'odd steps',
      [{ ...AREA, pages: ['0x41e00000', '0x800', 4] }],
      'memory.vmAreas[0].pages: are not whole pages',
    ],
    [
      'far pages',
      [{ ...AREA, pages: ['0xffffffffff000', '0x1000', 2] }],
      'memory.vmAreas[0].pages: reach beyond physical addresses, which have at most 52 bits',
    ],
    [
      'huge steps',
      [{ ...AREA, pages: ['0x0', '0xfffffffffffff000', 2] }],
      'memory.vmAreas[0].pages: reach beyond physical addresses, which have at most 52 bits',
    ],
  ])('%s', (_what, vmAreas, message) => {
    expect(told({ vmAreas })).toBe(message);
  });

  it('have a bounded number of pages, all together', () => {
    const many = (n: number): VmAreas =>
      Array.from({ length: n }, (_, i) => ({
        ...AREA,
        addr: `0xffff8000${(0x80000000 + i * 0x4001000).toString(16)}`,
        size: '0x4001000',
        pages: ['0x0', '0x0', 0x4000],
      }));
    expect(told({ vmAreas: many(4) })).toBe('ok');
    expect(told({ vmAreas: many(5) })).toBe(
      'memory.vmAreas[4].pages: make more than 65536 pages in all areas',
    );
  });
});
