/** The words a newcomer meets on the screen, one line each. */
export const WORDS = {
  init_mm: 'The kernel’s own address space: the tables every CPU uses for kernel addresses.',
  efi_mm: 'A separate address space the kernel switches to while it calls the firmware.',
  user: 'The address space of a process.',
  table:
    'One page that holds entries, 512 of them with 4 KiB pages; each covers an equal slice of the addresses.',
  entry: 'A 64-bit word in a table: it points to the next table, maps memory, or is empty.',
  leaf: 'An entry that maps memory itself, so the walk ends there: a page, or a block above the last level.',
  block: 'A leaf above the last level: one entry maps 2 MiB or 1 GiB at once.',
  hole: 'A part of the range that nothing maps; the walk reports it and goes on behind it.',
  callback: 'A function the caller hands to the walk, called for each entry of the levels it asks for.',
  folded:
    'A level that exists in the kernel’s code but not in this machine’s tables; the walk passes straight through.',
  contiguous: 'A group of neighbouring entries that the CPU may treat as one larger page.',
  lockless:
    'Walking without taking a lock: right only if nobody else can change or free these tables meanwhile.',
  mmap_lock: 'The lock of an address space: readers may share it, a writer has it alone.',
  assertion: 'A check that a lock is held; a failed one is reported, and the code goes on.',
  revision: 'One state of the kernel’s source: a release or a patch.',
  step: 'One memory or lock operation, callback or call of the kernel: the smallest thing that happens here.',
  context: 'Something that runs kernel code: a task or an interrupt, on a CPU.',
  VA: 'Virtual address: what code uses; the tables translate it.',
  ptdesc:
    'The kernel’s descriptor of a table page. A capture holds the entries only, so whether the table was constructed, has a lock and is counted is not known.',
  stale:
    'A CPU may still translate by what an entry held before it was changed, until a TLBI makes it forget.',
  PA: 'Physical address: where the memory is; tables are named by it.',
} as const;

export type Word = keyof typeof WORDS;
