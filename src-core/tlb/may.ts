import type { Geometry } from '../arch/geometry.ts';
import { hwIndex, hwShift } from '../arch/geometry.ts';
import { outputAddress } from '../arch/arm64/entry.ts';
import { U64 } from '../base/u64.ts';
import type { Limits } from './permission.ts';
import { NO_LIMITS, withTable } from './permission.ts';
import type { StoreRecord, TlbHistory, Version, Words } from './history.ts';
import { alignedSpan, contiguous, contShift, leafShift, readsAs } from './span.ts';

/** One way a CPU may translate an address: by a walk now, or by what its TLB or walk cache may still hold. */
export interface Candidate {
  /** Level of the entry it rests on; for a fault, where the walk ends. */
  readonly hw: number;
  /** That entry. One taken from another member of a contiguous group has its output address moved to this address. */
  readonly value: U64;
  readonly from: 'walk' | 'tlb';
  /** What the tables above it take away. */
  readonly limits: Limits;
  /** log2 of the bytes that a TLB entry of it covers; of a fault 0. */
  readonly shift: number;
  /** With `tlb`: the store that has made it stale, if one has. */
  readonly replacedBy: StoreRecord | undefined;
  /** The store that made the entry; undefined if the run did not. */
  readonly by: StoreRecord | undefined;
  /** What the entry held before that store. */
  readonly before: U64 | undefined;
}

/** A stretch of time: `from <= t < until`. */
interface Interval {
  readonly from: number;
  readonly until: number;
}

/** What all of one question shares. */
interface Question {
  readonly history: TlbHistory;
  readonly words: Words;
  readonly geo: Geometry;
  readonly va: U64;
  readonly cpu: number;
  readonly now: number;
  readonly out: Candidate[];
}

/** A table the walker may stand at: when it may hold the pointer to it, and whether a walk made now leads to it. */
interface Place {
  readonly table: number;
  readonly hw: number;
  readonly held: readonly Interval[];
  readonly fresh: boolean;
  readonly limits: Limits;
  readonly replacedBy: StoreRecord | undefined;
}

/**
 * Every way this CPU may translate `va` at time `now`, starting from the root table at `pgd`, fresh ones first.
 *
 * A walk reads one word after the other, each at a moment of its own; the TLB keeps leaves, and the walk cache keeps pointers to
 * tables, until an invalidation reaches into what they cover. Entries that are not valid are never kept.
 */
export function translations(
  history: TlbHistory,
  words: Words,
  geo: Geometry,
  at: { readonly pgd: number; readonly va: U64; readonly cpu: number; readonly now: number },
): Candidate[] {
  const out: Candidate[] = [];
  const question: Question = { history, words, geo, va: at.va, cpu: at.cpu, now: at.now, out };
  const always: Interval = { from: -Infinity, until: Infinity };
  visit(question, {
    table: at.pgd,
    hw: geo.rootHw,
    held: [always],
    fresh: true,
    limits: NO_LIMITS,
    replacedBy: undefined,
  });
  return unique(out);
}

function visit(q: Question, place: Place): void {
  const { geo, va } = q;
  const idx = hwIndex(geo, place.hw, va);
  for (const version of q.history.versions(q.words, place.table, idx)) {
    const kind = readsAs(geo, place.hw, version.value);
    const read = during(place.held, version);
    const fresh = place.fresh && readableNow(version, q.now);
    const replacedBy = place.replacedBy ?? (fresh ? undefined : version.next);
    if (kind === 'table') {
      const held = kept(q, read, hwShift(geo, place.hw), va);
      const child = outputAddress(geo, version.value);
      const limits = withTable(place.limits, version.value);
      if (held.length > 0) visit(q, { table: child, hw: place.hw + 1, held, fresh, limits, replacedBy });
    } else if (kind === 'leaf') {
      const shift = leafShift(geo, place.hw, version.value);
      if (holds(kept(q, read, shift, va), q.now)) add(q, place, version, version.value, shift, fresh);
    } else if (holds(read, q.now)) {
      add(q, place, version, version.value, 0, fresh);
    }
  }
  neighbours(q, place, idx);
}

/** Members of the contiguous group around the slot: a TLB entry made from any of them translates the address too. */
function neighbours(q: Question, place: Place, idx: number): void {
  const { geo, va } = q;
  const group = contShift(geo, place.hw);
  if (group === 0) return;
  const first = idx & ~((1 << group) - 1);
  const size = U64.bit(hwShift(geo, place.hw));
  for (let i = first; i < first + (1 << group); i++) {
    if (i === idx) continue;
    for (const version of q.history.versions(q.words, place.table, i)) {
      if (!contiguous(geo, place.hw, version.value)) continue;
      const shift = leafShift(geo, place.hw, version.value);
      if (!holds(kept(q, during(place.held, version), shift, va), q.now)) continue;
      const distance = U64.from(Math.abs(idx - i) * size.toNumber());
      const value = i < idx ? version.value.add(distance) : version.value.sub(distance);
      add(q, place, version, value, shift, false);
    }
  }
}

function add(q: Question, place: Place, version: Version, value: U64, shift: number, fresh: boolean): void {
  q.out.push({
    hw: place.hw,
    value,
    from: fresh ? 'walk' : 'tlb',
    limits: place.limits,
    shift,
    replacedBy: place.replacedBy ?? (readableNow(version, q.now) ? undefined : version.next),
    by: version.by,
    before: version.by === undefined ? undefined : valueBefore(version),
  });
}

function valueBefore({ by }: Version): U64 | undefined {
  return by?.count === 1 ? by.old : undefined;
}

function readableNow(version: Version, now: number): boolean {
  return version.from <= now && now < version.until;
}

/** When a word's value can be read by a walker that holds the pointer to its table at these times. */
function during(held: readonly Interval[], { from, until }: Interval): Interval[] {
  return held
    .map((h) => ({ from: Math.max(h.from, from), until: Math.min(h.until, until) }))
    .filter((i) => i.from < i.until);
}

/** How long what was read at these times may be kept: up to the next invalidation that reaches into what it covers. */
function kept(q: Question, read: readonly Interval[], shift: number, va: U64): Interval[] {
  const span = alignedSpan(va, shift);
  return read.map((r) => ({ from: r.from, until: q.history.flushedAfter(span, r.until, q.cpu) }));
}

function holds(intervals: readonly Interval[], now: number): boolean {
  return intervals.some((i) => i.from <= now && now < i.until);
}

/** The same translation by a walk and by the TLB is one, by a walk. */
function unique(found: readonly Candidate[]): Candidate[] {
  const ordered = [...found].sort((a, b) => Number(a.from === 'tlb') - Number(b.from === 'tlb'));
  const key = (c: Candidate): string =>
    `${c.hw} ${c.value.toHex()} ${c.limits.noExec} ${c.limits.readOnly} ${c.shift}`;
  const seen = new Set<string>();
  return ordered.filter((c) => !seen.has(key(c)) && seen.add(key(c)));
}
