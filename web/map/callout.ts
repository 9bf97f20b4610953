import type { MapInput } from './input.ts';
import type { Group, Mark } from './marks.ts';
import { path, Pen, px, rect } from './marks.ts';

const LINE = 14;

/** What went wrong, in a box under the entry: over everything else, inside the map. `x`, `y`: the middle of the entry's lower edge. */
function calloutGroup(input: MapInput, x: number, y: number): Group {
  const pen = new Pen(input.measure);
  const lines = input.violation?.lines ?? [];
  const texts = lines.map((s, i) =>
    pen.text(9, 15 + i * LINE, s, i === 0 ? 'bold' : 'sans', i === 0 ? 'bad' : 'd'),
  );
  const w = texts.reduce((most, t) => Math.max(most, t.w), 0) + 18;
  const h = lines.length * LINE + 10;
  const left = Math.max(8, Math.min(x + 12, input.width - 8 - w));
  const top = Math.min(y + 8, input.height - h - 4);
  const marks: Mark[] = [
    path(
      `M${px(x - left)} ${px(y - top)}V${px(Math.min(12, h / 2))}H${px(Math.max(0, x - left))}`,
      'callout-line',
    ),
    rect(0, 0, w, h, 'callout', 4),
    ...texts,
  ];
  return { key: 'callout', x: left, y: top, w, h, c: 'callout-group', marks };
}

/** The box of the violation, if its entry is drawn. */
export function callouts(input: MapInput, groups: readonly Group[]): readonly Group[] {
  const v = input.violation;
  if (v === null || v.lines.length === 0) return [];
  const row = groups.find(
    (g) => g.item?.table === v.table && v.idx >= g.item.idx && v.idx < g.item.idx + g.item.n,
  );
  if (row?.item === undefined) return [];
  const { cells, idx, n } = row.item;
  const perLine = cells === undefined ? n : Math.ceil(n / cells.lines);
  const x = cells === undefined ? 40 : cells.x + ((((v.idx - idx) % perLine) + 0.5) * cells.w) / perLine;
  return [calloutGroup(input, row.x + x, row.y + row.h - (cells === undefined ? 1 : 4))];
}
