import type { LevelName } from '../arch/geometry.ts';
import { Ask } from './walker.ts';

// Ops on table pages.

/** Where an allocation is not the usual one: a single page from the page allocator. */
export interface AllocOptions {
  /** 2^order pages. */
  readonly order?: number;
  /** The table is there already, empty, at this physical address: a root that is part of its mm. */
  readonly at?: number;
}

const ONE_PAGE: AllocOptions = {};

/** Allocates a zeroed page for a table of `level`. Answers with its physical address in bytes, or undefined. */
export class Alloc extends Ask<number | undefined> {
  declare readonly op: 'alloc';
  declare readonly level: LevelName;
  /** What the allocation may do: sleep (`kernel`) or not (`atomic`); undefined where the revision's trace names the level instead. */
  declare readonly gfp: 'kernel' | 'atomic' | undefined;
  /** Whose table it is to be; null: the allocator is told none. */
  declare readonly mm: string | null;
  declare readonly options: AllocOptions;
  constructor(
    level: LevelName,
    gfp: 'kernel' | 'atomic' | undefined,
    mm: string | null,
    options: AllocOptions = ONE_PAGE,
  ) {
    super();
    this.op = 'alloc';
    this.level = level;
    this.gfp = gfp;
    this.mm = mm;
    this.options = options;
  }
}

/** The lock a constructor initialised: in the page's own descriptor, or an object of its own (ALLOC_SPLIT_PTLOCKS). */
export type InitialisedLock = 'embedded' | 'kmem';

/**
 * `pagetable_pte_ctor()` and its like on a new table. `mm` undefined: this constructor takes none; null: no mm given. `lock`: the
 * split lock it initialises, if any. Answers false where the lock is an object of its own and there is no memory for it: then nothing
 * has been done.
 */
export class Ctor extends Ask<boolean> {
  declare readonly op: 'ctor';
  declare readonly level: LevelName;
  declare readonly table: number;
  declare readonly mm: string | null | undefined;
  declare readonly lock: InitialisedLock | undefined;
  constructor(level: LevelName, table: number, mm: string | null | undefined, lock?: InitialisedLock) {
    super();
    this.op = 'ctor';
    this.level = level;
    this.table = table;
    this.mm = mm;
    this.lock = lock;
  }
}

/** `pagetable_dtor()`, before v6.14 one for each level: the lock goes, the page is no table any more, and counts as none. */
export class Dtor extends Ask<void> {
  declare readonly op: 'dtor';
  declare readonly level: LevelName;
  declare readonly table: number;
  constructor(level: LevelName, table: number) {
    super();
    this.op = 'dtor';
    this.level = level;
    this.table = table;
  }
}

/**
 * Gives the page of a table back, at once (`__free_page()`, `pte_free_kernel()`, …). `table`: its physical address, in bytes. Freeing
 * what is no table, or is free already, is a violation and has no effect. `deferred`: it is only queued (`pagetable_free_kernel()`
 * with CONFIG_ASYNC_KERNEL_PGTABLE_FREE), and freed by a later op.
 */
export class FreeTable extends Ask<void> {
  declare readonly op: 'free';
  declare readonly level: LevelName;
  declare readonly table: number;
  declare readonly deferred: boolean;
  /** Nothing may be mapped in it any more: an entry that is left is a violation. */
  declare readonly emptied: boolean;
  constructor(level: LevelName, table: number, deferred = false, emptied = false) {
    super();
    this.emptied = emptied;
    this.op = 'free';
    this.level = level;
    this.table = table;
    this.deferred = deferred;
  }
}

/**
 * What a hook in constructors and destructors came to for one table: `entry`: the direct map's entry of its page was changed; `same`: it
 * was as wanted already; `block`: a block, or a contiguous run, maps the page, which the hook can't change for one page; `unmapped`:
 * the scenario's tables don't map it.
 */
export type HookOutcome = 'entry' | 'same' | 'block' | 'unmapped';

/** A hook ran for a table, and this is what it did. Its loads and its store are ops before this one. */
export class Hook extends Ask<void> {
  declare readonly op: 'hook';
  declare readonly level: LevelName;
  declare readonly table: number;
  /** Write-protects the table's page, or makes it writable again. */
  declare readonly does: 'protect' | 'release';
  declare readonly how: HookOutcome;
  constructor(level: LevelName, table: number, does: 'protect' | 'release', how: HookOutcome) {
    super();
    this.op = 'hook';
    this.level = level;
    this.table = table;
    this.does = does;
    this.how = how;
  }
}

/** A table that was queued to be freed. */
export interface QueuedTable {
  readonly level: LevelName;
  /** Physical address, in bytes. */
  readonly table: number;
}

/** Takes all tables that deferred frees have queued, oldest first. Who asks holds the queue's lock, as who queues does. */
export class SpliceQueued extends Ask<readonly QueuedTable[]> {
  declare readonly op: 'spliceQueued';
  constructor() {
    super();
    this.op = 'spliceQueued';
  }
}
