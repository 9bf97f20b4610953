import type { LibraryEntry } from '../library.ts';
import type { ListingMemory } from '../listing-world.ts';
import { oneContext } from './common.ts';

/** A kernel with 39-bit addresses: three levels of tables. One block, and one PTE table of eight pages. */
const THREE_LEVELS: ListingMemory = {
  geometry: '4k39',
  roots: [{ mm: 'init_mm', pgd: '0x40001000' }],
  tables: [
    ['init_mm', 1, '0xffffff8040000000', 1, '0x1800000040002403', '0x0'],
    ['init_mm', 2, '0xffffff807fc00000', 1, '0x1800000040003403', '0x0'],
    ['init_mm', 3, '0xffffff807fdf8000', 8, '0xe800007fdf8707', '0x1000'],
    ['init_mm', 2, '0xffffff807fe00000', 1, '0xe800007fe00705', '0x0'],
  ],
};

export const FOLDED_LEVELS: LibraryEntry = oneContext(
  {
    id: 'folded-levels',
    title: 'Three levels of tables, five levels of code',
    summary:
      'With 39-bit addresses the tables have three levels. The walk has five functions all the same: PGD and P4D are folded into the PUD, and their helpers hand one pointer down. All three callbacks see the same entry, an empty one too; that nothing is mapped is noticed only at the PUD.',
    chapter: 1,
  },
  'v7.3',
  THREE_LEVELS,
  [
    {
      fn: 'walk_kernel_page_table_range_lockless',
      start: '0xffffff807fdfe000',
      end: '0xffffff80c0000000',
      ops: { callbacks: ['pgd', 'p4d', 'pud', 'pmd', 'pte', 'hole'] },
    },
  ],
);
