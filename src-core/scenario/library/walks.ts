import type { LibraryEntry } from '../library.ts';
import { CAPTURE, FIRST_RANGE, HEADER, INIT_MM_READ, LOOK } from './common.ts';

export const FIRST_WALK: LibraryEntry = {
  id: 'first-walk',
  title: 'A walk through a real kernel’s tables',
  summary:
    'The kernel walks its own page tables, init_mm’s, without a lock: the way it changes permissions of memory it owns. In this capture of an arm64 machine the walk meets pages marked as a contiguous run, then 2 MiB blocks, and at the end a hole where nothing is mapped.',
  chapter: 1,
  scenario: {
    ...HEADER,
    title: 'A walk through a real kernel’s tables',
    revision: 'v7.3',
    memory: CAPTURE,
    contexts: [
      {
        cpu: 0,
        calls: [{ fn: 'walk_kernel_page_table_range_lockless', ...FIRST_RANGE, ops: LOOK }],
      },
    ],
  },
};

export const LOCKED_WALK: LibraryEntry = {
  id: 'locked-walk',
  title: 'The same walk under the mmap lock',
  summary:
    'walk_kernel_page_table_range() wants init_mm’s mmap_lock held, for read at the least, and asserts that before it starts; then it does exactly what the lockless walk does. A read lock alone does not keep kernel tables from being freed: whoever walks must own the range, or hold the lock for write.',
  chapter: 1,
  scenario: {
    ...HEADER,
    title: 'The same walk under the mmap lock',
    revision: 'v7.3',
    memory: CAPTURE,
    contexts: [
      {
        cpu: 0,
        calls: [{ fn: 'walk_kernel_page_table_range', ...FIRST_RANGE, ops: LOOK, locks: INIT_MM_READ }],
      },
    ],
  },
};

export const FORGOT_THE_LOCK: LibraryEntry = {
  id: 'forgot-the-lock',
  title: 'The lock is forgotten: a warning, and the walk goes on',
  summary:
    'The caller should hold init_mm’s mmap_lock and does not. The assertion fails, which prints a warning; it stops nothing. The walk then reads the same entries as before, with nothing to keep the tables from being freed underneath it.',
  chapter: 1,
  scenario: {
    ...HEADER,
    title: 'The lock is forgotten: a warning, and the walk goes on',
    revision: 'v7.3',
    memory: CAPTURE,
    contexts: [{ cpu: 0, calls: [{ fn: 'walk_kernel_page_table_range', ...FIRST_RANGE, ops: LOOK }] }],
  },
};

export const EFI_DEBUG_WALK: LibraryEntry = {
  id: 'efi-debug-walk',
  title: 'Walking the firmware’s tables',
  summary:
    'efi_mm maps what the firmware needs at run time, at low addresses. Dumping it takes two mmap locks for write, efi_mm’s and init_mm’s. Because efi_mm is not init_mm and the addresses are low, each PTE table is mapped by pte_offset_map(), inside an RCU read section.',
  chapter: 1,
  scenario: {
    ...HEADER,
    title: 'Walking the firmware’s tables',
    revision: 'v7.3',
    memory: CAPTURE,
    contexts: [
      {
        cpu: 0,
        calls: [
          {
            fn: 'walk_page_range_debug',
            mm: 'efi_mm',
            // The end of a hole, then the first pages of a PTE table.
            start: '0x7fbfe000',
            end: '0x7fc04000',
            ops: LOOK,
            locks: [
              { name: 'mmap:efi_mm', mode: 'write' },
              { name: 'mmap:init_mm', mode: 'write' },
            ],
          },
        ],
      },
    ],
  },
};

export const V612_WALK: LibraryEntry = {
  id: 'v612-walk',
  title: 'The same walk in Linux 6.12',
  summary:
    'In 6.12 the tests of a PUD or PMD entry are macros: each test reads the entry again, so it can see a value that the test before did not. Compare the number of loads with 7.3, where a test reads its entry once. There was no lockless form then.',
  chapter: 1,
  scenario: {
    ...HEADER,
    title: 'The same walk in Linux 6.12',
    revision: 'v6.12',
    memory: CAPTURE,
    contexts: [
      {
        cpu: 0,
        calls: [{ fn: 'walk_kernel_page_table_range', ...FIRST_RANGE, ops: LOOK, locks: INIT_MM_READ }],
      },
    ],
  },
};
