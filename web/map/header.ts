import type { LevelName, TableContents, TablePage, U64 } from '../../src-core/index.ts';
import type { MapInput } from './input.ts';
import type { Group, Mark } from './marks.ts';
import { hexWidth, Pen, rect } from './marks.ts';
import { badgeMarks, badgeWidth } from './notes.ts';
import { levelWord, paWord } from './words.ts';

/** From the top of a header to the first row of its table. */
export const HEADER_HEIGHT = 40;
/** Height of a header on one line. */
export const LINE_HEADER = 22;
/** From the top of a header to the middle of its first line: where edges land. */
export const HEADER_MIDDLE = 9;

export interface HeaderBox {
  readonly key: string;
  readonly level: LevelName;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  /** Drawn in the level's colour: it is on the focus path. */
  readonly focus: boolean;
  readonly table?: {
    readonly page: TablePage;
    readonly va: U64 | undefined;
    readonly contents: TableContents;
  };
  /** The letters of its constructor, lock and count go into the first line, where there is room: it has no line of notes. */
  readonly badge?: boolean;
  /** Instead of a table: why there is none, longest wording first. */
  readonly absent?: readonly string[];
}

/** Level, physical address, state and walkers; below them the address of entry 0 and how many entries are used. */
export function headerGroup(input: MapInput, box: HeaderBox): Group {
  const pen = new Pen(input.measure);
  const { w, level, table } = box;
  const tone = box.focus ? level : 'd';
  const name = pen.text(0, 13, levelWord(level), 'head', tone);
  const marks: Mark[] = [name];
  if (table !== undefined) {
    const pa = pen.text(w, 13, paWord(table.page.pa), 'mono', 'v', 'end');
    const to = w - pa.w - 6;
    const own = badges(input, pen, table.page.pa, name.w + 8, to);
    marks.push(pa, ...own);
    const ledger = box.badge === true ? input.ledger?.(table.page.pa, table.page.hw) : undefined;
    const end = Math.max(name.w, ...own.map((mark) => (mark.t === 'path' ? 0 : mark.x + mark.w)));
    if (ledger !== undefined && end + 8 + badgeWidth(pen, ledger) <= to)
      marks.push(...badgeMarks(pen, ledger, end + 8, 3));
    const used = pen.text(w, 28, `${table.contents.used}/${table.page.entries}`, 'mono', 'd', 'end');
    marks.push(used, ...vaText(pen, table.va, w - used.w - 8));
  } else {
    const why = pen.fit(box.absent ?? [], 'sans', w);
    if (why !== undefined) marks.push(pen.text(0, 28, why, 'sans', 'f'));
  }
  marks.push(rect(0, 34, w, 1.5, box.focus ? `rule ${level}` : 'rule'));
  return { key: box.key, x: box.x, y: box.y, w, h: HEADER_HEIGHT - 4, c: 'header', marks };
}

/** The same on one line, for the narrow form: level, physical address, state, walkers, and a summary at the right. */
export function lineHeader(input: MapInput, box: HeaderBox): Group {
  const pen = new Pen(input.measure);
  const { w, level, table } = box;
  const name = pen.text(0, 13, levelWord(level), 'head', level);
  const marks: Mark[] = [name];
  if (table !== undefined) {
    const pa = pen.text(name.w + 10, 13, paWord(table.page.pa), 'mono', 'v');
    const used = pen.text(w, 13, `${table.contents.used}/${table.page.entries}`, 'mono', 'd', 'end');
    const ledger = input.ledger?.(table.page.pa, table.page.hw);
    const end = w - used.w - 6 - (ledger === undefined ? 0 : badgeWidth(pen, ledger) + 4);
    marks.push(pa, used, ...badges(input, pen, table.page.pa, pa.x + pa.w + 10, end));
    if (ledger !== undefined && end > pa.x + pa.w) marks.push(...badgeMarks(pen, ledger, end, 3));
  }
  return { key: box.key, x: box.x, y: box.y, w, h: LINE_HEADER, c: 'header', marks };
}

/** The whole address if there is room, or its first groups. */
function vaText(pen: Pen, va: U64 | undefined, room: number): Mark[] {
  if (va === undefined) {
    const s = pen.fit(['not linked', 'loose'], 'sans', room);
    return s === undefined ? [] : [pen.text(0, 28, s, 'sans', 'f')];
  }
  const whole = va.toHex16();
  if (hexWidth(pen.measure, whole, 'mono') <= room) return [pen.hex(0, 28, whole, 'mono', 'f')];
  for (const digits of [12, 8, 4]) {
    const head = pen.hex(0, 28, whole.slice(0, digits), 'mono', 'f');
    const dots = pen.text(head.w + 4, 28, '…', 'sans', 'f');
    if (dots.x + dots.w <= room) return [head, dots];
  }
  return [];
}

const STATE_WORDS = {
  new: 'new',
  detached: 'detached',
  deposited: 'deposited',
  rcu: 'RCU pending',
  queued: 'queued to be freed',
  freed: 'freed',
} as const;

/** The pill with the state of a table, and the letters of the contexts that hold a pointer into it. */
function badges(input: MapInput, pen: Pen, pa: number, from: number, to: number): Mark[] {
  const marks: Mark[] = [];
  let x = from;
  const state = input.tables.get(pa)?.state;
  if (state !== undefined) {
    const word = pen.text(x + 6, 13, STATE_WORDS[state], 'bold', state === 'new' ? 'on-now' : 'v');
    if (x + word.w + 12 <= to) {
      marks.push(rect(x, 2, word.w + 12, 15, state === 'new' ? 'pill new' : 'pill ghost', 3), word);
      x += word.w + 18;
    }
  }
  const letters = input.walkers.get(pa) ?? [];
  for (const letter of letters) {
    if (x + 15 > to) break;
    const filled = letter === 'a';
    marks.push(rect(x + 0.5, 2.5, 14, 14, filled ? 'walker filled' : 'walker', 3));
    marks.push(pen.text(x + 7.5, 13, letter, 'monobold', filled ? 'on-text' : 'v', 'middle'));
    x += 18;
  }
  const word = letters.length === 0 ? '' : letters.length === 1 ? 'walker' : 'walkers';
  if (word !== '' && x + pen.measure(word, 'sans') <= to) marks.push(pen.text(x, 13, word, 'sans', 'd'));
  return marks;
}
