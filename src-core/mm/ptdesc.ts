import type { LevelName } from '../arch/geometry.ts';
import type { CtorRules } from '../revision/ctor-rules.ts';
import type { Allocator } from './allocators.ts';
import type { PtlockConfig } from './ptlock.ts';
import { allocatesLocks, isSplit, spinlockSize } from './ptlock.ts';

/** What kind of lock a table has: none that was initialised, one in its own page's descriptor, or an object of its own. */
export type PtlockState = 'none' | 'embedded' | 'kmem';

/** What a what-if changes: see the scenario's `config`. */
export interface CtorWhatIf {
  /** efi_mm counts as a kernel mm: no split locks for it. */
  readonly efiAsKernel: boolean;
  /** Tables of special mms (EFI) are constructed; false: as ARM did before its fix of 2016. */
  readonly efiCtor: boolean;
}

export const NO_WHAT_IF: CtorWhatIf = { efiAsKernel: false, efiCtor: true };

/** What a constructor does to a table. */
export interface CtorEffect {
  readonly lock: PtlockState;
  /** Bytes of the lock's own object; 0 where there is none. */
  readonly lockBytes: number;
  /** Page type `table` is set. */
  readonly type: boolean;
  /** Pages added to NR_PAGETABLE. */
  readonly counted: number;
}

/** What allocating one table does, constructor included. */
export interface AllocEffect extends CtorEffect {
  /** The constructor runs and does something. */
  readonly ctor: boolean;
  /** `__GFP_ACCOUNT` */
  readonly memcg: boolean;
  /** PT_kernel */
  readonly kernelFlag: boolean;
}

/** Does a constructor of this revision leave the lock of such a table out? `mm` as it is told: null is nobody's. */
export function skipsLock(
  rules: CtorRules,
  level: LevelName,
  mm: string | null,
  whatIf: CtorWhatIf = NO_WHAT_IF,
): boolean {
  if (!rules.skipsLock.includes(level)) return false;
  return isKernelMm(rules, mm, whatIf);
}

/** Is this a kernel mm, as far as constructors and lock helpers ask? */
export function isKernelMm(rules: CtorRules, mm: string | null, whatIf: CtorWhatIf = NO_WHAT_IF): boolean {
  return mm === 'init_mm' || (mm === 'efi_mm' && (rules.kernelMms === 'flag' || whatIf.efiAsKernel));
}

/**
 * What `pagetable_{pte,pmd,pud,p4d,pgd}_ctor()` (include/linux/mm.h) does to a table of 2^order pages at `level`, told `mm` (null:
 * NULL). It is asked only where the revision has that constructor.
 */
export function ctorEffect(
  rules: CtorRules,
  config: PtlockConfig,
  level: LevelName,
  mm: string | null,
  order = 0,
  whatIf: CtorWhatIf = NO_WHAT_IF,
): CtorEffect {
  const locked =
    rules.locks.includes(level) && isSplit(config, level) && !skipsLock(rules, level, mm, whatIf);
  const kmem = locked && allocatesLocks(config);
  const counts = rules.countedBy === 'ctor' && rules.counts.includes(level);
  return {
    lock: locked ? (kmem ? 'kmem' : 'embedded') : 'none',
    lockBytes: kmem ? spinlockSize(config) : 0,
    type: counts,
    counted: counts ? 2 ** order : 0,
  };
}

/** Does this allocator call a constructor for such a table, made for this mm? */
function constructs(rules: CtorRules, allocator: Allocator, level: LevelName, mm: string | null): boolean {
  switch (allocator.ctor) {
    case 'never':
      return false;
    case 'always':
      return true;
    case 'generic':
      return rules.constructs.includes(allocator.ctorAs ?? level);
    case 'kernel-pte':
      return rules.kernelPte;
    case 'arm64-kernel':
      return rules.arm64Kernel.includes(level);
    case 'arm64-special':
      return rules.arm64Special.includes(level);
    case 'riscv-late':
      return rules.riscvLate.includes(level);
    case 'arch-kernel-pte':
      return (allocator.shared === true && mm !== 'init_mm') || rules.archKernelPte.includes(allocator.arch);
    case 'arch-upper':
      return rules.archUpper;
    case 'x86-cpa':
      return rules.x86Cpa;
    case 'splits':
      return rules.countedBy === 'ctor';
  }
}

/** The mm that the constructor of a table is told; undefined: this revision's constructors take none. */
export function toldMm(
  allocator: Allocator,
  mm: string | null,
  whatIf: CtorWhatIf = NO_WHAT_IF,
): string | null {
  // To treat efi_mm as a kernel mm, constructors have to be told of it.
  if (whatIf.efiAsKernel && mm === 'efi_mm') return mm;
  if (allocator.ctorMm === 'given') return mm;
  return allocator.ctorMm === 'null' ? null : 'init_mm';
}

/** What allocating a table with `allocator` does at a revision; `mm`: whose it is to be (null: the caller passes NULL). */
export function allocEffect(
  rules: CtorRules,
  config: PtlockConfig,
  allocator: Allocator,
  level: LevelName,
  mm: string | null,
  whatIf: CtorWhatIf = NO_WHAT_IF,
): AllocEffect {
  const told = toldMm(allocator, mm, whatIf);
  const special = allocator.ctorMm === 'null';
  const called =
    constructs(rules, allocator, level, mm) &&
    !(special && !whatIf.efiCtor) &&
    // A constructor that is only for split locks does nothing to a kernel table.
    !(rules.countedBy === 'alloc' && isKernelMm(rules, special ? (mm ?? 'efi_mm') : told, whatIf));
  const made = ctorEffect(rules, config, allocator.ctorAs ?? level, told, allocator.order, whatIf);
  const byAlloc = rules.countedBy === 'alloc' && allocator.api;
  return {
    ctor: called,
    lock: called ? made.lock : 'none',
    lockBytes: called ? made.lockBytes : 0,
    type: byAlloc || (called && made.type),
    counted: byAlloc ? 2 ** allocator.order : called ? made.counted : 0,
    memcg: chargesMemcg(rules, allocator, level, mm),
    kernelFlag:
      rules.kernelFlag &&
      (allocator.flag === 'always' || (allocator.flag === 'init_mm' && told === 'init_mm')),
  };
}

function chargesMemcg(rules: CtorRules, allocator: Allocator, level: LevelName, mm: string | null): boolean {
  switch (allocator.memcg) {
    case 'never':
      return false;
    case 'always':
      return true;
    case 'not-init':
      return mm !== 'init_mm';
    case 'not-init-late':
      return mm !== 'init_mm' && rules.constructs.includes(level);
  }
}

/**
 * The effect in the letters of the documentation: C constructor, L lock initialised, A lock an object of its own, +n counted pages
 * where more than one, M charged to the memory cgroup, K marked as a kernel table; – nothing.
 */
export function effectLetters(effect: AllocEffect): string {
  const ctor = effect.ctor ? 'C' : effect.counted > 0 ? 'T' : '–';
  const lock = effect.lock === 'none' ? '' : effect.lock === 'kmem' ? 'LA' : 'L';
  const words = [
    ctor + lock,
    ...(effect.counted > 1 ? [`+${effect.counted}`] : []),
    ...(effect.kernelFlag ? ['K'] : []),
    ...(effect.memcg ? ['M'] : []),
  ];
  return words.join(' ');
}
