import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const EFI_PTE_LOCK_TOUR: Walkthrough = {
  id: 'efi-pte-lock',
  library: 'efi-pte-lock',
  claims: ['N9'],
  stops: [
    {
      id: 'efi',
      find: start(),
      heading: 'Firmware code shall be read-only',
      text: 'The kernel restricts what the firmware’s memory may do, in the tables of efi_mm. Nobody else uses them. The same function as for vmalloc areas changes the entries: apply_to_page_range().',
      look: ['map', 'address'],
      question: {
        ask: 'For init_mm it takes no lock. And for efi_mm?',
        options: ['None either', 'The PTE lock', 'The mmap lock'],
        answer: 1,
        because: 'Its only question is whether the mm is init_mm; efi_mm is not.',
      },
    },
    {
      id: 'rcu',
      find: next({ ev: 'lock', name: 'rcu' }),
      heading: 'Mapped as a process’s table would be',
      text: 'pte_offset_map_lock() enters an RCU section and looks at the PMD entry, though nobody would unlink this table.',
      look: ['locks', 'stack'],
    },
    {
      id: 'ptl',
      find: next({ ev: 'lock', fn: 'pte_offset_map_lock' }),
      heading: 'The lock in the table’s descriptor',
      text: 'It was initialised when the table was constructed. A table that never was has no lock here: an oops where locks are allocated apart, silence elsewhere. That has happened, on 32-bit ARM.',
      look: ['locks', 'table'],
    },
    {
      id: 'store',
      find: next({ ev: 'set' }),
      heading: 'The entry changes under the lock',
      text: 'Two CPUs that change the same entry can’t lose a change here. For init_mm, where the owner of a range is alone with it, that cost was spared.',
      look: ['entry', 'locks'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Kernel tables, by two rules',
      text: 'Whether efi_mm should be treated as init_mm is, is an open question: both are used by the kernel only.',
      look: ['locks', 'timeline'],
    },
  ],
  breakIt: {
    says: 'Change entries of init_mm by the same function: no lock is taken.',
    library: 'always-lockless',
    at: next({ ev: 'set' }),
  },
};
