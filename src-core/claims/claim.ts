import type { Run, RunOptions } from '../scenario/run.ts';
import type { Mutation } from '../scenario/mutation.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { Verdict as SearchVerdict } from '../search/verdict.ts';
import type { ClaimId } from './ledger.ts';

/** A statement about the kernel, the scenarios that show it, and a check that fails if it were not so. */
export interface Claim {
  readonly id: ClaimId;
  /** What exactly is checked, in one sentence. */
  readonly says: string;
  /** Library ids; the first is the one to open. */
  readonly scenarios: readonly string[];
  /** Runs the scenarios and looks at what happened. Throws NotSo (see `must`) where it is not as claimed. */
  check(stage: Stage): void;
  /** One change of the kernel under which the check must fail. */
  readonly mutation: ClaimMutation;
}

export interface ClaimMutation extends Mutation {
  /** What is changed, in a few words. */
  readonly name: string;
  /** Part of the reason the check must give. */
  readonly because: string;
}

/** What a run differs in from the library's entry. */
export interface Variation extends Omit<RunOptions, 'mutation'> {
  /** The scenario changed: another configuration, other locks. */
  readonly with?: (scenario: Scenario) => Scenario;
}

/** Where a claim's scenarios are run. */
export interface Stage {
  /** Runs a library scenario. Throws NotSo where it can't run. */
  run(id: string, variation?: Variation): Run;
  /** Searches every interleaving of a library scenario. Throws NotSo where it can't run, or where the search did not come to its end. */
  search(id: string, variation?: Omit<Variation, 'schedule' | 'fold' | 'maxSteps'>): SearchVerdict;
  /** Why a library scenario does not run, or undefined if it does. */
  refused(id: string, variation?: Variation): string | undefined;
}

/** The claim does not hold; the message says what was found. */
export class NotSo extends Error {}

/** Throws NotSo unless it is so. `why` says what was found, not what was hoped for. */
export function must(so: boolean, why: string): asserts so {
  if (!so) throw new NotSo(why);
}

/** Throws NotSo unless both print the same as JSON. */
export function mustBe(what: string, found: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  must(a === b, `${what}: ${a}, not ${b}`);
}
