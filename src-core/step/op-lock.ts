import type { LockMode, LockName } from './lock.ts';
import { Ask } from './walker.ts';

// Ops on locks, and assertions about them.

export class Lock extends Ask<void> {
  declare readonly op: 'lock';
  declare readonly name: LockName;
  declare readonly mode: LockMode;
  constructor(name: LockName, mode: LockMode) {
    super();
    this.op = 'lock';
    this.name = name;
    this.mode = mode;
  }
}

export class Unlock extends Ask<void> {
  declare readonly op: 'unlock';
  declare readonly name: LockName;
  constructor(name: LockName) {
    super();
    this.op = 'unlock';
    this.name = name;
  }
}

/** `mmap_write_downgrade()` and its like: held for write, now held for read, and never free in between. */
export class Downgrade extends Ask<void> {
  declare readonly op: 'downgrade';
  declare readonly name: LockName;
  constructor(name: LockName) {
    super();
    this.op = 'downgrade';
    this.name = name;
  }
}

/** `mmap_read_trylock()` and its like: never waits. Answers whether the lock was taken. */
export class TryLock extends Ask<boolean> {
  declare readonly op: 'tryLock';
  declare readonly name: LockName;
  declare readonly mode: LockMode;
  constructor(name: LockName, mode: LockMode) {
    super();
    this.op = 'tryLock';
    this.name = name;
    this.mode = mode;
  }
}

/** Start or end of an RCU grace period. The end waits for every RCU section that was open at the start. */
export class GracePeriod extends Ask<void> {
  declare readonly op: 'gp';
  declare readonly phase: 'start' | 'end';
  constructor(phase: 'start' | 'end') {
    super();
    this.op = 'gp';
    this.phase = phase;
  }
}

/** `rcu_read_lock()`. */
export function rcuReadLock(): Lock {
  return new Lock('rcu', 'read');
}

export function rcuReadUnlock(): Unlock {
  return new Unlock('rcu');
}

/** A lock assertion: reports, and never stops what follows. Answers whether it held. */
export class Assert extends Ask<boolean> {
  declare readonly op: 'assert';
  /** `mmap_assert_locked`, `mmap_assert_write_locked`; `lockdep_assert_held`, which is about a lock and not an mm */
  declare readonly name: string;
  declare readonly mm: string;
  constructor(name: string, mm: string) {
    super();
    this.op = 'assert';
    this.name = name;
    this.mm = mm;
  }
}

export type VmaLockName = 'vma_start_write' | 'vma_assert_write_locked' | 'vma_assert_locked';

/** How a VMA's lock is found: `read`: held for read by whoever counts; `write`: by anybody for write; or not at all. */
export type VmaLockState = 'read' | 'write' | 'no';

/**
 * `vma_start_write()`, which waits for the VMA's readers, `vma_assert_write_locked()` or `vma_assert_locked()` on a VMA, by its
 * number. Answers how it was found.
 */
export class VmaLock extends Ask<VmaLockState> {
  declare readonly op: 'vmaLock';
  declare readonly name: VmaLockName;
  declare readonly vma: number;
  constructor(name: VmaLockName, vma: number) {
    super();
    this.op = 'vmaLock';
    this.name = name;
    this.vma = vma;
  }
}
