import type { U64 } from '../base/u64.ts';
import type { LevelName } from '../arch/geometry.ts';
import type { EntryPtr } from './pointer.ts';
import type { LockMode, LockName } from './lock.ts';
import type { KernelCall } from './walker.ts';
import { Ask } from './walker.ts';

/**
 * What a kernel function can ask of the machine: imperative, closed. `Op` is asked, `Step` (step.ts) is what happened.
 *
 * Ops that other contexts can notice or be noticed by (load, store, lock, unlock) are the points where another context
 * may run; the others happen together with the op before them.
 */
export type Op =
  | KernelCall<unknown>
  | Load
  | LoadRun
  | Store
  | Lock
  | Unlock
  | Assert
  | Callback
  | CallbackRun
  | Hole
  | Bad
  | Warn;

/** One 8-byte load of an entry. `once`: a READ_ONCE; otherwise a plain dereference. `dead`: the value can't matter. */
export class Load extends Ask<U64> {
  declare readonly op: 'load';
  declare readonly at: EntryPtr;
  declare readonly once: boolean;
  declare readonly dead: boolean;
  constructor(at: EntryPtr, once: boolean, dead: boolean) {
    super();
    this.op = 'load';
    this.at = at;
    this.once = once;
    this.dead = dead;
  }
}

/** `READ_ONCE(*p)`: what `pudp_get()`, `ptep_get()` and their like do. */
export function readOnce(at: EntryPtr): Load {
  return new Load(at, true, false);
}

/** `*p`, a plain load. */
export function read(at: EntryPtr): Load {
  return new Load(at, false, false);
}

/** A load as written in the source whose value a folded level's helper ignores. */
export function deadRead(at: EntryPtr, once = false): Load {
  return new Load(at, once, true);
}

/**
 * Loads of `n` consecutive entries and what a callback that only looks at them is told, as one op. The machine answers
 * with the values' lanes (hi at 2i, lo at 2i+1), or with undefined when the loads must be made one by one: someone asked
 * for single steps, or another context can reach the table.
 */
export class LoadRun extends Ask<Int32Array | undefined> {
  declare readonly op: 'loadRun';
  declare readonly at: EntryPtr;
  declare readonly n: number;
  constructor(at: EntryPtr, n: number) {
    super();
    this.op = 'loadRun';
    this.at = at;
    this.n = n;
  }
}

/** One 8-byte store of an entry. Answers with the old value. */
export class Store extends Ask<U64> {
  declare readonly op: 'store';
  declare readonly at: EntryPtr;
  declare readonly to: U64;
  constructor(at: EntryPtr, to: U64) {
    super();
    this.op = 'store';
    this.at = at;
    this.to = to;
  }
}

export function store(at: EntryPtr, to: U64): Store {
  return new Store(at, to);
}

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
  /** `mmap_assert_locked`, `mmap_assert_write_locked` */
  declare readonly name: string;
  declare readonly mm: string;
  constructor(name: string, mm: string) {
    super();
    this.op = 'assert';
    this.name = name;
    this.mm = mm;
  }
}

/** An entry callback is entered; `val` is the descriptor it read. */
export class Callback extends Ask<void> {
  declare readonly op: 'cb';
  declare readonly level: LevelName;
  declare readonly addr: U64;
  declare readonly nextAddr: U64;
  declare readonly val: U64;
  constructor(level: LevelName, addr: U64, next: U64, val: U64) {
    super();
    this.op = 'cb';
    this.level = level;
    this.addr = addr;
    this.nextAddr = next;
    this.val = val;
  }
}

/** `n` callbacks of a LoadRun, one a slot, from the slot at `at` whose address is `addr`. */
export class CallbackRun extends Ask<void> {
  declare readonly op: 'cbRun';
  declare readonly at: EntryPtr;
  declare readonly addr: U64;
  declare readonly n: number;
  constructor(at: EntryPtr, addr: U64, n: number) {
    super();
    this.op = 'cbRun';
    this.at = at;
    this.addr = addr;
    this.n = n;
  }
}

/** A hole callback is entered. `depth`: 0 pgd, 1 p4d, 2 pud, 3 pmd, after folding; -1 unknown. */
export class Hole extends Ask<void> {
  declare readonly op: 'hole';
  declare readonly addr: U64;
  declare readonly nextAddr: U64;
  declare readonly depth: number;
  constructor(addr: U64, next: U64, depth: number) {
    super();
    this.op = 'hole';
    this.addr = addr;
    this.nextAddr = next;
    this.depth = depth;
  }
}

/** `p?d_ERROR()`: a malformed entry is reported. */
export class Bad extends Ask<void> {
  declare readonly op: 'bad';
  declare readonly level: LevelName;
  declare readonly val: U64;
  constructor(level: LevelName, val: U64) {
    super();
    this.op = 'bad';
    this.level = level;
    this.val = val;
  }
}

/** `WARN_ON()` and its like: a report, not an end. */
export class Warn extends Ask<void> {
  declare readonly op: 'warn';
  constructor() {
    super();
    this.op = 'warn';
  }
}
