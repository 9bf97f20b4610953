import type { Walkthrough } from '../walkthrough.ts';
import { before, next } from '../walkthrough-find.ts';

export const EFI_WITHOUT_CTOR_TOUR: Walkthrough = {
  id: 'efi-without-ctor',
  library: 'efi-without-ctor',
  claims: ['C8', 'B7'],
  stops: [
    {
      id: 'table',
      find: next({ ev: 'alloc', level: 'pte' }),
      heading: 'A table for the firmware, not constructed',
      text: 'efi_mm is built from the machine’s EFI memory map. Here its tables are pages and nothing more: no constructor runs, as on ARM until 2016. Nothing is wrong so far, for building takes no split lock.',
      look: ['caption', 'map'],
    },
    {
      id: 'permissions',
      find: before({ ev: 'lock', fn: 'pte_offset_map_lock', mode: 'write' }),
      heading: 'Permissions come next',
      text: 'The memory attributes table says which parts are read-only or not executable. apply_to_page_range() visits the entries, and because efi_mm is not init_mm, it goes through pte_offset_map_lock().',
      look: ['stack', 'locks'],
      question: {
        ask: 'What does it find where the lock of this table should be?',
        options: ['A lock that is free', 'A lock that is taken', 'A NULL pointer'],
        answer: 2,
        because:
          'With PREEMPT_RT the descriptor holds a pointer to the lock, and no constructor ever set it.',
      },
    },
    {
      id: 'oops',
      find: next({ ev: 'violation', what: 'ptlock' }),
      heading: 'The kernel oopses',
      text: 'Where locks lie in the descriptor itself, its zero bytes look like a free lock, and nobody notices. That is how the fault could stay hidden until someone booted a kernel with lock debugging.',
      look: ['caption', 'locks'],
    },
  ],
  breakIt: {
    says: 'See the same tables built with constructors, and the lock taken without harm.',
    library: 'efi-built',
    at: next({ ev: 'lock', fn: 'pte_offset_map_lock', mode: 'write' }),
  },
};
