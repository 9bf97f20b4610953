import type { EntryClasses, Geometry, Mm, PhysicalMemory, TableTree } from '../../src-core/index.ts';
import type { Measure } from './measure.ts';
import type { Choice } from './range.ts';
import type {
  LedgerBadge,
  MapCurrent,
  MapFocus,
  MapViolation,
  SlotChange,
  SlotComing,
  SlotMap,
  SlotRef,
  TableBadge,
} from './types.ts';

/** Everything a layout is computed from. Pure data, but for `memory`, which is read and never kept. */
export interface MapInput {
  readonly geo: Geometry;
  readonly classes: EntryClasses;
  readonly memory: PhysicalMemory;
  readonly mms: readonly Mm[];
  readonly tree: TableTree;
  readonly focus: MapFocus;
  readonly current: MapCurrent | null;
  readonly changed: SlotMap<SlotChange>;
  readonly coming: SlotMap<SlotComing>;
  readonly stale: (table: number, first: number, n: number) => boolean;
  readonly selected: SlotRef | null;
  /** A range of entries that a person has chosen. */
  readonly range: Choice | null;
  readonly violation: MapViolation | null;
  readonly walkers: ReadonlyMap<number, readonly string[]>;
  readonly tables: ReadonlyMap<number, TableBadge>;
  readonly ledger?: ((table: number, hw: number) => LedgerBadge) | undefined;
  /** Room in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly measure: Measure;
}

/** True if `count` entries from `at` meet the `n` entries from `first`. */
export function touches(at: number, count: number, first: number, n: number): boolean {
  return at < first + n && at + count > first;
}

/** The step at the cursor, if it is about one of these entries. */
export function currentIn(input: MapInput, table: number, first: number, n: number): MapCurrent | undefined {
  const c = input.current;
  return c !== null && c.table === table && touches(c.idx, c.count ?? 1, first, n) ? c : undefined;
}

export function selectedIn(input: MapInput, table: number, first: number, n: number): boolean {
  const s = input.selected;
  return s !== null && s.table === table && touches(s.idx, 1, first, n);
}

export function violationIn(
  input: MapInput,
  table: number,
  first: number,
  n: number,
): MapViolation | undefined {
  const v = input.violation;
  return v !== null && v.table === table && touches(v.idx, 1, first, n) ? v : undefined;
}

/** The next change to come among these entries. */
export function comingIn(
  input: MapInput,
  table: number,
  first: number,
  n: number,
): { readonly idx: number; readonly change: SlotComing } | undefined {
  let best: { idx: number; change: SlotComing } | undefined;
  for (const [idx, change] of input.coming.get(table) ?? []) {
    if (touches(idx, 1, first, n) && (best === undefined || change.step < best.change.step))
      best = { idx, change };
  }
  return best;
}
