import type { EntryClass, TablePage } from '../../src-core/index.ts';
import { runAt, tableRuns } from '../../src-core/index.ts';
import type { MapInput } from './input.ts';

/** One row of a folded leaf table: `n` entries from `first`, a contiguous group or as many. */
export interface LeafGroup {
  readonly first: number;
  readonly n: number;
  /** The class of all entries; undefined if they differ. */
  readonly is: EntryClass | undefined;
}

/** log2 of the entries in a row of a folded leaf table: the contiguous size, or sixteen where there is none. */
export function groupShift(input: MapInput): number {
  return input.geo.contPteShift === 0 ? 4 : input.geo.contPteShift;
}

/** A leaf table cut at the contiguous size. */
export function leafGroups(input: MapInput, page: TablePage): readonly LeafGroup[] {
  const size = 1 << groupShift(input);
  const runs = tableRuns(input.classes, page);
  const out: LeafGroup[] = [];
  for (let first = 0; first < page.entries; first += size) {
    const run = runAt(runs, first);
    const uniform = run !== undefined && run.first + run.n >= first + size;
    out.push({ first, n: size, is: uniform ? run.is : undefined });
  }
  return out;
}

/** True if the whole group is one contiguous mapping: drawn as one bar. */
export function isBar(group: LeafGroup): boolean {
  return group.is?.cont === true;
}
