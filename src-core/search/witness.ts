import type { Blocks } from '../explore/switches.ts';
import type { Happening } from '../explore/wakeup.ts';
import type { Prepared } from '../scenario/prepare.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { formatSchedule } from '../scenario/schedule.ts';
import type { Found } from './outcome.ts';
import type { Witness } from './verdict.ts';

/** Consecutive steps of one context, as a block each. */
export function blocksOf(steps: readonly Happening[]): Blocks {
  const blocks: [number, number][] = [];
  for (const { ctx } of steps) {
    const last = blocks[blocks.length - 1];
    if (last?.[0] === ctx) last[1]++;
    else blocks.push([ctx, 1]);
  }
  return blocks;
}

/** The choices that make a run go by these blocks: one wherever more than one context could run. */
export function scheduleOf(prepared: Prepared, blocks: Blocks): string {
  const machine = prepared.machine({ journal: undefined, fold: 'stores' });
  const choices: number[] = [];
  const turn = (id: number): void => {
    const ctx = machine.contexts[id];
    if (ctx === undefined) return;
    if (machine.enabled().length > 1) choices.push(id);
    machine.turn(ctx);
  };
  const settle = (id: number): void => {
    const ctx = machine.contexts[id];
    while (ctx?.state === 'ready' && machine.touch(ctx) === undefined && machine.canRun(ctx)) turn(id);
  };
  for (const [id, steps] of blocks) {
    for (let i = 0; i < steps; i++) {
      settle(id);
      turn(id);
    }
    settle(id);
  }
  for (const ctx of machine.contexts) settle(ctx.id);
  return formatSchedule(choices);
}

/** A witness, run by its own schedule to see where it goes wrong. */
export function witnessOf(prepared: Prepared, blocks: Blocks, found: Found): Witness {
  const schedule = scheduleOf(prepared, blocks);
  const run = runScenario(prepared.scenario, prepared.world, { ...prepared.options, schedule });
  if (!run.ok) throw new Error(`[engine bug] a witness does not run: ${run.error.message}`);
  const { steps } = run.value;
  const at = steps.find(
    (step) =>
      (step.ev === 'violation' && step.what === found.what && step.ctx === found.ctx) ||
      (step.ev === 'bug' && found.what === 'bug' && step.ctx === found.ctx),
  );
  return {
    what: found.what,
    text: found.text,
    schedule,
    switches: blocks.length - 1,
    step: at?.n ?? steps.length,
    steps: steps.length,
  };
}
