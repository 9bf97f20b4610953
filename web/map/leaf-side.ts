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
/** Shorter stretches have no words of their own. */
const LEAST_STRETCH = 6;

interface Stretch {
  readonly is: EntryClass;
  readonly from: number;
  to: number;
  groups: number;
  n: number;
}

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
  // What is mapped before what is not, the tallest first; a stretch without room for two lines says it on one.
  const brackets: string[] = [];
  const empty = (s: Stretch): number => (s.is.permission === undefined ? 1 : 0);
  const order = (a: Stretch, b: Stretch): number => empty(a) - empty(b) || b.to - b.from - a.to + a.from;
  for (const s of stretches(rows).sort(order)) {
    if (s.to - s.from < (s.is.permission === undefined ? LINE - 2 : LEAST_STRETCH)) continue;
    const most = Math.max(2, Math.floor((s.to - s.from) / LINE));
    const forms = [summary(s.is, s.groups, s.n, most), summary(s.is, s.groups, s.n, 1)];
    const said = forms.some((lines) => {
      const half = (lines.length * LINE) / 2;
      const y = Math.min(Math.max((s.from + s.to) / 2, top + half), Math.max(bottom - 2, top + half));
      return put({ y, lines }, x + 5);
    });
    if (said) brackets.push(`M${px(x - 4)} ${px(s.from + 0.5)}h4V${px(s.to - 1.5)}h-4`);
  }
  if (brackets.length > 0) marks.push(path(brackets.join(''), 'bracket'));
  return marks;
}

/** Neighbouring rows that look the same, as one. */
function stretches(rows: readonly LeafRow[]): Stretch[] {
  const out: Stretch[] = [];
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

/**
 * What a stretch is, in at most `most` lines: how many pages and their permission, always both; above them how many
 * contiguous groups, where there is room.
 */
function summary(is: EntryClass, groups: number, n: number, most: number): Note['lines'] {
  if (is.permission === undefined) return [[[`${n} ${kindWord(is.kind)}`, `×${n}`], 'sans', 'f']];
  const looks = [lookWord(is), lookWord({ ...is, memory: '' })];
  const pages = n === 1 ? '1 page' : `${n} pages`;
  if (most === 1) return [[looks.flatMap((look) => [`${pages} ${look}`, `×${n} ${look}`]), 'sans', 'v']];
  const both: Note['lines'] = [
    [[pages, `×${n}`], 'sans', 'v'],
    [looks, 'sans', 'd'],
  ];
  return is.cont && most > 2 ? [[[`${groups} × CONT`, `×${groups} CONT`], 'bold', 'v'], ...both] : both;
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
