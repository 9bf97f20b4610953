import type { Run } from '../engine.ts';

/** A kernel function on the call stack of a context from one step to another. */
export interface CallBar {
  readonly ctx: number;
  /** 0 is the scenario's own call. */
  readonly depth: number;
  readonly fn: string;
  readonly from: number;
  readonly to: number;
}

/** Longer runs are looked at only where the window is. */
const MAX_STEPS = 20_000;
/** Windows with more steps than this show no calls: most would be narrower than a pixel. */
const MAX_WINDOW = 4_000;

const cache = new WeakMap<Run, readonly CallBar[]>();

/** The calls of a run by the stack at each step; of a long run those of steps `first` to `last`, cut off there. */
export function callBars(run: Run, first = 1, last = run.steps.length): readonly CallBar[] {
  if (run.steps.length > MAX_STEPS) return last - first > MAX_WINDOW ? [] : collect(run, first, last);
  const known = cache.get(run);
  if (known !== undefined) return known;
  const made = collect(run, 1, run.steps.length);
  cache.set(run, made);
  return made;
}

function collect(run: Run, first: number, last: number): CallBar[] {
  const bars: CallBar[] = [];
  const open = new Map<number, { fn: string; from: number; to: number }[]>();
  const close = (ctx: number, depth: number): void => {
    const stack = open.get(ctx) ?? [];
    for (let d = stack.length - 1; d >= depth; d--) {
      const call = stack[d];
      if (call !== undefined) bars.push({ ctx, depth: d, ...call });
    }
    stack.length = Math.min(stack.length, depth);
  };
  for (let n = first; n <= last; n++) {
    const step = run.steps[n - 1];
    if (step === undefined) break;
    const names = run
      .stackAt(step.n)
      .map((frame) => frame.fn)
      .reverse();
    let stack = open.get(step.ctx);
    if (stack === undefined) open.set(step.ctx, (stack = []));
    let same = 0;
    while (same < names.length && stack[same]?.fn === names[same]) same++;
    // A new call of the scenario begins a new bar, even of the same function.
    if (step.ev === 'call') same = 0;
    close(step.ctx, same);
    for (const fn of names.slice(same)) stack.push({ fn, from: step.n, to: step.n });
    for (const call of stack) call.to = step.n;
  }
  for (const ctx of open.keys()) close(ctx, 0);
  return bars;
}
