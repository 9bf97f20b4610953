import type { LoadStep, SetStep, Slot, Step } from '../step/step.ts';
import { storedAt } from '../step/store-run.ts';
import type { NarrationContext } from './context.ts';

/** What a context last knew of a slot before a step, from its own load or store within the same call. */
export interface Recalled {
  /** The step it knows it from. */
  readonly n: number;
  readonly by: 'load' | 'set';
  readonly value: string;
}

type Access = Step & (LoadStep | SetStep);

/** Numbers of the steps that loads and stores, and calls, were; filled as far as somebody asked. */
class Accesses {
  private readonly stepAt: NarrationContext['stepAt'];
  private upTo = 0;
  /** Of single entries by context, table and slot; of runs by context and table; calls by context. */
  private readonly singles = new Map<string, number[]>();
  private readonly runs = new Map<string, number[]>();
  private readonly calls = new Map<string, number[]>();

  constructor(stepAt: NarrationContext['stepAt']) {
    this.stepAt = stepAt;
  }

  /** What the step's context read or wrote of the slot before it, in the same call, last first. */
  *before(step: Step & Slot): Generator<Access> {
    this.fill(step.n - 1);
    const singles = upTo(this.singles.get(slotKey(step)), step.n);
    const runs = upTo(this.runs.get(tableKey(step)), step.n);
    const called = upTo(this.calls.get(`${step.ctx}`), step.n).next().value ?? 0;
    let single = singles.next().value ?? 0;
    let run = runs.next().value ?? 0;
    while (Math.max(single, run) > called) {
      const access = this.access(Math.max(single, run));
      if (single > run) single = singles.next().value ?? 0;
      else run = runs.next().value ?? 0;
      const nth = step.idx - (access?.idx ?? 0);
      if (access !== undefined && nth >= 0 && nth < (access.count ?? 1)) yield access;
    }
  }

  private access(n: number): Access | undefined {
    const step = this.stepAt(n);
    return step?.ev === 'load' || step?.ev === 'set' ? step : undefined;
  }

  private fill(upToStep: number): void {
    while (this.upTo < upToStep) {
      const step = this.stepAt(this.upTo + 1);
      if (step === undefined) return;
      this.upTo++;
      if (step.ev === 'call') append(this.calls, `${step.ctx}`, step.n);
      if (step.ev !== 'load' && step.ev !== 'set') continue;
      if (step.count === undefined) append(this.singles, slotKey(step), step.n);
      else append(this.runs, tableKey(step), step.n);
    }
  }
}

function tableKey(step: Step & Slot): string {
  return `${step.ctx} ${step.table}`;
}

function slotKey(step: Step & Slot): string {
  return `${tableKey(step)} ${step.idx}`;
}

function append(map: Map<string, number[]>, key: string, n: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [n]);
  else list.push(n);
}

/** The numbers below `n` of an ascending list, last first. */
function* upTo(list: readonly number[] = [], n: number): Generator<number, undefined> {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if ((list[mid] ?? 0) < n) low = mid + 1;
    else high = mid;
  }
  for (let i = low - 1; i >= 0; i--) yield list[i] ?? 0;
  return undefined;
}

const known = new WeakMap<NarrationContext, Accesses>();

function accesses(ctx: NarrationContext): Accesses {
  let found = known.get(ctx);
  if (found === undefined) known.set(ctx, (found = new Accesses((n) => ctx.stepAt(n))));
  return found;
}

/** Looks back from a step for the same context's last load or store of the slot. A value that could not matter is not known. */
export function recall(step: Step & Slot, ctx: NarrationContext): Recalled | undefined {
  for (const earlier of accesses(ctx).before(step)) {
    if (earlier.ev === 'load' && earlier.dead) continue;
    const { n } = earlier;
    const nth = step.idx - earlier.idx;
    if (earlier.ev === 'set') return { n, by: 'set', value: storedAt(earlier, nth).new.toHex() };
    // Of a run of loads only the first value is told.
    return nth === 0 ? { n, by: 'load', value: earlier.value } : undefined;
  }
  return undefined;
}

/** The loads that one test makes, a macro reading its entry anew for each part, up to and with this one. */
export function readsOfTest(step: Step & LoadStep, ctx: NarrationContext): readonly (Step & LoadStep)[] {
  const reads = [step];
  for (const earlier of accesses(ctx).before(step)) {
    const same = earlier.ev === 'load' && earlier.by === step.by && earlier.fn === step.fn;
    if (!same) break;
    reads.unshift(earlier);
  }
  return reads;
}
