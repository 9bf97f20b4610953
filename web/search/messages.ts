import type { Finding, PackedWorld, Scenario, SearchProgress, Verdict } from '../../src-core/index.ts';

/** What the page asks of its search thread. */
export interface Question {
  readonly scenario: Scenario;
  /** The tables themselves: also those that only this machine has. */
  readonly world: PackedWorld;
  readonly revision: string;
  /** Look only at executions with at most so many changes of the running context. */
  readonly maxSwitches: number | undefined;
  /** Seconds. */
  readonly budget: number;
}

/** What the thread answers: how far it is, many times, and then how it ended. */
export type Answer =
  | { readonly kind: 'progress'; readonly progress: SearchProgress; readonly findings: readonly Finding[] }
  | { readonly kind: 'done'; readonly verdict: Verdict; readonly ms: number }
  | { readonly kind: 'refused'; readonly why: string };
