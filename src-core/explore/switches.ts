import type { Order } from './order.ts';
import type { Happening } from './wakeup.ts';

/** Parts of a schedule: which context, and how many of its steps. */
export type Blocks = readonly (readonly [ctx: number, steps: number])[];

interface State {
  readonly done: Int32Array;
  readonly blocks: Blocks;
}

/**
 * Of all executions of one class (those that differ only in the order of independent steps), one that changes the running context
 * least often. Running a context as far as it can go never costs a change, so only which one comes next is a choice.
 */
export function fewestSwitches(steps: readonly Happening[], order: Order): Blocks {
  const contexts = order.contexts;
  const own: number[][] = Array.from({ length: contexts }, () => []);
  for (const [i, { ctx }] of steps.entries()) own[ctx]?.push(i);
  let states: State[] = [{ done: new Int32Array(contexts), blocks: [] }];
  for (;;) {
    const next = new Map<string, State>();
    for (const state of states) {
      if (state.done.every((n, c) => n === (own[c]?.length ?? 0))) return state.blocks;
      for (let c = 0; c < contexts; c++) {
        if (state.blocks[state.blocks.length - 1]?.[0] === c) continue;
        const mine = own[c] ?? [];
        const done = Int32Array.from(state.done);
        let n = done[c] ?? 0;
        const from = n;
        for (let i = mine[n]; i !== undefined && order.mayFollow(i, done); i = mine[n]) done[c] = ++n;
        if (n === from) continue;
        const key = `${c}:${done.join()}`;
        if (!next.has(key)) next.set(key, { done, blocks: [...state.blocks, [c, n - from]] });
      }
    }
    if (next.size === 0) throw new Error('[engine bug] an execution can not be run again');
    states = undominated([...next.values()]);
  }
}

/** Leaves out what is no further anywhere than another that ran the same context last. */
function undominated(states: readonly State[]): State[] {
  const last = (s: State): number => s.blocks[s.blocks.length - 1]?.[0] ?? -1;
  return states.filter(
    (s, i) =>
      !states.some(
        (t, j) =>
          j !== i &&
          last(t) === last(s) &&
          t.done.every((n, c) => n >= (s.done[c] ?? 0)) &&
          (j < i || t.done.some((n, c) => n > (s.done[c] ?? 0))),
      ),
  );
}
