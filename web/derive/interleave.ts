import type { Run, Wait } from '../engine.ts';
import { firstAfter, runIndex } from './runIndex.ts';

/** What a context waits for at `cursor`, if it does. */
export function waitAt(run: Run, ctx: number, cursor: number): Wait | undefined {
  return run.waits.find((wait) => wait.ctx === ctx && wait.from <= cursor && cursor < wait.to);
}

/** What the Step button of a context would do: go on along this run, or part from it at a choice. */
export type NextStep =
  | { readonly kind: 'along'; readonly to: number }
  | { readonly kind: 'fork'; readonly choice: number }
  | { readonly kind: 'waits'; readonly wait: Wait }
  | { readonly kind: 'ended' };

/** At `cursor`: who is asked to go on next is `ctx`. */
export function nextStepOf(run: Run, ctx: number, cursor: number): NextStep {
  if (run.steps[cursor]?.ctx === ctx) return { kind: 'along', to: cursor + 1 };
  const wait = waitAt(run, ctx, cursor);
  if (wait !== undefined) return { kind: 'waits', wait };
  const choice = run.choices.findIndex(
    ({ after, enabled, taken }) => after >= cursor && taken !== ctx && enabled.includes(ctx),
  );
  const own = runIndex(run).byContext.get(ctx);
  const next = own && firstAfter(own, cursor);
  if (next === undefined) return { kind: 'ended' };
  const after = run.choices[choice]?.after ?? Infinity;
  return after < next ? { kind: 'fork', choice } : { kind: 'along', to: next };
}

/** The first step at which two runs of one scenario part: from 1; undefined where they are the same. */
export function partingStep(a: Run, b: Run): number | undefined {
  const n = Math.max(a.choices.length, b.choices.length);
  for (let i = 0; i < n; i++) {
    const [one, other] = [a.choices[i], b.choices[i]];
    if (one === undefined || other === undefined || one.taken !== other.taken)
      return (one ?? other)?.after === undefined ? undefined : ((one ?? other)?.after ?? 0) + 1;
  }
  return undefined;
}
