import type { Walkthrough } from '../walkthrough.ts';
import { end, next } from '../walkthrough-find.ts';

/** Changes of a process's tables, and the locks that let them be made beside each other. */

export const ZAP_TOUR: Walkthrough = {
  id: 'zap-under-vma-lock',
  library: 'zap-under-vma-lock',
  // madvise() has the VMA’s lock when munmap comes.
  schedule: 'b9a999',
  claims: ['D4'],
  stops: [
    {
      id: 'vma-lock',
      find: next({ ctx: 1, ev: 'trylock' }),
      heading: 'madvise() locks one VMA',
      text: 'It finds the VMA under RCU and takes that VMA’s own lock for read, without waiting and without mmap_lock. If a writer had it, it would fall back to mmap_lock.',
      look: ['locks', 'timeline'],
    },
    {
      id: 'munmap',
      find: next({ ctx: 0, ev: 'lock', name: 'mmap:user' }),
      heading: 'Munmap has mmap_lock, and waits all the same',
      text: 'Before it detaches a VMA it locks it for write: vma_start_write() waits for the VMA’s readers.',
      look: ['timeline', 'locks'],
    },
    {
      id: 'zap',
      find: next({ ctx: 1, ev: 'set', level: 'pte' }),
      heading: 'Entries are cleared under the PTE lock',
      text: 'On the way down no page-table lock was taken. The VMA’s lock keeps the tables above from going; the PTE lock keeps others from these entries.',
      look: ['locks', 'entry'],
    },
    {
      id: 'detached',
      find: next({ ctx: 0, ev: 'vma', change: 'detach' }),
      heading: 'Only then is the VMA detached',
      text: 'The mmap lock, the VMA’s lock, or the lock of its file: any one of the three is enough to zap. Munmap has to get past all three before it frees a table.',
      look: ['timeline', 'caption'],
    },
  ],
  breakIt: {
    says: 'Take none of the three: the walk goes on into a PMD table that munmap has freed.',
    library: 'zap-under-nothing',
    schedule: 'b14a61',
    at: next({ ev: 'violation', what: 'uaf' }),
  },
};

export const RETRACT_TOUR: Walkthrough = {
  id: 'retract-a-pte-table',
  library: 'retract-a-pte-table',
  claims: ['D5'],
  stops: [
    {
      id: 'file-lock',
      find: next({ ctx: 0, ev: 'lock', name: 'i_mmap:0', within: 'retract_page_tables' }),
      heading: 'The file’s lock, for read, and no other',
      text: 'Whoever maps the file is found through it. Neither mmap_lock nor the VMA’s lock is taken: many processes may map the file, and their faults go on meanwhile.',
      look: ['locks', 'caption'],
    },
    {
      id: 'pmd-lock',
      find: next({ ctx: 0, ev: 'lock', name: 'pmd_lock' }),
      heading: 'First the lock of the PMD entry',
      text: 'Nobody else changes the entry from here on. It is looked at once more: someone may have been faster.',
      look: ['locks', 'entry'],
    },
    {
      id: 'pte-lock',
      find: next({ ctx: 0, ev: 'lock', name: 'ptl' }),
      heading: 'Then the lock of the PTE table below it',
      text: 'Nobody sets an entry in the table from here on. Pages that userfaultfd put in meanwhile would show now, and the table would be left alone.',
      look: ['locks', 'table'],
    },
    {
      id: 'unlinked',
      find: next({ ctx: 0, ev: 'set', level: 'pmd' }),
      heading: 'One exchange takes the table away',
      text: 'And a flush, since CPUs may keep the way to it.',
      look: ['map', 'entry'],
      question: {
        ask: 'May the table be freed now?',
        options: ['Yes, it is empty and unlinked', 'No'],
        answer: 1,
        because: 'Readers in RCU sections may have its address from before.',
      },
    },
    {
      id: 'grace',
      find: next({ ctx: 0, ev: 'gp', phase: 'start' }),
      heading: 'RCU is to free it',
      text: 'pte_free_defer() hands the table to RCU.',
      look: ['timeline', 'table'],
    },
    {
      id: 'freed',
      find: next({ ctx: 0, ev: 'free' }),
      heading: 'After the grace period it is freed',
      text: 'Of all levels only PTE tables come and go like this under a read lock. Tables above stay as long as a VMA needs them.',
      look: ['map', 'timeline'],
    },
  ],
  breakIt: {
    says: 'Leave out the PTE lock: a page is put in between the last look and the exchange, and the table is freed with it.',
    library: 'retract-without-the-pte-lock',
    schedule: 'a27b24',
    at: next({ ev: 'violation' }),
  },
};

