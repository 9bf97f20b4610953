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

/** One column a level that the hardware walks, root first. */
export function columnsOf(geo: Geometry, width: number): readonly Column[] {
  const widths = WIDTHS[geo.levelsInUse] ?? WIDTHS[4] ?? [];
  const room = width - 2 * MARGIN - GUTTER * (widths.length - 1);
  const scale = room / widths.reduce((a, b) => a + b, 0);
  let x = MARGIN;
  return widths.map((base, i) => {
    const w = Math.floor(base * scale);
    const column = { hw: geo.rootHw + i, level: levelName(geo, geo.rootHw + i), x, w };
    x += w + GUTTER;
    return column;
  });
}
