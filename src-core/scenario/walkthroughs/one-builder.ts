import type { Walkthrough } from '../walkthrough.ts';
import { next } from '../walkthrough-find.ts';

export const ONE_BUILDER_TOUR: Walkthrough = {
  id: 'one-builder',
  library: 'one-builder',
  claims: ['C7'],
  compareWith: 'base',
  stops: [
    {
      id: 'efi',
      find: next({ ev: 'ctor', level: 'pte', mm: null }),
      heading: 'For the firmware: NULL, and a lock',
      text: 'create_pgd_mapping() builds efi_mm with an allocator for special mms. It can’t say whose table it makes, so constructors are told NULL and initialise the lock, which apply_to_page_range() will want.',
      look: ['stack', 'caption'],
    },
    {
      id: 'memory',
      find: next({ ev: 'ctor', level: 'pte', mm: 'init_mm' }),
      heading: 'For new memory: init_mm, and none',
      text: 'The same code, called by arch_add_memory() with another allocator. These tables are init_mm’s, and get no lock. Before patch 8 they got no constructor either.',
      look: ['stack', 'caption'],
    },
    {
      id: 'map',
      find: next({ ev: 'alloc', fn: 'vmemmap_alloc_block_zero' }),
      heading: 'The memory map stays outside',
      text: 'The struct pages of the new memory are mapped by generic code, whose tables have no constructor to this day.',
      look: ['caption', 'map'],
    },
  ],
};
