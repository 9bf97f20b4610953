import { slotVa, tableRuns } from '../../src-core/index.ts';
import { groupShift } from './group-look.ts';
import type { MapInput } from './input.ts';
import { currentIn, selectedIn } from './input.ts';
import { leafMarks } from './leaf-cells.ts';
import type { Grid } from './leaf-cells.ts';
import { leafTags } from './leaf-tags.ts';
import type { LeafTableBox } from './leaf-box.ts';
import type { LeafRow } from './leaf-rows.ts';
import { leafRows } from './leaf-rows.ts';
import { sideMarks } from './leaf-side.ts';
import type { Group, Item, Mark } from './marks.ts';
import { Pen, rect } from './marks.ts';
import { nowSpoken } from './now.ts';
import type { MapCurrent } from './types.ts';
import { levelWord, spokenWords } from './words.ts';

/** The groups of a leaf table, and how tall it came out. */
export function leafTable(
  input: MapInput,
  box: LeafTableBox,
): { readonly groups: readonly Group[]; readonly height: number } {
  const size = 1 << groupShift(input);
  const grid = gridOf(input, box, size);
  const rows = leafRows(input, { page: box.page, idx: box.idx, size, lines: grid.lines }, box.h);
  const last = rows[rows.length - 1];
  const height = last === undefined ? 0 : last.y + last.h;
  const pen = new Pen(input.measure);

  const picture: Group = {
    key: `leaf:${box.page.pa}`,
    x: box.x,
    y: box.y,
    w: box.w,
    h: height,
    c: 'leaf',
    marks: [
      ...leafMarks(input, box.page, grid, rows),
      ...indexMarks(pen, grid, rows, box.page.entries),
      ...(box.bare === true ? [] : sideMarks(input, box, grid, rows)),
    ],
  };
  const items = rows.filter((r) => r.kind !== 'more').map((row) => rowItem(input, box, grid, row));
  const tags: Group = {
    key: `tags:${box.page.pa}`,
    x: box.x,
    y: box.y,
    w: box.w,
    h: height,
    c: 'tags',
    marks: leafTags(input, box, grid, rows),
  };
  return { groups: [picture, ...items, tags], height };
}

/** The grid takes what labels and side words leave, in whole cells where there are few. */
function gridOf(input: MapInput, box: LeafTableBox, size: number): Grid {
  const left = Math.ceil(input.measure(String(box.page.entries - 1), 'mono')) + 8;
  const side = box.bare === true ? 4 : Math.max(74, Math.min(100, Math.round(box.w * 0.3)));
  const room = Math.max(64, box.w - left - side);
  const w = size <= 32 ? Math.floor(room / size) * size : Math.floor(room);
  return { x: left, w, size, lines: Math.max(1, Math.ceil((size * 4) / w)) };
}

/** First index of the rows at each quarter, and of the open ones; none over another. */
function indexMarks(pen: Pen, grid: Grid, rows: readonly LeafRow[], entries: number): Mark[] {
  const placed: { y: number; h: number }[] = [];
  const marks: Mark[] = [];
  const place = (row: LeafRow, bold: boolean): void => {
    const y = row.y + (row.open ? (row.h - 3) / 2 : row.h / 2);
    if (placed.some((p) => Math.abs(p.y - y) < 12)) return;
    placed.push({ y, h: 12 });
    marks.push(
      pen.text(grid.x - 8, y + 4, String(row.first), bold ? 'monobold' : 'mono', bold ? 'v' : 'f', 'end'),
    );
  };
  for (const row of rows) if (row.open) place(row, true);
  for (const row of rows) if (!row.open && row.first % (entries / 4) === 0) place(row, false);
  for (const row of rows) if (row.kind === 'band' || row.kind === 'more') place(row, false);
  return marks;
}

function rowItem(input: MapInput, box: LeafTableBox, grid: Grid, row: LeafRow): Group {
  const { pa } = box.page;
  const selected = selectedIn(input, pa, row.first, row.n);
  const now = currentIn(input, pa, row.first, row.n);
  const item: Item = {
    table: pa,
    idx: row.first,
    n: row.n,
    level: box.depth,
    label: spoken(input, box, row, now),
    selected,
    cells: { x: grid.x, w: grid.w, lines: row.open ? grid.lines : 1 },
  };
  return {
    key: `group:${pa}:${row.first}`,
    x: box.x,
    y: box.y + row.y,
    w: box.w,
    h: row.h,
    c: 'group',
    marks: [rect(0, 0, grid.x + grid.w + 4, row.h, 'hit')],
    item,
  };
}

/** Accessible name of a row: `PTE 0 to 15, 16 pages, RW NX, contiguous, from ffff000041e00000`. */
function spoken(input: MapInput, box: LeafTableBox, row: LeafRow, now: MapCurrent | undefined): string {
  const end = row.first + row.n;
  const within = tableRuns(input.classes, box.page)
    .filter((r) => r.first < end && r.first + r.n > row.first)
    .map((r) => spokenWords(r.is, Math.min(end, r.first + r.n) - Math.max(row.first, r.first)));
  const what =
    within.length > 4
      ? `${within.slice(0, 4).join('; ')}; ${within.length - 4} more runs`
      : within.join('; ');
  const parts = [`${levelWord(box.level)} ${row.first} to ${end - 1}`, what];
  if (box.va !== undefined) parts.push(`from ${slotVa(input.geo, 3, box.va, row.first).toHex16()}`);
  const s = input.selected;
  if (s?.table === box.page.pa && s.idx >= row.first && s.idx < end) parts.push(`${s.idx} selected`);
  if (now !== undefined) parts.push(nowSpoken(now));
  return parts.join(', ');
}
