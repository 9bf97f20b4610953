import type { MapInput } from './input.ts';
import type { Column, Group, Mark } from './marks.ts';
import { Pen } from './marks.ts';

const HEIGHT = 16;

/** The line under a header: what is known of the table. What is only inferred is in italics. */
export function notesGroup(input: MapInput, pa: number, column: Column, y: number): Group | undefined {
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
  return { key: `notes:${column.hw}`, x: column.x, y, w: column.w, h: HEIGHT, c: 'notes', marks };
}
