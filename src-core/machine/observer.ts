import type { LevelName } from '../arch/geometry.ts';
import type { U64 } from '../base/u64.ts';

/** Hears what a run tells besides its tables and return values, where its steps are not kept. */
export interface Observer {
  callback(ctx: number, level: LevelName, addr: U64, val: U64): void;
  hole(ctx: number, addr: U64, next: U64, depth: number): void;
  /** A WARN, a BUG, a failed assertion (by its name) or a malformed entry (`bad_entry`), in kernel function `fn`. */
  report(ctx: number, kind: 'warn' | 'bug', what: string, fn: string): void;
}
