import type { U64 } from '../base/u64.ts';
import type { Geometry } from '../arch/geometry.ts';
import type { Arch } from '../mm/allocators.ts';
import type { SpinlockKind } from '../mm/ptlock.ts';
import type { Rules } from '../revision/rules.ts';
import type { EntryPtr } from '../step/pointer.ts';
import type { Vma } from '../step/vma.ts';
import type { KernelCall } from '../step/walker.ts';
import type { Mm, MmName } from '../mm/mm.ts';

/** How the kernel was configured and booted, as far as simulated code asks. */
export interface KernelConfig {
  /** The CPUs can change block size and contiguous bit of live entries (`system_supports_bbml3()`; BBML2 in older words). */
  readonly bbml3: boolean;
  /** CPU capabilities are final: all early CPUs have been seen. */
  readonly capsFinal: boolean;
  /** `linear_map_requires_bbml3`: the linear map has blocks that may have to be split. */
  readonly linearReq: boolean;
  readonly rodataFull: boolean;
  readonly debugPagealloc: boolean;
  /** KFENCE was not set up early, so its pool needs a direct map that can change. */
  readonly kfenceDirect: boolean;
  /** The kernel runs in an Arm CCA Realm (`is_realm_world()`). */
  readonly realm: boolean;
  /** CONFIG_PTDUMP_DEBUGFS: the kernel's tables can be read in debugfs. */
  readonly ptdumpDebugfs: boolean;
  /** Kernel BTI: the guarded-page bit takes part in x and nx. */
  readonly bti: boolean;
  /** Kernel mappings are not global (KPTI). */
  readonly useNg: boolean;
  /** The page allocator is up. */
  readonly pageAlloc: boolean;
  readonly onlineCpus: number;
  /** CPUs the kernel was built for (CONFIG_NR_CPUS); 0: not told, see include/linux/mm.ts. */
  readonly nrCpus: number;
  /** CONFIG_DEBUG_VM: assertions about VMAs can end a context, in kernels where they are BUGs. */
  readonly debugVm: boolean;
  /** The shared page of zeroes, a physical address; 0: none. */
  readonly zeroPage: U64;
  /** The KFENCE pool, half open; equal: none. */
  readonly kfenceStart: U64;
  readonly kfenceEnd: U64;
  /** Physical address of the start of the linear map (`memstart_addr`). */
  readonly physOffset: U64;
  /** Whose table allocators run. */
  readonly arch: Arch;
  /** CONFIG_SPLIT_PTE_PTLOCKS */
  readonly splitPte: boolean;
  /** CONFIG_SPLIT_PMD_PTLOCKS */
  readonly splitPmd: boolean;
  /** What makes `sizeof(spinlock_t)`. */
  readonly spinlock: SpinlockKind;
  /** What if efi_mm counted as a kernel mm: no split locks for its tables? */
  readonly efiAsKernel: boolean;
  /** False: tables of special mms are made without a constructor, as on ARM before 2016. */
  readonly efiCtor: boolean;
  /** CONFIG_ASYNC_KERNEL_PGTABLE_FREE */
  readonly asyncFree: boolean;
  /** Writers that wait for an rwsem queue, and keep new readers out. */
  readonly queuedWriters: boolean;
  /** What a hook in every constructor does to its table. */
  readonly ctorHook: 'none' | 'write-protect';
  /** CONFIG_HIGHPTE: PTE tables of processes may lie in high memory, and are mapped to be reached (32-bit arm and x86). */
  readonly highPte: boolean;
}

/** A `struct vm_struct`: one vmalloc area. */
export interface VmArea {
  readonly addr: U64;
  /** Bytes, one guard page included. */
  readonly size: U64;
  readonly flags: readonly ('ALLOC' | 'ALLOW_HUGE' | 'FLUSH_RESET_PERMS')[];
  /** Physical addresses of its pages, in order. */
  readonly pages: readonly U64[];
}

/**
 * What a kernel function knows without asking the machine: what it was compiled with, and which mms exist. Constant for a
 * whole run.
 */
export interface Kernel {
  readonly geo: Geometry;
  readonly rules: Rules;
  readonly config: KernelConfig;
  /** The vmalloc area of the scenario that an address lies in. */
  findVmArea(addr: U64): VmArea | undefined;
  /** Is a page of this physical range in use by somebody who will not have it moved? Start and size in bytes. */
  pinned(start: U64, size: U64): boolean;
  /** Throws if the run has no such mm: scenarios are checked before they run. */
  mm(name: MmName): Mm;
  /** A VMA of the user mm by its number; throws likewise. */
  vma(id: number): Vma;
  /** Some call of the run makes areas or gives them back: then whether one is there is to be asked. */
  readonly areasChange?: boolean;
  /**
   * Splits a huge PMD of anonymous memory; absent where no call of the run deposits a table, so that huge PMDs have none to be split into.
   */
  readonly splitAnon?: (k: Kernel, mm: Mm, pmd: EntryPtr, addr: U64) => KernelCall<void>;
  /** The file that is mapped at an address to begin with; undefined: none. */
  fileAt(addr: U64): number | undefined;
}

/** The errno values the simulated functions return. */
export const EFAULT = 14;
export const EINVAL = 22;
export const ENOMEM = 12;
export const EBUSY = 16;
