import type { U64 } from '../base/u64.ts';
import type { LevelName } from '../arch/geometry.ts';
import type { EntryPtr } from './pointer.ts';
import type { Vma } from './vma.ts';
import { Ask } from './walker.ts';

// What a walk tells its caller, or asks about the address space.

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
  /** What it is about, where the function alone does not tell. */
  declare readonly about: string | undefined;
  constructor(about?: string) {
    super();
    this.op = 'warn';
    this.about = about;
  }
}

/** `BUG_ON()` and its like, or (`panic`) `panic()`: the context ends here, its locks held. */
export class Bug extends Ask<never> {
  declare readonly op: 'bug';
  declare readonly panic: boolean;
  constructor(panic = false) {
    super();
    this.op = 'bug';
    this.panic = panic;
  }
}

/** `test_walk`, `pre_vma` or `post_vma` is entered; the last has no range. */
export class VmaCallback extends Ask<void> {
  declare readonly op: 'vmaCb';
  declare readonly name: 'test_walk' | 'pre_vma' | 'post_vma';
  declare readonly addr: U64;
  declare readonly nextAddr: U64;
  constructor(name: 'test_walk' | 'pre_vma' | 'post_vma', addr: U64, next: U64) {
    super();
    this.op = 'vmaCb';
    this.name = name;
    this.addr = addr;
    this.nextAddr = next;
  }
}

/** `find_vma()`: the first VMA that ends above `addr`. */
export class FindVma extends Ask<Vma | undefined> {
  declare readonly op: 'findVma';
  declare readonly addr: U64;
  constructor(addr: U64) {
    super();
    this.op = 'findVma';
    this.addr = addr;
  }
}

/** A VMA walk asks for a huge or non-present PMD to be split. */
export class SplitHuge extends Ask<void> {
  declare readonly op: 'splitHuge';
  declare readonly level: LevelName;
  declare readonly addr: U64;
  declare readonly val: U64;
  constructor(level: LevelName, addr: U64, val: U64) {
    super();
    this.op = 'splitHuge';
    this.level = level;
    this.addr = addr;
    this.val = val;
  }
}
