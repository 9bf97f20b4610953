import { describe, expect, it } from 'vitest';
import { U64 } from '../base/u64.ts';
import { hwIndex } from '../arch/geometry.ts';
import { listTables } from '../memory/listing.ts';
import type { ListingMemory } from './listing-world.ts';
import { worldFromListing } from './listing-world.ts';

const GOOD: ListingMemory = {
  geometry: '4k48',
  roots: [
    { mm: 'user', pgd: '0x2000' },
    { mm: 'init_mm', pgd: '0x1000' },
  ],
  tables: [
    ['init_mm', 0, '0xffff000000000000', 1, '0x3003', '0x0'],
    ['init_mm', 1, '0xffff000040000000', 1, '0x4003', '0x0'],
    ['init_mm', 2, '0xffff000040000000', 4, '0xe8000040000705', '0x200000'],
    ['init_mm', 2, '0xffff000040800000', 1, '0x5003', '0x0'],
    ['init_mm', 3, '0xffff000040800000', 16, '0xf8000040800707', '0x1000'],
    ['user', 0, '0x0', 1, '0x6003', '0x0'],
  ],
};

const wrong = (change: Partial<ListingMemory>): string => {
  const world = worldFromListing({ ...GOOD, ...change });
  return world.ok ? 'ok' : `${world.error.path}: ${world.error.message}`;
};
type Row = ListingMemory['tables'][number];
const rows = (...tables: Row[]): string => wrong({ tables });

describe('worldFromListing', () => {
  it('builds the tables, init_mm first', () => {
    const world = worldFromListing(GOOD);
    if (!world.ok) throw new Error(world.error.message);
    const { geo, memory, mms, name } = world.value;
    expect(mms.map((m) => [m.name, m.pgd, m.base.toHex()])).toEqual([
      ['init_mm', 0x1000, '0xffff000000000000'],
      ['user', 0x2000, '0x0'],
    ]);
    expect(name).toBe('its own tables');
    expect([...memory.pages()].map((p) => p.pa).sort((a, b) => a - b)).toEqual([
      0x1000, 0x2000, 0x3000, 0x4000, 0x5000, 0x6000,
    ]);
    expect(memory.read(0x5000, hwIndex(geo, 3, U64.hex('0xffff00004080f000'))).toHex()).toBe(
      '0xf800004080f707',
    );
    const roots = mms.map((m) => ({ mm: m.name, pgd: m.pgd, base: m.base }));
    expect(listTables(memory, geo, roots)).toEqual(GOOD.tables);
  });

  it('says which root is wrong', () => {
    expect(wrong({ roots: [{ mm: 'user', pgd: '0x2000' }], tables: [] })).toBe(
      'memory.roots: init_mm needs a root',
    );
    expect(wrong({ roots: [...GOOD.roots, { mm: 'user', pgd: '0x9000' }] })).toBe(
      'memory.roots[2].mm: user has two roots',
    );
    expect(wrong({ roots: [...GOOD.roots, { mm: 'efi_mm', pgd: '0x1000' }] })).toContain(
      'memory.roots[2].pgd: is another mm',
    );
    expect(wrong({ roots: [{ mm: 'init_mm', pgd: '0x1040' }] })).toContain('aligned to 4096 bytes');
    expect(wrong({ roots: [{ mm: 'init_mm', pgd: '0x10000000000000' }] })).toContain('at most 52 bits');
    expect(wrong({ geometry: '4k52', roots: [{ mm: 'init_mm', pgd: '0x1080' }], tables: [] })).toBe('ok');
    expect(wrong({ geometry: '4k52', roots: [{ mm: 'init_mm', pgd: '0x1020' }], tables: [] })).toContain(
      'aligned to 128',
    );
  });

  it('says which row is wrong', () => {
    const top: Row = ['init_mm', 0, '0xffff000000000000', 1, '0x3003', '0x0'];
    expect(rows(['efi_mm', 0, '0x0', 1, '0x3003', '0x0'])).toBe(
      'memory.tables[0]: efi_mm has no root in memory.roots',
    );
    expect(rows(['init_mm', -1, '0xffff000000000000', 1, '0x3003', '0x0'])).toContain(
      'memory.tables[0]: level -1 is above',
    );
    expect(rows(top, ['init_mm', 3, '0xffff000000000000', 1, '0x1', '0x0'])).toContain(
      'memory.tables[1]: no table of level 3 covers',
    );
    expect(rows(['init_mm', 0, '0xffff000000000000', 0, '0x1', '0x0'])).toContain('at least one entry');
    expect(rows(['init_mm', 0, '0xffff800000000000', 257, '0x1', '0x0'])).toContain('overrun the table');
    expect(rows(['init_mm', 0, '0xffff000000001000', 1, '0x3003', '0x0'])).toContain(
      'is not where an entry of level 0 begins',
    );
    expect(rows(['init_mm', 0, '0xffff000000000000', 2, '0x3003', '0x1000'])).toContain('stands alone');
    // The second of the two becomes a pointer by its step.
    expect(rows(['init_mm', 0, '0xffff000000000000', 2, '0x3001', '0x2'])).toContain('stands alone');
  });

  it('refuses more than 16 MiB, before it makes any of it', () => {
    const many: Row[] = Array.from({ length: 5000 }, (_, i) => [
      'init_mm',
      0,
      '0xffff000000000000',
      1,
      `0x${(0x10003 + i * 0x1000).toString(16)}`,
      '0x0',
    ]);
    expect(rows(...many)).toContain('more than 16 MiB of tables');
    const again: Row[] = Array.from({ length: 20_000 }, () => [
      'init_mm',
      0,
      '0xffff000000000000',
      512,
      '0x1',
      '0x0',
    ]);
    expect(rows(...again)).toContain('more entries than 16 MiB');
  });

  it('a table pointer may lead back to a table that is there', () => {
    expect(rows(['init_mm', 0, '0xffff000000000000', 1, '0x1003', '0x0'])).toBe('ok');
  });
});
