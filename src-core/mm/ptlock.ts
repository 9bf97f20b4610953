import type { LevelName } from '../arch/geometry.ts';
import type { Arch } from './allocators.ts';

/** How spinlocks were configured: what makes `sizeof(spinlock_t)`. */
export type SpinlockKind =
  'plain' | 'debug' | 'lockdep' | 'lockdep-stat' | 'rt' | 'rt-debug' | 'rt-lockdep' | 'rt-lockdep-stat';

/** `sizeof(spinlock_t)` in bytes, 64-bit, by configuration: DEBUG_SPINLOCK, DEBUG_LOCK_ALLOC, LOCK_STAT, PREEMPT_RT. */
export const SPINLOCK_BYTES: Readonly<Record<SpinlockKind, number>> = {
  plain: 4,
  debug: 24,
  lockdep: 64,
  'lockdep-stat': 72,
  rt: 32,
  'rt-debug': 48,
  'rt-lockdep': 128,
  'rt-lockdep-stat': 144,
};

export const SPINLOCK_KINDS = Object.keys(SPINLOCK_BYTES) as readonly SpinlockKind[];

/** What the kernel was compiled with, as far as split page-table locks ask. */
export interface PtlockConfig {
  /** CONFIG_SPLIT_PTE_PTLOCKS */
  readonly splitPte: boolean;
  /** CONFIG_SPLIT_PMD_PTLOCKS; means nothing without the former. */
  readonly splitPmd: boolean;
  readonly spinlock: SpinlockKind;
  /** Bits of a long. */
  readonly bits: 32 | 64;
  /** Bytes of the architecture's own lock: 16 on parisc, 4 elsewhere. */
  readonly archLock: number;
}

/** Architectures whose PMD tables can have locks of their own (ARCH_ENABLE_SPLIT_PMD_PTLOCK). */
const SPLITS_PMD: readonly Arch[] = ['arm64', 's390', 'riscv', 'x86', 'powerpc'];

/** Architectures that never split locks: they have one CPU, or their Kconfig rules it out. */
const NEVER_SPLIT: readonly Arch[] = ['m68k', 'm68k-coldfire', 'sparc32'];

/** Can tables of this level have locks of their own on this architecture, if it is so configured? */
export function maySplit(arch: Arch, level: 'pte' | 'pmd'): boolean {
  return !NEVER_SPLIT.includes(arch) && (level === 'pte' || SPLITS_PMD.includes(arch));
}

/** A 64-bit SMP kernel without lock debugging. */
export const PLAIN_PTLOCKS: PtlockConfig = {
  splitPte: true,
  splitPmd: true,
  spinlock: 'plain',
  bits: 64,
  archLock: 4,
};

/** `sizeof(spinlock_t)` in bytes. */
export function spinlockSize(config: PtlockConfig): number {
  return SPINLOCK_BYTES[config.spinlock] + (config.archLock - 4);
}

/** ALLOC_SPLIT_PTLOCKS: a lock larger than a long is an object of its own, from the cache "page->ptl". */
export function allocatesLocks(config: PtlockConfig): boolean {
  return spinlockSize(config) > config.bits / 8;
}

/** Is the lock of tables at this level split: one a table? Above the PMD none is. */
export function isSplit(config: PtlockConfig, level: LevelName): boolean {
  if (level === 'pte') return config.splitPte;
  return level === 'pmd' && config.splitPte && config.splitPmd;
}

/** Lock objects that fit a slab page of 4 KiB. */
export function locksPerSlabPage(config: PtlockConfig): number {
  return Math.floor(4096 / spinlockSize(config));
}
