import { describeProblem, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { findLibraryEntry } from '../scenario/library.ts';
import { worldFromListing } from '../scenario/listing-world.ts';
import type { Mutation } from '../scenario/mutation.ts';
import { prepareScenario } from '../scenario/prepare.ts';
import type { Run, RunOptions } from '../scenario/run.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { World } from '../scenario/world.ts';
import { searchScenario } from '../search/search.ts';
import type { Claim, Stage, Variation } from './claim.ts';
import { NotSo } from './claim.ts';
import type { ClaimId } from './ledger.ts';

/** What a check found. */
export interface Verdict {
  readonly id: ClaimId;
  readonly scenarios: readonly string[];
  readonly holds: boolean;
  /** Why it does not hold; empty if it does. */
  readonly why: string;
}

/** Captures by name: whoever checks brings them, since loading a file is not the engine's business. */
export type Captures = ReadonlyMap<string, World>;

/** Runs a claim's check; with `mutated`, on the kernel that its mutation makes of ours. */
export function checkClaim(claim: Claim, captures: Captures, mutated = false): Verdict {
  const { id, scenarios } = claim;
  try {
    claim.check(stageOf(claim, captures, mutated ? claim.mutation : undefined));
    return { id, scenarios, holds: true, why: '' };
  } catch (cause) {
    if (!(cause instanceof NotSo)) throw cause;
    return { id, scenarios, holds: false, why: cause.message };
  }
}

function stageOf(claim: Claim, captures: Captures, mutation: Mutation | undefined): Stage {
  const given = (id: string, variation: Variation): Result<[Scenario, World, RunOptions]> => {
    const entry = findLibraryEntry(id);
    if (entry === undefined || !claim.scenarios.includes(id))
      throw new Error(`${claim.id} runs ${id}, which is not one of its scenarios`);
    const { with: change, ...options } = variation;
    const scenario = change === undefined ? entry.scenario : change(entry.scenario);
    const world = worldOf(scenario, captures);
    if (!world.ok) return world;
    return ok([scenario, world.value, { ...options, ...(mutation === undefined ? {} : { mutation }) }]);
  };
  const attempt = (id: string, variation: Variation): Result<Run> => {
    const what = given(id, variation);
    return what.ok ? runScenario(...what.value) : what;
  };
  return {
    run: (id, variation = {}) => {
      const run = attempt(id, variation);
      if (run.ok) return run.value;
      throw new NotSo(`${id} does not run: ${describeProblem(run.error)}`);
    },
    search: (id, variation = {}) => {
      const what = given(id, variation);
      const prepared = what.ok ? prepareScenario(...what.value) : what;
      if (!prepared.ok) throw new NotSo(`${id} does not run: ${describeProblem(prepared.error)}`);
      const found = searchScenario(prepared.value);
      if (!found.complete) throw new NotSo(`the search of ${id} did not end: ${found.stopped ?? ''}`);
      return found;
    },
    refused: (id, variation = {}) => {
      const run = attempt(id, variation);
      return run.ok ? undefined : describeProblem(run.error);
    },
  };
}

function worldOf(scenario: Scenario, captures: Captures): Result<World> {
  if ('tables' in scenario.memory) return worldFromListing(scenario.memory);
  const world = captures.get(scenario.memory.capture);
  if (world === undefined) throw new Error(`the capture ${scenario.memory.capture} was not brought`);
  return { ok: true, value: world };
}
