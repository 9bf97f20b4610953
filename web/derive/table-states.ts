import { culprit, formatOf, contextLetter, levelName, pointerReads, U64 } from '../engine.ts';
import type { PointerRead, Run, World } from '../engine.ts';
import type { MapViolation, TableBadge, TableState } from '../map/types.ts';

/**
 * What the steps up to `cursor` did to tables as a whole: detached (an entry that led there leads elsewhere now), deposited below a
 * huge PMD, freed, or waiting to be freed. Only of runs with several contexts, where somebody may still hold a pointer to one, and of
 * those that deposit tables.
 */
export function tableStates(run: Run, world: World, cursor: number): ReadonlyMap<number, TableBadge> {
  const states = new Map<number, TableBadge>();
  if (run.scenario.contexts.length < 2 && !run.steps.some((step) => step.ev === 'deposit')) return states;
  const { geo } = world;
  const format = formatOf(geo);
  const target = (hw: number, value: string): number | undefined => {
    const v = U64.hex(value);
    return format.kind(geo, hw, v) === 'table' ? format.address(geo, hw, v) : undefined;
  };
  const put = (pa: number, state: TableState): void => void states.set(pa, { state });
  /** Who detached a table: a grace period that they wait for is its. */
  const by = new Map<number, number>();
  for (const step of run.steps.slice(0, cursor)) {
    if (step.ev === 'gp' && step.phase === 'start')
      for (const [pa, { state }] of states)
        if (state === 'detached' && by.get(pa) === step.ctx) put(pa, 'rcu');
    if (step.ev === 'deposit') put(Number(step.table), step.withdrawn === true ? 'detached' : 'deposited');
    if (step.ev === 'free') put(Number(step.table), step.deferred === true ? 'queued' : 'freed');
    if (step.ev !== 'set' || step.count !== undefined) continue;
    const [before, now] = [target(step.hw, step.old), target(step.hw, step.new)];
    if (before !== undefined && before !== now && states.get(before)?.state !== 'freed') {
      put(before, 'detached');
      by.set(before, step.ctx);
    }
    if (now !== undefined) states.delete(now);
  }
  return states;
}

/** The letters of the contexts that go on by a pointer to a table, by table. */
export function pointerLetters(reads: readonly PointerRead[]): ReadonlyMap<number, readonly string[]> {
  const letters = new Map<number, readonly string[]>();
  for (const { table, ctx } of reads) letters.set(table, [...(letters.get(table) ?? []), contextLetter(ctx)]);
  return letters;
}

const cache = new WeakMap<Run, { readonly cursor: number; readonly reads: readonly PointerRead[] }>();

/** The pointers that contexts are about to go by at `cursor`; none where one context runs alone. */
export function pointersAt(run: Run, cursor: number): readonly PointerRead[] {
  if (run.scenario.contexts.length < 2) return [];
  const known = cache.get(run);
  if (known?.cursor === cursor) return known.reads;
  const reads = pointerReads(run, cursor);
  cache.set(run, { cursor, reads });
  return reads;
}

/** The violation of the step at `cursor`, as the map marks it. */
export function violationAt(run: Run, world: World, cursor: number): MapViolation | undefined {
  const step = run.steps[cursor - 1];
  const use = step?.ev === 'violation' ? culprit(run.steps, cursor) : undefined;
  if (step === undefined || use === undefined) return undefined;
  const table = Number(use.table);
  const level = levelName(world.geo, use.hw).toUpperCase();
  const lines = [
    `${contextLetter(use.ctx)} ${use.ev === 'load' ? 'reads' : 'writes'} ${level}[${use.idx}]`,
    ...pointersOf(run, use.n).flatMap((read) =>
      read.table !== table || read.ctx !== use.ctx
        ? []
        : [
            `pointer read at step ${read.load}`,
            ...(read.freed === undefined
              ? read.unlinked === undefined
                ? []
                : [`unlinked by ${contextLetter(read.unlinked.ctx)} at step ${read.unlinked.n}`]
              : [`freed by ${contextLetter(read.freed.ctx)} at step ${read.freed.n}`]),
          ],
    ),
  ];
  return { table, idx: use.idx, lines };
}

/** The pointers just before step `n`. */
function pointersOf(run: Run, n: number): readonly PointerRead[] {
  return pointerReads(run, n - 1);
}
