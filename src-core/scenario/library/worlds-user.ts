import type { ListingMemory } from '../listing-world.ts';

const INIT_MM: ListingMemory['tables'] = [
  ['init_mm', 0, '0xffff000000000000', 1, '0x1800000040002403', '0x0'],
  ['init_mm', 1, '0xffff000040000000', 1, '0x1800000040003403', '0x0'],
  ['init_mm', 2, '0xffff000040000000', 1, '0xe8000040000705', '0x0'],
];

/**
 * A process with two files mapped. Of the first, 2 MiB, nothing is mapped any more: its PTE table is empty. Of the second two pages
 * are mapped, in a GiB of which nothing else is used: tables down from the PMD's belong to it alone.
 */
export const TWO_FILES: ListingMemory = {
  geometry: '4k48',
  roots: [
    { mm: 'init_mm', pgd: '0x40001000' },
    { mm: 'user', pgd: '0x48010000' },
  ],
  tables: [
    ...INIT_MM,
    ['user', 0, '0x0', 1, '0x800000048011403', '0x0'],
    ['user', 1, '0x0', 1, '0x800000048012403', '0x0'],
    ['user', 2, '0x200000', 1, '0x800000048013403', '0x0'],
    ['user', 1, '0x40000000', 1, '0x800000048014403', '0x0'],
    ['user', 2, '0x40000000', 1, '0x800000048015403', '0x0'],
    ['user', 3, '0x40000000', 2, '0xe8000049200f43', '0x1000'],
  ],
  vmas: [
    { start: '0x200000', end: '0x400000', flags: [], file: 0, pgoff: 0 },
    { start: '0x40000000', end: '0x40002000', flags: [], file: 1, pgoff: 0 },
  ],
};

const MOVING: ListingMemory['vmas'] = [
  { start: '0x200000', end: '0x400000', flags: [], file: 0, pgoff: 0 },
  { start: '0x600000', end: '0x800000', flags: [], file: 0, pgoff: 0 },
];

const LEFT: ListingMemory['tables'] = [
  ...INIT_MM,
  ['user', 0, '0x0', 1, '0x800000048011403', '0x0'],
  ['user', 1, '0x0', 1, '0x800000048012403', '0x0'],
];

/** In the middle of mremap(): a file of which one page is mapped, and a second VMA of it, higher up, where nothing is yet. */
export const TO_MOVE: ListingMemory = {
  ...TWO_FILES,
  tables: [
    ...LEFT,
    ['user', 2, '0x200000', 1, '0x800000048013403', '0x0'],
    ['user', 3, '0x200000', 1, '0xe8000049200f43', '0x0'],
  ],
  vmas: MOVING,
};

/** The same the other way: the page is mapped in the upper one. */
export const TO_MOVE_DOWN: ListingMemory = {
  ...TWO_FILES,
  tables: [
    ...LEFT,
    ['user', 2, '0x600000', 1, '0x800000048013403', '0x0'],
    ['user', 3, '0x600000', 1, '0xe8000049200f43', '0x0'],
  ],
  vmas: MOVING,
};

/** A process with 2 MiB of anonymous memory, of which two pages are mapped by a PTE table that lies in a GiB of its own. */
export const ANONYMOUS: ListingMemory = {
  ...TWO_FILES,
  tables: [
    ...INIT_MM,
    ['user', 0, '0x0', 1, '0x800000048011403', '0x0'],
    ['user', 1, '0x40000000', 1, '0x800000048014403', '0x0'],
    ['user', 2, '0x40000000', 1, '0x800000048015403', '0x0'],
    ['user', 3, '0x40000000', 1, '0xe8000049203f43', '0x0'],
    ['user', 3, '0x40001000', 1, '0xe8000049201f43', '0x0'],
  ],
  vmas: [{ start: '0x40000000', end: '0x40200000', flags: [] }],
};

/** A file of which the page cache has 2 MiB as one huge page at 0x4a000000; the process maps two of its pages by PTEs. */
export const HUGE_IN_CACHE: ListingMemory = {
  ...TWO_FILES,
  tables: [
    ...LEFT,
    ['user', 2, '0x200000', 1, '0x800000048013403', '0x0'],
    ['user', 3, '0x200000', 2, '0xe800004a000f43', '0x1000'],
  ],
  vmas: [{ start: '0x200000', end: '0x400000', flags: [], file: 0, pgoff: 0 }],
};
