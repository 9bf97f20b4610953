import type { TableNode } from '../../src-core/index.ts';
import { groupOf } from './draw.ts';
import type { Group, Item, MapLayout, Strip } from './marks.ts';
import { stripTable } from './strips.ts';
import type { View } from './zoom-view.ts';

/** `n` consecutive entries from `idx`, where the table goes without saying. */
export interface Entries {
  readonly idx: number;
  readonly n: number;
}

/** What the pointer is on. */
export type Spot =
  | ({ readonly on: 'item'; readonly group: Group; readonly item: Item } & Entries)
  | { readonly on: 'strip'; readonly strip: Strip; readonly node: TableNode; readonly idx: number };

/** Where in the layout a place of the window lies. */
export function placeOf(stage: Element, transform: View, e: MouseEvent): [number, number] {
  const box = stage.getBoundingClientRect();
  return transform.invert([e.clientX - box.left, e.clientY - box.top]);
}

/** What lies at a place of the layout; `target`: the element there. */
export function spotAt(
  layout: MapLayout,
  [x, y]: readonly [number, number],
  target: EventTarget | null,
): Spot | undefined {
  const group = target instanceof Element ? groupOf(target) : undefined;
  if (group?.item !== undefined) {
    const { item } = group;
    return { on: 'item', group, item, ...entryAt(group, item, x - group.x, y - group.y) };
  }
  const strip = layout.strips.find(
    (s) => x >= s.x && x < s.x + s.w && y >= s.y - 0.5 && y < s.y + Math.max(s.h, 1) + 0.5,
  );
  if (strip === undefined) return undefined;
  const node = stripTable(strip, y);
  const idx = Math.min(node.entries - 1, Math.floor(((x - strip.x) / strip.w) * node.entries));
  return { on: 'strip', strip, node, idx };
}

/** The entries of a table that are nearest to a place: a drag that leaves the table stays in it. */
export function nearestIn(
  layout: MapLayout,
  table: number,
  [x, y]: readonly [number, number],
): Entries | undefined {
  let best: Group | undefined;
  let least = Infinity;
  for (const g of layout.groups) {
    if (g.item?.table !== table) continue;
    const away = Math.max(g.y - y, y - g.y - g.h, 0);
    if (away < least) [best, least] = [g, away];
  }
  return best?.item === undefined ? undefined : entryAt(best, best.item, x - best.x, y - best.y);
}

/** Which entry of a group lies under a place inside it, and how many it stands for. */
function entryAt(group: Group, item: Item, x: number, y: number): Entries {
  const { cells } = item;
  if (cells === undefined) return { idx: item.idx, n: item.n };
  const perLine = Math.ceil(item.n / cells.lines);
  const line = Math.min(cells.lines - 1, Math.max(0, Math.floor((y / group.h) * cells.lines)));
  const col = Math.min(perLine - 1, Math.max(0, Math.floor(((x - cells.x) / cells.w) * perLine)));
  return { idx: item.idx + Math.min(item.n - 1, line * perLine + col), n: 1 };
}
