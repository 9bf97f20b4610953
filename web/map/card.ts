import type { FocusTable } from '../../src-core/index.ts';
import { levelName, slotVa } from '../../src-core/index.ts';
import type { MapInput } from './input.ts';
import { currentIn, selectedIn } from './input.ts';
import type { Group, Item, Mark } from './marks.ts';
import { Pen, rect } from './marks.ts';
import { mustTell, nowFrame, nowTone, nowWord } from './now.ts';
import { shownChanges } from './segments.ts';
import { swatch } from './swatch.ts';
import { levelWord, paWord, rowWords, spokenWords } from './words.ts';

const CLOSED = 30;
const OPEN = 48;

export function cardHeight(input: MapInput, t: FocusTable): number {
  return shownChanges(input, t.page.pa).has(t.idx) ? OPEN : CLOSED;
}

/** One level of a narrow map on one line: the entry of the focus path and where it leads. A changed one opens to two. */
export function cardGroup(
  input: MapInput,
  t: FocusTable,
  i: number,
  at: { x: number; y: number; w: number },
  mm: string,
): Group {
  const pen = new Pen(input.measure);
  const level = levelName(input.geo, t.page.hw);
  const { pa } = t.page;
  const { w } = at;
  const h = cardHeight(input, t);
  const now = currentIn(input, pa, t.idx, 1);
  const change = shownChanges(input, pa).get(t.idx);
  const is = input.classes.of(t.page.hw, t.value.hi, t.value.lo);
  const address = (value = t.value): string =>
    paWord(input.classes.format.address(input.geo, t.page.hw, value));
  const name = pen.text(12, 19, `${levelWord(level)}[${t.idx}]`, 'head', level);
  const marks: Mark[] = [
    rect(
      0.5,
      0.5,
      w - 1,
      h - 1,
      now?.kind === 'set' ? 'card wrote' : now === undefined ? 'card' : `card ${nowFrame(now)}`,
      4,
    ),
  ];
  marks.push(rect(0, 1, 3, h - 2, change === undefined ? `bar ${level}` : 'edge-now'), name);
  const second = Math.max(92, name.x + name.w + 12);
  marks.push(pen.text(second, 19, paWord(pa), 'mono', 'd'));
  const third = second + input.measure('00000000', 'mono') + 14;
  const words = is.kind === 'table' ? [address()] : rowWords(is, 1);
  // The step may be about another entry of the table than the one this card is for.
  const beside = now === undefined && input.current?.table === pa ? input.current : undefined;
  const told = now !== undefined && mustTell(now) ? now : beside;
  const ledger = input.ledger?.(pa, t.page.hw);
  const letters = ledger === undefined ? '' : `${ledger.letters} · `;
  const right =
    told !== undefined
      ? `${nowWord(told)}${beside === undefined ? '' : ` ${beside.idx}`}`
      : change !== undefined
        ? `${letters}step ${change.step}`
        : i === 0
          ? mm
          : `${letters}${t.page.used()}/${t.page.entries}`;
  const tone = told !== undefined ? nowTone(told) : change === undefined ? 'd' : 'now';
  const end = pen.text(w - 10, 19, right, told === undefined ? 'sans' : 'bold', tone, 'end');
  marks.push(end);
  if (change === undefined) {
    const face = is.kind === 'table' ? 'mono' : 'sans';
    const lead = pen.fit(
      words.map((s) => `→ ${s}`),
      face,
      w - 10 - end.w - 8 - third,
    );
    if (lead !== undefined) marks.push(pen.text(third, 19, lead, face, 'v'));
  } else {
    const was = input.classes.of(t.page.hw, change.old.hi, change.old.lo);
    marks.push(...swatch(was, 12, 36));
    const old = pen.fit(
      [
        `${rowWords(was, 1)[0] ?? ''} ${was.kind === 'none' ? '' : address(change.old)}`.trim(),
        ...rowWords(was, 1),
      ],
      'mono',
      w / 2,
    );
    const struck = pen.text(32, 40, old ?? '', 'mono', 'struck');
    const news = pen.fit(
      [`→ ${is.kind === 'table' ? `table ${address()}` : (rowWords(is, 1)[0] ?? '')}`, ...rowWords(is, 1)],
      'monobold',
      w - struck.x - struck.w - 20,
    );
    marks.push(struck);
    if (news !== undefined) marks.push(pen.text(struck.x + struck.w + 8, 40, news, 'monobold', 'v'));
  }
  const selected = selectedIn(input, pa, t.idx, 1);
  if (selected) marks.push(rect(0.5, 0.5, w - 1, h - 1, 'chosen', 4));
  const va = slotVa(input.geo, t.page.hw, t.va, t.idx).toHex16();
  const item: Item = {
    table: pa,
    idx: t.idx,
    n: 1,
    level: i + 1,
    label: `${levelWord(level)} ${t.idx}, ${spokenWords(is, 1)}${is.kind === 'table' ? ` ${address()}` : ''}, ${va}`,
    selected,
  };
  return { key: `card:${t.page.hw}`, x: at.x, y: at.y, w, h, c: 'row card-row', marks, item };
}
