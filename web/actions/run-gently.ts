import { problem, runInSlices } from '../engine.ts';
import type { Result, Run, RunOptions, Scenario, World } from '../engine.ts';

/** Milliseconds that a run takes of the page at a time: half a frame. */
const SLICE_MS = 8;

/**
 * Runs a scenario in slices, between which the page lives on. A short run is over in the first one. Aborted, it comes back with a
 * problem that nobody needs to see; after `budget` milliseconds, with `too long`.
 */
export async function runGently(
  scenario: Scenario,
  world: World,
  options: RunOptions,
  signal: AbortSignal,
): Promise<Result<Run>>;
export async function runGently(
  scenario: Scenario,
  world: World,
  options: RunOptions,
  signal: AbortSignal,
  budget: number,
): Promise<Result<Run> | 'too long'>;
export async function runGently(
  scenario: Scenario,
  world: World,
  options: RunOptions,
  signal: AbortSignal,
  budget = Infinity,
): Promise<Result<Run> | 'too long'> {
  const begun = performance.now();
  const slices = runInSlices(scenario, world, options);
  for (;;) {
    const until = performance.now() + SLICE_MS;
    do {
      const next = slices.next();
      if (next.done === true) return next.value;
    } while (performance.now() < until);
    if (performance.now() - begun > budget) return 'too long';
    await pause();
    if (signal.aborted) return problem('', 'the run was stopped');
  }
}

/** Lets everything else run that waits: input, painting. */
function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, 0));
}
