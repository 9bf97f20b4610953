import type { Run, Step, StepKind } from '../engine.ts';

/** A lock held by a context from one step to another, or a grace period it waits for (without a mode). `to` is the run's end where it is never released. */
export interface LockBar {
  readonly ctx: number;
  readonly name: string;
  readonly mode: string;
  readonly from: number;
  readonly to: number;
  readonly released: boolean;
}

/** What is counted, as running totals: totals[n] is the number after step n. */
export interface Counter {
  readonly label: string;
  readonly totals: Uint32Array | Int32Array;
  /** Least and greatest of them; left out: 0 and the last. */
  readonly low?: number;
  readonly high?: number;
}

/** What the screen asks of a run again and again, computed once. */
export interface RunIndex {
  readonly contexts: readonly number[];
  /** Numbers of the steps worth stopping at, ascending. */
  readonly interesting: Uint32Array;
  /** Numbers of the steps that write an entry, ascending. */
  readonly writes: Uint32Array;
  readonly bars: readonly LockBar[];
  readonly counters: readonly Counter[];
  /** It makes, constructs or frees tables: books are kept of it. */
  readonly books: boolean;
  /** By context: the numbers of its steps, ascending. */
  readonly byContext: ReadonlyMap<number, Uint32Array>;
  /** By context: the numbers of the steps that begin a call of the scenario. */
  readonly calls: ReadonlyMap<number, Uint32Array>;
}

const cache = new WeakMap<Run, RunIndex>();

export function runIndex(run: Run): RunIndex {
  const known = cache.get(run);
  if (known !== undefined) return known;
  const made = index(run.steps);
  cache.set(run, made);
  return made;
}

/**
 * Steps a person stops at: what is written, told to a callback, locked, asserted, allocated, flushed, or returned by the
 * scenario's call. Barriers and lazy MMU mode go with the stores around them.
 */
export function isInteresting(step: Step): boolean {
  switch (step.ev) {
    case 'set':
    case 'cb':
    case 'hole':
    case 'lock':
    case 'unlock':
    case 'trylock':
    case 'wait':
    case 'downgrade':
    case 'gp':
    case 'free':
    case 'assert':
    case 'return':
    case 'test_walk':
    case 'pre_vma':
    case 'post_vma':
    case 'vmalock':
    case 'vma':
    case 'split_huge':
    case 'tlbi':
    case 'alloc':
    case 'ctor':
    case 'dtor':
    case 'hook':
    case 'deposit':
    case 'kmap':
    case 'area':
    case 'unmap_aliases':
    case 'bad':
    case 'warn':
    case 'bug':
    case 'access':
    case 'stop_machine':
    case 'static_key':
    case 'switch_mm':
    case 'violation':
      return true;
    case 'call':
    case 'load':
    case 'lazy':
    case 'dsb':
    case 'isb':
      return false;
  }
}

const COUNTED = [
  ['entry loads', 'load', true],
  ['entry stores', 'set', true],
  ['callbacks', 'cb', true],
  ['holes', 'hole', true],
  ['allocations', 'alloc', false],
  ['DSB', 'dsb', false],
  ['ISB', 'isb', false],
  ['TLBI', 'tlbi', false],
] as const satisfies readonly (readonly [label: string, ev: StepKind, always: boolean])[];

/** How many of what is counted under its kind a step stands for. */
function timesOf(step: Step): number {
  if (step.ev === 'alloc') return step.table === null ? 0 : 1;
  return 'count' in step ? (step.count ?? 1) : 1;
}

function index(steps: readonly Step[]): RunIndex {
  const interesting: number[] = [];
  const writes: number[] = [];
  const own = new Map<number, number[]>();
  const totals = COUNTED.map(() => new Uint32Array(steps.length + 1));
  const open = new Map<string, { ctx: number; name: string; mode: string; from: number }>();
  const bars: LockBar[] = [];
  let books = false;

  for (const step of steps) {
    const { n, ctx } = step;
    if (isInteresting(step)) interesting.push(n);
    if (step.ev === 'set') writes.push(n);
    books ||= step.ev === 'alloc' || step.ev === 'ctor' || step.ev === 'dtor' || step.ev === 'free';
    let list = own.get(ctx);
    if (list === undefined) own.set(ctx, (list = []));
    list.push(n);
    for (const [i, [, ev]] of COUNTED.entries()) {
      const row = totals[i];
      if (row === undefined) continue;
      row[n] = (row[n - 1] ?? 0) + (step.ev === ev ? timesOf(step) : 0);
    }
    if (step.ev === 'lock' || (step.ev === 'trylock' && step.ok)) {
      open.set(`${ctx} ${step.name}`, { ctx, name: step.name, mode: step.mode, from: n });
    } else if (step.ev === 'gp' && step.phase === 'start') {
      open.set(`${ctx} gp`, { ctx, name: 'grace period', mode: '', from: n });
    } else if (step.ev === 'gp') {
      const bar = open.get(`${ctx} gp`);
      if (bar !== undefined) bars.push({ ...bar, to: n, released: true });
      open.delete(`${ctx} gp`);
    } else if (step.ev === 'downgrade') {
      const bar = open.get(`${ctx} ${step.name}`);
      if (bar !== undefined) {
        // Held on, but for read from here.
        if (bar.from < n) bars.push({ ...bar, to: n - 1, released: true });
        open.set(`${ctx} ${step.name}`, { ...bar, mode: 'read', from: n });
      }
    } else if (step.ev === 'unlock') {
      const key = `${ctx} ${step.name}`;
      const bar = open.get(key);
      if (bar !== undefined) {
        bars.push({ ...bar, to: n, released: true });
        open.delete(key);
      }
    }
  }
  for (const bar of open.values()) bars.push({ ...bar, to: steps.length, released: false });
  bars.sort((a, b) => a.from - b.from);

  return {
    contexts: [...own.keys()].sort((a, b) => a - b),
    interesting: Uint32Array.from(interesting),
    writes: Uint32Array.from(writes),
    bars,
    books,
    // Of what only some runs have, those alone show a row.
    counters: COUNTED.flatMap(([label, , always], i) => {
      const row = totals[i] ?? new Uint32Array(1);
      return always || (row.at(-1) ?? 0) > 0 ? [{ label, totals: row }] : [];
    }),
    byContext: new Map([...own].map(([ctx, list]) => [ctx, Uint32Array.from(list)])),
    calls: new Map(
      [...own].map(([ctx, list]) => [ctx, Uint32Array.from(list.filter((n) => steps[n - 1]?.ev === 'call'))]),
    ),
  };
}

/** How many of the ascending numbers are at most `n`. */
export function countUpTo(ascending: Uint32Array, n: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((ascending[mid] ?? 0) <= n) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** The first of the numbers above `n`, or undefined. */
export function firstAfter(ascending: Uint32Array, n: number): number | undefined {
  return ascending[countUpTo(ascending, n)];
}

/** The last of the numbers below `n`, or undefined. */
export function lastBefore(ascending: Uint32Array, n: number): number | undefined {
  return ascending[countUpTo(ascending, n - 1) - 1];
}
