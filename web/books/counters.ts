import type { LedgerTotals, Run } from '../engine.ts';
import type { Counter } from '../derive/runIndex.ts';
import { courseOf } from './books.ts';

const FIGURES: readonly (readonly [label: string, of: Exclude<keyof LedgerTotals, 'step'>])[] = [
  ['NR_PAGETABLE', 'nrPageTable'],
  ['pgtables_bytes', 'pgtablesBytes'],
  ['ptlocks apart', 'lockObjects'],
  ['their bytes', 'lockBytes'],
];

const cache = new WeakMap<Run, readonly Counter[]>();

/** The figures of the books as counters, changes since the start of the run. */
export function bookCounters(run: Run): readonly Counter[] {
  let made = cache.get(run);
  if (made === undefined) {
    const course = courseOf(run);
    made = FIGURES.map(([label, of]) => {
      const totals = new Int32Array(run.steps.length + 1);
      for (const [i, now] of course.entries())
        totals.fill(now[of], now.step, course[i + 1]?.step ?? totals.length);
      const values = course.map((now) => now[of]);
      return {
        label,
        totals,
        low: values.reduce((a, b) => Math.min(a, b), 0),
        high: values.reduce((a, b) => Math.max(a, b), 0),
      };
    });
    cache.set(run, made);
  }
  return made;
}
