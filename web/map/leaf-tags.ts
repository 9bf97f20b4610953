import type { MapInput } from './input.ts';
import { comingIn, currentIn, touches } from './input.ts';
import type { Grid } from './leaf-cells.ts';
import { cellBox } from './leaf-cells.ts';
import type { LeafRow } from './leaf-rows.ts';
import type { LeafTableBox } from './leaf-box.ts';
import type { Mark } from './marks.ts';
import { path, Pen, px, rect } from './marks.ts';
import { nowFrame } from './now.ts';
import { comingWords } from './row-group.ts';
import { shownChanges } from './segments.ts';
import { paintOf } from './words.ts';

/** What lies over the grid of a leaf table: the step's mark, changed groups, the focus, the selection, what is to come. */
export function leafTags(input: MapInput, box: LeafTableBox, grid: Grid, rows: readonly LeafRow[]): Mark[] {
  const pen = new Pen(input.measure);
  const marks: Mark[] = [
    ...nowMarks(input, box, grid, rows),
    ...changedMarks(input, box, grid, rows),
    ...staleMarks(input, box, grid, rows),
  ];
  const tags: Mark[] = [];
  for (const row of rows) {
    if (!row.open) continue;
    const single = (idx: number, c: string): void => {
      const cell = cellBox(grid, row, idx);
      marks.push(
        rect(cell.x - 0.5, cell.y - 0.5, Math.max(3, cell.w), grid.lines === 1 ? cell.h + 1 : cell.h, c, 1),
      );
    };
    const inRow = (idx: number | undefined): idx is number =>
      idx !== undefined && touches(idx, 1, row.first, row.n);
    if (inRow(box.idx)) single(box.idx, 'cell-focus');
    const s = input.selected;
    if (s?.table === box.page.pa && inRow(s.idx)) single(s.idx, 'chosen');
    const v = input.violation;
    if (v?.table === box.page.pa && inRow(v.idx)) single(v.idx, 'broken');
    const next = comingIn(input, box.page.pa, row.first, row.n);
    if (next === undefined) continue;
    const is = input.classes.of(3, next.change.new.hi, next.change.new.lo);
    const cell = cellBox(grid, row, next.idx);
    const paint = paintOf(is);
    if (paint !== undefined)
      marks.push(
        rect(cell.x + 0.5, cell.y, cell.w - 1, cell.h, paint === 'inv' ? 'half inv' : 'half', 1, paint),
      );
    single(next.idx, 'coming');
    const words = pen.pick(comingWords(next.idx, 2, is, next.change.step), 'bold', grid.w - 16);
    if (words === undefined) continue;
    const w = pen.measure(words, 'bold') + 12;
    const left = Math.max(grid.x, Math.min(cell.x + cell.w / 2 + 9, grid.x + grid.w - w));
    const from = cell.x + cell.w / 2;
    const y = row.y + row.h - 1;
    // The leader leaves the cell, and ends at the tag's nearer side or on its top.
    const leader =
      from < left
        ? `M${px(from)} ${px(y - 4)}V${px(y + 6)}H${px(left)}`
        : `M${px(from)} ${px(y - 4)}V${px(y + 1)}`;
    tags.push(
      path(leader, 'leader'),
      rect(left, y, w, 13, 'chip', 3),
      pen.text(left + 6, y + 10, words, 'bold', 'on-text'),
    );
  }
  return [...marks, ...tags];
}

/** The orange outline of the entries that this step reads or writes. */
function nowMarks(input: MapInput, box: LeafTableBox, grid: Grid, rows: readonly LeafRow[]): Mark[] {
  const c = input.current;
  if (c?.table !== box.page.pa) return [];
  const met = rows.filter((r) => currentIn(input, box.page.pa, r.first, r.n) !== undefined);
  const [first] = met;
  const last = met[met.length - 1];
  if (first === undefined || last === undefined) return [];
  const style = nowFrame(c);
  const count = c.count ?? 1;
  if (first === last && first.open && count < first.n && (grid.lines === 1 || count === 1)) {
    const a = cellBox(grid, first, Math.max(c.idx, first.first));
    const b = cellBox(grid, first, Math.min(c.idx + count, first.first + first.n) - 1);
    return [rect(a.x - 1.5, a.y - 1.5, b.x + b.w - a.x + 3, a.h + 3, style, 2)];
  }
  const top = first.y + (first.open ? -0.5 : -1.5);
  const bottom = last.y + last.h - (last.open ? 2.5 : -0.5);
  return [rect(grid.x - 3, top, grid.w + 6, bottom - top, style, 3)];
}

/** A notch in the corner of the cells, of open rows, that TLBs may still hold as they were. */
function staleMarks(input: MapInput, box: LeafTableBox, grid: Grid, rows: readonly LeafRow[]): Mark[] {
  const notches: string[] = [];
  for (const row of rows) {
    if (!row.open || !input.stale(box.page.pa, row.first, row.n)) continue;
    for (let idx = row.first; idx < row.first + row.n; idx++) {
      if (!input.stale(box.page.pa, idx, 1)) continue;
      const { x, y, w, h } = cellBox(grid, row, idx);
      const side = px(Math.max(2.5, Math.min(5, w - 1, h)));
      notches.push(`M${px(x + w - 0.5)} ${px(y)}v${side}l-${side} -${side}z`);
    }
  }
  return notches.length === 0 ? [] : [path(notches.join(''), 'stale-notch')];
}

/** An orange edge at the left of groups that the run has changed. */
function changedMarks(input: MapInput, box: LeafTableBox, grid: Grid, rows: readonly LeafRow[]): Mark[] {
  const changed = [...shownChanges(input, box.page.pa).keys()];
  if (changed.length === 0) return [];
  const edges = rows
    .filter((r) => currentIn(input, box.page.pa, r.first, r.n) === undefined)
    .filter((r) => changed.some((i) => i >= r.first && i < r.first + r.n))
    .map((r) => `M${px(grid.x - 5.5)} ${px(r.y)}v${px(Math.max(2, r.h - (r.open ? 3 : 1)))}`);
  return edges.length === 0 ? [] : [path(edges.join(''), 'edge-now-line')];
}
