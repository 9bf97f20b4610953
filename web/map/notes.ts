import type { MapInput } from './input.ts';
import type { Column, Group, Mark } from './marks.ts';
import { Pen, rect } from './marks.ts';
import type { LedgerBadge } from './types.ts';

/** Height of the line. */
const NOTES_HEIGHT = 16;

/** The line under a header: what is known of the table. What is only inferred is in italics. */
export function notesGroup(input: MapInput, pa: number, column: Column, y: number): Group | undefined {
  const badge = input.ledger?.(pa, column.hw);
  if (badge !== undefined) return ledgerNote(input, badge, column, y);
  const notes = input.tables.get(pa)?.notes ?? [];
  if (notes.length === 0) return undefined;
  const pen = new Pen(input.measure);
  const marks: Mark[] = [];
  let x = 0;
  for (const note of notes) {
    const words = (marks.length === 0 ? '' : '· ') + note.text;
    const text = pen.text(x, 11, words, 'sans', note.inferred === true ? 'd inferred' : 'd');
    if (x + text.w > column.w) break;
    marks.push(text);
    x += text.w + 4;
  }
  return { key: `notes:${column.hw}`, x: column.x, y, w: column.w, h: NOTES_HEIGHT, c: 'notes', marks };
}

/** The letters in a frame, and as many words of them as there is room for. */
function ledgerNote(input: MapInput, badge: LedgerBadge, column: Column, y: number): Group {
  const pen = new Pen(input.measure);
  const marks = badgeMarks(pen, badge, 0, 0);
  const from = badgeWidth(pen, badge) + 6;
  const words = pen.pick(badge.words, 'sans', column.w - from);
  if (words !== undefined) marks.push(pen.text(from, 11, words, 'sans', badge.inferred ? 'd inferred' : 'd'));
  return { key: `notes:${column.hw}`, x: column.x, y, w: column.w, h: NOTES_HEIGHT, c: 'notes', marks };
}

export function badgeWidth(pen: Pen, badge: LedgerBadge): number {
  return Math.ceil(pen.measure(badge.letters, 'tinymono')) + 8;
}

/** The letters in a frame of 13 pixels: solid where the run asserts it, else dashed. */
export function badgeMarks(pen: Pen, badge: LedgerBadge, x: number, y: number): Mark[] {
  const w = badgeWidth(pen, badge);
  const sure = !badge.inferred && badge.letters !== '?';
  return [
    rect(x + 0.5, y + 0.5, w - 1, 12, sure ? 'ledger' : 'ledger unsure', 2),
    pen.text(x + w / 2, y + 10, badge.letters, 'tinymono', sure ? 'v' : 'd', 'middle'),
  ];
}
