import type { Geometry } from '../arch/geometry.ts';
import { hwShift } from '../arch/geometry.ts';
import { U64 } from '../base/u64.ts';
import type { SetStep, Step, StepBase } from '../step/step.ts';
import { storedAt } from '../step/store-run.ts';
import type { Change } from './change.ts';
import { changeOf } from './change.ts';
import type { Span } from './span.ts';
import { alignedSpan, leafShift, overlap, readsAs, spanOf } from './span.ts';

/** What TLBs may still hold of an entry that was changed. */
export interface StaleMark {
  readonly table: number;
  readonly idx: number;
  readonly hw: number;
  readonly va: U64;
  readonly was: U64;
  readonly is: U64;
  /** What differs between the two. */
  readonly change: Change;
  /** The step that changed it. */
  readonly since: number;
  /** The step from which on it can't be cached any more: an invalidation. Infinity: none comes. */
  readonly until: number;
}

/** Neighbouring entries of which the old translations may still be cached. */
export interface StaleRange {
  readonly start: U64;
  /** First address after it; 0 at the top of the address space. */
  readonly end: U64;
  readonly hw: number;
  readonly entries: number;
  readonly change: Change;
  /** Of the first entry. */
  readonly was: U64;
  readonly is: U64;
  /** The earliest step that changed one of them. */
  readonly since: number;
}

/** What a CPU has stored and not made sure that every table walker sees. */
export interface CpuBarriers {
  readonly cpu: number;
  readonly stores: number;
  /** Step of the first of them; 0: there are none. */
  readonly since: number;
  /** Some context on it is in lazy MMU mode. */
  readonly lazy: boolean;
}

interface OpenMark extends StaleMark {
  until: number;
  readonly span: Span;
  readonly cpu: number;
  seen: boolean;
}

/** Stores and barriers of one CPU, by step. */
interface CpuTrack {
  readonly stores: number[];
  /** Stores up to and with each of these steps: a run counts each of its own. */
  readonly totals: number[];
  readonly barriers: number[];
  readonly lazy: { readonly n: number; readonly depth: number }[];
}

/** What TLBs may still hold at any step of a recorded run, and which stores walkers may still miss. */
export class TlbTimeline {
  /** In the order of the steps that made them. */
  readonly marks: readonly StaleMark[];
  private readonly byTable = new Map<number, StaleMark[]>();
  private readonly tracks = new Map<number, CpuTrack>();

  private readonly geo: Geometry;

  constructor(geo: Geometry, steps: readonly Step[]) {
    this.geo = geo;
    const marks: OpenMark[] = [];
    let open: OpenMark[] = [];
    const dsb = (cpu: number): void => {
      for (const mark of open) if (mark.cpu === cpu) mark.seen = true;
    };
    for (const step of steps) {
      const track = this.track(step.cpu);
      if (step.ev === 'set') {
        const count = step.count ?? 1;
        track.stores.push(step.n);
        track.totals.push((track.totals.at(-1) ?? 0) + count);
        for (const mark of marksOf(geo, step)) {
          marks.push(mark);
          open.push(mark);
        }
      } else if (step.ev === 'dsb') {
        track.barriers.push(step.n);
        dsb(step.cpu);
      } else if (step.ev === 'tlbi') {
        track.barriers.push(step.n);
        dsb(step.cpu);
        const span = spanOf(U64.hex(step.start), U64.hex(step.end));
        if (span === undefined) continue;
        open = open.filter((mark) => {
          // What a walker may still miss, it may cache again.
          const ends = mark.seen && overlap(mark.span, span);
          if (ends) mark.until = step.n;
          return !ends;
        });
      } else if (step.ev === 'lazy') {
        track.lazy.push({ n: step.n, depth: (track.lazy.at(-1)?.depth ?? 0) + (step.on ? 1 : -1) });
      }
    }
    this.marks = marks;
    for (const mark of marks) {
      const list = this.byTable.get(mark.table);
      if (list === undefined) this.byTable.set(mark.table, [mark]);
      else list.push(mark);
    }
  }

  /** Ranges of which old translations may be cached just after step `cursor`, in address order. */
  staleAt(cursor: number): StaleRange[] {
    const out: StaleRange[] = [];
    for (const mark of this.marks) {
      if (mark.since > cursor) break;
      if (mark.until <= cursor) continue;
      const last = out[out.length - 1];
      const size = U64.bit(hwShift(this.geo, mark.hw));
      const joins =
        last !== undefined && last.end.eq(mark.va) && last.hw === mark.hw && last.change === mark.change;
      if (joins) out[out.length - 1] = { ...last, end: mark.va.add(size), entries: last.entries + 1 };
      else {
        const { hw, change, was, is, since } = mark;
        out.push({ start: mark.va, end: mark.va.add(size), hw, entries: 1, change, was, is, since });
      }
    }
    return out.sort((a, b) => a.start.cmp(b.start));
  }

  /** The mark of one of `n` entries from `idx` on that may be cached as it was, the latest first; undefined: none is. */
  staleIn(cursor: number, table: number, idx: number, n: number): StaleMark | undefined {
    return this.byTable
      .get(table)
      ?.findLast((m) => m.since <= cursor && cursor < m.until && m.idx >= idx && m.idx < idx + n);
  }

  /** One line for each CPU of the run, by number. */
  barriersAt(cursor: number): CpuBarriers[] {
    return [...this.tracks]
      .sort(([a], [b]) => a - b)
      .map(([cpu, track]) => {
        const barrier = track.barriers[upTo(track.barriers, cursor) - 1] ?? 0;
        const from = upTo(track.stores, barrier);
        const to = upTo(track.stores, cursor);
        const stores = (track.totals[to - 1] ?? 0) - (track.totals[from - 1] ?? 0);
        const lazy = track.lazy.findLast((l) => l.n <= cursor)?.depth ?? 0;
        return { cpu, stores, since: stores === 0 ? 0 : (track.stores[from] ?? 0), lazy: lazy > 0 };
      });
  }

  private track(cpu: number): CpuTrack {
    let track = this.tracks.get(cpu);
    if (track === undefined) {
      track = { stores: [], totals: [], barriers: [], lazy: [] };
      this.tracks.set(cpu, track);
    }
    return track;
  }
}

/** What a store, or each of a run of stores, leaves behind in TLBs. Tables that are not linked yet are in none. */
function* marksOf(geo: Geometry, step: StepBase & SetStep): Generator<OpenMark> {
  if (step.va === null) return;
  const va = U64.hex(step.va);
  const size = U64.bit(hwShift(geo, step.hw)).toNumber();
  for (let nth = 0; nth < (step.count ?? 1); nth++) {
    const { old, new: is } = storedAt(step, nth);
    const kind = readsAs(geo, step.hw, old);
    if (kind === 'fault' || old.eq(is)) continue;
    const at = va.plus(nth * size);
    yield {
      table: Number(step.table),
      idx: step.idx + nth,
      hw: step.hw,
      va: at,
      was: old,
      is,
      change: changeOf(geo, step.hw, old, is),
      since: step.n,
      until: Infinity,
      span: alignedSpan(at, kind === 'leaf' ? leafShift(geo, step.hw, old) : hwShift(geo, step.hw)),
      cpu: step.cpu,
      seen: false,
    };
  }
}

/** How many of an ascending list are at most `n`. */
function upTo(list: readonly number[], n: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if ((list[mid] ?? 0) <= n) low = mid + 1;
    else high = mid;
  }
  return low;
}
