import type { CtorRules, TableLevel } from './ctor-rules.ts';

/**
 * What a revision changes in constructors, locks and accounting against the one before it: a sentence for each rule that differs, in
 * the order of `CtorRules`; empty where they behave alike.
 */
export function ctorChanges(before: CtorRules, after: CtorRules): readonly string[] {
  const words: string[] = [];
  const levels = (key: LevelsKey, gains: (list: string) => string, loses: (list: string) => string): void => {
    const gained = after[key].filter((level) => !before[key].includes(level));
    const lost = before[key].filter((level) => !after[key].includes(level));
    if (gained.length > 0) words.push(gains(upper(gained)));
    if (lost.length > 0) words.push(loses(upper(lost)));
  };
  const flag = (key: FlagKey, on: string, off: string): void => {
    if (before[key] !== after[key]) words.push(after[key] ? on : off);
  };
  levels(
    'constructs',
    (l) => `Generic allocators construct ${l} tables too.`,
    (l) => `Generic allocators no longer construct ${l} tables.`,
  );
  levels(
    'counts',
    (l) => `Constructors of ${l} tables count them in NR_PAGETABLE.`,
    (l) =>
      after.countedBy === 'alloc' && before.countedBy !== 'alloc'
        ? `Constructors no longer count ${l} tables.`
        : `Nothing counts ${l} tables.`,
  );
  levels(
    'locks',
    (l) => `${l} tables can have a lock of their own.`,
    (l) => `${l} tables have no lock of their own.`,
  );
  flag(
    'kernelPte',
    'Kernel PTE tables are constructed, counted and destructed like the others.',
    'Kernel PTE tables are neither constructed nor counted.',
  );
  flag(
    'mmArgument',
    'Constructors of PTE and PMD tables are told the mm; none acts on it yet.',
    'Constructors are not told the mm.',
  );
  levels(
    'skipsLock',
    (l) => `init_mm’s ${l} tables get no lock: it would never be taken. An mm of NULL is not init_mm.`,
    (l) => `init_mm’s ${l} tables get a lock that nobody takes.`,
  );
  levels(
    'arm64Kernel',
    (l) => `arm64: ${l} tables of memory added later and of the trampoline are constructed.`,
    (l) => `arm64: ${l} tables of memory added later are not constructed.`,
  );
  levels(
    'arm64Special',
    (l) => `arm64: ${l} tables of the firmware’s mappings are constructed.`,
    (l) => `arm64: ${l} tables of the firmware’s mappings are not constructed.`,
  );
  levels(
    'riscvLate',
    (l) => `riscv: ${l} tables made after boot (EFI, memory added later) are constructed.`,
    (l) => `riscv: ${l} tables made after boot are not constructed.`,
  );
  const arches = after.archKernelPte.filter((arch) => !before.archKernelPte.includes(arch));
  if (arches.length > 0)
    words.push(
      `Kernel PTE tables of ${list(arches)} are constructed: ${arches.length === 1 ? 'it has an allocator' : 'they have allocators'} of ${arches.length === 1 ? 'its' : 'their'} own.`,
    );
  flag(
    'archUpper',
    'The upper tables of parisc and m68k are constructed.',
    'The upper tables of parisc and m68k are not constructed.',
  );
  if (before.x86HugeFree !== after.x86HugeFree)
    words.push(
      after.x86HugeFree === 'dtor'
        ? 'x86 destructs the tables that a huge vmalloc mapping replaces.'
        : 'x86 gives the tables that a huge vmalloc mapping replaces back without their destructor.',
    );
  flag(
    'x86Cpa',
    'x86’s set_memory code makes constructed tables.',
    'x86’s set_memory code makes tables without a constructor.',
  );
  flag(
    'kernelFlag',
    'Kernel tables are marked PT_kernel, so that freeing them can be put off.',
    'Kernel tables are not marked.',
  );
  if (before.dtor !== after.dtor)
    words.push(
      after.dtor === 'one'
        ? 'One destructor serves every level, and a table without a lock too.'
        : 'Each level has a destructor of its own.',
    );
  flag(
    'hotRemoveDtor',
    'arm64 destructs every table it frees when memory is removed.',
    'arm64 frees tables of removed memory without their destructor.',
  );
  flag(
    'freeResetsType',
    'A page freed with its page type still set is reset silently.',
    'A page freed with its page type still set may be reported as bad.',
  );
  if (before.gatherDtor !== after.gatherDtor)
    words.push(
      after.gatherDtor === 'at-free'
        ? 'A table freed through a TLB gather is destructed when its batch is freed.'
        : 'A table freed through a TLB gather is destructed when it is unlinked.',
    );
  if (before.countedBy !== after.countedBy)
    words.push(
      after.countedBy === 'alloc'
        ? 'pagetable_alloc() itself counts in NR_PAGETABLE; constructors are left for locks of user tables.'
        : 'Constructors count in NR_PAGETABLE.',
    );
  if (before.kernelMms !== after.kernelMms)
    words.push(
      after.kernelMms === 'flag'
        ? 'efi_mm is a kernel mm like init_mm: its tables get no locks.'
        : 'Only init_mm is the kernel’s: efi_mm’s tables get locks.',
    );
  return words;
}

type LevelsKey =
  'constructs' | 'counts' | 'locks' | 'skipsLock' | 'arm64Kernel' | 'arm64Special' | 'riscvLate';
type FlagKey =
  'kernelPte' | 'mmArgument' | 'archUpper' | 'x86Cpa' | 'kernelFlag' | 'hotRemoveDtor' | 'freeResetsType';

function upper(levels: readonly TableLevel[]): string {
  return list(levels.map((level) => level.toUpperCase()));
}

/** `a, b and c` */
function list(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
