import type { Machine } from '../machine/machine.ts';
import type { StepWatcher } from './watcher.ts';
import type { Race } from './order.ts';
import { ASK_EVERY, MAX_LOCAL, MAX_STEPS, MAX_TURNS } from './limits.ts';
import { Order } from './order.ts';
import type { Happening } from './wakeup.ts';
import { insertSequence, nextStep, ordered, WakeupNode, weakInitial } from './wakeup.ts';

/** A complete execution: nobody can go on. Valid only while the visitor looks at it. */
export interface Execution {
  readonly machine: Machine;
  readonly steps: readonly Happening[];
  readonly order: Order;
}

export interface ExploreOptions {
  /** A fresh machine at its start, always the same. */
  readonly create: () => Machine;
  /** Called once for each class of executions that differ only in the order of independent steps. Answering false stops. */
  readonly visit: (execution: Execution) => boolean | undefined;
  /** Told of every step of every execution, also of those run again. */
  readonly watcher?: StepWatcher;
  /** Steps that every execution begins with, and only executions that do are explored. */
  readonly prefix?: readonly number[];
  /** Steps of one execution beyond which it is given up as endless. */
  readonly maxSteps?: number;
  /** Called before each execution: answering false stops. */
  readonly goOn?: (stats: ExploreStats) => boolean;
}

export interface ExploreStats {
  /** Executions started. */
  executions: number;
  /** Of these, complete and visited. */
  traces: number;
  /** Of these, given up because some other covers them. */
  blocked: number;
  /** Of these, given up because they had no end. */
  endless: number;
  /** Of these, given up because a step that was planned can't be made: an error of the search itself. */
  impossible: number;
  steps: number;
  complete: boolean;
}

interface Node {
  /** Contexts whose next step from here is covered by executions already visited. */
  readonly sleep: Happening[];
  readonly branches: WakeupNode[];
}

/**
 * Visits every execution of a machine up to the order of independent steps, each class once: optimal dynamic partial order reduction
 * with wakeup trees. Generators can't be copied, so every execution is run from the start.
 */
export function explore(options: ExploreOptions): ExploreStats {
  const stats: ExploreStats = {
    executions: 0,
    traces: 0,
    blocked: 0,
    endless: 0,
    impossible: 0,
    steps: 0,
    complete: false,
  };
  const maxSteps = options.maxSteps ?? MAX_STEPS;
  const nodes: Node[] = [{ sleep: [], branches: [] }];
  const steps: Happening[] = [];
  const prefix = options.prefix ?? [];
  for (;;) {
    if (options.goOn !== undefined && !options.goOn(stats)) return stats;
    stats.executions++;
    const machine = options.create();
    machine.begin(MAX_LOCAL);
    options.watcher?.begin(machine);
    for (const step of steps) perform(machine, step, options.watcher);
    const end = run(machine, nodes, steps, {
      maxSteps,
      prefix,
      watcher: options.watcher,
      goOn: () => options.goOn?.(stats) !== false,
    });
    if (end === 'stopped') return stats;
    stats.steps += steps.length;
    if (end === 'complete') {
      stats.traces++;
      const order = new Order(steps, machine.contexts.length, waitingOf(machine));
      if (options.visit({ machine, steps, order }) === false) return stats;
      for (const [i, race] of order.races.entries()) {
        if (i % ASK_EVERY === ASK_EVERY - 1 && options.goOn?.(stats) === false) return stats;
        planReversal(race, order, nodes, prefix.length);
      }
    } else if (end === 'blocked') stats.blocked++;
    else if (end === 'endless') stats.endless++;
    else stats.impossible++;
    if (!backtrack(nodes, steps, prefix.length)) {
      stats.complete = stats.endless === 0 && stats.impossible === 0;
      return stats;
    }
  }
}

/** Sees to it that the race is also run the other way round, unless that is covered. Nothing is changed in the prefix. */
function planReversal(race: Race, order: Order, nodes: readonly Node[], prefix: number): void {
  const node = nodes[race.earlier];
  if (node === undefined || race.earlier < prefix) return;
  const sequence = order.reversed(race);
  if (sequence === undefined) return;
  if (node.sleep.some((s) => weakInitial(sequence, s) !== undefined)) return;
  insertSequence(node.branches, sequence);
}

/** Takes the last branch that is left, or answers false. The step of that branch is taken by the next execution. */
function backtrack(nodes: Node[], steps: Happening[], prefix: number): boolean {
  nodes.length = steps.length;
  while (steps.length > prefix) {
    const node = nodes[steps.length - 1];
    const step = steps.pop();
    if (node === undefined || step === undefined) return false;
    node.branches.shift();
    node.sleep.push(step);
    if (node.branches.length > 0) return true;
    nodes.pop();
  }
  return false;
}

function perform(machine: Machine, step: Happening, watcher: StepWatcher | undefined): boolean {
  const ctx = machine.contexts[step.ctx];
  if (ctx === undefined) throw new Error(`[engine bug] no context ${step.ctx}`);
  watcher?.before(machine, step);
  const goesOn = machine.advance(ctx, MAX_LOCAL);
  watcher?.after(machine, step);
  return goesOn;
}

interface RunLimits {
  readonly maxSteps: number;
  readonly prefix: readonly number[];
  readonly watcher: StepWatcher | undefined;
  readonly goOn: () => boolean;
}

/** Runs on from the last node to the end of the execution, making nodes. */
function run(
  machine: Machine,
  nodes: Node[],
  steps: Happening[],
  { maxSteps, prefix, watcher, goOn }: RunLimits,
): 'complete' | 'blocked' | 'endless' | 'impossible' | 'stopped' {
  for (;;) {
    const node = nodes[steps.length];
    if (node === undefined) throw new Error('[engine bug] no node');
    const enabled = machine.enabled();
    if (enabled.length === 0) return 'complete';
    if (steps.length >= maxSteps || machine.turns >= MAX_TURNS) return 'endless';
    if (steps.length % ASK_EVERY === ASK_EVERY - 1 && !goOn()) return 'stopped';
    let branch = node.branches[0];
    if (branch === undefined) {
      const last = prefix[steps.length] ?? steps[steps.length - 1]?.ctx;
      const awake =
        node.sleep.length === 0
          ? enabled
          : enabled.filter((ctx) => !node.sleep.some((s) => s.ctx === ctx.id));
      const ctx = awake.find((c) => c.id === last) ?? awake[0];
      const first = ctx === undefined ? undefined : nextStep(machine, ctx);
      if (first === undefined) return 'blocked';
      branch = new WakeupNode(first);
      node.branches.push(branch);
    }
    const ctx = machine.contexts[branch.step.ctx];
    const step = ctx === undefined ? undefined : nextStep(machine, ctx);
    // Never so, as far as every test of the reduction shows. If it were, the search has not seen everything.
    if (ctx === undefined || step === undefined || !machine.canRun(ctx)) return 'impossible';
    nodes.push({
      sleep: node.sleep.length === 0 ? [] : node.sleep.filter((s) => s.ctx !== ctx.id && !ordered(s, step)),
      branches: branch.children,
    });
    steps.push(step);
    if (!perform(machine, step, watcher)) return 'endless';
  }
}

/** What the contexts that can't go on wait for. */
function waitingOf(machine: Machine): Happening[] {
  return machine.contexts.flatMap((ctx) => {
    const step = ctx.state === 'ready' ? nextStep(machine, ctx) : undefined;
    return step === undefined ? [] : [step];
  });
}
