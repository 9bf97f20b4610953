import type { EntryClass, TablePage } from '../../src-core/index.ts';
import { runAt, tableRuns } from '../../src-core/index.ts';
import type { MapInput } from './input.ts';
import type { LeafRow } from './leaf-rows.ts';
import type { Mark, Paint } from './marks.ts';
import { barPath, path, px, rectPath } from './marks.ts';
import { paintOf } from './words.ts';

/** Where the grid of a leaf table stands, relative to its group. */
export interface Grid {
  readonly x: number;
  readonly w: number;
  /** Entries in a row. */
  readonly size: number;
  readonly lines: number;
}

/** Corner and size of one entry in a row that is open. */
export function cellBox(
  grid: Grid,
  row: LeafRow,
  idx: number,
): { x: number; y: number; w: number; h: number } {
  const perLine = Math.ceil(grid.size / grid.lines);
  const k = idx - row.first;
  const w = grid.w / perLine;
  const h = (row.h - 7) / grid.lines;
  return { x: grid.x + (k % perLine) * w, y: row.y + 2 + Math.floor(k / perLine) * h, w, h };
}

/** All entries of a leaf table: a contiguous group is one bar, anything else falls into cells. A few paths in all. */
export function leafMarks(input: MapInput, page: TablePage, grid: Grid, rows: readonly LeafRow[]): Mark[] {
  const areas = new Map<Paint, string[]>();
  const none: string[] = [];
  const odd: string[] = [];
  const add = (is: EntryClass, d: string): void => {
    const paint = paintOf(is);
    if (paint === undefined) return;
    const list = areas.get(paint);
    if (list === undefined) areas.set(paint, [d]);
    else list.push(d);
  };
  const runs = tableRuns(input.classes, page);
  for (const row of rows) {
    if (row.kind === 'more') continue;
    const h = row.open ? row.h - 7 : Math.max(1, row.h - Math.min(1, row.h * 0.25));
    const top = row.open ? row.y + 2 : row.y;
    const { is } = row;
    if (is?.kind === 'none' && !row.open) {
      none.push(`M${px(grid.x)} ${px(top + h / 2)}h${px(grid.w)}`);
    } else if (is?.cont === true) {
      add(is, barPath(grid.x, top, grid.w, h));
    } else if (is !== undefined && row.kind === 'band') {
      add(is, seamed(grid.x, top, grid.w, h, Math.min(16, grid.size)));
    } else if (is !== undefined && !row.open && paintOf(is) !== undefined) {
      const unit = cellUnit(grid);
      add(is, seamed(grid.x, top, grid.w, h, Math.ceil(grid.size / unit)));
    } else if (row.open) {
      for (let idx = row.first; idx < row.first + row.n; idx++) {
        const cell = cellBox(grid, row, idx);
        const cls = runAt(runs, idx)?.is;
        const d = rectPath(
          cell.x + 0.5,
          cell.y,
          Math.max(0.8, cell.w - 1),
          grid.lines === 1 ? cell.h : cell.h - 1,
        );
        if (cls === undefined) continue;
        if (paintOf(cls) === undefined) odd.push(d);
        else add(cls, d);
      }
    } else {
      // Closed rows: like neighbours together, cut into cells of at least three pixels so that they don't pass for a bar.
      const w = grid.w / grid.size;
      const unit = cellUnit(grid);
      for (let idx = row.first; idx < row.first + row.n;) {
        const run = runAt(runs, idx);
        if (run === undefined) break;
        const k = idx - row.first;
        const end = Math.min(
          row.first + row.n,
          run.first + run.n,
          row.first + (Math.floor(k / unit) + 1) * unit,
        );
        const n = end - idx;
        const gap = n * w > 2.4 ? Math.min(1, n * w * 0.2) : 0;
        add(run.is, rectPath(grid.x + k * w, top, n * w - gap, h));
        idx = end;
      }
    }
  }
  const marks: Mark[] = [];
  if (none.length > 0) marks.push(path(none.join(''), 'none-rule'));
  if (odd.length > 0) marks.push(path(odd.join(''), 'none-cell'));
  for (const [paint, list] of areas)
    marks.push(path(list.join(''), paint === 'inv' ? 'area inv' : 'area', paint));
  return marks;
}

/** Entries in one cell of a closed row: as many as make three pixels. */
function cellUnit(grid: Grid): number {
  return Math.max(1, Math.ceil(3 / (grid.w / grid.size)));
}

/** A row of `n` like cells, as one path: each is drawn relative to the one before. */
function seamed(x: number, y: number, w: number, h: number, n: number): string {
  const cell = w / n;
  const inner = px(cell - (cell > 2.4 ? Math.min(1, cell * 0.2) : 0));
  return `M${px(x)} ${px(y)}` + `h${inner}v${px(h)}h-${inner}zm${px(cell)} 0`.repeat(n);
}
