import type { EntryClass } from '../../src-core/index.ts';
import type { Mark } from './marks.ts';
import { barPath, path, px, rect } from './marks.ts';
import { paintOf } from './words.ts';

/** The small picture of an entry in a row: its kind by shape, its permission by pattern. `y` is its middle; 14 px wide at most. */
export function swatch(is: EntryClass, x: number, y: number, w = 14): Mark[] {
  const paint = paintOf(is);
  switch (is.kind) {
    case 'none':
      return [path(dots(x + 2.5, y, w - 3), 'dots')];
    case 'nonpresent':
      return [path(`M${px(x)} ${px(y)}h${px(w)}`, 'dash')];
    case 'table':
      return [rect(x + 2.5, y - 4.5, 9, 9, 'hollow', 1)];
    case 'bad':
      return [path(`M${px(x + 2)} ${px(y - 4)}l8 8m0 -8l-8 8`, 'cross')];
    case 'block':
    case 'page':
    case 'invalid': {
      const c = paint === 'inv' ? 'area inv' : 'area';
      if (is.cont) return [path(barPath(x, y - 4.5, w, 9), c, paint)];
      return [rect(x, y - 4.5, w, 9, c, 1, paint)];
    }
  }
}

/** A dotted rule. */
export function dots(x: number, y: number, w: number): string {
  const n = Math.max(1, Math.floor(w / 3.5));
  return Array.from({ length: n }, (_, i) => `M${px(x + i * 3.5)} ${px(y)}h1.2`).join('');
}
