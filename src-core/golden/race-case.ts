import type { ListingRow } from '../memory/listing.ts';
import type { GoldenScenario } from './case.ts';

/** One line of a file of outcome sets (golden/RACES.md), as far as it is read here. */
export interface RaceCase {
  readonly id: string;
  readonly kernel: string;
  readonly geo: string;
  readonly scenario: GoldenScenario & { readonly ops: readonly RaceOp[] };
  readonly outcomes: readonly RaceOutcome[];
  /** Number of executions that differ in more than the order of independent steps. */
  readonly traces: number;
  /** Per op: the accesses it makes when it runs alone (RACES.md §5). */
  readonly solo: readonly (readonly SoloToken[])[];
}

export interface RaceOp {
  readonly fn: string;
  readonly cbs?: readonly string[];
  readonly locks: readonly { readonly name: string; readonly mode: 'read' | 'write' }[];
  readonly omit?: readonly string[];
  readonly allocFailAt?: number;
  readonly [argument: string]: unknown;
}

/** `[kind, level, table, idx, n]`, `["*", reps, tokens, d]`, `["L", lock]`, … */
export type SoloToken = readonly [kind: string, ...rest: readonly unknown[]];

/** RACES.md §4. Sets that are empty and counts that are zero are absent. */
export interface RaceOutcome {
  readonly rets: readonly (number | null)[];
  readonly deadlock: boolean;
  readonly uaf?: readonly object[];
  readonly lost?: readonly object[];
  readonly stale?: readonly object[];
  readonly wild?: readonly object[];
  readonly badfree?: readonly object[];
  readonly warns?: readonly object[];
  readonly bugs?: readonly object[];
  readonly leaked?: number;
  readonly dangling?: number;
  readonly obs?: readonly ((readonly unknown[])[] | null)[];
  readonly final: 'same' | readonly ListingRow[];
  readonly traces?: number;
  readonly minSwitches?: number | null;
  /** Full steps: `[op, number of steps]`. */
  readonly witness?: readonly (readonly [op: number, steps: number])[];
}

/** A line is a case of outcome sets if it has `outcomes`; single traces have `events`. */
export function isRaceCase(line: unknown): line is RaceCase {
  return typeof line === 'object' && line !== null && 'outcomes' in line && 'scenario' in line;
}
