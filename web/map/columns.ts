import type { Geometry } from '../../src-core/index.ts';
import { levelName } from '../../src-core/index.ts';
import type { Column } from './marks.ts';

export const MARGIN = 16;
/** Between columns: edges run here. */
export const GUTTER = 24;

/** Widths at 884 pixels, by number of levels in use; they grow and shrink together. */
const WIDTHS: Readonly<Record<number, readonly number[]>> = {
  2: [400, 420],
  3: [240, 300, 296],
  4: [156, 140, 256, 260],
  5: [132, 132, 132, 194, 198],
};

/** The least that a column can do with: a root or upper level, the last level but one, the last. */
const LEAST = { upper: 138, rows: 165, leaf: 165 } as const;

function leastOf(levels: number, i: number): number {
  if (i === levels - 1) return LEAST.leaf;
  return i === levels - 2 ? LEAST.rows : LEAST.upper;
}

/** Width below which the columns of this geometry have no room for their words. */
export function leastWidth(geo: Geometry): number {
  const n = geo.levelsInUse;
  const columns = Array.from({ length: n }, (_, i) => leastOf(n, i)).reduce((a, b) => a + b, 0);
  return 2 * MARGIN + GUTTER * (n - 1) + columns;
}

/** One column a level that the hardware walks, root first. */
export function columnsOf(geo: Geometry, width: number): readonly Column[] {
  const widths = WIDTHS[geo.levelsInUse] ?? WIDTHS[4] ?? [];
  const n = widths.length;
  const room = width - 2 * MARGIN - GUTTER * (n - 1);
  // Columns that would get too little keep their least; the others share the rest.
  const kept = new Set<number>();
  let scale = 1;
  for (let again = true; again;) {
    again = false;
    const free = widths.map((_, i) => i).filter((i) => !kept.has(i));
    const left = room - [...kept].reduce((sum, i) => sum + leastOf(n, i), 0);
    scale = left / free.reduce((sum, i) => sum + (widths[i] ?? 0), 0);
    for (const i of free) {
      if ((widths[i] ?? 0) * scale >= leastOf(n, i)) continue;
      kept.add(i);
      again = kept.size < n;
    }
  }
  let x = MARGIN;
  return widths.map((base, i) => {
    const w = Math.floor(kept.has(i) ? leastOf(n, i) : base * scale);
    const column = { hw: geo.rootHw + i, level: levelName(geo, geo.rootHw + i), x, w };
    x += w + GUTTER;
    return column;
  });
}
