import { describe, expect, it } from 'vitest';
import { callStart } from './call-start.ts';
import type { ListingMemory } from './listing-world.ts';
import { worldFromListing } from './listing-world.ts';
import type { ScenarioCall, ScenarioConfig } from './schema.ts';

const MEMORY: ListingMemory = {
  geometry: '4k48',
  roots: [
    { mm: 'init_mm', pgd: '0x1000' },
    { mm: 'efi_mm', pgd: '0x2000' },
    { mm: 'user', pgd: '0x3000' },
  ],
  tables: [],
  vmas: [{ start: '0x400000', end: '0x600000', flags: [] }],
};

function startOf(call: ScenarioCall, config?: ScenarioConfig): string | undefined {
  const world = worldFromListing(MEMORY);
  if (!world.ok) throw new Error(world.error.message);
  const start = callStart(call, config === undefined ? {} : { config }, world.value);
  return start && `${start.mm} ${start.va.toHex()}`;
}

const ops = { callbacks: [] };

describe('callStart', () => {
  it.each<[ScenarioCall, string | undefined]>([
    [{ fn: 'walk_kernel_page_table_range', start: '0x1000', end: '0x2000', ops }, 'init_mm 0x1000'],
    [
      { fn: 'walk_kernel_page_table_range', start: '0x1000', end: '0x2000', ops, pgd: 'efi_mm' },
      'efi_mm 0x1000',
    ],
    [
      { fn: 'walk_page_range_debug', mm: 'efi_mm', start: '0x1000', end: '0x2000', ops, pgd: null },
      'efi_mm 0x1000',
    ],
    [{ fn: 'walk_page_range', start: '0x500000', end: '0x501000', ops, walkLock: 0 }, 'user 0x500000'],
    [
      { fn: 'walk_page_range_vma', vma: 0, start: '0x500000', end: '0x501000', ops, walkLock: 0 },
      'user 0x500000',
    ],
    [{ fn: 'walk_page_vma', vma: 0, ops, walkLock: 0 }, 'user 0x400000'],
    [{ fn: 'walk_page_vma', vma: 1, ops, walkLock: 0 }, undefined],
    [{ fn: 'set_memory_ro', addr: '0xffff800080000000', numpages: 1 }, 'init_mm 0xffff800080000000'],
    [
      { fn: 'split_kernel_leaf_mapping', start: '0xffff000040000000', end: '0x0' },
      'init_mm 0xffff000040000000',
    ],
    [{ fn: 'set_direct_map_default_noflush', pfn: '0x41e00' }, 'init_mm 0xffff000041e00000'],
    [
      {
        fn: '__create_pgd_mapping',
        mm: 'efi_mm',
        phys: '0x40000000',
        virt: '0x7c000000',
        size: '0x1000',
        prot: '0x703',
        flags: 0,
        specialAlloc: true,
      },
      'efi_mm 0x7c000000',
    ],
  ])('%j', (call, start) => {
    expect(startOf(call)).toBe(start);
  });

  it('knows where the linear map is', () => {
    expect(startOf({ fn: 'kernel_page_present', pfn: '0x41e00' }, { physOffset: '0x40000000' })).toBe(
      'init_mm 0xffff000001e00000',
    );
  });
});
