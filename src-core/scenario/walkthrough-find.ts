import type { EntryKind } from '../arch/format.ts';
import { formatOf } from '../arch/formats.ts';
import type { LevelName } from '../arch/geometry.ts';
import { U64 } from '../base/u64.ts';
import type { Step, StepEvent, StepKind } from '../step/step.ts';
import type { Run } from './run.ts';

/**
 * How a stop of a walkthrough is found: by what happens, never by a number, so that it holds when a revision adds or drops steps.
 * Plain data. A search begins after the stop before, so stops are in the order of the run by construction.
 */
export type Find =
  /** Before the first step. */
  | { readonly at: 'start' }
  /** The last step of the run. */
  | { readonly at: 'end' }
  /** The step of the stop before: a second thing to say about it. */
  | { readonly at: 'same' }
  /** The `nth` match (from 1, default 1) after the stop before. */
  | { readonly at: 'next'; readonly what: StepPattern; readonly nth?: number }
  /** The step just before that match: where a person can still guess what comes. */
  | { readonly at: 'before'; readonly what: StepPattern; readonly nth?: number }
  /** The last match of the run. */
  | { readonly at: 'last'; readonly what: StepPattern };

/** What a step must be like: every field that is given has to be equal. */
export type StepPattern = Conditions & (EventPattern | { readonly ev?: never });

/** The kind of step, and any of its own fields. */
type EventPattern = {
  [E in StepKind]: { readonly ev: E } & Partial<Omit<EventOf<E>, 'ev'>>;
}[StepKind];

/** The event that this kind belongs to; some have several kinds. */
type EventOf<E extends StepKind, S = StepEvent> = S extends { readonly ev: infer K }
  ? E extends K
    ? S
    : never
  : never;

/** Conditions on steps of any kind. */
interface Conditions {
  /** Which context, from 0. */
  readonly ctx?: number;
  /** Innermost kernel function. */
  readonly fn?: string;
  /** A kernel function somewhere on the call stack. */
  readonly within?: string;
  /** A lock that the context holds after the step: `mmap:init_mm/read`, or `mmap:init_mm` in whatever mode. */
  readonly holding?: string;
  /** Of a load, a store (what is written) or a callback: what the entry is. With a count: the first of them. */
  readonly entry?: EntryKind;
  /** Of the same: whether it is part of a contiguous group. */
  readonly cont?: boolean;
}

/** Before the first step. */
export const start = (): Find => ({ at: 'start' });
/** The last step of the run. */
export const end = (): Find => ({ at: 'end' });
/** The step of the stop before, for a second thing to say about it. */
export const same = (): Find => ({ at: 'same' });
/** The next step like this after the stop before, or the `nth`. */
export const next = (what: StepPattern, nth = 1): Find => ({ at: 'next', what, nth });
/** The step just before the next one like this. */
export const before = (what: StepPattern, nth = 1): Find => ({ at: 'before', what, nth });
/** The last step of the run that is like this. */
export const last = (what: StepPattern): Find => ({ at: 'last', what });

/** The step number that is found, from `from` on (the stop before); undefined where the run has none. */
export function findStep(find: Find, run: Run, from: number): number | undefined {
  switch (find.at) {
    case 'start':
      return 0;
    case 'end':
      return run.steps.length;
    case 'same':
      return from;
    case 'last':
      return run.steps.findLast((step) => matches(find.what, step, run))?.n;
    case 'next':
      return nthAfter(run, from, find.what, find.nth ?? 1);
    case 'before': {
      const n = nthAfter(run, from, find.what, find.nth ?? 1);
      return n === undefined ? undefined : n - 1;
    }
  }
}

function nthAfter(run: Run, from: number, what: StepPattern, nth: number): number | undefined {
  let left = nth;
  for (let i = from; i < run.steps.length; i++) {
    const step = run.steps[i];
    if (step !== undefined && matches(what, step, run) && --left === 0) return step.n;
  }
  return undefined;
}

/** The step is like the pattern. */
export function matches(what: StepPattern, step: Step, run: Run): boolean {
  const { within, holding, entry, cont, ...fields } = what;
  const has = step as unknown as Readonly<Record<string, unknown>>;
  if (Object.entries(fields).some(([name, value]) => has[name] !== value)) return false;
  if (holding !== undefined && !step.held.some((lock) => lock === holding || lock.startsWith(`${holding}/`)))
    return false;
  if (within !== undefined && !run.stackAt(step.n).some((frame) => frame.fn === within)) return false;
  if (entry === undefined && cont === undefined) return true;
  const value = entryOf(step, run);
  if (value === undefined) return false;
  const { geo } = run.world;
  const format = formatOf(geo);
  return (
    (entry === undefined || format.kind(geo, value.hw, value.bits) === entry) &&
    (cont === undefined || format.contiguous(value.bits) === cont)
  );
}

/** The entry that a step is about: as read, as written, or as a callback is told of it. */
function entryOf(step: Step, run: Run): { readonly hw: number; readonly bits: U64 } | undefined {
  switch (step.ev) {
    case 'load':
      return { hw: step.hw, bits: U64.hex(step.value) };
    case 'set':
      return { hw: step.hw, bits: U64.hex(step.new) };
    case 'cb':
      return { hw: hwOf(step.level, run), bits: U64.hex(step.val) };
    default:
      return undefined;
  }
}

/** Hardware level of the entries that a pointer of this type leads to, as the kernel was booted. */
function hwOf(level: LevelName, run: Run): number {
  const { levels, rootHw } = run.world.geo;
  return Math.max(levels[level].hw, rootHw);
}
