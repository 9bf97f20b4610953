import { U64 } from '../base/u64.ts';
import { describeEntry } from '../arch/formats.ts';
import type { Step, StepKind } from '../step/step.ts';
import type { NarrationContext } from './context.ts';
import { slotSpan } from './entry-words.ts';
import { changedUnderneath, saysNothingNew } from './narrate-load.ts';

// The short form of a trace: reads that tell nothing new are left out, and repeats of a group of steps are told in a line.

/** Steps of a group at most: what the kernel does with one entry. */
const LONGEST_GROUP = 16;
/** A group is told once and its repeats counted if there are at least so many of them. */
const FEWEST_REPEATS = 2;

/** Steps that a group may have besides loads, stores and callbacks: they are alike if they are the same. */
const WITHOUT_PLACE: readonly StepKind[] = ['lock', 'unlock', 'assert', 'lazy', 'dsb', 'isb', 'warn'];

/** The steps worth a line, in order, and sentences for those that go with the group before. */
export function shorten(steps: readonly Step[], ctx: NarrationContext): readonly (Step | string)[] {
  const shapes = steps.map((step) => shapeOf(step, ctx));
  const out: (Step | string)[] = [];
  for (let i = 0; i < steps.length;) {
    const { size, repeats } = groupAt(steps, shapes, i);
    out.push(...steps.slice(i, i + size).filter((step) => !saysNothingNew(step, ctx)));
    if (repeats > 0) out.push(repeatWords(steps.slice(i, i + size * (repeats + 1)), size, ctx));
    i += size * (repeats + 1);
  }
  return out;
}

/** The group that starts at a step and repeats over the most steps; one step without repeats if there is none. */
function groupAt(
  steps: readonly Step[],
  shapes: readonly (string | undefined)[],
  from: number,
): { readonly size: number; readonly repeats: number } {
  let best = { size: 1, repeats: 0 };
  for (let size = 1; size <= LONGEST_GROUP && isGroup(steps, from, size); size++) {
    let repeats = 0;
    while (repeatsAt(steps, shapes, from + repeats * size, size)) repeats++;
    if (repeats >= FEWEST_REPEATS && repeats * size > best.repeats * best.size) best = { size, repeats };
  }
  return best;
}

/** All that a group does, one context does to one entry. */
function isGroup(steps: readonly Step[], from: number, size: number): boolean {
  const step = steps[from + size - 1];
  const first = steps[from];
  if (step === undefined || step.ctx !== first?.ctx) return false;
  if (first.ev !== 'load' && first.ev !== 'set') return false;
  return (step.ev !== 'load' && step.ev !== 'set') || (step.table === first.table && step.idx === first.idx);
}

/** Is the group that starts here followed by the same with the next entry? */
function repeatsAt(
  steps: readonly Step[],
  shapes: readonly (string | undefined)[],
  from: number,
  size: number,
): boolean {
  for (let i = from; i < from + size; i++) {
    const [step, next] = [steps[i], steps[i + size]];
    if (step === undefined || next === undefined) return false;
    if (shapes[i] === undefined || shapes[i] !== shapes[i + size] || !advances(step, next)) return false;
  }
  return true;
}

function advances(step: Step, next: Step): boolean {
  if ((step.ev === 'load' || step.ev === 'set') && next.ev === step.ev) return next.idx === step.idx + 1;
  return step.ev !== 'cb' || next.ev !== 'cb' || next.addr === step.next;
}

/** All of a step but its number and place, values in words; undefined for steps that no group has. */
function shapeOf(step: Step, ctx: NarrationContext): string | undefined {
  const words = (hw: number, value: string): string => describeEntry(ctx.geo, ctx.format, hw, U64.hex(value));
  const base = [step.ctx, step.fn, step.at, step.depth, step.ev, ...step.held];
  switch (step.ev) {
    case 'load':
      if (step.count !== undefined || step.dead || changedUnderneath(step, ctx)) return undefined;
      return [...base, step.table, step.hw, step.level, step.by, step.once, words(step.hw, step.value)].join(
        '\n',
      );
    case 'set':
      if (step.count !== undefined) return undefined;
      return [
        ...[...base, step.table, step.hw, step.level],
        ...[words(step.hw, step.old), words(step.hw, step.new)],
      ].join('\n');
    case 'cb': {
      if (step.count !== undefined) return undefined;
      const size = U64.hex(step.next).sub(U64.hex(step.addr)).toHex();
      return [...base, step.level, size, words(ctx.geo.levels[step.level].hw, step.val)].join('\n');
    }
    default:
      if (!WITHOUT_PLACE.includes(step.ev)) return undefined;
      return JSON.stringify({ ...step, n: 0 });
  }
}

/** `Steps 31-130: 25 more blocks RW NX, PMD[485…509], the same four reads each.` */
function repeatWords(steps: readonly Step[], size: number, ctx: NarrationContext): string {
  const again = steps.slice(size);
  const accesses = steps.slice(0, size).filter((step) => step.ev === 'load' || step.ev === 'set');
  const first = again.find((step) => step.ev === 'load' || step.ev === 'set');
  const last = accesses[accesses.length - 1];
  if (first === undefined || last === undefined) throw new Error('[engine bug] a group without an entry');
  const count = again.length / size;
  const value = last.ev === 'load' ? last.value : last.new;
  const what = manyWords(describeEntry(ctx.geo, ctx.format, last.hw, U64.hex(value)));
  const slots = slotSpan(first, ctx, count).text;
  const did = [counted(accesses, 'load', 'read'), counted(accesses, 'set', 'write')].filter((t) => t !== '');
  const from = again[0]?.n ?? 0;
  return `Steps ${from}–${from + again.length - 1}: ${count} more ${what}, ${slots}, the same ${did.join(' and ')} each.`;
}

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** `four reads`, `read`; empty if there is none. */
function counted(steps: readonly Step[], ev: StepKind, name: string): string {
  const n = steps.filter((step) => step.ev === ev).length;
  return n === 0 ? '' : n === 1 ? name : `${NUMBERS[n] ?? n} ${name}s`;
}

/** `blocks RW NX`, `entries INV RW NX`, `empty entries`: an entry's words for many. */
function manyWords(words: string): string {
  if (words === 'none') return 'empty entries';
  if (words === 'bad') return 'malformed entries';
  const m = /^(table|block|page)(.*)$/.exec(words);
  return m === null ? `entries ${words}` : `${m[1] ?? ''}s${m[2] ?? ''}`;
}
