import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';
import { slotVa } from '../arch/geometry.ts';
import type { Capture } from './capture.ts';
import type { CapturedMm, TableRecord } from './tables.ts';

/** An entry that two captures have and that differs, in tables of the same mm, level and address. */
export interface EntryChange {
  readonly mm: CapturedMm;
  readonly hw: number;
  readonly index: number;
  readonly va: U64;
  readonly a: U64;
  readonly b: U64;
}

/** A table that only one of the captures has. */
export interface LoneTable {
  readonly mm: CapturedMm;
  readonly hw: number;
  readonly va: U64;
  readonly pa: number;
  /** Entries that are not zero. */
  readonly used: number;
}

export interface CaptureDiff {
  /** The first of the changes, in the first capture's order; `changed` says how many there are. */
  readonly changes: readonly EntryChange[];
  readonly changed: number;
  readonly onlyA: readonly LoneTable[];
  readonly onlyB: readonly LoneTable[];
  /** Tables at the same place that lie at another physical address. */
  readonly moved: number;
}

/** What differs between the tables of two captures of one geometry; at most `limit` changed entries are listed. */
export function diffCaptures(a: Capture, b: Capture, limit = 200): Result<CaptureDiff> {
  const { geo } = a.world;
  if (geo.id !== b.world.geo.id || geo.lpa2 !== b.world.geo.lpa2) {
    return problem(
      '--diff',
      `${a.name} has the geometry ${geo.id} and ${b.name} ${b.world.geo.id}: their entries cannot be compared`,
    );
  }
  const others = new Map(b.file.records.map((r) => [place(r), r]));
  const changes: EntryChange[] = [];
  const onlyA: LoneTable[] = [];
  let changed = 0;
  let moved = 0;
  for (const r of a.file.records) {
    const other = others.get(place(r));
    if (other === undefined) {
      onlyA.push(lone(r));
      continue;
    }
    others.delete(place(r));
    if (other.pa !== r.pa) moved++;
    for (let i = 0; i < r.n; i++) {
      if (r.lanes[2 * i] === other.lanes[2 * i] && r.lanes[2 * i + 1] === other.lanes[2 * i + 1]) continue;
      changed++;
      if (changes.length >= limit) continue;
      const va = slotVa(geo, r.hw, r.va, i);
      changes.push({ mm: r.mm, hw: r.hw, index: i, va, a: entry(r, i), b: entry(other, i) });
    }
  }
  return ok({ changes, changed, onlyA, onlyB: [...others.values()].map(lone), moved });
}

function place(r: TableRecord): string {
  return `${r.mm} ${r.hw} ${r.va.hi} ${r.va.lo}`;
}

function entry(r: TableRecord, i: number): U64 {
  return new U64(r.lanes[2 * i] ?? 0, r.lanes[2 * i + 1] ?? 0);
}

function lone(r: TableRecord): LoneTable {
  let used = 0;
  for (let i = 0; i < r.lanes.length; i += 2) if (((r.lanes[i] ?? 0) | (r.lanes[i + 1] ?? 0)) !== 0) used++;
  return { mm: r.mm, hw: r.hw, va: r.va, pa: r.pa, used };
}
