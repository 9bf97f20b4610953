import type { U64 } from '../base/u64.ts';
import type { EntryPtr } from './pointer.ts';
import { Ask } from './walker.ts';

// Ops on the words of page tables.

/** One 8-byte load of an entry. `once`: a READ_ONCE; otherwise a plain dereference. `dead`: the value can't matter. */
export class Load extends Ask<U64> {
  declare readonly op: 'load';
  declare readonly at: EntryPtr;
  declare readonly once: boolean;
  declare readonly dead: boolean;
  /** The kernel helper the load is part of: `pud_none`, `pmd_offset`, `ptep_get`, … */
  declare readonly by: string;
  constructor(at: EntryPtr, by: string, once: boolean, dead: boolean) {
    super();
    this.op = 'load';
    this.at = at;
    this.by = by;
    this.once = once;
    this.dead = dead;
  }
}

/** The getters of each level: READ_ONCE by definition. */
const GETTERS = {
  pgd: 'pgdp_get',
  p4d: 'p4dp_get',
  pud: 'pudp_get',
  pmd: 'pmdp_get',
  pte: 'ptep_get',
} as const;

/** `READ_ONCE(*p)`: what `pudp_get()`, `ptep_get()` and their like do. */
export function readOnce(at: EntryPtr, by: string = GETTERS[at.level]): Load {
  return new Load(at, by, true, false);
}

/** `*p`, a plain load, made by the helper `by`. */
export function read(at: EntryPtr, by: string): Load {
  return new Load(at, by, false, false);
}

/** A load as written in the source whose value a folded level's helper ignores. */
export function deadRead(at: EntryPtr, by: string, once = false): Load {
  return new Load(at, by, once, true);
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

/**
 * Stores to `n` consecutive entries, slot i getting `first + i * step`, as one op. Answers true, or false, having done nothing,
 * when they must be made one by one.
 */
export class StoreRun extends Ask<boolean> {
  declare readonly op: 'storeRun';
  declare readonly at: EntryPtr;
  declare readonly n: number;
  declare readonly first: U64;
  declare readonly step: U64;
  constructor(at: EntryPtr, n: number, first: U64, step: U64) {
    super();
    this.op = 'storeRun';
    this.at = at;
    this.n = n;
    this.first = first;
    this.step = step;
  }
}

/** `kmap_local_page()` of a PTE table that may lie in high memory (CONFIG_HIGHPTE), and `kunmap_local()`. `table`: its physical address. */
export class Kmap extends Ask<void> {
  declare readonly op: 'kmap';
  declare readonly table: number;
  declare readonly on: boolean;
  constructor(table: number, on: boolean) {
    super();
    this.op = 'kmap';
    this.table = table;
    this.on = on;
  }
}

/** One atomic exchange of an entry (`pmdp_collapse_flush()` and its like). Answers with the old value. */
export class Exchange extends Ask<U64> {
  declare readonly op: 'exchange';
  declare readonly at: EntryPtr;
  declare readonly to: U64;
  constructor(at: EntryPtr, to: U64) {
    super();
    this.op = 'exchange';
    this.at = at;
    this.to = to;
  }
}
