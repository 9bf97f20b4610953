import type { U64 } from '../base/u64.ts';
import type { TablePage } from '../memory/page.ts';
import type { EntryClass, EntryClasses } from './entry-class.ts';

/**
 * Like entries of one table in a row, as ptdump would merge them. Table pointers stand alone: each leads somewhere else.
 * The runs of a table partition it, holes included.
 */
export interface EntryRun {
  readonly first: number;
  /** Entries in the run, at least 1. */
  readonly n: number;
  readonly is: EntryClass;
  /** Value of the first entry. */
  readonly value: U64;
}

/** What a table contains, computed in one pass and kept until the table is written. */
export interface TableContents {
  readonly runs: readonly EntryRun[];
  /** Entries that are not all zero bits. */
  readonly used: number;
  /** The runs that are table pointers, in order. */
  readonly pointers: readonly EntryRun[];
}

interface Kept {
  readonly version: number;
  readonly classes: EntryClasses;
  readonly contents: TableContents;
}

const kept = new WeakMap<TablePage, Kept>();

/** The contents of `page`. Costs nothing for a table that has not been written since the last call. */
export function tableContents(classes: EntryClasses, page: TablePage): TableContents {
  const known = kept.get(page);
  if (known !== undefined && known.version === page.version && known.classes === classes)
    return known.contents;
  const contents = scan(classes, page);
  kept.set(page, { version: page.version, classes, contents });
  return contents;
}

/** The runs of `page`, in order; they cover every entry exactly once. */
export function tableRuns(classes: EntryClasses, page: TablePage): readonly EntryRun[] {
  return tableContents(classes, page).runs;
}

function scan(classes: EntryClasses, page: TablePage): TableContents {
  const { hw, lanes, entries } = page;
  const runs: EntryRun[] = [];
  const pointers: EntryRun[] = [];
  let used = 0;
  let first = 0;
  let is = classes.of(hw, lanes[0] ?? 0, lanes[1] ?? 0);
  const close = (end: number): void => {
    const run = { first, n: end - first, is, value: page.get(first) };
    runs.push(run);
    if (is.kind === 'table') pointers.push(run);
    if (is.kind !== 'none') used += run.n;
  };
  for (let i = 1; i < entries; i++) {
    const next = classes.of(hw, lanes[2 * i] ?? 0, lanes[2 * i + 1] ?? 0);
    if (next === is && is.kind !== 'table') continue;
    close(i);
    first = i;
    is = next;
  }
  if (entries > 0) close(entries);
  return { runs, used, pointers };
}

/** The run that holds entry `idx`; undefined outside the table. */
export function runAt(runs: readonly EntryRun[], idx: number): EntryRun | undefined {
  let low = 0;
  let high = runs.length - 1;
  while (low <= high) {
    const mid = (low + high) >> 1;
    const run = runs[mid];
    if (run === undefined) return undefined;
    if (idx < run.first) high = mid - 1;
    else if (idx >= run.first + run.n) low = mid + 1;
    else return run;
  }
  return undefined;
}

/** Two tables of one geometry look the same: equal runs, whatever the addresses. Table pointers never look the same. */
export function sameRuns(a: readonly EntryRun[], b: readonly EntryRun[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((run, i) => {
    const other = b[i];
    return other !== undefined && run.is === other.is && run.first === other.first && run.is.kind !== 'table';
  });
}
