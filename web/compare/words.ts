import { contextLetter, returnWords } from '../engine.ts';
import type { AlignedStep, Step } from '../engine.ts';
import type { Outcome } from './make.ts';

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

/** `returns 0, -22 (-EINVAL) ×4`: what the calls of a context returned, in order. */
function returnedWords(rets: readonly (number | null)[]): string {
  const runs: { readonly text: string; n: number }[] = [];
  for (const ret of rets) {
    const text = ret === null ? 'is stopped' : returnWords(ret);
    const last = runs.at(-1);
    if (last?.text === text) last.n++;
    else runs.push({ text, n: 1 });
  }
  const words = runs.map(({ text, n }) => (n === 1 ? text : `${text} ×${n}`)).join(', ');
  return rets[0] === null ? words : `returns ${words}`;
}

/** `returns 0 · 136 steps · 1 warning`. */
export function outcomeWords({ rets, steps, warnings, violations }: Outcome): readonly string[] {
  const returned = rets.map(returnedWords);
  return [
    returned.length === 1
      ? (returned[0] ?? '')
      : returned.map((text, ctx) => `${contextLetter(ctx)} ${text}`).join('; '),
    count(steps, 'step'),
    count(warnings, 'warning'),
    ...(violations > 0 ? [count(violations, 'violation')] : []),
  ];
}

export type RowKind = 'same' | 'differs' | 'left' | 'right';

export function kindOf(row: AlignedStep): RowKind {
  if (row.right === undefined) return 'left';
  if (row.left === undefined) return 'right';
  return row.fields.length > 0 ? 'differs' : 'same';
}

/** Fields of steps in the words of the screen; the others are shown by their own name. */
const FIELD_WORDS: Readonly<Record<string, string>> = {
  ok: 'the assertion',
  ret: 'returned',
  value: 'value read',
  old: 'value before',
  new: 'value written',
  val: 'value told',
  by: 'read for',
  once: 'READ_ONCE()',
  dead: 'not used',
  mm: 'mm',
  name: 'name',
  mode: 'mode',
  addr: 'address',
  next: 'end',
  idx: 'index',
  table: 'table',
  level: 'type',
  count: 'how many',
  start: 'from',
  end: 'to',
  args: 'arguments',
};

export interface FieldPair {
  readonly name: string;
  readonly left: string;
  readonly right: string;
}

/** What differs between two steps, a line a field. */
export function fieldPairs(left: Step, right: Step, fields: readonly string[]): FieldPair[] {
  const value = (step: Step, field: string): string => {
    const of = (step as unknown as Readonly<Record<string, unknown>>)[field];
    if (of === undefined) return 'none';
    if (field === 'ok') return of === true ? 'holds' : 'fails';
    if (typeof of === 'boolean') return of ? 'yes' : 'no';
    if (field === 'ret' && typeof of === 'number') return returnWords(of);
    if (typeof of === 'object' && of !== null)
      return Object.entries(of)
        .map(([key, part]) => `${key}=${String(part)}`)
        .join(' ');
    return String(of);
  };
  return fields.map((field) => ({
    name: FIELD_WORDS[field] ?? field,
    left: value(left, field),
    right: value(right, field),
  }));
}
