import type { MapInput } from './input.ts';
import type { Group, Mark, Paint } from './marks.ts';
import { barPath, path, Pen, rect } from './marks.ts';
import { dots } from './swatch.ts';

const LINE = 16;

/** The letters at a table, in words; longest first. */
const LETTERS: readonly (readonly string[])[] = [
  ['C constructed · L ptlock', 'C ctor · L ptlock'],
  ['A lock apart · +1 counted', 'A apart · +1 counted'],
  ['– none of it · ? unknown', '– none · ? unknown'],
];

/** A writable and executable leaf is somewhere in these tables. */
function hasWritableCode(input: MapInput): boolean {
  return input.classes.known().some((is) => is.permission === 'RWX');
}

/** Height of the legend: it names only what there can be. */
export function legendHeight(input: MapInput): number {
  const lines =
    (hasWritableCode(input) ? 4 : 3) +
    (input.geo.contPteShift > 0 ? 1 : 0) +
    (input.ledger === undefined ? 0 : LETTERS.length);
  return lines * LINE + 2;
}

/** What the fills and shapes mean, in the corner of the map. */
export function legendGroup(input: MapInput, x: number, y: number, w: number): Group {
  const pen = new Pen(input.measure);
  const marks: Mark[] = [];
  const second = Math.max(76, Math.floor(w / 2) - 2);
  let n = 0;
  const place = (words: string, mark: (at: number, top: number) => Mark): void => {
    const at = n % 2 === 0 ? 0 : second;
    const top = Math.floor(n / 2) * LINE + 1;
    marks.push(mark(at, top), pen.text(at + 20, top + 8.5, words, 'sans', 'd'));
    n++;
  };
  const area = (words: string, paint: Paint): void =>
    place(words, (at, top) => rect(at, top, 14, 9, paint === 'inv' ? 'area inv' : 'area', 1, paint));
  area('RW NX', 'rw');
  area('RO NX', 'ro');
  area('RO X', 'rx');
  if (hasWritableCode(input)) area('RW X', 'rwx');
  area('INV', 'inv');
  place('table', (at, top) => rect(at + 2.5, top, 9, 9, 'hollow', 1));
  place('none', (at, top) => path(dots(at, top + 4.5, 14), 'dots'));
  if (input.geo.contPteShift > 0) {
    const size = 1 << input.geo.contPteShift;
    const top = Math.ceil(n / 2) * LINE + 1;
    const words = pen.fit(
      [`contiguous group of ${size}`, `CONT group of ${size}`, 'CONT group'],
      'sans',
      w - 36,
    );
    marks.push(path(barPath(0, top, 28, 9), 'area', 'rw'));
    if (words !== undefined) marks.push(pen.text(35, top + 8.5, words, 'sans', 'd'));
  }
  if (input.ledger !== undefined) {
    const from = legendHeight(input) - 2 - LETTERS.length * LINE + 1;
    for (const [i, variants] of LETTERS.entries()) {
      const words = pen.fit(variants, 'sans', w);
      if (words !== undefined) marks.push(pen.text(0, from + i * LINE + 8.5, words, 'sans', 'd'));
    }
  }
  return { key: 'legend', x, y, w, h: legendHeight(input), c: 'legend', marks };
}
