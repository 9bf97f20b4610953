import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const LOCKS_BY_LEVEL_TOUR: Walkthrough = {
  id: 'locks-by-level',
  library: 'locks-by-level',
  claims: ['D2', 'D3', 'D8'],
  stops: [
    {
      id: 'stable',
      find: start(),
      heading: 'First keep the VMA',
      text: 'walk_page_vma() walks the tables below one VMA of a process. Before anything else the VMA itself has to stay: the mmap lock, its own lock or an rmap lock keeps it, for read at the least.',
      look: ['timeline', 'locks'],
    },
    {
      id: 'assert',
      find: next({ ev: 'assert' }),
      heading: 'PGWALK_RDLOCK: the mmap lock, in any mode',
      text: 'The walk’s mode says what the caller promised. The assertion checks that against the process’s mmap_lock; it takes nothing itself.',
      look: ['locks', 'caption'],
    },
    {
      id: 'upper',
      find: next({ ev: 'cb', level: 'pmd' }),
      heading: 'Two levels down, and still one lock',
      text: 'PGD, P4D, PUD and PMD entries were read with the mmap lock alone. Tables above the PTE level are freed only when no VMA uses them any more, and ours can’t go away.',
      look: ['locks', 'map'],
      question: {
        ask: 'Next comes the PTE table. Is the mmap lock for read enough for it too?',
        options: ['Yes, as for the levels above', 'No, a PTE table can vanish under it'],
        answer: 1,
        because:
          'An empty PTE table may be unlinked and freed under a read lock, to make room for a huge page.',
      },
    },
    {
      id: 'rcu',
      find: next({ ev: 'lock', name: 'rcu' }),
      heading: 'RCU: the table can’t be freed',
      text: 'pte_offset_map_lock() enters an RCU section before it reads the PMD entry. Whoever unlinks a PTE table frees it only after a grace period, so it stays memory as long as the section lasts.',
      look: ['locks', 'timeline'],
    },
    {
      id: 'ptl',
      find: next({ ev: 'lock', fn: 'pte_offset_map_lock' }),
      heading: 'The PTE lock: its entries stay',
      text: 'Each PTE table has a lock of its own (where split locks are configured). With it held nobody else changes these entries.',
      look: ['locks', 'table'],
    },
    {
      id: 'same',
      find: next({ ev: 'load', by: 'pmd_same' }),
      heading: 'Look again',
      text: 'Between reading the PMD and taking the lock the table could have been unlinked. So the PMD is read once more. If it had changed, both would be dropped and everything done again.',
      look: ['caption', 'entry'],
    },
    {
      id: 'pte',
      find: next({ ev: 'cb', level: 'pte' }),
      heading: 'Three things held for one entry',
      text: 'Only now pte_entry() runs: mmap lock, RCU section, PTE lock. A callback may rely on the entry not changing under it, and must not sleep.',
      look: ['locks', 'entry'],
    },
    {
      id: 'unlock',
      find: next({ ev: 'unlock', name: 'rcu' }),
      heading: 'Let go in the opposite order',
      text: 'pte_unmap_unlock() drops the PTE lock and then leaves the RCU section. The order matters: the lock lies in the table’s own page descriptor, which may only be freed once the section is over.',
      look: ['timeline', 'locks'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'The rule, in one line',
      text: 'Above the PTE level: keep the VMA. At the PTE level: keep the table by RCU, and its entries by its lock. Tables of init_mm follow neither rule; nothing frees them in the normal course.',
      look: ['locks'],
    },
  ],
  breakIt: {
    says: 'Map the PTE table without its lock, as a debug walk does: it can’t be freed, but its entries may change.',
    library: 'map-or-map-lock',
    at: next({ ev: 'cb', level: 'pte' }),
  },
};
