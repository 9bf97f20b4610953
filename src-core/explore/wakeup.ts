import type { Context } from '../machine/context.ts';
import type { Machine } from '../machine/machine.ts';
import type { Touch } from '../machine/touch.ts';
import { dependent } from '../machine/touch.ts';

/** One step of an execution, as the search sees it: who, and what others can notice of it. */
export interface Happening {
  readonly ctx: number;
  readonly touch: Touch;
  /** Its CPU, where others share that: they may have to wait for each other. */
  readonly cpu?: number;
  /** Before the step the context kept the others of its CPU from running. */
  readonly inside?: boolean;
}

/** The context's next step. Undefined where it has none that others could notice. */
export function nextStep(machine: Machine, ctx: Context): Happening | undefined {
  const touch = machine.touch(ctx);
  if (touch === undefined) return undefined;
  const cpu = machine.sharedCpu(ctx);
  return cpu === undefined
    ? { ctx: ctx.id, touch }
    : { ctx: ctx.id, touch, cpu, inside: machine.keepsCpu(ctx) };
}

/** Does the order of these two steps of different contexts matter? On one CPU it always may. */
export function ordered(a: Happening, b: Happening): boolean {
  return dependent(a.touch, b.touch) || (a.cpu !== undefined && a.cpu === b.cpu);
}

/**
 * Wakeup trees (Abdulla, Aronis, Jonsson, Sagonas: Optimal dynamic partial order reduction, POPL 2014): what is still to be
 * explored from a state, as sequences, so that no execution is begun that some other covers.
 */
export interface WakeupNode extends Happening {
  readonly children: WakeupNode[];
}

/**
 * Where in a sequence the context's first step is, if it could as well come first (it is a weak initial); -1 if the context does
 * not occur and its next step matters to nothing in the sequence; undefined otherwise.
 */
export function weakInitial(sequence: readonly Happening[], next: Happening): number | undefined {
  for (let i = 0; i < sequence.length; i++) {
    const at = sequence[i];
    if (at === undefined) break;
    if (at.ctx === next.ctx) {
      return i;
    }
    if (ordered(at, next)) return undefined;
  }
  return -1;
}

/** Adds a sequence unless what is there already covers it. `tree`: the branches of the state it starts from, oldest first. */
export function insertSequence(tree: WakeupNode[], sequence: readonly Happening[]): void {
  let branches = tree;
  const rest = [...sequence];
  for (;;) {
    let next: WakeupNode[] | undefined;
    for (const branch of branches) {
      const at = weakInitial(rest, branch);
      if (at === undefined) continue;
      if (at >= 0) rest.splice(at, 1);
      next = branch.children;
      break;
    }
    if (next === undefined) {
      for (const step of rest) {
        const node: WakeupNode = { ...step, children: [] };
        branches.push(node);
        branches = node.children;
      }
      return;
    }
    // The end of a branch stands for everything that can follow.
    if (next.length === 0) return;
    branches = next;
  }
}
