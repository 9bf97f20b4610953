import type { EntryClass, EntryRun, TablePage } from '../../src-core/index.ts';
import { tableRuns } from '../../src-core/index.ts';
import type { MapInput } from './input.ts';
import type { SlotChange } from './types.ts';

/** A run of entries as a row shows it: like entries, and if the run of the scenario has written them, all by one step. */
export interface Segment extends EntryRun {
  readonly change?: SlotChange;
  readonly oldIs?: EntryClass;
}

/**
 * Changes of a table worth showing. A table that the run itself has made is announced as new: the stores that filled it
 * are no news.
 */
export function shownChanges(input: MapInput, pa: number): ReadonlyMap<number, SlotChange> {
  const all = input.changed.get(pa);
  if (all === undefined) return new Map();
  if (input.tables.get(pa)?.state !== 'new') return all;
  return new Map([...all].filter(([, change]) => !change.old.isZero()));
}

/** The runs of a table, cut where the scenario has changed entries, and around an entry of now. Together they cover the table. */
export function segmentsOf(input: MapInput, page: TablePage): readonly Segment[] {
  return isolated(input, page, changedSegments(input, page));
}

/**
 * The same with an entry by itself that this step ignores or finds empty: what is said of it is true of no other of its run.
 */
function isolated(input: MapInput, page: TablePage, all: readonly Segment[]): readonly Segment[] {
  const c = input.current;
  if (c === null || c.table !== page.pa || (c.count ?? 1) > 1) return all;
  const at = all.findIndex((s) => c.idx >= s.first && c.idx < s.first + s.n);
  const whole = all[at];
  if (whole === undefined || whole.n === 1 || whole.change !== undefined) return all;
  if (c.kind !== 'ignored' && whole.is.kind !== 'none') return all;
  const part = (first: number, end: number): Segment[] =>
    end > first ? [{ ...whole, first, n: end - first, value: page.get(first) }] : [];
  return [
    ...all.slice(0, at),
    ...part(whole.first, c.idx),
    ...part(c.idx, c.idx + 1),
    ...part(c.idx + 1, whole.first + whole.n),
    ...all.slice(at + 1),
  ];
}

function changedSegments(input: MapInput, page: TablePage): readonly Segment[] {
  const { classes } = input;
  const runs = tableRuns(classes, page);
  const changes = shownChanges(input, page.pa);
  if (changes.size === 0) return runs;
  const at = [...changes.keys()].filter((i) => i < page.entries).sort((a, b) => a - b);
  const out: Segment[] = [];
  let next = 0;
  for (const run of runs) {
    const end = run.first + run.n;
    let first = run.first;
    for (; next < at.length && (at[next] ?? end) < end; next++) {
      const idx = at[next] ?? 0;
      if (idx > first) out.push({ first, n: idx - first, is: run.is, value: page.get(first) });
      push(out, input, page, idx, run.is, changes.get(idx));
      first = idx + 1;
    }
    if (first < end) out.push({ first, n: end - first, is: run.is, value: page.get(first) });
  }
  return out;
}

/** Adds a changed entry, to the segment before it if the same step did the same there. */
function push(
  out: Segment[],
  input: MapInput,
  page: TablePage,
  idx: number,
  is: EntryClass,
  change: SlotChange | undefined,
): void {
  if (change === undefined) return;
  const oldIs = input.classes.of(page.hw, change.old.hi, change.old.lo);
  const last = out[out.length - 1];
  const joins =
    last?.change?.step === change.step &&
    last.first + last.n === idx &&
    last.is === is &&
    last.oldIs === oldIs &&
    is.kind !== 'table';
  if (joins) out[out.length - 1] = { ...last, n: last.n + 1 };
  else out.push({ first: idx, n: 1, is, value: page.get(idx), change, oldIs });
}
