import type { ExploreStats } from '../explore/dpor.ts';
import { explore } from '../explore/dpor.ts';
import type { Blocks } from '../explore/switches.ts';
import { fewestSwitches } from '../explore/switches.ts';
import type { Machine } from '../machine/machine.ts';
import type { Prepared } from '../scenario/prepare.ts';
import { formatSchedule } from '../scenario/schedule.ts';
import type { ViolationKind } from '../step/step.ts';

/** One kind of violation that a search reached. */
export interface Reached {
  /** Fewest changes of the running context in a schedule that reaches it; a run of one context after the other has one. */
  readonly switches: number;
  /** Such a schedule. */
  readonly schedule: string;
}

/** What every interleaving of a scenario's contexts can lead to. */
export interface Found {
  readonly stats: ExploreStats;
  readonly violations: ReadonlyMap<ViolationKind, Reached>;
  /** What the calls returned, `0 | -16` by context, each combination once. */
  readonly returned: ReadonlySet<string>;
}

/** Turns of one context between two points that others could notice. */
const MAX_LOCAL = 1_000_000;

/** Visits every interleaving, up to the order of steps that do not matter to each other. */
export function searchEverything(prepared: Prepared, goOn: (stats: ExploreStats) => boolean = () => true): Found {
  const violations = new Map<ViolationKind, Reached>();
  const returned = new Set<string>();
  const fewest = new Map<ViolationKind, number>();
  const blocksOf = new Map<ViolationKind, Blocks>();
  const create = (): Machine => prepared.machine({ journal: undefined, fold: 'none' });
  const stats = explore({
    create,
    goOn,
    visit: ({ machine, steps, order }) => {
      returned.add(machine.contexts.map((ctx) => ctx.rets.join(' ')).join(' | '));
      const kinds = new Set<ViolationKind>([...(machine.watch?.violations.values() ?? [])].map((v) => v.what));
      if (machine.contexts.some((ctx) => ctx.state === 'ready') && kinds.size === 0) kinds.add('deadlock');
      if (kinds.size === 0) return true;
      const blocks = fewestSwitches(steps, order);
      for (const kind of kinds) {
        if ((fewest.get(kind) ?? Infinity) < blocks.length) continue;
        if (fewest.get(kind) === blocks.length) continue;
        fewest.set(kind, blocks.length);
        blocksOf.set(kind, blocks);
      }
      return true;
    },
  });
  for (const [kind, blocks] of blocksOf)
    violations.set(kind, { switches: blocks.length - 1, schedule: scheduleOf(create(), blocks) });
  return { stats, violations, returned };
}

/** The schedule, as a run takes it, of blocks of steps that others could notice. */
export function scheduleOf(machine: Machine, blocks: Blocks): string {
  const choices: number[] = [];
  const turn = (id: number): void => {
    const ctx = machine.contexts[id];
    if (ctx === undefined) throw new Error(`[engine bug] no context ${id}`);
    if (machine.enabled().length > 1) choices.push(id);
    machine.turn(ctx);
  };
  for (const [id, steps] of blocks) {
    for (let left = steps, local = 0; left > 0; local++) {
      const ctx = machine.contexts[id];
      if (ctx === undefined || !machine.canRun(ctx) || local > MAX_LOCAL) return formatSchedule(choices);
      if (machine.touch(ctx) !== undefined) left--;
      turn(id);
    }
  }
  return formatSchedule(choices);
}