export const WRITER_TOUR: Walkthrough = {
  id: 'writer-looks-again',
  library: 'writer-looks-again',
  schedule: 'a15b17a4b',
  claims: ['D7'],
  stops: [
    {
      id: 'mapped',
      find: next({ ctx: 1, ev: 'load', fn: 'pte_offset_map_lock', by: 'pmdp_get_lockless' }),
      heading: 'A writer finds its PTE table',
      text: 'userfaultfd is to put a page into a mapping. pte_offset_map_lock() has read the PMD entry and wants the lock of the table it leads to. Another CPU holds it.',
      look: ['entry', 'locks'],
    },
    {
      id: 'gone',
      find: next({ ctx: 0, ev: 'set', level: 'pmd' }),
      heading: 'The table is retracted',
      text: 'That CPU holds the PMD lock and the PTE lock, and takes the table out of the tree.',
      look: ['map', 'timeline'],
    },
    {
      id: 'locked',
      find: next({ ctx: 1, ev: 'lock', name: 'ptl' }),
      heading: 'The writer gets the lock of a detached table',
      text: 'RCU keeps the table, the lock is real, and nothing points there any more.',
      look: ['locks', 'table'],
      question: {
        ask: 'What if it set its entry now?',
        options: ['The page would be mapped', 'The entry would be lost'],
        answer: 1,
        because: 'No walk reaches this table, and it is freed after the grace period.',
      },
    },
    {
      id: 'again',
      find: next({ ctx: 1, ev: 'load', by: 'pmd_same' }),
      heading: 'It looks at the PMD again',
      text: 'The entry is not what it was. The lock is dropped, the RCU section left, and everything is done again from the start.',
      look: ['entry', 'timeline'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Nothing is lost',
      text: 'The second try finds no table, and the caller tries later. In every order of these steps an entry is set in a table that is linked, or not at all.',
      look: ['map', 'timeline'],
    },
  ],
  breakIt: {
    says: 'Let the writer trust the table once it has the lock: its entry goes where nothing points any more.',
    library: 'writer-does-not-look-again',
    schedule: 'a15b17a4b',
    at: next({ ev: 'violation', what: 'lost' }),
  },
};

export const POPULATE_TOUR: Walkthrough = {
  id: 'populate-by-rmap',
  library: 'populate-by-rmap',
  schedule: 'a36b2',
  claims: ['D9'],
  stops: [
    {
      id: 'detached',
      find: next({ ctx: 0, ev: 'vma', change: 'detach' }),
      heading: 'The VMA is detached, and still in rmap',
      text: 'Lookups by address don’t find it any more. Whoever comes by the file still does, until munmap unlinks it.',
      look: ['caption', 'timeline'],
    },
    {
      id: 'cleared',
      find: next({ ctx: 0, ev: 'set', level: 'pte' }, 2),
      heading: 'Its entries are cleared',
      text: 'Nobody will clear them a second time. From here to the freeing of the table, an entry that is set stays set.',
      look: ['entry', 'map'],
    },
    {
      id: 'window',
      find: next({ ctx: 1, ev: 'lock', name: 'i_mmap:1' }),
      heading: 'Someone comes by the file',
      text: 'What if a page were mapped with the file’s lock alone? No kernel code does. Clearing entries here would be fine.',
      look: ['locks', 'timeline'],
    },
    {
      id: 'doomed',
      find: next({ ctx: 1, ev: 'set', level: 'pte' }),
      heading: 'An entry is set in a doomed table',
      text: 'The PTE lock is held, the PMD was looked at again, and all of that helps nothing: the table is linked, for now.',
      look: ['entry', 'locks'],
    },
    {
      id: 'freed',
      find: next({ ctx: 0, ev: 'free', level: 'pte' }),
      heading: 'The table is freed with the entry in it',
      text: 'The page is never given back, and counts are off for ever. Hence the rule: entries are set under the mmap lock or the VMA’s, whose lookups don’t find a detached VMA.',
      look: ['table', 'timeline'],
    },
  ],
};

export const MOVE_TOUR: Walkthrough = {
  id: 'move-meets-truncate',
  library: 'move-meets-truncate',
  claims: ['D11'],
  stops: [
    {
      id: 'rmap-lock',
      find: next({ ctx: 0, ev: 'lock', name: 'i_mmap:0' }),
      heading: 'Before a table moves, rmap is kept out',
      text: 'mremap() holds mmap_lock and both VMAs for write. Whoever comes by the file cares for neither, so the file’s lock is taken too, for write.',
      look: ['locks', 'caption'],
    },
    {
      id: 'pmd-lock',
      find: next({ ctx: 0, ev: 'lock', name: 'pmd_lock' }),
      heading: 'Then the lock of the PMD entries',
      text: 'Of both, where they lie in different tables. The PMD is looked at again: it was read before any of these locks, and the table may have been retracted since.',
      look: ['locks', 'entry'],
    },
    {
      id: 'cleared',
      find: next({ ctx: 0, ev: 'set', level: 'pmd' }),
      heading: 'The table is taken from the old place',
      text: 'For a moment it hangs nowhere, with a page mapped in it. No PTE lock is held.',
      look: ['map', 'entry'],
    },
    {
      id: 'set',
      find: next({ ctx: 0, ev: 'set', level: 'pmd' }),
      heading: 'And hung up at the new one',
      text: 'One store moves 2 MiB of address space.',
      look: ['map', 'entry'],
    },
    {
      id: 'truncate',
      find: next({ ctx: 1, ev: 'set', level: 'pte' }),
      heading: 'Truncation finds the page where it is',
      text: 'It looks at every mapping of the file in turn, the new place first here. The lock lets it see the table before the move or after it.',
      look: ['entry', 'timeline'],
    },
  ],
  breakIt: {
    says: 'Move without the file’s lock: truncation looks at the new place before, at the old one after, and misses the page.',
    library: 'move-without-rmap-locks',
    schedule: 'a38b27',
    at: next({ ev: 'violation', what: 'missed' }),
  },
};
