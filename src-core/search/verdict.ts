import type { ViolationKind } from '../step/step.ts';

/** What an execution can end with, or do on its way, that it must not. */
export type FindingKind = ViolationKind | 'deadlock' | 'bug' | 'leaked' | 'dangling';

export interface Finding {
  readonly what: FindingKind;
  /** Which context did it, from 0; absent where nobody in particular did. */
  readonly ctx?: number;
  /** Plain words, without a full stop. */
  readonly text: string;
  /** Classes of executions in which it happens. */
  readonly traces: number;
  /** Fewest changes of the running context among them. */
  readonly switches: number;
  /** A schedule under which it happens, with that many, and the number of the step at which it does. */
  readonly schedule?: string;
  readonly step?: number;
}

/** One execution in which something goes wrong, as short as the search knows. */
export interface Witness {
  readonly what: FindingKind;
  readonly text: string;
  /** Choices of contexts as text: what `--schedule` and links take. */
  readonly schedule: string;
  /** Changes of the running context. */
  readonly switches: number;
  /** Number of the step at which it goes wrong, in the run by this schedule; the last one where it shows only at the end. */
  readonly step: number;
  /** Steps of that run. */
  readonly steps: number;
}

/** Executions tried with so many changes of the running context and no more. */
export interface BoundedPhase {
  readonly switches: number;
  readonly executions: number;
  readonly complete: boolean;
}

/** The answer of a search. Plain data: it is also its JSON. */
export interface Verdict {
  readonly format: 'pagewalk/verdict';
  readonly version: 1;
  /** `unknown`: nothing was found, but not everything was looked at. */
  readonly verdict: 'safe' | 'unsafe' | 'unknown';
  readonly title: string;
  readonly revision: string;
  /** `complete`: all interleavings; `bounded`: those with at most `maxSwitches` changes of the running context. */
  readonly mode: 'complete' | 'bounded';
  readonly maxSwitches?: number;
  readonly reduction: 'optimal partial order reduction' | 'none';
  readonly memoryModel: string;
  readonly notModelled: readonly string[];
  /** Everything within the mode was looked at. */
  readonly complete: boolean;
  /** Why not, if not. */
  readonly stopped?: string;
  /** Executions with few changes of the running context: tried in between where the whole space is large. */
  readonly bounds: readonly BoundedPhase[];
  /** Executions of the whole space started, those that were given up included. */
  readonly executions: number;
  /** Classes of executions that differ in more than the order of independent steps. */
  readonly traces: number;
  /** Distinct states passed through, by a hash of 64 bits; undefined: not counted. */
  readonly states?: number;
  /** Different ends: return values and findings. */
  readonly outcomes: number;
  /** Fewest switches first. */
  readonly findings: readonly Finding[];
  /** Warnings and failed assertions met on the way: reports, not violations. */
  readonly warnings: readonly string[];
  readonly witness?: Witness;
  /** Of a shard, or when asked: a hash for each class, with its outcome. Sorted. */
  readonly classes?: readonly (readonly [hash: string, outcome: string])[];
  /** Of a shard: part k of n. */
  readonly shard?: readonly [k: number, n: number];
}

export const MEMORY_MODEL = 'sequentially consistent between CPUs';
export const NOT_MODELLED: readonly string[] = [
  'weak memory ordering',
  'reuse of freed pages',
  'interrupts other than the contexts of the scenario',
];

/** What says most stands first among findings that need as many switches. */
const RANK: Readonly<Record<FindingKind, number>> = {
  uaf: 0,
  wild: 1,
  ptlock: 2,
  lost: 3,
  stale: 4,
  badfree: 5,
  bug: 6,
  doomed: 7,
  leftover: 8,
  missed: 9,
  tlb: 10,
  conflict: 11,
  bbm: 12,
  sleep: 13,
  deadlock: 14,
  dangling: 15,
  leaked: 16,
};

/** The order of findings: fewest switches, then what says most, then by text. */
export function byImportance(
  a: Pick<Finding, 'switches' | 'what' | 'text'>,
  b: Pick<Finding, 'switches' | 'what' | 'text'>,
): number {
  return (
    a.switches - b.switches || RANK[a.what] - RANK[b.what] || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)
  );
}
