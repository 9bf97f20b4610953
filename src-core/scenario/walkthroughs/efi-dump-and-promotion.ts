import type { Walkthrough } from '../walkthrough.ts';
import { next, start } from '../walkthrough-find.ts';

export const EFI_DUMP_TOUR: Walkthrough = {
  id: 'efi-dump-and-promotion',
  library: 'efi-dump-and-promotion',
  schedule: 'a23b20',
  claims: ['B2'],
  stops: [
    {
      id: 'own-lock',
      find: start(),
      heading: 'A dump of another mm',
      text: 'The tables of the firmware’s mm are dumped. Where that mm shares the kernel’s half, the dump comes to init_mm’s tables. Until 2026 it held the lock of efi_mm, and no other.',
      look: ['map', 'locks'],
    },
    {
      id: 'warned',
      find: next({ ctx: 0, ev: 'assert', ok: false }),
      heading: 'The walk says what is missing',
      text: 'walk_page_range_debug() wants init_mm’s lock for write as well, and warns. It walks on all the same: an assertion reports, it does not protect.',
      look: ['caption', 'locks'],
    },
    {
      id: 'try',
      find: next({ ctx: 1, ev: 'trylock', ok: true }),
      heading: 'The try succeeds',
      text: 'vmalloc asks for init_mm’s lock, to see whether a dump is in progress. One is. But it holds another lock.',
      look: ['locks', 'timeline'],
    },
    {
      id: 'free',
      find: next({ ctx: 1, ev: 'free' }),
      heading: 'So the table goes',
      text: 'Unlinked, flushed, freed, while the dump has its address in hand.',
      look: ['table'],
    },
    {
      id: 'uaf',
      find: next({ ctx: 0, ev: 'violation' }),
      heading: 'Both sides took a lock',
      text: 'Only not the same one. Since 2026 every dump takes init_mm’s lock too, and the try fails.',
      look: ['caption', 'timeline'],
    },
  ],
};
