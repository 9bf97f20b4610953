import type { MapInput } from './input.ts';
import type { Group, Mark, Paint } from './marks.ts';
import { barPath, path, Pen, rect } from './marks.ts';
import { dots } from './swatch.ts';

export const LEGEND_HEIGHT = 66;
const LINE = 16;

/** What the fills and shapes mean, in the corner of the map. */
export function legendGroup(input: MapInput, x: number, y: number, w: number): Group {
  const pen = new Pen(input.measure);
  const marks: Mark[] = [];
  const second = Math.max(76, Math.floor(w / 2) - 2);
  const area = (col: number, line: number, paint: Paint, words: string): void => {
    const at = col === 0 ? 0 : second;
    marks.push(
      rect(at, line * LINE + 1, 14, 9, paint === 'inv' ? 'area inv' : 'area', 1, paint),
      pen.text(at + 20, line * LINE + 9.5, words, 'sans', 'd'),
    );
  };
  area(0, 0, 'rw', 'RW NX');
  area(1, 0, 'ro', 'RO NX');
  area(0, 1, 'rx', 'RO X');
  area(1, 1, 'inv', 'INV');
  marks.push(rect(0.5, 2 * LINE + 1, 13, 9, 'hollow', 1), pen.text(20, 2 * LINE + 9.5, 'table', 'sans', 'd'));
  marks.push(
    path(dots(second, 2 * LINE + 5.5, 14), 'dots'),
    pen.text(second + 20, 2 * LINE + 9.5, 'none', 'sans', 'd'),
  );
  if (input.geo.contPteShift > 0) {
    const words = pen.fit(
      [
        `contiguous group of ${1 << input.geo.contPteShift}`,
        `CONT group of ${1 << input.geo.contPteShift}`,
        'CONT group',
      ],
      'sans',
      w - 36,
    );
    marks.push(path(barPath(0, 3 * LINE + 1, 28, 9), 'area', 'rw'));
    if (words !== undefined) marks.push(pen.text(35, 3 * LINE + 9.5, words, 'sans', 'd'));
  }
  return { key: 'legend', x, y, w, h: LEGEND_HEIGHT, c: 'legend', marks };
}
