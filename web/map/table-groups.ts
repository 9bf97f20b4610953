import type { MapInput } from './input.ts';
import type { Group, Mark, Paint } from './marks.ts';
import { path, px, rect, rectPath } from './marks.ts';
import { LENS, rowGroup, rowMetrics } from './row-group.ts';
import type { Row, RowsBox } from './rows.ts';
import { segmentsOf } from './segments.ts';
import { paintOf } from './words.ts';

const SPINE = 6;

/** A table as rows: spine and lens first, then a group a row. */
export function tableGroups(input: MapInput, box: RowsBox, rows: readonly Row[]): readonly Group[] {
  const height = rowsHeight(rows);
  const m = rowMetrics(input, box, rows);
  const spine: Group = {
    key: `spine:${box.page.pa}`,
    x: box.x,
    y: box.y,
    w: LENS,
    h: height,
    c: 'spine',
    marks: [...spineMarks(input, box, height), ...lensMarks(box, rows, height)],
  };
  return [spine, ...rows.map((row) => rowGroup(input, box, row, m))];
}

export function rowsHeight(rows: readonly Row[]): number {
  const last = rows[rows.length - 1];
  return last === undefined ? 0 : last.y + last.h;
}

/** The whole table to scale, top to bottom: leaves in their colours, pointers as ticks. Nothing is thinner than a pixel. */
function spineMarks(input: MapInput, box: RowsBox, height: number): Mark[] {
  const y = (entry: number): number => (entry * height) / box.page.entries;
  const areas = new Map<Paint | 'table', string[]>();
  const add = (first: number, n: number, paint: Paint | 'table' | undefined): void => {
    if (paint === undefined) return;
    const d = rectPath(0, Math.min(y(first), height - 1), SPINE, Math.max(1, y(n)));
    const list = areas.get(paint);
    if (list === undefined) areas.set(paint, [d]);
    else list.push(d);
  };
  // Neighbours of one colour are one area: a table of 512 pointers is a single tick.
  let first = 0;
  let last: Paint | 'table' | undefined;
  const segments = segmentsOf(input, box.page);
  for (const s of segments) {
    const paint = s.is.kind === 'table' ? 'table' : paintOf(s.is);
    if (paint === last) continue;
    add(first, s.first - first, last);
    first = s.first;
    last = paint;
  }
  add(first, box.page.entries - first, last);
  const marks: Mark[] = [rect(0, 0, SPINE, height, 'ground')];
  for (const [paint, list] of areas) {
    marks.push(paint === 'table' ? path(list.join(''), 'tick') : path(list.join(''), 'area', paint));
  }
  const written = segments
    .filter((s) => s.change !== undefined)
    .map((s) => rectPath(0, Math.min(y(s.first), height - 2), SPINE, Math.max(2, y(s.n))));
  if (written.length > 0) marks.push(path(written.join(''), 'edge-now'));
  return marks;
}

/** From each row's true place on the spine to the row. */
function lensMarks(box: RowsBox, rows: readonly Row[], height: number): Mark[] {
  const y = (entry: number): number => (entry * height) / box.page.entries;
  const wedge = (r: Row): string =>
    `M${SPINE} ${px(y(r.first))}L${LENS} ${px(r.y + 0.5)}V${px(r.y + r.h - 0.5)}L${SPINE} ${px(Math.max(y(r.first + r.n), y(r.first) + 1))}z`;
  const lit = rows.filter((r) => r.focus);
  const plain = rows.filter((r) => !r.focus && r.segment?.is.kind !== 'none');
  return [
    ...(plain.length === 0 ? [] : [path(plain.map(wedge).join(''), 'lens')]),
    ...(lit.length === 0 ? [] : [path(lit.map(wedge).join(''), `lens lit ${box.below ?? box.level}`)]),
  ];
}
