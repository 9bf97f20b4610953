import type { Playback } from '../memory/playback.ts';
import type { Blocked } from '../machine/blocked.ts';
import type { Rules } from '../revision/rules.ts';
import type { Step } from '../step/step.ts';
import type { WaitEdge } from '../step/wait-edge.ts';
import type { Mutation } from './mutation.ts';
import type { Scenario } from './schema.ts';
import type { World } from './world.ts';

/** A frame of the call stack: the kernel function, and its file with line where known. */
export interface FrameView {
  readonly fn: string;
  readonly at: string;
}

/** How a run ended, by context. `ret`: what each of its calls returned; null: stopped (a violation) or never finished. */
export interface ContextResult {
  readonly rets: readonly (number | null)[];
}

export type { Blocked };

/** A point of a run where more than one context could go on: one letter of its schedule. */
export interface Choice {
  /** Steps that were there already. */
  readonly after: number;
  /** The contexts that could, ascending. */
  readonly enabled: readonly number[];
  readonly taken: number;
}

/** A context that could not go on: from after step `from` until after step `to`, or to the end where it still can't. */
export interface Wait {
  readonly ctx: number;
  readonly from: number;
  readonly to: number;
  readonly why: Blocked;
}

/** A recorded run. Everything in it is immutable; a cursor is a step number, 0 (before the first) … steps.length. */
export interface Run {
  readonly scenario: Scenario;
  /** Revision it ran at: the scenario's, unless told otherwise. */
  readonly revision: string;
  /** Rules it ran by where a mutation changed them; absent: those of the revision. */
  readonly rules?: Rules;
  readonly world: World;
  /** steps[i].n === i + 1 */
  readonly steps: readonly Step[];
  readonly results: readonly ContextResult[];
  /** Every choice of who goes on, in order: with the same ones, the run is the same. None where one context runs alone. */
  readonly choices: readonly Choice[];
  /** Who waited, when and for what; by their start. */
  readonly waits: readonly Wait[];
  /** It ended because nobody could go on: who waits for whom. Its last step is the violation that says so. */
  readonly deadlock?: readonly WaitEdge[];
  /** Runs of like steps were kept as one step with a `count`. */
  readonly folded: boolean;
  /** The run was cut off at this many steps: the most that were asked for, or fewer where runs of stores made too many. */
  readonly cutAt: number | undefined;
  /** Innermost first: the stack of the context that made step `n` (1…), just after it. */
  stackAt(n: number): readonly FrameView[];
  /** A memory that can be moved to any step. Each call gives a fresh one. */
  playback(): Playback;
}

export interface RunOptions {
  /** Run at this revision instead of the scenario's. */
  readonly revision?: string;
  /** Context choices where more than one could run: `a3ba12`. */
  readonly schedule?: string;
  /**
   * Runs of like steps as one: `auto` (default) folds the filling of new tables, and runs of loads too where there would be
   * more than 20 000 steps.
   */
  readonly fold?: 'auto' | 'always' | 'never';
  /** Stop after this many steps (default 200 000). */
  readonly maxSteps?: number;
  /** The kernel changed on purpose: for tests of checks. */
  readonly mutation?: Mutation;
}
