import type { ListingMemory } from '../listing-world.ts';

/**
 * What the capture x4-4k-48 showed after two calls of vmalloc() on that machine: four pages, then 64. Only the tables around them and
 * their pages' linear alias are kept, at their real addresses.
 */
export const VMALLOC: ListingMemory = {
  geometry: '4k52@48',
  from: 'x4-4k-48 after two calls of vmalloc()',
  roots: [{ mm: 'init_mm', pgd: '0x72f03000' }],
  tables: [
    ['init_mm', 0, '0xffff000000000000', 1, '0x180000007ffff403', '0x0'],
    ['init_mm', 1, '0xffff000040000000', 1, '0x180000007fffe403', '0x0'],
    ['init_mm', 2, '0xffff000041800000', 4, '0xe8000041800705', '0x200000'],
    ['init_mm', 2, '0xffff000042000000', 16, '0xf8000042000705', '0x200000'],
    ['init_mm', 0, '0xffff800000000000', 1, '0x10000000738ec003', '0x0'],
    ['init_mm', 1, '0xffff800080000000', 1, '0x10000000738ed003', '0x0'],
    ['init_mm', 2, '0xffff800084200000', 1, '0x100000004082f403', '0x0'],
    ['init_mm', 3, '0xffff800084330000', 4, '0xe8000041c48703', '0x1000'],
    ['init_mm', 3, '0xffff800084335000', 64, '0xe8000041d40703', '0x1000'],
  ],
  vmAreas: [
    { addr: '0xffff800084330000', size: '0x5000', flags: ['ALLOC'], pages: ['0x41c48000', '0x1000', 4] },
    { addr: '0xffff800084335000', size: '0x41000', flags: ['ALLOC'], pages: ['0x41d40000', '0x1000', 64] },
  ],
};

/** The area of four pages. */
export const FOUR_PAGES = { addr: '0xffff800084330000', numpages: 4 } as const;
/** The area of 64 pages. */
export const SIXTY_FOUR_PAGES = { addr: '0xffff800084335000', numpages: 64 } as const;

/**
 * A linear map that begins with a block of 1 GiB, as a machine with enough memory has it, then 2 MiB blocks in contiguous groups.
 */
export const GIGABYTE: ListingMemory = {
  geometry: '4k48',
  roots: [{ mm: 'init_mm', pgd: '0x40001000' }],
  tables: [
    ['init_mm', 0, '0xffff000000000000', 1, '0x1800000040002403', '0x0'],
    ['init_mm', 1, '0xffff0000c0000000', 1, '0xe80000c0000705', '0x0'],
    ['init_mm', 1, '0xffff000100000000', 1, '0x1800000040003403', '0x0'],
    ['init_mm', 2, '0xffff000100000000', 512, '0xf8000100000705', '0x200000'],
  ],
};

/**
 * A small process: a program of four read-only pages, two of data, and a heap of 8 MiB, of which the first two PTE tables exist.
 * init_mm has one block.
 */
export const PROCESS: ListingMemory = {
  geometry: '4k48',
  roots: [
    { mm: 'init_mm', pgd: '0x40001000' },
    { mm: 'user', pgd: '0x48010000' },
  ],
  tables: [
    ['init_mm', 0, '0xffff000000000000', 1, '0x1800000040002403', '0x0'],
    ['init_mm', 1, '0xffff000040000000', 1, '0x1800000040003403', '0x0'],
    ['init_mm', 2, '0xffff000040000000', 1, '0xe8000040000705', '0x0'],
    ['user', 0, '0x0', 1, '0x800000048011403', '0x0'],
    ['user', 1, '0x0', 1, '0x800000048012403', '0x0'],
    ['user', 2, '0x400000', 1, '0x800000048013403', '0x0'],
    ['user', 3, '0x400000', 4, '0x20000049000fc3', '0x1000'],
    ['user', 3, '0x410000', 2, '0xe8000049100f43', '0x1000'],
    ['user', 1, '0x40000000', 1, '0x800000048014403', '0x0'],
    ['user', 2, '0x40000000', 1, '0x800000048015403', '0x0'],
    ['user', 3, '0x401fe000', 2, '0xe8000049200f43', '0x1000'],
    ['user', 2, '0x40200000', 1, '0x800000048016403', '0x0'],
    ['user', 3, '0x40200000', 4, '0xe8000049300f43', '0x1000'],
  ],
  vmas: [
    { start: '0x400000', end: '0x404000', flags: [], file: 0, pgoff: 0 },
    { start: '0x410000', end: '0x412000', flags: [] },
    { start: '0x40000000', end: '0x40800000', flags: [] },
  ],
};

/** The process's third mapping alone, of a file: two pages at the end of its first PTE table, and a second table that is empty. */
export const EMPTY_SECOND_TABLE: ListingMemory = {
  geometry: '4k48',
  roots: PROCESS.roots,
  tables: [
    ['user', 0, '0x0', 1, '0x800000048011403', '0x0'],
    ['user', 1, '0x40000000', 1, '0x800000048014403', '0x0'],
    ['user', 2, '0x40000000', 1, '0x800000048015403', '0x0'],
    ['user', 3, '0x401fe000', 2, '0xe8000049200f43', '0x1000'],
    ['user', 2, '0x40200000', 1, '0x800000048016403', '0x0'],
  ],
  vmas: [{ start: '0x40000000', end: '0x40800000', flags: [], file: 0, pgoff: 0 }],
};
