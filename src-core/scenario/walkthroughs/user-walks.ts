import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

/** Walks of a process's tables that meet a change of them. */

export const NOLOCK_MEETS_MUNMAP_TOUR: Walkthrough = {
  id: 'nolock-meets-munmap',
  library: 'nolock-meets-munmap',
  // The walk has the address of the PMD table when munmap begins.
  schedule: 'b18a62',
  claims: ['N2'],
  stops: [
    {
      id: 'nothing-held',
      find: start(),
      heading: 'A walk with nothing held',
      text: 'Context b walks a process’s tables with PGWALK_NOLOCK, as first posted: no lock, no assertion, no warning. Context a is about to unmap what it walks.',
      look: ['timeline', 'map'],
    },
    {
      id: 'has-the-table',
      find: next({ ctx: 1, ev: 'load', by: 'pmd_offset' }),
      heading: 'The walk knows where the PMD table is',
      text: 'It has read the PUD entry, and from now on trusts the address in it. It is in no RCU section: that begins where a PTE table is mapped, one level further down.',
      look: ['entry', 'locks'],
    },
    {
      id: 'detached',
      find: next({ ctx: 0, ev: 'vma', change: 'detach' }),
      heading: 'Munmap finds nobody in its way',
      text: 'It holds the lock for write and detaches the VMA. Whoever looks it up from here on finds nothing. The walk looks up no VMA.',
      look: ['caption', 'timeline'],
      question: {
        ask: 'RCU frees the tables only after a grace period. Does that save the walk?',
        options: ['Yes', 'No'],
        answer: 1,
        because: 'A grace period waits for RCU sections, and at this level the walk is in none.',
      },
    },
    {
      id: 'freed',
      find: next({ ctx: 0, ev: 'free', level: 'pmd' }),
      heading: 'The PMD table is given back',
      text: 'The entry that led to it was cleared before. The walk read that entry earlier.',
      look: ['map', 'table'],
    },
    {
      id: 'read',
      find: next({ ev: 'violation' }),
      heading: 'The walk reads freed memory',
      text: 'What it finds is whatever the page is used for now. If that looks like a pointer to a table, it follows it.',
      look: ['entry', 'timeline'],
    },
  ],
};

export const READ_LOCK_TOUR: Walkthrough = {
  id: 'read-lock-is-not-enough',
  library: 'read-lock-is-not-enough',
  schedule: 'a52b15a9',
  claims: ['N6', 'D1'],
  stops: [
    {
      id: 'write-lock',
      find: next({ ctx: 0, ev: 'lock', name: 'mmap:user' }),
      heading: 'Munmap takes the lock for write',
      text: 'So far nobody else can hold it. It cuts VMAs where it has to, locks each for write and detaches it.',
      look: ['locks', 'timeline'],
    },
    {
      id: 'downgrade',
      find: next({ ctx: 0, ev: 'downgrade' }),
      heading: 'And downgrades it before the slow part',
      text: 'The VMAs are out of the tree. Clearing entries and freeing tables can take long, so munmap goes on with the lock held for read: page faults elsewhere in the process need not wait.',
      look: ['locks', 'timeline'],
      question: {
        ask: 'Whom does the lock keep out now?',
        options: ['Nobody', 'Writers', 'Readers and writers'],
        answer: 1,
        because: 'Readers exist side by side, and munmap is one of them.',
      },
    },
    {
      id: 'reader',
      find: next({ ctx: 1, ev: 'lock', name: 'mmap:user' }),
      heading: 'A walk comes in with a read lock',
      text: 'It walks addresses, not VMAs, as a dump of page tables does. walk_page_range_debug() warns that the lock is not held for write; a warning stops nothing.',
      look: ['locks', 'caption'],
    },
    {
      id: 'pointer',
      find: next({ ctx: 1, ev: 'load', by: 'pmd_offset' }),
      heading: 'It reads the way to a PMD table',
      text: 'Munmap clears this PUD entry next.',
      look: ['entry', 'map'],
    },
    {
      id: 'freed',
      find: next({ ctx: 0, ev: 'free', level: 'pmd' }),
      heading: 'The table is freed',
      text: 'Flushed, a grace period later, by the rules. No RCU section of the walk held it up.',
      look: ['map', 'table'],
    },
    {
      id: 'read',
      find: next({ ev: 'violation' }),
      heading: 'Use of a freed table',
      text: 'With the lock held for write the walk would have waited for munmap’s last step. That is the rule for areas without a VMA.',
      look: ['entry', 'timeline'],
    },
  ],
};

