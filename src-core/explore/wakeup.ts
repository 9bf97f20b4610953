import type { Context } from '../machine/context.ts';
import type { Machine } from '../machine/machine.ts';
import { isAtomic } from '../machine/atomic.ts';
import { EVERY_CPU } from '../machine/context.ts';
import type { Touch } from '../machine/touch.ts';
import { dependent } from '../machine/touch.ts';

/** One step of an execution, as the search sees it: who, and what others can notice of it. */
export interface Happening {
  readonly ctx: number;
  readonly touch: Touch;
  /** Its CPU, where contexts may have to wait for that. */
  readonly cpu?: number;
  /** The CPU that the context kept from the others before the step: its own, or `EVERY_CPU`. */
  readonly keeps?: number;
  /** Before the step the context was where nothing stops the machine. */
  readonly atomic?: boolean;
  /** The step stops the machine. */
  readonly stops?: boolean;
  /** Some context keeps every CPU for a while, so that the order of any two steps may matter. */
  readonly inOrder?: boolean;
}

/** The context's next step. Undefined where it has none that others could notice. */
export function nextStep(machine: Machine, ctx: Context): Happening | undefined {
  const touch = machine.touch(ctx);
  if (touch === undefined) return undefined;
  const inOrder = machine.maybeStopped;
  if (!inOrder && !machine.sharesCpu(ctx)) return { ctx: ctx.id, touch };
  const keeps = machine.keptCpu(ctx);
  const parts = { cpu: ctx.cpu, ...(keeps === undefined ? {} : { keeps }) };
  if (!inOrder) return { ctx: ctx.id, touch, ...parts };
  const stops = ctx.pending?.op === 'stopMachine' && ctx.pending.on;
  return { ctx: ctx.id, touch, ...parts, inOrder, stops, atomic: isAtomic(ctx) };
}

/** Does the order of these two steps of different contexts matter? On one CPU it always may. */
export function ordered(a: Happening, b: Happening): boolean {
  return dependent(a.touch, b.touch) || waitsForCpu(a, b);
}

/** May these two have to wait for each other's CPU? */
export function waitsForCpu(a: Happening, b: Happening): boolean {
  return a.inOrder === true || (a.cpu !== undefined && a.cpu === b.cpu);
}

/** Could nothing of `other`'s context come right before this step? */
export function keptFrom(step: Happening, other: Happening): boolean {
  if (other.stops === true && step.atomic === true) return true;
  return step.keeps !== undefined && (step.keeps === EVERY_CPU || step.keeps === other.cpu);
}

/**
 * Wakeup trees (Abdulla, Aronis, Jonsson, Sagonas: Optimal dynamic partial order reduction, POPL 2014): what is still to be
 * explored from a state, as sequences, so that no execution is begun that some other covers. What nobody has branched off from
 * stays the sequence it came as: most of a tree is never looked at before it is run.
 */
export class WakeupNode {
  readonly step: Happening;
  private readonly sequence: readonly Happening[];
  private readonly next: number;
  private made: WakeupNode[] | undefined;

  /** A node for `step`, and below it one chain of those in `sequence` from index `next` on. The sequence stays as it is. */
  constructor(step: Happening, sequence: readonly Happening[] = [], next = 0) {
    this.step = step;
    this.sequence = sequence;
    this.next = next;
  }

  get children(): WakeupNode[] {
    this.made ??= chainOf(this.sequence, this.next);
    return this.made;
  }
}

function chainOf(sequence: readonly Happening[], from: number): WakeupNode[] {
  const step = sequence[from];
  return step === undefined ? [] : [new WakeupNode(step, sequence, from + 1)];
}

/**
 * Where in a sequence the context's first step from index `from` on is, if it could as well come first (it is a weak initial); -1
 * if the context does not occur there and its next step matters to nothing in it; undefined otherwise.
 */
export function weakInitial(sequence: readonly Happening[], next: Happening, from = 0): number | undefined {
  for (let i = from; i < sequence.length; i++) {
    const at = sequence[i];
    if (at === undefined) break;
    if (at.ctx === next.ctx) {
      return i;
    }
    if (ordered(at, next)) return undefined;
  }
  return -1;
}

/**
 * Adds a sequence, which is the tree's from here on, unless what is there already covers it. `tree`: the branches of the state it
 * starts from, oldest first.
 */
export function insertSequence(tree: WakeupNode[], sequence: Happening[]): void {
  let branches = tree;
  let from = 0;
  for (;;) {
    let next: WakeupNode[] | undefined;
    for (const branch of branches) {
      const at = weakInitial(sequence, branch.step, from);
      if (at === undefined) continue;
      if (at === from) from++;
      else if (at >= 0) sequence.splice(at, 1);
      next = branch.children;
      break;
    }
    if (next === undefined) {
      branches.push(...chainOf(sequence, from));
      return;
    }
    // The end of a branch stands for everything that can follow.
    if (next.length === 0) return;
    branches = next;
  }
}
