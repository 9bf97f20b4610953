import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const EFI_DEBUG_WALK_TOUR: Walkthrough = {
  id: 'efi-debug-walk',
  library: 'efi-debug-walk',
  claims: ['D3', 'D8'],
  stops: [
    {
      id: 'mm',
      find: start(),
      heading: 'Another mm of the kernel',
      text: 'efi_mm maps what the firmware needs while it runs, at low addresses where a process would have its own memory. It has tables of its own, and no VMAs.',
      look: ['map', 'address'],
    },
    {
      id: 'own',
      find: next({ ev: 'lock', name: 'mmap:efi_mm' }),
      heading: 'Its mmap lock, for write',
      text: 'Without a VMA nothing else keeps these tables in place. For write, because memory may be unmapped under a read lock: munmap downgrades its lock before it frees tables.',
      look: ['locks', 'timeline'],
    },
    {
      id: 'init',
      find: next({ ev: 'lock', name: 'mmap:init_mm' }),
      heading: 'And that of init_mm, for write',
      text: 'Whatever mm a debug walk is for, it may meet tables of the kernel’s own: on x86, efi_mm shares some of them. Since 2026 both locks are wanted.',
      look: ['locks', 'timeline'],
    },
    {
      id: 'asserted',
      find: next({ ev: 'assert', mm: 'init_mm', ok: true }),
      heading: 'Both are asserted',
      text: 'walk_page_range_debug() checks first its own mm’s lock, then init_mm’s. Either assertion only warns.',
      look: ['caption', 'locks'],
    },
    {
      id: 'rcu',
      find: next({ ev: 'lock', name: 'rcu' }),
      heading: 'A low address, so an RCU section',
      text: 'For init_mm, and for addresses of the kernel’s half, PTE tables are trusted to stay. Here neither is so, and pte_offset_map() enters an RCU section for each table.',
      look: ['locks', 'stack'],
      question: {
        ask: 'Which lock besides RCU does the walk take for the PTE table?',
        options: ['The PTE lock', 'The page_table_lock', 'None'],
        answer: 2,
        because: 'pte_offset_map() maps the table and takes no lock of it.',
      },
    },
    {
      id: 'page',
      find: next({ ev: 'cb', level: 'pte' }),
      heading: 'The entry may change while it is read',
      text: 'RCU keeps the table’s memory from being used for something else. It does not keep anyone from changing the entry: a reader must read once, and live with what it sees.',
      look: ['entry', 'locks'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Locks are let go in reverse',
      text: 'First init_mm’s, then efi_mm’s. A walk that took them in the other order could wait for one that took them in this.',
      look: ['timeline', 'locks'],
    },
  ],
  breakIt: {
    says: 'Walk init_mm without its lock: the assertion fails, and no RCU section makes up for it.',
    library: 'forgot-the-lock',
    at: next({ ev: 'assert', ok: false }),
  },
};
