import type { Geometry, TableNode } from '../../src-core/index.ts';
import { hwShift, slotVa, U64 } from '../../src-core/index.ts';
import type { Group } from './marks.ts';
import { path, rectPath } from './marks.ts';
import type { Entries } from './spot.ts';
import type { MapRange } from './types.ts';

/** A range of entries of one table while a person chooses it: from where they began to where they are. */
export interface Choice {
  readonly table: number;
  readonly anchor: Entries;
  readonly head: Entries;
}

/** The entries between the two ends of a choice, both included. */
export function entriesOf({ anchor, head }: Choice): Entries {
  const idx = Math.min(anchor.idx, head.idx);
  return { idx, n: Math.max(anchor.idx + anchor.n, head.idx + head.n) - idx };
}

/** The addresses that the entries of a linked table translate. */
export function rangeOf(geo: Geometry, node: TableNode, { idx, n }: Entries): MapRange {
  const last = slotVa(geo, node.hw, node.va, idx + n - 1);
  return {
    mm: node.mm,
    start: slotVa(geo, node.hw, node.va, idx),
    end: last.add(U64.ONE.shl(hwShift(geo, node.hw))),
  };
}

/** Groups that stand for the entries of a range told as selected, and one group over them that shows it. */
export function withRange(groups: readonly Group[], range: Choice | null): readonly Group[] {
  if (range === null) return groups;
  const { idx, n } = entriesOf(range);
  const shapes: string[] = [];
  const out = groups.map((g) => {
    const { item } = g;
    if (item?.table !== range.table || idx >= item.idx + item.n || idx + n <= item.idx) return g;
    shapes.push(
      shapeIn(g, Math.max(idx, item.idx) - item.idx, Math.min(idx + n, item.idx + item.n) - item.idx),
    );
    return item.selected ? g : { ...g, item: { ...item, selected: true } };
  });
  if (shapes.length === 0) return groups;
  const over: Group = {
    key: 'range',
    x: 0,
    y: 0,
    w: 0,
    h: 0,
    c: 'range-group',
    marks: [path(shapes.join(''), 'range')],
  };
  return [...out, over];
}

/** The part of a group that its entries `from` to `to` take, as part of a path. */
function shapeIn(g: Group, from: number, to: number): string {
  const cells = g.item?.cells;
  const n = g.item?.n ?? 1;
  if (cells === undefined || (from === 0 && to === n)) {
    const [x, w] = cells === undefined ? [g.x, g.w] : [g.x + cells.x, cells.w];
    return rectPath(x, g.y, w, g.h);
  }
  const perLine = Math.ceil(n / cells.lines);
  const line = g.h / cells.lines;
  let d = '';
  for (let i = Math.floor(from / perLine); i * perLine < to; i++) {
    const [a, b] = [Math.max(from - i * perLine, 0), Math.min(to - i * perLine, perLine)];
    const each = cells.w / perLine;
    d += rectPath(g.x + cells.x + a * each, g.y + i * line, (b - a) * each, line);
  }
  return d;
}
