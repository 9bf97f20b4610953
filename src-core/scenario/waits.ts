import type { Blocked } from '../machine/blocked.ts';
import { sameBlock } from '../machine/blocked.ts';
import type { Machine } from '../machine/machine.ts';
import type { Wait } from './run.ts';

/** Collects who could not go on while a run is recorded. */
export class Waits {
  private readonly machine: Machine;
  private readonly done: Wait[] = [];
  private readonly open: ({ readonly from: number; readonly why: Blocked } | undefined)[];

  constructor(machine: Machine) {
    this.machine = machine;
    this.open = machine.contexts.map(() => undefined);
    this.look(0);
  }

  /** After `steps` steps: who waits now. */
  look(steps: number): void {
    const { machine, open } = this;
    if (machine.contexts.length < 2) return;
    for (const ctx of machine.contexts) {
      const why = machine.blocked(ctx);
      const before = open[ctx.id];
      if (before === undefined && why === undefined) continue;
      if (before !== undefined && why !== undefined && sameBlock(before.why, why)) continue;
      this.close(ctx.id, steps);
      open[ctx.id] = why && { from: steps, why };
    }
  }

  private close(ctx: number, to: number): void {
    const wait = this.open[ctx];
    if (wait !== undefined && to > wait.from) this.done.push({ ctx, ...wait, to });
    this.open[ctx] = undefined;
  }

  /** All of them; who still waits does so to the end, after `steps` steps. */
  end(steps: number): readonly Wait[] {
    for (const ctx of this.open.keys()) this.close(ctx, steps + 1);
    return this.done.sort((a, b) => a.from - b.from);
  }
}
