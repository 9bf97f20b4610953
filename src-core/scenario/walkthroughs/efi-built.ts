import type { Walkthrough } from '../walkthrough.ts';
import { next } from '../walkthrough-find.ts';

export const EFI_BUILT_TOUR: Walkthrough = {
  id: 'efi-built',
  library: 'efi-built',
  claims: ['C9'],
  stops: [
    {
      id: 'root',
      find: next({ ev: 'alloc', level: 'pgd' }),
      heading: 'An address space for the firmware',
      text: 'efi_mm gets its root. What follows is what this captured machine did when it booted: each runtime region of its EFI memory map is mapped where the firmware expects it.',
      look: ['caption', 'map'],
    },
    {
      id: 'code',
      find: next({ ev: 'set', level: 'pte' }),
      heading: 'Code and data, page by page',
      text: 'Regions of code and data are mapped by single pages, even where a block would fit: their permissions are about to change, a few pages here and there.',
      look: ['map', 'entry'],
    },
    {
      id: 'flash',
      find: next({ ev: 'set', level: 'pmd', cont: true }),
      heading: 'Flash memory, by blocks',
      text: 'The firmware’s flash is memory-mapped I/O: nobody will change its permissions, so it gets blocks of 2 MiB in contiguous groups.',
      look: ['map', 'entry'],
    },
    {
      id: 'lock',
      find: next({ ev: 'lock', fn: 'pte_offset_map_lock', mode: 'write' }),
      heading: 'Permissions, under the PTE lock',
      text: 'One CPU runs, and nobody else knows efi_mm. The lock is taken all the same, since the code only asks whether the mm is init_mm. Should it ask whether the mm is a process’s? That was left open.',
      look: ['locks', 'stack'],
    },
  ],
};
