import { U64 } from '../base/u64.ts';
import { kernelOf } from '../scenario/prepare.ts';
import { planCall } from '../scenario/calls.ts';
import { Machine } from '../machine/machine.ts';
import { Recorder } from '../machine/recorder.ts';
import { Journal } from '../memory/journal.ts';
import { findRevision } from '../revision/revisions.ts';
import type { ScenarioCall } from '../scenario/schema.ts';
import { gibWorld, PTES } from './gib.ts';

export interface WalkTimes {
  /** Nanoseconds a PTE, medians. */
  readonly plain: number;
  readonly recordedFolded: number;
  readonly recordedSingle: number;
  /** Steps kept by the two recorded forms. */
  readonly foldedSteps: number;
  readonly singleSteps: number;
}

/** Times `walk_kernel_page_table_range_lockless` over 1 GiB of pages with a pte callback that looks at each entry. */
export function timeWalks(now: () => number, rounds: number): WalkTimes {
  const world = gibWorld();
  const revision = findRevision('v7.3');
  if (revision === undefined) throw new Error('[engine bug] v7.3 is gone');
  const kernel = kernelOf(world, revision);
  const start = world.mms[0]?.base ?? U64.ZERO;
  const call: ScenarioCall = {
    fn: 'walk_kernel_page_table_range_lockless',
    start: start.toHex(),
    end: start.plus(PTES * 4096).toHex(),
    ops: { callbacks: ['pte'] },
  };
  const once = (fold: boolean, recorder: Recorder | undefined): void => {
    const machine = new Machine({
      geo: world.geo,
      revision: revision.id,
      memory: world.memory.fork(),
      journal: new Journal(),
      contexts: [{ cpu: 0, holds: [], calls: [planCall(kernel, call)] }],
      assertions: 'owner',
      fold: fold ? 'all' : 'none',
      ...(recorder === undefined ? {} : { recorder }),
    });
    const ctx = machine.contexts[0];
    while (ctx !== undefined && machine.canRun(ctx)) machine.turn(ctx);
  };
  const median = (n: number, run: () => void): number => {
    // The first rounds are the compiler's.
    for (let i = 0; i < Math.min(n, 20); i++) run();
    const times = Array.from({ length: n }, () => {
      const t = now();
      run();
      return ((now() - t) * 1e6) / PTES;
    });
    return times.sort((a, b) => a - b)[n >> 1] ?? 0;
  };
  let folded = new Recorder(Infinity);
  let single = new Recorder(Infinity);
  const plain = median(rounds, () => once(true, undefined));
  const recordedFolded = median(rounds, () => once(true, (folded = new Recorder(Infinity))));
  const recordedSingle = median(3, () => once(false, (single = new Recorder(Infinity))));
  return {
    plain,
    recordedFolded,
    recordedSingle,
    foldedSteps: folded.steps.length,
    singleSteps: single.steps.length,
  };
}
