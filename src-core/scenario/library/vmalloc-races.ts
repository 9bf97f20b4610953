import type { LibraryEntry } from '../library.ts';
import type { ListingMemory } from '../listing-world.ts';
import type { ScenarioCall } from '../schema.ts';
import { race } from './user-race.ts';

/** Areas of vmalloc space that come and go, and who changes their permissions meanwhile. */

const OURS = '0xffff800080000000';
const THEIRS = '0xffff800080004000';
const NEW_ONE = '0xffff800080200000';
const NEW_OTHER = '0xffff800080204000';

/**
 * Two areas in one PTE table, each with two pages and a guard page behind them: the first executable and read-only, as a BPF program
 * is, and so is its pages' alias in the linear map. Two more areas are listed that are not there yet, in a table that is not there yet.
 */
const AREAS: ListingMemory = {
  geometry: '4k48',
  roots: [{ mm: 'init_mm', pgd: '0x40001000' }],
  tables: [
    ['init_mm', 0, '0xffff000000000000', 1, '0x1000000040006403', '0x0'],
    ['init_mm', 1, '0xffff000080000000', 1, '0x1000000040007403', '0x0'],
    ['init_mm', 2, '0xffff000081000000', 1, '0x1000000040008403', '0x0'],
    ['init_mm', 3, '0xffff000081000000', 2, '0xe0000081000783', '0x1000'],
    ['init_mm', 3, '0xffff000081002000', 2, '0xe8000081002703', '0x1000'],
    ['init_mm', 0, '0xffff800000000000', 1, '0x1000000040002403', '0x0'],
    ['init_mm', 1, '0xffff800080000000', 1, '0x1000000040003403', '0x0'],
    ['init_mm', 2, OURS, 1, '0x1000000040004403', '0x0'],
    ['init_mm', 3, OURS, 2, '0xc0000081000783', '0x1000'],
    ['init_mm', 3, THEIRS, 2, '0xe8000081002703', '0x1000'],
  ],
  vmAreas: [
    { addr: OURS, size: '0x3000', flags: ['ALLOC', 'FLUSH_RESET_PERMS'] },
    { addr: THEIRS, size: '0x3000', flags: ['ALLOC'] },
    { addr: NEW_ONE, size: '0x2000', flags: ['ALLOC'], pages: ['0x82000000', '0x1000', 1] },
    { addr: NEW_OTHER, size: '0x2000', flags: ['ALLOC'], pages: ['0x82004000', '0x1000', 1] },
  ],
};
const VFREE: ScenarioCall = { fn: 'vfree', addr: OURS };
const PROT = '0xe8000000000703';

export const VFREE_AND_NEIGHBOUR = race(
  {
    id: 'vfree-and-neighbour',
    title: 'An area goes while its neighbour changes',
    summary:
      'vfree() clears the entries of its area and then resets the alias of its pages, with no lock on any table. Another CPU changes the permissions of the area next to it, in the same PTE table, with no lock either. Each owns its entries, and vfree() leaves tables alone: always clean.',
    chapter: 2,
  },
  'safe',
  AREAS,
  [[VFREE], [{ fn: 'set_memory_ro', addr: THEIRS, numpages: 2 }]],
);

export const VFREE_AND_OWN_CHANGE = race(
  {
    id: 'vfree-of-what-another-changes',
    title: 'An area goes while another changes it',
    summary:
      'Nobody may do this: one CPU gives an area back while another makes it writable. The second has found the area and read its entry; the first clears it; the second stores what it computed. The page is mapped again, in an area that is gone, and may belong to somebody else by then.',
    chapter: 2,
  },
  'unsafe',
  AREAS,
  [[VFREE], [{ fn: 'set_memory_rw', addr: OURS, numpages: 2 }]],
  // As with rodata=on: the change does not reach the alias.
  { config: { rodataFull: false } },
);

export const TWO_VMALLOCS = race(
  {
    id: 'two-vmallocs',
    title: 'Two areas that need the same table',
    summary:
      'Two CPUs map a page each, in areas side by side, and the PTE table for both is missing. Each allocates one, takes init_mm’s page_table_lock, and looks again: the slower one gives its table back and uses the other’s. Then each sets its own entries without a lock. Always clean.',
    chapter: 2,
  },
  'safe',
  AREAS,
  [[{ fn: 'vmalloc', addr: NEW_ONE, prot: PROT }], [{ fn: 'vmalloc', addr: NEW_OTHER, prot: PROT }]],
);

export const VFREE_RESETS: LibraryEntry = race(
  {
    id: 'vfree-resets-the-alias',
    title: 'A freed area takes its permissions along',
    summary:
      'The pages of a program were made read-only in the linear map too. vfree() must undo that before the pages go to others: it makes the alias invalid, flushes once from the lowest to the highest address, and makes it writable. No CPU can keep the old permission, or use the old area.',
    chapter: 5,
  },
  'safe',
  AREAS,
  [[VFREE, { fn: 'access', kind: 'store', addr: '0xffff000081000000' }]],
);

/** In reading order; chapter 2. */
export const VMALLOC_RACES: readonly LibraryEntry[] = [
  VFREE_AND_NEIGHBOUR,
  VFREE_AND_OWN_CHANGE,
  TWO_VMALLOCS,
];
