import type { MapLayout } from './marks.ts';

/** A rectangle in layout coordinates. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** At least this share of the view is a table, or all of the table where it is smaller. */
const LEAST_SHARE = 0.4;

/** The tables of a layout: those shown as rows or cells, and the strips. */
export function tableBoxes(layout: MapLayout): readonly Box[] {
  const tables = new Map<number, Box>();
  for (const { item, x, y, w, h } of layout.groups) {
    if (item === undefined) continue;
    const had = tables.get(item.table) ?? { x, y, w, h };
    const [left, top] = [Math.min(had.x, x), Math.min(had.y, y)];
    const [right, bottom] = [Math.max(had.x + had.w, x + w), Math.max(had.y + had.h, y + h)];
    tables.set(item.table, { x: left, y: top, w: right - left, h: bottom - top });
  }
  return [...tables.values(), ...layout.strips];
}

/** How far `view` must move, in layout coordinates, until enough of one of the boxes is in it. */
export function wayBack(view: Box, boxes: readonly Box[]): { readonly dx: number; readonly dy: number } {
  let best = { dx: 0, dy: 0 };
  let least = Infinity;
  for (const b of boxes) {
    const dx = along(view.x, view.w, b.x, b.w, Math.min(LEAST_SHARE * view.w, b.w));
    const dy = along(view.y, view.h, b.y, b.h, Math.min(LEAST_SHARE * view.h, b.h));
    const far = dx * dx + dy * dy;
    if (far < least) [best, least] = [{ dx, dy }, far];
    if (far === 0) break;
  }
  return best;
}

/** The move of an interval that makes it share `least` with another. */
function along(from: number, size: number, otherFrom: number, otherSize: number, least: number): number {
  if (otherFrom + otherSize - from < least) return otherFrom + otherSize - from - least;
  if (from + size - otherFrom < least) return otherFrom + least - from - size;
  return 0;
}

/** How the layout is shown: scaled by `k`, then moved by `x` and `y` pixels. */
export interface View {
  readonly k: number;
  readonly x: number;
  readonly y: number;
  /** The place in the layout that a place of the host shows. */
  invert(place: [number, number]): [number, number];
  /** As an SVG transform. */
  toString(): string;
}

/** All of the map, as it is. */
export const WHOLE: View = {
  k: 1,
  x: 0,
  y: 0,
  invert: ([x, y]) => [x, y],
  toString: () => 'translate(0,0) scale(1)',
};

/** What reads wheel and fingers, once it is there: see zoomer.ts. */
export interface ZoomDriver {
  extent(width: number, height: number): void;
  reset(): void;
  scaleBy(factor: number, at: [number, number] | undefined): void;
  moveBy(dx: number, dy: number): void;
  destroy(): void;
}

/** What the driver asks and tells. */
export interface ZoomOwner {
  wants(e: Event): boolean;
  /** How far a view must move, in layout coordinates, to show enough. */
  wayBack(view: Box): { readonly dx: number; readonly dy: number };
  changed(to: View, byHand: boolean): void;
}

/** The part of the layout that a view of this size shows. */
export function viewOf(t: View, [width, height]: readonly [number, number]): Box {
  const [x, y] = t.invert([0, 0]);
  return { x, y, w: width / t.k, h: height / t.k };
}
