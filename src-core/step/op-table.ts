import type { LevelName } from '../arch/geometry.ts';
import { Ask } from './walker.ts';

// Ops on table pages.

/** Allocates a zeroed page for a table of `level`. Answers with its physical address in bytes, or undefined. */
export class Alloc extends Ask<number | undefined> {
  declare readonly op: 'alloc';
  declare readonly level: LevelName;
  /** What the allocation may do: sleep (`kernel`) or not (`atomic`); undefined where the revision's trace names the level instead. */
  declare readonly gfp: 'kernel' | 'atomic' | undefined;
  declare readonly mm: string;
  constructor(level: LevelName, gfp: 'kernel' | 'atomic' | undefined, mm: string) {
    super();
    this.op = 'alloc';
    this.level = level;
    this.gfp = gfp;
    this.mm = mm;
  }
}

/** `pagetable_pte_ctor()` and its like on a new table. `mm` undefined: this constructor takes none; null: no mm given. */
export class Ctor extends Ask<void> {
  declare readonly op: 'ctor';
  declare readonly level: LevelName;
  declare readonly table: number;
  declare readonly mm: string | null | undefined;
  constructor(level: LevelName, table: number, mm: string | null | undefined) {
    super();
    this.op = 'ctor';
    this.level = level;
    this.table = table;
    this.mm = mm;
  }
}

/**
 * Gives the page of a table back, at once (`__free_page()`, `pte_free_kernel()`, …). `table`: its physical address, in bytes. Freeing
 * what is no table, or is free already, is a violation and has no effect.
 */
export class FreeTable extends Ask<void> {
  declare readonly op: 'free';
  declare readonly level: LevelName;
  declare readonly table: number;
  constructor(level: LevelName, table: number) {
    super();
    this.op = 'free';
    this.level = level;
    this.table = table;
  }
}
