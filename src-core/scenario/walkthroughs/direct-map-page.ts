import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const DIRECT_MAP_PAGE_TOUR: Walkthrough = {
  id: 'direct-map-page',
  library: 'direct-map-page',
  claims: ['N10', 'P8'],
  compareWith: 'v6.12',
  stops: [
    {
      id: 'why',
      find: start(),
      heading: 'A page that the kernel itself should not reach',
      text: 'Memory for secrets, or for code that is being freed, leaves the kernel’s own linear map for a while. set_direct_map_invalid_noflush() takes one page out, set_direct_map_default_noflush() puts it back. This page happens to be read-only.',
      look: ['map', 'address'],
    },
    {
      id: 'split',
      find: next({ ev: 'lock', name: 'pgtable_split_lock' }),
      heading: 'First: is there a block to split?',
      text: 'The page may be part of a block or of a contiguous run, so split_kernel_leaf_mapping() looks, under its mutex. Here the page already has an entry of its own, and nothing is split.',
      look: ['locks', 'stack'],
    },
    {
      id: 'walk',
      find: next({ ev: 'load', level: 'pud', within: 'walk_kernel_page_table_range_lockless' }),
      heading: 'The walk holds no lock at all',
      text: 'The mutex is free again. From the root to the entry, nothing that another CPU could wait for is held: the caller owns the page, so nobody else changes this entry.',
      look: ['locks', 'stack'],
      question: {
        ask: 'Which lock does the walk hold?',
        options: ['init_mm’s mmap_lock, for read', 'The lock of the PTE table', 'None'],
        answer: 2,
        because: 'The caller owns the page, and tables of init_mm have no lock that a walk would take.',
      },
    },
    {
      id: 'away',
      find: next({ ev: 'set', fn: 'pageattr_pte_entry' }),
      heading: 'Two bits change, no more',
      text: 'The clear mask is VALID, the set mask PRESENT_INVALID: bit 0 goes, bit 11 comes. The address, the permissions and the memory type stay in the entry. A CPU that reads it from now on takes a fault.',
      look: ['entry'],
    },
    {
      id: 'no-flush',
      find: next({ ev: 'return' }),
      heading: 'It returns, and the TLB was not told',
      text: 'A CPU that has the old translation cached can still use it. That is what _noflush in the name says: the caller collects its pages and flushes once, for all of them.',
      look: ['counters', 'caption'],
    },
    {
      id: 'back',
      find: next({ ev: 'set', fn: 'pageattr_pte_entry' }),
      heading: 'Valid again, and now writable',
      text: 'The default is a writable page, whatever it was before. The masks set VALID and WRITE and clear PRESENT_INVALID and RDONLY. They are applied in that order: first clear, then set.',
      look: ['entry'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Two stores, no flush',
      text: 'Both calls return 0. In Linux 6.12 the same calls went by apply_to_page_range(), without a lock as well; an invalid page had only its valid bit cleared then. Compare the two entries.',
      look: ['entry', 'counters'],
    },
  ],
  breakIt: {
    says: 'Use set_memory_valid() on a page instead, and see the flush that this path leaves to its caller.',
    library: 'invalid-and-back',
    at: next({ ev: 'tlbi' }),
  },
};
