import type { EntryClass, U64 } from '../../src-core/index.ts';
import type { MapInput } from './input.ts';
import { comingIn, currentIn, selectedIn, violationIn } from './input.ts';
import type { Group, Item, Mark } from './marks.ts';
import { hexWidth, path, Pen, px, rect } from './marks.ts';
import { mustTell, nowFrame, nowSpoken, nowTone, nowWord } from './now.ts';
import type { Row, RowsBox } from './rows.ts';
import { rowVa } from './rows.ts';
import type { Segment } from './segments.ts';
import { swatch } from './swatch.ts';
import type { MapCurrent, SlotChange } from './types.ts';
import { kindWord, levelWord, lookWord, paWord, rangeWord, rowWords, spokenWords } from './words.ts';

/** Where things stand in a row, from its left edge. */
export interface RowMetrics {
  /** Right end of the index. */
  readonly index: number;
  readonly swatch: number;
  readonly text: number;
  /** Right end of everything. */
  readonly end: number;
  /** The low half of the address is shown at the right. */
  readonly address: boolean;
}

/** Left of this are the spine and the lens. */
export const LENS = 14;

export function rowMetrics(input: MapInput, box: RowsBox, rows: readonly Row[]): RowMetrics {
  const widest = rows.reduce(
    (w, r) => Math.max(w, r.segment === undefined ? 0 : input.measure(rangeWord(r.first, r.n), 'mono')),
    0,
  );
  const tight = box.w < 150;
  const index = LENS + (tight ? 2 : 3) + Math.ceil(Math.max(widest, 14));
  const at = index + (tight ? 2 : 6);
  const text = at + (tight ? 16 : 20);
  const room = box.w - 4 - text;
  // Addresses only where their low half tells the rows apart and the longest words fit beside them.
  const address =
    box.va !== undefined && box.page.hw >= 2 && room >= 100 + hexWidth(input.measure, '00000000', 'mono');
  return { index, swatch: at, text, end: box.w - (tight ? 1 : 4), address };
}

/** One row of a table. */
export function rowGroup(input: MapInput, box: RowsBox, row: Row, m: RowMetrics): Group {
  const pen = new Pen(input.measure);
  const { pa } = box.page;
  const place = { x: box.x, y: box.y + row.y, w: box.w, h: row.h };
  const s = row.segment;
  if (s === undefined) {
    const words = pen.fit(
      [
        `⋯ ${row.folded} more runs, ${rangeWord(row.first, row.n)}`,
        `⋯ ${row.folded} more runs`,
        `⋯ ${row.folded} more`,
      ],
      'sans',
      m.end - m.swatch,
    );
    const marks = words === undefined ? [] : [pen.text(m.swatch, row.h / 2 + 4, words, 'sans', 'f')];
    return { key: `fold:${pa}:${row.first}`, ...place, c: 'more', marks };
  }

  const now = currentIn(input, pa, s.first, s.n);
  const broken = violationIn(input, pa, s.first, s.n);
  const selected = selectedIn(input, pa, s.first, s.n);
  const marks: Mark[] = [rect(LENS, 0.5, box.w - LENS, row.h - 1, 'hit', 2)];
  const change = s.change;
  if (change !== undefined && now?.kind === 'set')
    marks.push(rect(LENS + 0.5, 1, box.w - LENS - 1, row.h - 2, 'wrote', 3));
  if (change !== undefined) marks.push(rect(LENS, 1, 3, row.h - 2, 'edge-now'));
  if (now !== undefined && now.kind !== 'set')
    marks.push(rect(LENS + 0.5, 0.5, box.w - LENS - 1, row.h - 1, nowFrame(now), 3));
  if (broken !== undefined) marks.push(rect(LENS + 0.5, 0.5, box.w - LENS - 1, row.h - 1, 'broken', 3));
  const bold = row.focus || change !== undefined;
  marks.push(
    pen.text(
      m.index,
      (change === undefined ? row.h / 2 : row.h / 4 + 1) + 4,
      rangeWord(s.first, s.n),
      bold ? 'monobold' : 'mono',
      bold ? 'v' : 'f',
      'end',
    ),
  );
  const tag = broken === undefined ? coming(input, pen, box, row, s, m) : undefined;
  const end = tag?.from === undefined ? m.end : tag.from - 6;
  if (change === undefined)
    marks.push(...plain(input, pen, box, row, s, { ...m, end }, tag === undefined ? now : undefined));
  else marks.push(...opened(input, pen, box, row, s, change, { ...m, end }));
  marks.push(...(tag?.marks ?? []));
  if (selected) marks.push(rect(LENS + 0.5, 0.5, box.w - LENS - 1, row.h - 1, 'chosen', 3));

  const child = s.is.kind === 'table' ? input.tree.byPa.get(pointee(input, box, s.value)) : undefined;
  const item: Item = {
    table: pa,
    idx: s.first,
    n: s.n,
    level: box.depth,
    label: spoken(input, box, s, now),
    selected,
    ...(child === undefined ? {} : { opens: child }),
  };
  return { key: `row:${pa}:${s.first}`, ...place, c: row.focus ? 'row focus' : 'row', marks, item };
}

