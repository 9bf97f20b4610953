import type { LockBar } from '../derive/runIndex.ts';
import type { CallBar } from './calls.ts';

/** Heights in CSS pixels. */
export const CALL_ROW = 13;
export const LOCK_ROW = 15;
/** A lock bar where there is no room for its name. */
export const SLIM_LOCK_ROW = 6;

/** Calls around each other, outermost first, shown as one bar. */
export interface CallPath {
  readonly fns: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** What a lane shows below its ticks, for the steps in view. */
export interface LanePlan {
  readonly locks: readonly { readonly bar: LockBar; readonly row: number }[];
  readonly lockRow: number;
  readonly lockRows: number;
  /** Outer frames that share the first row of calls; 0 where every frame has its own. */
  readonly top: number;
  readonly header: readonly CallPath[];
  /** Calls with a row of their own. */
  readonly calls: readonly CallBar[];
}

/** Rows that the calls get before a lock bar gets its full height. */
const LEAST_CALL_ROWS = 3;

/**
 * Divides `room` pixels among the locks and the calls of one lane; all of them meet the steps in view. The deepest frames
 * always have a row: where not all fit, the outer ones share the first, and among them every one that is called only once
 * in view.
 */
export function planLane(calls: readonly CallBar[], locks: readonly LockBar[], room: number): LanePlan {
  const depth = calls.reduce((most, call) => Math.max(most, call.depth + 1), 0);
  const placed = lockRows(locks);
  const wanted = placed.reduce((most, { row }) => Math.max(most, row + 1), 0);
  const least = Math.min(depth, LEAST_CALL_ROWS) * CALL_ROW;
  const lockRow = room - wanted * LOCK_ROW >= least ? LOCK_ROW : SLIM_LOCK_ROW;
  const forOne = Math.max(0, room - Math.min(depth, 1) * CALL_ROW);
  const rows = Math.min(wanted, Math.floor(forOne / lockRow));
  const callRows = Math.max(0, Math.floor((room - rows * lockRow) / CALL_ROW));
  const top = depth <= callRows ? 0 : Math.max(depth - callRows + 1, Math.min(steady(calls), depth - 1));
  return {
    locks: placed.filter(({ row }) => row < rows),
    lockRow,
    lockRows: rows,
    top,
    header: callRows === 0 || top === 0 ? [] : paths(calls.filter((call) => call.depth < top)),
    calls: callRows === 0 ? [] : calls.filter((call) => call.depth >= top),
  };
}

/** The row of calls that shows a frame of this depth. */
export function rowOf(plan: LanePlan, depth: number): number {
  return plan.top === 0 ? depth : Math.max(0, depth - plan.top + 1);
}

/** Where the rows of calls begin, below the ticks. */
export function callsTop(plan: LanePlan): number {
  return plan.lockRows * plan.lockRow;
}

/** Outer frames of which there is only one. */
function steady(calls: readonly CallBar[]): number {
  const count: number[] = [];
  for (const { depth } of calls) count[depth] = (count[depth] ?? 0) + 1;
  const first = count.findIndex((n) => n !== 1);
  return first < 0 ? count.length : first;
}

/** Each lock bar in the first row where it has room. */
function lockRows(locks: readonly LockBar[]): LanePlan['locks'] {
  const ends: number[] = [];
  return locks.map((bar) => {
    let row = ends.findIndex((end) => end < bar.from);
    if (row < 0) row = ends.length;
    ends[row] = bar.to;
    return { bar, row };
  });
}

/** The calls as paths: a new one wherever any of them begins or ends. */
function paths(calls: readonly CallBar[]): readonly CallPath[] {
  const cuts = [...new Set(calls.flatMap((call) => [call.from, call.to + 1]))].sort((a, b) => a - b);
  const out: CallPath[] = [];
  for (const [i, from] of cuts.entries()) {
    const next = cuts[i + 1];
    if (next === undefined) break;
    const fns = calls
      .filter((call) => call.from <= from && call.to >= from)
      .sort((a, b) => a.depth - b.depth)
      .map((call) => call.fn);
    if (fns.length > 0) out.push({ fns, from, to: next - 1 });
  }
  return out;
}

/** How a path is written, the longest first: outer names are left out, none is cut. */
export function pathWords(fns: readonly string[]): readonly string[] {
  return fns.map((_, i) => (i === 0 ? '' : '… › ') + fns.slice(i).join(' › ')).concat(fns.slice(-1));
}
