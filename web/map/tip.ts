import type { EntryClasses, TableNode, TablePage, U64 } from '../../src-core/index.ts';
import { describeEntry, levelName, slotVa } from '../../src-core/index.ts';
import type { Ink } from './canvas.ts';
import { drawTable } from './canvas.ts';
import { entrySize, levelWord, paWord, rangeWord } from './words.ts';

const STRIPS = 9;
const STRIP = 6;
const LENS_WIDTH = 264;

/** The tooltip of the map: plain elements, no markup from text. */
export class Tip {
  private readonly box: HTMLDivElement;

  constructor(host: HTMLElement) {
    this.box = document.createElement('div');
    this.box.className = 'map-tip';
    this.box.hidden = true;
    host.append(this.box);
  }

  hide(): void {
    this.box.hidden = true;
  }

  remove(): void {
    this.box.remove();
  }

  /** An entry, or a run of `n`: address, descriptor and what it says, and whether TLBs may still hold it as it was. */
  entry(
    classes: EntryClasses,
    page: TablePage,
    va: U64 | undefined,
    idx: number,
    n: number,
    stale: boolean,
  ): void {
    const { geo, format } = classes;
    const level = levelName(geo, page.hw);
    const value = page.get(idx);
    this.fill(`${levelWord(level)}[${rangeWord(idx, n)}]`, level, entrySize(geo, page.hw));
    if (va !== undefined) this.line('address', hexSpan(slotVa(geo, page.hw, va, idx).toHex16()));
    this.line(n === 1 ? 'entry' : 'first entry', hexSpan(value.toHex16()));
    const kind = format.kind(geo, page.hw, value);
    const words = describeEntry(geo, format, page.hw, value);
    const to =
      kind === 'none' || kind === 'nonpresent' || kind === 'bad'
        ? ''
        : ` → ${paWord(format.address(geo, page.hw, value))}`;
    this.line(n === 1 ? '' : `×${n}`, span(words + to));
    for (const f of format.fields(geo, page.hw, value)) {
      if (f.name === 'AttrIndx' && kind !== 'table') this.line('memory', span(f.meaning));
    }
    if (stale) this.line('TLBs', span('may still hold what it was'));
  }

  /** A context table, with a lens over its neighbours. */
  table(
    node: TableNode,
    same: number,
    neighbours: readonly TableNode[],
    ink: Ink,
    ledger: string | undefined,
  ): void {
    this.fill(`${levelWord(node.level)} table ${paWord(node.pa)}`, node.level, node.mm);
    this.line('address', hexSpan(node.va.toHex16()));
    this.line(
      'used',
      span(
        `${node.contents.used}/${node.entries}${node.hw < 3 ? `, ${node.children.length} tables below` : ''}`,
      ),
    );
    if (node.parents > 1) this.line('shared', span(`${node.parents} parents`));
    if (ledger !== undefined) this.line('ptdesc', span(ledger));
    if (same > 1) this.line('', span(`one of ${same} that look the same`));
    if (neighbours.length > 1) this.lens(node, neighbours, ink);
  }

  private lens(node: TableNode, all: readonly TableNode[], ink: Ink): void {
    const at = all.indexOf(node);
    const from = Math.max(0, Math.min(at - (STRIPS >> 1), all.length - STRIPS));
    const some = all.slice(from, from + STRIPS);
    const canvas = document.createElement('canvas');
    const ratio = window.devicePixelRatio;
    const height = some.length * (STRIP + 2) + 4;
    canvas.width = LENS_WIDTH * ratio;
    canvas.height = height * ratio;
    canvas.style.width = `${LENS_WIDTH}px`;
    canvas.style.height = `${height}px`;
    const context = canvas.getContext('2d');
    if (context === null) return;
    context.scale(ratio, ratio);
    for (const [i, table] of some.entries()) {
      const y = 2 + i * (STRIP + 2);
      drawTable(context, ink, table, 6, y, LENS_WIDTH - 8, STRIP, ratio);
      if (table === node) {
        context.fillStyle = ink.solid.inv;
        context.fillRect(0, y, 3, STRIP);
      }
    }
    this.box.append(canvas);
  }

  private fill(title: string, level: string, aside: string): void {
    const head = span(title, `tip-title ${level}`);
    const row = document.createElement('div');
    row.append(head, span(aside, 'tip-aside'));
    this.box.replaceChildren(row);
    this.box.hidden = false;
  }

  private line(label: string, value: HTMLElement): void {
    const row = document.createElement('div');
    row.append(span(label, 'tip-label'), value);
    this.box.append(row);
  }

  /** Beside the pointer, inside `width` × `height`. */
  place(x: number, y: number, width: number, height: number): void {
    const { offsetWidth: w, offsetHeight: h } = this.box;
    const left = x + 14 + w <= width ? x + 14 : Math.max(2, x - 14 - w);
    const top = y + 14 + h <= height ? y + 14 : Math.max(2, y - 10 - h);
    this.box.style.transform = `translate(${Math.round(left)}px,${Math.round(top)}px)`;
  }
}

function span(text: string, c = ''): HTMLSpanElement {
  const s = document.createElement('span');
  s.textContent = text;
  s.className = c;
  return s;
}

/** Sixteen digits in groups of four, spaced by the stylesheet. */
function hexSpan(digits: string): HTMLElement {
  const whole = span('', 'tip-hex');
  for (let i = 0; i < digits.length; i += 4) whole.append(span(digits.slice(i, i + 4)));
  return whole;
}
