import type { FoldedRow, LevelName, TablePage, U64 } from '../../src-core/index.ts';
import { foldRows, slotVa } from '../../src-core/index.ts';
import type { MapInput } from './input.ts';
import { comingIn, currentIn, selectedIn, violationIn } from './input.ts';
import type { Segment } from './segments.ts';
import { segmentsOf } from './segments.ts';

/** A table shown as rows: one a run, with the spine and the lens that joins the two. */
export interface RowsBox {
  readonly page: TablePage;
  /** Virtual address of entry 0; undefined while nothing points to the table. */
  readonly va: U64 | undefined;
  readonly level: LevelName;
  /** Level that the pointers of this table lead to; undefined for the last. */
  readonly below: LevelName | undefined;
  /** Entry on the focus path. */
  readonly idx: number | undefined;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  /** Height of a row of one line. */
  readonly pitch: number;
  /** Place in the tree, from 1. */
  readonly depth: number;
}

/** One row: a segment, or segments left out. */
export interface Row {
  readonly segment: Segment | undefined;
  /** Entries the row stands for. */
  readonly first: number;
  readonly n: number;
  /** Runs left out. */
  readonly folded: number;
  readonly y: number;
  readonly h: number;
  readonly focus: boolean;
}

/** Height of a changed row, which opens to two lines. */
export function openHeight(pitch: number): number {
  return 2 * pitch + 8;
}

/** How much a row must be seen: 0 not at all, the focus most, then what happens now, then what a person chose. */
function weightOf(input: MapInput, box: Pick<RowsBox, 'page' | 'idx'>, s: Segment): number {
  const { pa } = box.page;
  if (box.idx !== undefined && box.idx >= s.first && box.idx < s.first + s.n) return 6;
  if (violationIn(input, pa, s.first, s.n) !== undefined) return 5;
  if (currentIn(input, pa, s.first, s.n) !== undefined) return 4;
  if (selectedIn(input, pa, s.first, s.n)) return 3;
  if (s.change !== undefined) return 2;
  return comingIn(input, pa, s.first, s.n) === undefined ? 0 : 1;
}

/** The rows of a table in at most `room` pixels, the first at y = 0. */
export function rowsOf(
  input: MapInput,
  box: Pick<RowsBox, 'page' | 'idx' | 'pitch'>,
  room: number,
  maxRows: number,
): readonly Row[] {
  const segments = segmentsOf(input, box.page);
  const weights = segments.map((s) => weightOf(input, box, s));
  // Changed rows open, and which rows are shown decides how many of those there are: fewer rows until it fits.
  let folded: readonly FoldedRow[] = [];
  for (let most = Math.max(3, Math.min(maxRows, Math.floor(room / box.pitch))); most >= 3; most--) {
    folded = foldRows(segments.length, most, (i) => weights[i] ?? 0);
    const height = folded.reduce((sum, r) => sum + heightOf(r, segments, box.pitch), 0);
    if (height <= room) break;
  }
  let y = 0;
  return folded.map((r) => {
    const h = heightOf(r, segments, box.pitch);
    const at = y;
    y += h;
    if (r.kind === 'item') {
      const s = segments[r.index];
      const first = s?.first ?? 0;
      const n = s?.n ?? 0;
      const focus = box.idx !== undefined && box.idx >= first && box.idx < first + n;
      return { segment: s, first, n, folded: 0, y: at, h, focus };
    }
    const from = segments[r.from];
    const last = segments[r.from + r.n - 1];
    const first = from?.first ?? 0;
    return {
      segment: undefined,
      first,
      n: (last?.first ?? 0) + (last?.n ?? 0) - first,
      folded: r.n,
      y: at,
      h,
      focus: false,
    };
  });
}

function heightOf(row: FoldedRow, segments: readonly Segment[], pitch: number): number {
  return row.kind === 'item' && segments[row.index]?.change !== undefined ? openHeight(pitch) : pitch;
}

/** Rows a table would like to have. */
export function wantedHeight(input: MapInput, page: TablePage, pitch: number): number {
  return segmentsOf(input, page).reduce(
    (sum, s) => sum + (s.change === undefined ? pitch : openHeight(pitch)),
    0,
  );
}

/** Virtual address of an entry of a table shown as rows. */
export function rowVa(input: MapInput, box: Pick<RowsBox, 'page' | 'va'>, idx: number): U64 | undefined {
  return box.va === undefined ? undefined : slotVa(input.geo, box.page.hw, box.va, idx);
}
