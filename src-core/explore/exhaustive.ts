import { MAX_LOCAL } from './limits.ts';
import type { Machine } from '../machine/machine.ts';
import type { Execution } from './dpor.ts';
import { Order } from './order.ts';
import type { Happening } from './wakeup.ts';
import { nextStep } from './wakeup.ts';

/**
 * Visits every interleaving, without any reduction: the oracle that the reduced search is compared with. Grows with the factorial of
 * the number of steps. Answers how many there are.
 */
export function exploreExhaustively(create: () => Machine, visit: (execution: Execution) => void): number {
  let executions = 0;
  // Choices still open, by step: the first is the one being explored.
  const open: number[][] = [];
  do {
    const machine = create();
    machine.begin(MAX_LOCAL);
    const steps: Happening[] = [];
    for (let enabled = machine.enabled(); enabled.length > 0; enabled = machine.enabled()) {
      const choices = (open[steps.length] ??= enabled.map((ctx) => ctx.id));
      const ctx = machine.contexts[choices[0] ?? -1];
      const step = ctx === undefined ? undefined : nextStep(machine, ctx);
      if (ctx === undefined || step === undefined) throw new Error('[engine bug] nothing to run');
      steps.push(step);
      machine.advance(ctx, MAX_LOCAL);
    }
    executions++;
    const waiting = machine.contexts.flatMap((ctx) => {
      const step = ctx.state === 'ready' ? nextStep(machine, ctx) : undefined;
      return step === undefined ? [] : [step];
    });
    visit({ machine, steps, order: new Order(steps, machine.contexts.length, waiting) });
    while (open.length > 0 && (open[open.length - 1]?.length ?? 0) <= 1) open.pop();
    open[open.length - 1]?.shift();
  } while (open.length > 0);
  return executions;
}
