import type { LevelName } from '../arch/geometry.ts';

/** A piece of a sentence. Pieces without a kind are plain words; the others can be coloured, linked or marked. */
export interface Span {
  readonly text: string;
  readonly kind?: 'level' | 'address' | 'value' | 'lock' | 'bad';
  /** With kind `level`: which. */
  readonly level?: LevelName;
}

/** What a sentence is built from: spans, or plain words. */
export type Piece = Span | string;

export function spanText(spans: readonly Span[]): string {
  return spans.map((s) => s.text).join('');
}

/** Plain words become spans; neighbours of plain words become one; empty ones go. */
export function sentence(pieces: readonly Piece[]): Span[] {
  const out: Span[] = [];
  for (const piece of pieces) {
    const span: Span = typeof piece === 'string' ? { text: piece } : piece;
    if (span.text === '') continue;
    const last = out[out.length - 1];
    if (last !== undefined && last.kind === undefined && span.kind === undefined) {
      out[out.length - 1] = { text: last.text + span.text };
    } else {
      out.push(span);
    }
  }
  return out;
}

/** `PMD`, in the colour of its level. */
export function levelSpan(level: LevelName, text: string = level.toUpperCase()): Span {
  return { text, kind: 'level', level };
}

/** A physical or virtual address as people read it: hex without 0x. */
export function addressSpan(hex: string): Span {
  return { text: bare(hex), kind: 'address' };
}

/** `ffff000041e00000 to ffff000042000000`; a range that ends with the address space ends at 0, which is said in words. */
export function rangeSpans(start: string, end: string): Piece[] {
  const last: Piece = end === '0x0' ? 'the end of the address space' : addressSpan(end);
  return [addressSpan(start), ' to ', last];
}

export function valueSpan(text: string): Span {
  return { text, kind: 'value' };
}

export function badSpan(text: string): Span {
  return { text, kind: 'bad' };
}

/** Hex without 0x. */
export function bare(hex: string): string {
  return hex.replace(/^0x/, '');
}
