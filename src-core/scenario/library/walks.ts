import type { LibraryEntry } from '../library.ts';
import type { ScenarioCall } from '../schema.ts';
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

/** A dump of part of the linear map, as ptdump makes it. */
const DUMP: ScenarioCall = {
  fn: 'walk_page_range_debug',
  mm: 'init_mm',
  ...FIRST_RANGE,
  ops: LOOK,
  locks: [{ name: 'mmap:init_mm', mode: 'write' }],
};

export const DUMP_AND_LOCKED_WALK: LibraryEntry = {
  id: 'dump-and-locked-walk',
  title: 'A walk that waits for a dump',
  summary:
    'CPU 0 dumps kernel tables with init_mm’s mmap lock held for write. CPU 1 wants to walk a single page of its own, and takes the lock for read first, as walk_kernel_page_table_range() asks. Though the two have nothing to do with each other, it waits until the whole dump is done.',
  chapter: 2,
  scenario: {
    ...HEADER,
    title: 'A walk that waits for a dump',
    revision: 'v7.3',
    memory: CAPTURE,
    contexts: [
      { cpu: 0, calls: [DUMP] },
      {
        cpu: 1,
        calls: [
          {
            fn: 'walk_kernel_page_table_range',
            start: '0xffff000041752000',
            end: '0xffff000041753000',
            ops: LOOK,
            locks: INIT_MM_READ,
          },
        ],
      },
    ],
  },
};

export const DUMP_AND_OWNER: LibraryEntry = {
  id: 'dump-and-owner',
  title: 'The owner of a page does not wait',
  summary:
    'The same dump, and beside it a CPU that changes a page it owns. The lockless walk asks for nothing the dump holds: it runs from its call to its return while the dump is under way.',
  chapter: 2,
  scenario: {
    ...HEADER,
    title: 'The owner of a page does not wait',
    revision: 'v7.3',
    memory: CAPTURE,
    contexts: [
      { cpu: 0, calls: [DUMP] },
      {
        cpu: 1,
        calls: [{ fn: 'set_memory_valid', addr: '0xffff000041752000', numpages: 1, enable: false }],
      },
    ],
  },
};