export const STALE_EMPTY_TABLE_TOUR: Walkthrough = {
  id: 'stale-empty-table',
  library: 'stale-empty-table',
  schedule: 'b6a37c29',
  claims: ['D6'],
  stops: [
    {
      id: 'section',
      find: next({ ctx: 1, ev: 'lock', name: 'rcu' }),
      heading: 'A reader enters an RCU section',
      text: 'It reads the PMD entry once and finds a PTE table. It takes no lock: what it reads may change, but the table can’t be freed while the section lasts.',
      look: ['locks', 'entry'],
    },
    {
      id: 'unlinked',
      find: next({ ctx: 0, ev: 'set', level: 'pmd' }),
      heading: 'The table is unlinked',
      text: 'On another CPU the file’s pages are collapsed. The empty PTE table is taken out of the tree in one exchange, and the TLBs are flushed. The reader still has its address.',
      look: ['map', 'timeline'],
    },
    {
      id: 'new-table',
      find: next({ ctx: 2, ev: 'set', level: 'pte' }),
      heading: 'A new table stands in its place',
      text: 'A fault on a third CPU found no table, made one and mapped a page in it. Anyone who looks now sees that page.',
      look: ['map', 'entry'],
      question: {
        ask: 'What will the reader see at the same address?',
        options: ['The new page', 'An empty entry', 'Freed memory'],
        answer: 1,
        because: 'It reads the old table, which is empty, detached, and kept by its RCU section.',
      },
    },
    {
      id: 'stale',
      find: next({ ctx: 1, ev: 'cb', level: 'pte' }),
      heading: 'The reader sees an empty entry',
      text: 'It is out of date, and that is no violation: a reader that can live with “nothing there yet” needs RCU and no more.',
      look: ['entry', 'timeline'],
    },
    {
      id: 'freed',
      find: next({ ctx: 0, ev: 'free' }),
      heading: 'Only now is the old table freed',
      text: 'The grace period waited for the section to end.',
      look: ['map', 'timeline'],
    },
  ],
  breakIt: {
    says: 'Free the table without waiting for RCU: the reader’s next load is from freed memory.',
    library: 'retracted-and-freed-at-once',
    schedule: 'b6a23',
    at: next({ ev: 'violation', what: 'uaf' }),
  },
};

export const READ_ONCE_TOUR: Walkthrough = {
  id: 'pmd-read-once',
  library: 'pmd-read-once',
  schedule: 'b6a22',
  claims: ['D10'],
  stops: [
    {
      id: 'once',
      find: next({ ctx: 1, ev: 'load', by: 'pmdp_get_lockless' }),
      heading: 'One load, for the test and for the way on',
      text: 'The reader tests this value: present, and a table. It takes the table’s address from this value too, not from the entry.',
      look: ['entry', 'locks'],
    },
    {
      id: 'cleared',
      find: next({ ctx: 0, ev: 'set', level: 'pmd' }),
      heading: 'The entry is cleared meanwhile',
      text: 'At PMD level entries can change under whoever holds no lock: that is why they are read with READ_ONCE(), once, and the copy is used.',
      look: ['map', 'entry'],
    },
    {
      id: 'read',
      find: next({ ctx: 1, ev: 'cb', level: 'pte' }),
      heading: 'The reader goes on with its copy',
      text: 'The table is detached but still there. The PTE is read from it, and found empty.',
      look: ['entry', 'timeline'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Every order of these steps is clean',
      text: 'The value that was tested is the value that was followed.',
      look: ['timeline', 'map'],
    },
  ],
  breakIt: {
    says: 'Read the entry a second time to follow it: the value is 0, which passed no test, and leads to no table.',
    library: 'pmd-read-twice',
    schedule: 'b6a22',
    at: next({ ev: 'violation', what: 'wild' }),
  },
};
