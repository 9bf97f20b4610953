import { formatOf, U64 } from '../engine.ts';
import type { LevelName, Run, Step } from '../engine.ts';
import { levelName } from '../engine.ts';

/**
 * Where a table is in its life. `rcu`: unlinked, and a grace period is waited for; `deposited`: kept below a huge PMD; `queued`: for a
 * worker that frees it later.
 */
export type LifeState =
  | 'allocated'
  | 'constructed'
  | 'linked'
  | 'unlinked'
  | 'rcu'
  | 'deposited'
  | 'destructed'
  | 'queued'
  | 'freed';

/** A part of a table's life: from after step `from` (0: before the run) to the next part, or the run's end. */
export interface LifePart {
  readonly state: LifeState;
  readonly from: number;
  readonly to: number;
}

/** The life of a table in a run, where anything happens to it there but reading and writing. */
export interface Life {
  readonly table: number;
  readonly level: LevelName;
  readonly parts: readonly LifePart[];
}

const cache = new WeakMap<Run, ReadonlyMap<number, Life>>();

/** The tables of a run that are made, linked, unlinked or freed in it, each with its life; by physical address. */
export function livesOf(run: Run): ReadonlyMap<number, Life> {
  let lives = cache.get(run);
  if (lives === undefined) cache.set(run, (lives = read(run)));
  return lives;
}

interface Draft {
  level: LevelName;
  readonly parts: { readonly state: LifeState; readonly from: number }[];
  /** Who unlinked it last. */
  by: number | undefined;
}

function read(run: Run): ReadonlyMap<number, Life> {
  const drafts = new Map<number, Draft>();
  const { geo } = run.world;
  const format = formatOf(geo);
  /** What an upper entry points to. */
  const target = (hw: number, value: string): number | undefined => {
    const v = U64.hex(value);
    return format.kind(geo, hw, v) === 'table' ? format.address(geo, hw, v) : undefined;
  };
  const of = (table: number, level: LevelName, inherited: LifeState | undefined): Draft => {
    let draft = drafts.get(table);
    if (draft === undefined) {
      const parts = inherited === undefined ? [] : [{ state: inherited, from: 0 }];
      drafts.set(table, (draft = { level, parts, by: undefined }));
    }
    return draft;
  };
  const enter = (draft: Draft, state: LifeState, { n }: Step): void => {
    if (draft.parts.at(-1)?.state !== state) draft.parts.push({ state, from: n });
  };
  for (const step of run.steps) {
    switch (step.ev) {
      case 'alloc':
        if (step.table !== null) enter(of(Number(step.table), step.level, undefined), 'allocated', step);
        break;
      case 'ctor':
        enter(of(Number(step.table), step.level, 'allocated'), 'constructed', step);
        break;
      case 'dtor':
        enter(of(Number(step.table), step.level, 'linked'), 'destructed', step);
        break;
      case 'free':
        enter(
          of(Number(step.table), step.level, 'linked'),
          step.deferred === true ? 'queued' : 'freed',
          step,
        );
        break;
      case 'set': {
        if (step.count !== undefined || step.hw >= 3) break;
        const level = levelName(geo, step.hw + 1);
        const [before, now] = [target(step.hw, step.old), target(step.hw, step.new)];
        if (before === now) break;
        if (before !== undefined) {
          const draft = of(before, level, 'linked');
          enter(draft, 'unlinked', step);
          draft.by = step.ctx;
        }
        if (now !== undefined) enter(of(now, level, 'allocated'), 'linked', step);
        break;
      }
      case 'deposit': {
        const draft = of(Number(step.table), 'pte', 'unlinked');
        enter(draft, step.withdrawn === true ? 'unlinked' : 'deposited', step);
        break;
      }
      case 'gp':
        if (step.phase === 'start')
          for (const draft of drafts.values())
            if (draft.by === step.ctx && draft.parts.at(-1)?.state === 'unlinked') enter(draft, 'rcu', step);
        break;
      default:
        break;
    }
  }
  return new Map(
    [...drafts].map(([table, { level, parts }]) => [
      table,
      {
        table,
        level,
        parts: parts.map((part, i) => ({ ...part, to: parts[i + 1]?.from ?? run.steps.length + 1 })),
      },
    ]),
  );
}

/** The table that a step is about. */
function tablesOf(run: Run, step: Step | undefined): readonly number[] {
  switch (step?.ev) {
    case 'alloc':
    case 'ctor':
    case 'dtor':
    case 'free':
    case 'deposit':
      return step.table === null ? [] : [Number(step.table)];
    case 'set': {
      const { geo } = run.world;
      const format = formatOf(geo);
      const led = [step.old, step.new].flatMap((value) => {
        const v = U64.hex(value);
        return format.kind(geo, step.hw, v) === 'table' ? [format.address(geo, step.hw, v)] : [];
      });
      return [...led, Number(step.table)];
    }
    case 'load':
      return [Number(step.table)];
    default:
      return [];
  }
}

/**
 * The table whose life is shown at `cursor`: the one selected or that the selected entry leads to, else the one the steps came to last,
 * else the first they come to. undefined for a run in which no table has more of a life than being there.
 */
export function lifeAt(run: Run, cursor: number, selected: readonly number[]): Life | undefined {
  const lives = livesOf(run);
  if (lives.size === 0) return undefined;
  const find = (tables: readonly number[]): Life | undefined => {
    const table = tables.find((pa) => lives.has(pa));
    return table === undefined ? undefined : lives.get(table);
  };
  const chosen = find(selected);
  if (chosen !== undefined) return chosen;
  for (let n = cursor; n > 0; n--) {
    const life = find(tablesOf(run, run.steps[n - 1]));
    if (life !== undefined) return life;
  }
  return lives.values().next().value;
}