function pointee(input: MapInput, box: RowsBox, value: U64): number {
  return input.classes.format.address(input.geo, box.page.hw, value);
}

/** `load`, and of which entry where the row stands for several. */
function rowNow(s: Segment, now: MapCurrent): string {
  return s.n === 1 || now.count !== undefined ? nowWord(now) : `${nowWord(now)} ${now.idx}`;
}

/** From the middle of a row to the baseline: the underscore of a callback's name stays clear of the outline. */
function lift(now: MapCurrent): number {
  return now.kind === 'callback' ? 3 : 4;
}

/** The last eight digits of an address, as rows show it. */
function lowHalf(va: U64 | undefined): string {
  return va?.toHex16().slice(8) ?? '';
}

function plain(
  input: MapInput,
  pen: Pen,
  box: RowsBox,
  row: Row,
  s: Segment,
  m: RowMetrics,
  now: MapCurrent | undefined,
): Mark[] {
  const y = row.h / 2;
  const marks = swatch(s.is, m.swatch, y);
  let end = m.end;
  const table = s.is.kind === 'table';
  const own = table ? [paWord(pointee(input, box, s.value))] : rowWords(s.is, s.n);
  const least = Math.min(...own.map((text) => input.measure(text, table ? 'mono' : 'sans')));
  const word =
    now === undefined
      ? undefined
      : pen.text(m.end, y + lift(now), rowNow(s, now), 'bold', nowTone(now), 'end');
  if (word !== undefined && m.text + least + 6 + word.w <= m.end) {
    marks.push(word);
    end -= word.w + 6;
  } else if (word !== undefined && now !== undefined && mustTell(now)) {
    // No room for both: where the entry leads is written at the next table.
    const only = pen.pick([word.s, nowWord(now)], 'bold', m.end - m.text);
    return only === undefined
      ? marks
      : [...marks, pen.text(m.text, y + lift(now), only, 'bold', nowTone(now))];
  } else if (m.address && m.end === box.w - 4) {
    const va = pen.hex(m.end, y + 4, lowHalf(rowVa(input, box, s.first)), 'mono', 'f', 'end');
    marks.push(va);
    end -= va.w + 6;
  }
  if (table) {
    const tone = row.focus && box.below !== undefined ? box.below : 'd';
    const name = pen.pick(own, 'mono', end - m.text + 6);
    if (name !== undefined) marks.push(pen.text(m.text, y + 4, name, 'mono', tone));
    return marks;
  }
  const words = pen.pick(own, 'sans', end - m.text);
  const tone = s.is.kind === 'none' ? 'f' : s.is.kind === 'bad' ? 'bad' : 'v';
  if (words !== undefined) marks.push(pen.text(m.text, y + 4, words, 'sans', tone));
  return marks;
}

