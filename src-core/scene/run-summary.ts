import { formatOf } from '../arch/formats.ts';
import type { LevelName } from '../arch/geometry.ts';
import { PTE_CONT } from '../arch/arm64/bits.ts';
import type { Run } from '../scenario/run.ts';
import type { SetStep, Step } from '../step/step.ts';
import { storedAt } from '../step/store-run.ts';

/** How many entries of a level: blocks that were split, say. */
export interface LevelCount {
  readonly level: LevelName;
  readonly n: number;
}

/** What a run (or one call of it) did and cost. Runs of like steps count as many as they stand for. */
export interface RunSummary {
  /** What the calls returned, in the order of their contexts; null: stopped, or not finished. */
  readonly rets: readonly (number | null)[];
  /** Leaves whose place a table took, by level, the highest first. */
  readonly splits: readonly LevelCount[];
  /** Tables whose place a leaf took. */
  readonly joins: readonly LevelCount[];
  /** Contiguous groups that were taken apart. */
  readonly groups: number;
  /** Tables that were allocated, and their bytes. */
  readonly tables: number;
  readonly bytes: number;
  readonly loads: number;
  readonly stores: number;
  /** What the stores were for; together all of them. */
  readonly storesFor: {
    /** Entries of tables that came into being in this run. */
    readonly newTables: number;
    /** Pointers to tables. */
    readonly links: number;
    /** Entries that left a contiguous group and changed in nothing else. */
    readonly groups: number;
    /** All others: what was asked for. */
    readonly changes: number;
  };
  readonly dsb: number;
  readonly isb: number;
  readonly tlbis: number;
  readonly warns: number;
  /** Ends of a context by a BUG or a violation. */
  readonly violations: number;
  /** There would be more: the run was cut off. */
  readonly cut: boolean;
}

/** One call of a run: context and place in its list, both from 0. */
export interface CallPlace {
  readonly ctx: number;
  readonly call: number;
}

/**
 * What a run did: blocks split, tables allocated, stores, barriers, flushes. With `only`, what one of its calls did, from its first
 * step to its last (steps that other contexts made meanwhile are not its own).
 */
export function summarizeRun(run: Run, only?: CallPlace): RunSummary {
  const steps = only === undefined ? run.steps : stepsOf(run, only);
  const { geo } = run.world;
  const counted = new Counting();
  const format = formatOf(geo);
  const contBits = { pud: 0, pmd: geo.contPmdShift, pte: geo.contPteShift };
  for (const step of steps) {
    const times = 'count' in step ? (step.count ?? 1) : 1;
    switch (step.ev) {
      case 'load':
        counted.loads += times;
        break;
      case 'set': {
        const { old, new: now } = storedAt(step, 0);
        const before = format.kind(geo, step.hw, old);
        const after = format.kind(geo, step.hw, now);
        counted.stores += times;
        const leaf = before === 'block' || before === 'page' || before === 'invalid';
        if (after === 'table') {
          counted.links += times;
          if (leaf) add(counted.splits, step.level, times);
        } else if (before === 'table' && (after === 'block' || after === 'page' || after === 'invalid')) {
          add(counted.joins, step.level, times);
        } else if (before === 'none' && counted.made.has(step.table)) {
          counted.filled += times;
        } else if (onlyUngroups(step)) {
          counted.ungrouped += times;
          const bits = contBits[step.level as keyof typeof contBits] ?? 0;
          for (let k = 0; k < times; k++) counted.group(step, k, bits);
        }
        break;
      }
      case 'alloc':
        if (step.table !== null) counted.made.add(step.table);
        break;
      case 'dsb':
        counted.dsb++;
        break;
      case 'isb':
        counted.isb++;
        break;
      case 'tlbi':
        counted.tlbis++;
        break;
      case 'warn':
        counted.warns++;
        break;
      case 'bug':
      case 'violation':
        counted.violations++;
        break;
      default:
    }
  }
  const { stores, filled, links, ungrouped, made } = counted;
  return {
    rets: only === undefined ? run.results.flatMap((r) => r.rets) : [retOf(run, only)],
    splits: levels(counted.splits),
    joins: levels(counted.joins),
    groups: counted.groups.size,
    tables: made.size,
    bytes: made.size * 2 ** geo.pageShift,
    loads: counted.loads,
    stores,
    storesFor: { newTables: filled, links, groups: ungrouped, changes: stores - filled - links - ungrouped },
    dsb: counted.dsb,
    isb: counted.isb,
    tlbis: counted.tlbis,
    warns: counted.warns,
    violations: counted.violations,
    cut: run.cutAt !== undefined,
  };
}

class Counting {
  readonly splits = new Map<LevelName, number>();
  readonly joins = new Map<LevelName, number>();
  readonly groups = new Set<string>();
  readonly made = new Set<string>();
  loads = 0;
  stores = 0;
  filled = 0;
  links = 0;
  ungrouped = 0;
  dsb = 0;
  isb = 0;
  tlbis = 0;
  warns = 0;
  violations = 0;

  group(step: SetStep, k: number, bits: number): void {
    this.groups.add(`${step.table} ${(step.idx + k) >> bits}`);
  }
}

/** Only arm64 has contiguous groups. */
function onlyUngroups(step: SetStep): boolean {
  const { old, new: now } = storedAt(step, 0);
  return old.intersects(PTE_CONT) && old.andNot(PTE_CONT).eq(now);
}

function add(counts: Map<LevelName, number>, level: LevelName, n: number): void {
  counts.set(level, (counts.get(level) ?? 0) + n);
}

const ORDER: readonly LevelName[] = ['pgd', 'p4d', 'pud', 'pmd', 'pte'];

function levels(counts: ReadonlyMap<LevelName, number>): readonly LevelCount[] {
  return ORDER.flatMap((level) => {
    const n = counts.get(level);
    return n === undefined ? [] : [{ level, n }];
  });
}

/** The steps of one call, its own call and return included. */
function stepsOf(run: Run, { ctx, call }: CallPlace): readonly Step[] {
  let at = -1;
  return run.steps.filter((step) => {
    if (step.ctx !== ctx) return false;
    if (step.ev === 'call') at++;
    return at === call;
  });
}

function retOf(run: Run, { ctx, call }: CallPlace): number | null {
  return run.results[ctx]?.rets[call] ?? null;
}
