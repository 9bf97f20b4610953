import { dependent } from '../machine/touch.ts';
import type { Machine } from '../machine/machine.ts';
import { ASK_EVERY, MAX_LOCAL, MAX_STEPS, MAX_TURNS } from './limits.ts';
import type { Happening } from './wakeup.ts';
import { nextStep } from './wakeup.ts';

export interface BoundedOptions {
  readonly create: () => Machine;
  /** Most changes of the running context. Running n contexts one after the other takes n - 1. */
  readonly switches: number;
  /** Called for each complete execution. Answering false stops. */
  readonly visit: (machine: Machine, steps: readonly Happening[]) => boolean;
  /** Called before each execution, and within long ones: answering false stops. */
  readonly goOn?: (stats: BoundedStats) => boolean;
  readonly maxSteps?: number;
}

export interface BoundedStats {
  executions: number;
  /** Of these, given up because they had no end. */
  endless: number;
  steps: number;
  complete: boolean;
}

/** Runs a context for so many steps; undefined: as far as it can go. */
interface Block {
  readonly ctx: number;
  readonly steps: number | undefined;
}

/**
 * Every execution with so many changes of the running context and no more, where a context is only interrupted before a step
 * that matters to another one: no other interruption makes a difference. What matters is learnt from the executions
 * themselves; when something new is learnt, all is done again.
 */
export function exploreBounded(options: BoundedOptions): BoundedStats {
  const stats: BoundedStats = { executions: 0, endless: 0, steps: 0, complete: false };
  const touches = new Touches();
  for (;;) {
    const known = touches.version;
    const all = everySchedule(options, touches, stats);
    if (!all) return stats;
    if (touches.version === known) {
      stats.complete = stats.endless === 0;
      return stats;
    }
  }
}

/** A way to go on: what was done, and who is next. */
interface Plan {
  readonly blocks: readonly Block[];
  readonly next: number | undefined;
}

function everySchedule(options: BoundedOptions, touches: Touches, stats: BoundedStats): boolean {
  const pending: Plan[] = [{ blocks: [], next: undefined }];
  const maxSteps = options.maxSteps ?? MAX_STEPS;
  const goOn = (): boolean => options.goOn?.(stats) !== false;
  for (let plan = pending.pop(); plan !== undefined; plan = pending.pop()) {
    if (!goOn()) return false;
    stats.executions++;
    const machine = options.create();
    machine.begin(MAX_LOCAL);
    const steps: Happening[] = [];
    const taken = [...plan.blocks];
    for (const block of taken) runBlock(machine, block, steps, maxSteps, goOn);
    // From here on each context goes as far as it can, and every other way to go on is kept for later.
    for (let wanted = plan.next; taken.length <= options.switches; wanted = undefined) {
      const last = taken[taken.length - 1]?.ctx;
      const able = machine.enabled().filter((ctx) => ctx.id !== last);
      const id = wanted ?? able[0]?.id;
      if (id === undefined) break;
      if (wanted === undefined)
        for (const other of able) if (other.id !== id) pending.push({ blocks: [...taken], next: other.id });
      const from = steps.length;
      runBlock(machine, { ctx: id, steps: undefined }, steps, maxSteps, goOn);
      const count = steps.length - from;
      if (count === 0) break;
      if (taken.length < options.switches)
        for (let n = 1; n < count; n++) {
          const before = steps[from + n];
          if (before === undefined || !touches.matters(before)) continue;
          for (const other of machine.contexts)
            if (other.id !== id) pending.push({ blocks: [...taken, { ctx: id, steps: n }], next: other.id });
        }
      taken.push({ ctx: id, steps: count });
    }
    stats.steps += steps.length;
    for (const step of steps) touches.learn(step);
    if (steps.length >= maxSteps || machine.turns >= MAX_TURNS) stats.endless++;
    else if (machine.enabled().length === 0 && !options.visit(machine, steps)) return false;
  }
  return true;
}

function runBlock(
  machine: Machine,
  { ctx: id, steps: wanted }: Block,
  steps: Happening[],
  maxSteps: number,
  goOn: () => boolean,
): void {
  const ctx = machine.contexts[id];
  if (ctx === undefined) return;
  for (
    let n = 0;
    n !== wanted && machine.canRun(ctx) && steps.length < maxSteps && machine.turns < MAX_TURNS;
    n++
  ) {
    const step = nextStep(machine, ctx);
    if (step === undefined) return;
    steps.push(step);
    if (steps.length % ASK_EVERY === 0 && !goOn()) return;
    if (!machine.advance(ctx, MAX_LOCAL)) return;
  }
}

/** More than there are kinds of touches. */
const KINDS = 64;

/** What the contexts touched, and which of it another context's touch depends on. */
class Touches {
  /** Rises when something new was learnt. */
  version = 0;
  private readonly seen = new Accesses();
  private readonly byPlace = new Map<number, Happening[]>();
  private readonly shared = new Accesses();

  matters(step: Happening): boolean {
    return step.cpu !== undefined || this.shared.has(step);
  }

  learn(step: Happening): void {
    if (!this.seen.add(step)) return;
    const { touch } = step;
    for (const place of [touch.place, touch.page, ...touch.chain, ...touch.also]) {
      let others = this.byPlace.get(place);
      if (others === undefined) this.byPlace.set(place, (others = []));
      for (const other of others) {
        if (other.ctx === step.ctx || !dependent(other.touch, touch)) continue;
        for (const one of [step, other]) if (this.shared.add(one)) this.version++;
      }
      others.push(step);
    }
  }
}

/** Which context does what to which place. */
class Accesses {
  /** Places by context and kind. */
  private readonly places = new Map<number, Set<number>>();

  has({ ctx, touch }: Happening): boolean {
    return this.places.get(KINDS * ctx + touch.kind)?.has(touch.place) ?? false;
  }

  /** Answers whether it is new. */
  add({ ctx, touch }: Happening): boolean {
    const key = KINDS * ctx + touch.kind;
    let known = this.places.get(key);
    if (known === undefined) this.places.set(key, (known = new Set()));
    if (known.has(touch.place)) return false;
    known.add(touch.place);
    return true;
  }
}