/** Old value struck through, new value under it, and the step that wrote it. */
function opened(
  input: MapInput,
  pen: Pen,
  box: RowsBox,
  row: Row,
  s: Segment,
  change: SlotChange,
  m: RowMetrics,
): Mark[] {
  const y1 = row.h / 4 + 1;
  const y2 = (row.h * 3) / 4 - 1;
  const was = s.oldIs;
  const marks: Mark[] = [
    ...(was === undefined ? [] : swatch(was, m.swatch, y1)),
    ...swatch(s.is, m.swatch, y2),
  ];
  marks.push(path(`M${px(m.swatch + 7)} ${px((y1 + y2) / 2 - 3)}v5m-2.5 -2.5l2.5 2.5l2.5 -2.5`, 'arrow-now'));
  if (was !== undefined) {
    const old = pen.pick(withAddress(input, box, was, s.n, change.old), 'mono', m.end - m.text);
    const tlb = pen.text(m.end, y1 + 4, 'TLB', 'sans', 'stale', 'end');
    if (old !== undefined) {
      const text = pen.text(m.text, y1 + 4, old, 'mono', 'struck');
      marks.push(text);
      // What is struck out lives on where a TLB holds it.
      if (input.stale(box.page.pa, s.first, s.n) && text.x + text.w + 6 + tlb.w <= m.end) marks.push(tlb);
    }
  }
  let end = m.end;
  const step = pen.text(m.end, y2 + 4, `step ${change.step}`, 'sans', 'now', 'end');
  if (m.text + step.w + 60 <= m.end) {
    marks.push(step);
    end -= step.w + 6;
  }
  if (s.is.kind === 'table') {
    const name = pen.text(m.text, y2 + 4, 'table', 'bold', 'v');
    const pa = pen.text(
      m.text + name.w + 4,
      y2 + 4,
      paWord(pointee(input, box, change.new)),
      'monobold',
      box.below ?? 'v',
    );
    if (pa.x + pa.w <= end) marks.push(name, pa);
    else marks.push({ ...pa, x: m.text });
    return marks;
  }
  const words = pen.pick(rowWords(s.is, s.n), 'bold', end - m.text);
  if (words !== undefined) marks.push(pen.text(m.text, y2 + 4, words, 'bold', 'v'));
  return marks;
}

/** `block RW NX 41e00000`, and shorter. */
function withAddress(
  input: MapInput,
  box: RowsBox,
  is: EntryClass,
  n: number,
  value: U64,
): readonly string[] {
  const words = rowWords(is, n);
  if (is.kind === 'none' || n > 1) return words;
  const pa = paWord(pointee(input, box, value));
  return [...words.map((w) => `${w} ${pa}`), ...words];
}

/** Dashed, with a dark tag: the recorded run will write here after the cursor. `from`: where the tag begins. */
function coming(
  input: MapInput,
  pen: Pen,
  box: RowsBox,
  row: Row,
  s: Segment,
  m: RowMetrics,
): { readonly marks: readonly Mark[]; readonly from: number | undefined } | undefined {
  const next = comingIn(input, box.page.pa, s.first, s.n);
  if (next === undefined) return undefined;
  const is = input.classes.of(box.page.hw, next.change.new.hi, next.change.new.lo);
  // Of a row that shows what was and what is, the line of what was, where that is nothing.
  const above = s.change !== undefined && s.oldIs?.kind === 'none';
  const y = above ? box.pitch / 2 : row.h - box.pitch / 2;
  const words = pen.pick(comingWords(next.idx, s.n, is, next.change.step), 'bold', m.end - m.text - 48);
  // What this step does to the row has the outline; the tag then says enough.
  const busy = currentIn(input, box.page.pa, s.first, s.n) !== undefined;
  const frame = busy ? [] : [rect(LENS + 0.5, 0.5, box.w - LENS - 1, row.h - 1, 'coming', 3)];
  if (words === undefined) return { marks: frame, from: undefined };
  const text = pen.text(m.end - 4, y + 4, words, 'bold', 'on-text', 'end');
  const from = m.end - text.w - 10;
  return {
    marks: [...frame, rect(from, y - 6.5, text.w + 12, 13, 'chip', 3), text],
    from: above ? undefined : from,
  };
}

/** `5 → INV at 29`, and shorter. */
export function comingWords(idx: number, n: number, is: EntryClass, step: number): readonly string[] {
  const what =
    is.kind === 'table' || is.kind === 'none' || is.kind === 'invalid' ? kindWord(is.kind) : lookWord(is);
  const where = n === 1 ? '' : `${idx} `;
  return [`${where}→ ${what} at ${step}`, `→ ${what} at ${step}`, `at ${step}`];
}

/** Accessible name of a row. */
function spoken(input: MapInput, box: RowsBox, s: Segment, now: MapCurrent | undefined): string {
  const where = `${levelWord(box.level)} ${s.n === 1 ? s.first : `${s.first} to ${s.first + s.n - 1}`}`;
  const what =
    spokenWords(s.is, s.n) + (s.is.kind === 'table' ? ` ${paWord(pointee(input, box, s.value))}` : '');
  const va = rowVa(input, box, s.first)?.toHex16();
  const parts = [where, what, ...(va === undefined ? [] : [s.n === 1 ? va : `from ${va}`])];
  if (s.change !== undefined && s.oldIs !== undefined)
    parts.push(`was ${spokenWords(s.oldIs, s.n)} until step ${s.change.step}`);
  if (input.stale(box.page.pa, s.first, s.n)) parts.push('TLBs may still hold what it was');
  if (now !== undefined) parts.push(nowSpoken(now));
  return parts.join(', ');
}
