import type { Run, Step } from '../engine.ts';

/** How many single steps a step stands for. */
export function timesOf(step: Step): number {
  return 'count' in step ? (step.count ?? 1) : 1;
}

/** Single steps of a whole run. */
export function singleSteps(run: Run): number {
  return run.steps.reduce((sum, step) => sum + timesOf(step), 0);
}

/** The number that the first of a step's single steps has in the unfolded run. */
export function firstSingle(folded: Run, n: number): number {
  let at = 1;
  for (const step of folded.steps.slice(0, n - 1)) at += timesOf(step);
  return at;
}

/** The step of the folded run that a single step is part of. */
export function foldedStep(folded: Run, single: number): number {
  let at = 0;
  for (const step of folded.steps) {
    at += timesOf(step);
    if (at >= single) return step.n;
  }
  return folded.steps.length;
}
