import type { EntryClass } from '../../src-core/index.ts';
import type { MapInput } from './input.ts';
import { currentIn } from './input.ts';
import type { LeafTableBox } from './leaf-box.ts';
import type { Grid } from './leaf-cells.ts';
import type { LeafRow } from './leaf-rows.ts';
import type { Face } from './measure.ts';
import type { Mark } from './marks.ts';
import { path, Pen, px } from './marks.ts';
import { mustTell, nowTone, nowWord } from './now.ts';
import { shownChanges } from './segments.ts';
import type { MapCurrent } from './types.ts';
import { kindWord, lookWord } from './words.ts';

const LINE = 13;

interface Note {
  readonly y: number;
  readonly lines: readonly (readonly [words: readonly string[], face: Face, tone: string])[];
}

/** Words at the right of the grid: what happened to the open groups, and what the long stretches between them are. */
export function sideMarks(input: MapInput, box: LeafTableBox, grid: Grid, rows: readonly LeafRow[]): Mark[] {
  const pen = new Pen(input.measure);
  const x = grid.x + grid.w + 9;
  const room = box.w - x;
  const marks: Mark[] = [];
  const taken: { from: number; to: number }[] = [];
  const free = (from: number, to: number): boolean => taken.every((t) => to <= t.from || from >= t.to);
  const put = (note: Note, at: number): boolean => {
    const from = note.y - (note.lines.length * LINE) / 2;
    const to = from + note.lines.length * LINE;
    if (!free(from, to)) return false;
    const texts = note.lines.map(([words, face, tone], i) => {
      const fitted = pen.pick(words, face, room - (at - x));
      return fitted === undefined ? undefined : pen.text(at, from + i * LINE + 10, fitted, face, tone);
    });
    const drawn = texts.filter((t) => t !== undefined);
    if (drawn.length === 0) return false;
    taken.push({ from, to });
    marks.push(...drawn);
    return true;
  };

  for (const row of rows)
    if (row.open) put({ y: row.y + row.h / 2 - 1.5, lines: happened(input, box, row) }, x);

  const top = rows[0]?.y ?? 0;
  const bottom = (rows[rows.length - 1]?.y ?? 0) + (rows[rows.length - 1]?.h ?? 0);
  for (const s of stretches(rows)) {
    const lines = summary(s.is, s.groups, s.n).slice(0, Math.max(1, Math.floor((s.to - s.from) / LINE)));
    if (s.to - s.from < 11) continue;
    const y = Math.min(Math.max((s.from + s.to) / 2, top + (lines.length * LINE) / 2), bottom - 2);
    const at = x + 5;
    if (!put({ y, lines }, at)) continue;
    marks.push(path(`M${px(x - 4)} ${px(s.from + 0.5)}h4V${px(s.to - 1.5)}h-4`, 'bracket'));
  }
  return marks;
}

/** Neighbouring rows that look the same, as one. */
function stretches(
  rows: readonly LeafRow[],
): { is: EntryClass; from: number; to: number; groups: number; n: number }[] {
  const out: { is: EntryClass; from: number; to: number; groups: number; n: number }[] = [];
  let last: LeafRow | undefined;
  for (const row of rows) {
    const s = out[out.length - 1];
    if (row.open || row.is === undefined) {
      last = row;
      continue;
    }
    if (s !== undefined && last !== undefined && !last.open && last.is === row.is) {
      s.to = row.y + row.h;
      s.groups += row.groups;
      s.n += row.n;
    } else out.push({ is: row.is, from: row.y, to: row.y + row.h, groups: row.groups, n: row.n });
    last = row;
  }
  return out;
}

function summary(is: EntryClass, groups: number, n: number): Note['lines'] {
  const looks = [lookWord(is), lookWord({ ...is, memory: '' })];
  if (is.cont) {
    return [
      [[`${groups} × CONT`, `×${groups} CONT`], 'bold', 'v'],
      [[`${n} pages`, `×${n}`], 'sans', 'd'],
      [looks, 'sans', 'd'],
    ];
  }
  if (is.kind === 'page') {
    return [
      [[`${n} pages`, `×${n}`], 'sans', 'v'],
      [looks, 'sans', 'd'],
    ];
  }
  return [[[`${n} ${kindWord(is.kind)}`, `×${n}`], 'sans', 'f']];
}

/** What the run did to a group, in two short lines: `CONT off`, `step 16`. */
function happened(input: MapInput, box: LeafTableBox, row: LeafRow): Note['lines'] {
  const now = currentIn(input, box.page.pa, row.first, row.n);
  if (now !== undefined && mustTell(now)) return nowLines(now);
  const changes = [...shownChanges(input, box.page.pa)].filter(
    ([i]) => i >= row.first && i < row.first + row.n,
  );
  const newest = changes.reduce((step, [, c]) => Math.max(step, c.step), 0);
  const recent = changes.filter(([, c]) => c.step === newest);
  const [first] = recent;
  if (first !== undefined) {
    const [idx, change] = first;
    const was = input.classes.of(3, change.old.hi, change.old.lo);
    const is = input.classes.of(3, change.new.hi, change.new.lo);
    return [
      [[changeWords(was, is, recent.length === 1 ? `${idx}: ` : '')], 'bold', 'now'],
      [[`step ${newest}`, `at ${newest}`], 'sans', 'now'],
    ];
  }
  return now === undefined ? [] : nowLines(now);
}

/** What this step does: `load 508`, `step 19`. */
function nowLines(now: MapCurrent): Note['lines'] {
  const word = nowWord(now);
  const tone = nowTone(now);
  return [
    [[now.count === undefined ? `${word} ${now.idx}` : `${word} ×${now.count}`, word], 'bold', tone],
    [[`step ${now.step}`, `at ${now.step}`], 'sans', tone],
  ];
}

function changeWords(was: EntryClass, is: EntryClass, where: string): string {
  if (is.kind === 'page' && was.kind === 'page') {
    if (was.cont !== is.cont) return is.cont ? 'CONT on' : 'CONT off';
    return `${where}${lookWord(is)}`;
  }
  return `${where}${is.kind === 'page' ? lookWord(is) : kindWord(is.kind)}`;
}
