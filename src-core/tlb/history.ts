import { U64 } from '../base/u64.ts';
import type { Span } from './span.ts';
import { overlap } from './span.ts';

/** One store, or a run of stores to neighbouring entries of a table. */
export interface StoreRecord {
  /** When: any number that rises, of a turn or of a step. */
  readonly time: number;
  readonly cpu: number;
  /** The call that made it, by a number of the caller's choice. */
  readonly call: number;
  readonly table: number;
  readonly idx: number;
  readonly count: number;
  /** What the first entry held, and holds now; how much each grows from entry to entry. */
  readonly old: U64;
  readonly to: U64;
  readonly dold: U64;
  readonly dto: U64;
  /** When table walkers could no longer miss it: its CPU's next DSB. Infinity: not yet. */
  seen: number;
}

/** One value of an entry, and for how long a table walker could read it: `from <= t < until`. */
export interface Version {
  readonly value: U64;
  readonly from: number;
  readonly until: number;
  /** The store that made it; undefined for what was there at the start. */
  readonly by: StoreRecord | undefined;
  /** The store that came after it; undefined for the last. */
  readonly next: StoreRecord | undefined;
}

interface Flush {
  readonly time: number;
  readonly span: Span;
  /** Whose TLB forgets; undefined: every CPU's. */
  readonly cpu: number | undefined;
}

/** What the words of tables hold now. */
export interface Words {
  read(table: number, idx: number): U64;
}

/**
 * What happened to page tables, as far as TLBs can notice it: stores, the barriers that make them visible to table walkers, and
 * invalidations. Only what was stored is kept; all other words are what they always were.
 *
 * A store is surely visible to walkers after a DSB of the CPU that made it; until then a walker may read the old value or
 * the new one. Values of one word become visible in the order they were stored.
 */
export class TlbHistory {
  private readonly stores = new Map<number, StoreRecord[]>();
  private readonly flushes: Flush[] = [];
  /** Stores by CPU that no DSB has followed yet. */
  private readonly unseen = new Map<number, StoreRecord[]>();

  store(record: Omit<StoreRecord, 'seen'>): void {
    const kept: StoreRecord = { ...record, seen: Infinity };
    push(this.stores, record.table, kept);
    push(this.unseen, record.cpu, kept);
  }

  /** A DSB of this CPU: all it has stored is visible to every table walker. */
  dsb(cpu: number, time: number): void {
    for (const record of this.unseen.get(cpu) ?? []) record.seen = time;
    this.unseen.delete(cpu);
  }

  /** `flush_tlb_kernel_range()` and its like, with the barriers around it. `of`: only this CPU's TLB forgets. */
  flush(cpu: number, time: number, span: Span | undefined, of?: number): void {
    this.dsb(cpu, time);
    if (span !== undefined) this.flushes.push({ time, span, cpu: of });
  }

  /** Time of the first invalidation at or after `time` that reaches into the span, as this CPU's TLB saw it; Infinity: none. */
  flushedAfter(span: Span, time: number, cpu: number): number {
    // Flushes are in the order of time.
    for (let i = firstAtOrAfter(this.flushes, time); i < this.flushes.length; i++) {
      const flush = this.flushes[i];
      if (flush === undefined) break;
      if ((flush.cpu === undefined || flush.cpu === cpu) && overlap(flush.span, span)) return flush.time;
    }
    return Infinity;
  }

  /** Every value the word has had, in order, and when walkers could read it. */
  versions(words: Words, table: number, idx: number): Version[] {
    const records = (this.stores.get(table) ?? []).filter((r) => r.idx <= idx && idx < r.idx + r.count);
    const out: Version[] = [];
    let until = Infinity;
    for (let i = records.length - 1; i >= 0; i--) {
      const by = records[i];
      if (by === undefined) break;
      out.unshift({
        value: grown(by.to, by.dto, idx - by.idx),
        from: by.time,
        until,
        by,
        next: records[i + 1],
      });
      until = Math.min(until, by.seen);
    }
    const first = records[0];
    const value =
      first === undefined ? words.read(table, idx) : grown(first.old, first.dold, idx - first.idx);
    out.unshift({ value, from: -Infinity, until, by: undefined, next: first });
    return out;
  }
}

function push(map: Map<number, StoreRecord[]>, key: number, record: StoreRecord): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [record]);
  else list.push(record);
}

/** `first + nth * growth`, modulo 2^64. */
function grown(first: U64, by: U64, nth: number): U64 {
  let value = first;
  for (let bit = 0; nth >>> bit !== 0; bit++) if (((nth >>> bit) & 1) === 1) value = value.add(by.shl(bit));
  return value;
}

function firstAtOrAfter(flushes: readonly Flush[], time: number): number {
  let low = 0;
  let high = flushes.length;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if ((flushes[mid]?.time ?? 0) < time) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** A run of one store. */
export function single(
  at: { readonly time: number; readonly cpu: number; readonly call: number },
  table: number,
  idx: number,
  old: U64,
  to: U64,
): Omit<StoreRecord, 'seen'> {
  return { ...at, table, idx, count: 1, old, to, dold: U64.ZERO, dto: U64.ZERO };
}
