import type { LevelName, TablePage, U64 } from '../../src-core/index.ts';

/** A leaf table, folded at the contiguous size. */
export interface LeafTableBox {
  readonly page: TablePage;
  readonly va: U64 | undefined;
  readonly level: LevelName;
  readonly idx: number | undefined;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  /** Room for the rows. */
  readonly h: number;
  /** Place in the tree, from 1. */
  readonly depth: number;
  /** No words beside the grid: it takes the whole width. */
  readonly bare?: boolean;
}
