import { TouchKind, inReadMode, startsForWrite, startsSection, tryFails } from '../machine/touch.ts';
import { lockNumber } from '../machine/locks.ts';
import { hex32, mix } from './hash.ts';
import type { Happening } from './wakeup.ts';
import { keptFrom, waitsForCpu } from './wakeup.ts';

/** Two steps whose order matters, and which may have happened the other way round. `later` = number of steps: an acquire that waits. */
export interface Race {
  readonly earlier: number;
  readonly later: number;
  /** The later step itself. */
  readonly by: Happening;
  /** Ends of RCU sections that the later step, the end of a grace period, has to wait for. */
  readonly awaits: readonly number[];
}

/** Last steps at one place (a word, a page, a lock), where it matters by context; -1: none. */
interface PlaceHistory {
  /** Last store, free, or lock step in write mode. */
  write: number;
  /** Last read, or lock step in read mode, since then. */
  readonly reads: number[];
  /** Words: last store, since then, to a table that this word makes reachable. */
  readonly below: number[];
  /** Locks: where the last section, and the last section for write, started. */
  readonly sections: number[];
  readonly writeSections: number[];
  /** Locks: contexts that have queued for it and do not have it yet. */
  readonly queued: Set<number>;
  /** RCU: contexts inside a read section. */
  readonly open: Set<number>;
}

const RCU = lockNumber('rcu');
const NONE: readonly number[] = [];

/** An acquire that may have to wait. */
function mayWait({ kind, place }: Happening['touch']): boolean {
  return (kind === TouchKind.AcquireRead || kind === TouchKind.AcquireWrite) && place !== RCU;
}

/** Pages have places of their own beside the word at their start: no word is at an odd address. */
function pagePlace(page: number): number {
  return page + 1;
}

/**
 * Happens-before of one complete execution: vector clocks over the dependence of machine/touch.ts, and its races. An acquire
 * can't come before the release it waited for, only before the whole section: it races with the acquire that started that.
 */
export class Order {
  readonly contexts: number;
  readonly races: Race[] = [];
  private readonly steps: readonly Happening[];
  private readonly waiting: readonly Happening[];
  /** clock[i * contexts + c]: how many steps of context c happen before step i, itself included. */
  private readonly clock: Int32Array;
  /** Number of each step within its context, from 1. */
  private readonly seq: Int32Array;
  private readonly places = new Map<number, PlaceHistory>();
  private readonly lastOf: Int32Array;
  private readonly stored = new Set<number>();
  private readonly freed = new Set<number>();
  /** By context in a grace period: contexts whose sections it waits for, and where they left them; -1: not yet. */
  private readonly graceWaits = new Map<number, Map<number, number>>();

  /** `waiting`: the acquires that blocked contexts never got. */
  constructor(steps: readonly Happening[], contexts: number, waiting: readonly Happening[]) {
    this.steps = steps;
    this.waiting = waiting;
    this.contexts = contexts;
    this.clock = new Int32Array(steps.length * contexts);
    this.seq = new Int32Array(steps.length);
    this.lastOf = new Int32Array(contexts).fill(-1);
    for (const { touch } of steps) {
      if (touch.kind === TouchKind.Write) this.stored.add(touch.place);
      else if (touch.kind === TouchKind.Free) this.freed.add(touch.place);
    }
    for (const [i, happening] of steps.entries()) this.take(happening, i);
    for (const happening of waiting) {
      if (mayWait(happening.touch)) this.acquireRaces(happening, steps.length);
      else this.preemptedRaces(happening);
    }
  }

  /** Does step `a` happen before step `b`, or is it the same? */
  before(a: number, b: number): boolean {
    const ctx = this.steps[a]?.ctx ?? 0;
    return (this.clock[b * this.contexts + ctx] ?? 0) >= (this.seq[a] ?? 0);
  }

  /** Have all steps that must come before step `i` happened, where `done[c]` steps of each context have? */
  mayFollow(i: number, done: Int32Array): boolean {
    const own = this.steps[i]?.ctx ?? 0;
    for (let c = 0; c < this.contexts; c++)
      if (c !== own && (this.clock[i * this.contexts + c] ?? 0) > (done[c] ?? 0)) return false;
    return true;
  }

  /**
   * A number for the class of executions that this one is of: the same for all that differ only in the order of independent steps.
   * 64 bits, as 16 hex digits.
   */
  classHash(): string {
    let [high, low] = [0, 0];
    for (const [i, { ctx, touch }] of this.steps.entries()) {
      let h = mix(0x9e3779b9, ctx);
      h = mix(h, this.seq[i] ?? 0);
      h = mix(h, touch.kind);
      h = mix(h, (touch.place % 2 ** 31) | 0);
      h = mix(h, Math.floor(touch.place / 2 ** 31));
      for (let c = 0; c < this.contexts; c++) h = mix(h, this.clock[i * this.contexts + c] ?? 0);
      // A sum does not care about the order of steps; each half is mixed in its own way.
      low = (low + mix(h, 0x7f4a7c15)) | 0;
      high = (high + mix(h, 0x165667b1)) | 0;
    }
    return hex32(high) + hex32(low);
  }

  private take(happening: Happening, i: number): void {
    const { ctx } = happening;
    const own = this.lastOf[ctx] ?? -1;
    this.seq[i] = own < 0 ? 1 : (this.seq[own] ?? 0) + 1;
    if (own >= 0) this.join(i, own);
    const direct = this.directPredecessors(happening);
    if (mayWait(happening.touch)) this.acquireRaces(happening, i);
    else this.plainRaces(happening, i, direct);
    for (const p of direct) this.join(i, p);
    this.clock[i * this.contexts + ctx] = this.seq[i] ?? 0;
    this.lastOf[ctx] = i;
    this.remember(happening, i);
  }

  private join(i: number, p: number): void {
    const n = this.contexts;
    for (let c = 0; c < n; c++) {
      const v = this.clock[p * n + c] ?? 0;
      if (v > (this.clock[i * n + c] ?? 0)) this.clock[i * n + c] = v;
    }
  }

  /** Steps of other contexts that this one depends on: the last of each kind and context, which the others come before. */
  private directPredecessors(by: Happening): number[] {
    const { ctx, touch } = by;
    const found: number[] = [];
    const add = (p: number | undefined): void => {
      if (p !== undefined && p >= 0 && this.steps[p]?.ctx !== ctx && !found.includes(p)) found.push(p);
    };
    this.lastOnCpu(by).forEach(add);
    const { kind, place } = touch;
    if (kind <= TouchKind.Write) {
      if (this.stored.has(place)) {
        const at = this.places.get(place);
        add(at?.write);
        if (kind === TouchKind.Write) {
          at?.reads.forEach(add);
          at?.below.forEach(add);
        }
      }
      for (const word of touch.chain) if (this.stored.has(word)) add(this.places.get(word)?.write);
      if (this.freed.has(touch.page)) add(this.places.get(pagePlace(touch.page))?.write);
      return found;
    }
    if (kind !== TouchKind.Free && this.freed.has(touch.page))
      add(this.places.get(pagePlace(touch.page))?.write);
    for (const where of [kind === TouchKind.Free ? pagePlace(place) : place, ...touch.also]) {
      const at = this.places.get(where);
      add(at?.write);
      if (!inReadMode(kind)) at?.reads.forEach(add);
    }
    return found;
  }

  /** Races of a step that could have run earlier as far as locks are concerned. */
  private plainRaces(by: Happening, i: number, direct: readonly number[]): void {
    const own = this.lastOf[by.ctx] ?? -1;
    for (const e of direct) {
      if (own >= 0 && this.before(e, own)) continue;
      if (direct.some((d) => d !== e && this.before(e, d))) continue;
      if (by.touch.kind === TouchKind.GpEnd && this.isAwaited(by.ctx, e)) continue;
      this.push(e, i, by);
    }
  }

  /** Is step `e` the end of a section that this grace period waits for? */
  private isAwaited(ctx: number, e: number): boolean {
    return this.graceWaits.get(ctx)?.get(this.steps[e]?.ctx ?? -1) === e;
  }

  /** An acquire races with the starts of the sections it came after, as far as nothing else orders them. */
  private acquireRaces(by: Happening, i: number): void {
    const at = this.places.get(by.touch.place);
    const own = this.lastOf[by.ctx] ?? -1;
    const sections = (by.touch.kind === TouchKind.AcquireWrite ? at?.sections : at?.writeSections) ?? [];
    const starts = sections.filter((e, c) => e >= 0 && c !== by.ctx);
    // On one CPU the steps after a section hide its start, and before them the lock is not free: each is looked at by itself.
    for (const candidates of [starts, this.failedTries(by), this.freedTable(by), this.lastOnCpu(by)])
      for (const e of candidates) {
        if (own >= 0 && this.before(e, own)) continue;
        if (candidates.some((d) => d !== e && this.before(e, d))) continue;
        this.push(e, i, by);
      }
  }

  /** Tries that failed since the lock was last taken or released: behind a queued writer they fail though it is free. */
  private failedTries({ ctx, touch }: Happening): number[] {
    const at = this.places.get(touch.place);
    if (at === undefined) return [];
    const last = touch.kind === TouchKind.AcquireWrite ? [at.write, ...at.reads] : [at.write];
    return last.filter((e) => {
      const step = this.steps[e];
      return step !== undefined && tryFails(step.touch.kind) && step.ctx !== ctx;
    });
  }

  /** The free of the table whose own lock this is. */
  private freedTable({ ctx, touch }: Happening): readonly number[] {
    if (!this.freed.has(touch.page)) return NONE;
    const free = this.places.get(pagePlace(touch.page))?.write ?? -1;
    return this.steps[free] === undefined || this.steps[free].ctx === ctx ? NONE : [free];
  }

  /** Keeps a race; within a part that kept its CPU, nothing there can have come before the step, only before the whole part. */
  private push(e: number, later: number, by: Happening): void {
    const earlier = this.startOfPart(e, by);
    const own = this.lastOf[by.ctx] ?? -1;
    if (earlier !== e && own >= 0 && this.before(earlier, own)) return;
    const awaits =
      by.touch.kind === TouchKind.GpEnd ? [...(this.graceWaits.get(by.ctx)?.values() ?? [])] : NONE;
    this.races.push({ earlier, later, by, awaits });
  }

  /** The step at which the context of step `i` began to keep the CPU of `by`, or `i`. */
  private startOfPart(i: number, by: Happening): number {
    let start = i;
    const { ctx } = this.steps[i] ?? {};
    for (let k = i; k >= 0; k--) {
      const step = this.steps[start];
      if (step === undefined || !keptFrom(step, by)) break;
      if (this.steps[k]?.ctx === ctx) start = k;
    }
    return start;
  }

  /** A context that waits for its CPU at the end could have run before the part that keeps it. */
  private preemptedRaces(by: Happening): void {
    for (const last of this.lastOnCpu(by)) this.push(last, this.steps.length, by);
  }

  /** The last steps of the other contexts of its CPU, where that is shared. */
  private lastOnCpu(by: Happening): readonly number[] {
    if (by.cpu === undefined) return NONE;
    return [...this.lastOf].filter((last, c) => {
      const step = this.steps[last];
      return c !== by.ctx && step !== undefined && waitsForCpu(step, by);
    });
  }

  private remember({ ctx, touch }: Happening, i: number): void {
    const { kind, place } = touch;
    if (kind <= TouchKind.Write) {
      if (kind === TouchKind.Write) this.rewrite(place, i);
      else if (this.stored.has(place)) this.history(place).reads[ctx] = i;
      for (const word of touch.chain) if (this.stored.has(word)) this.history(word).below[ctx] = i;
      if (this.freed.has(touch.page)) this.history(pagePlace(touch.page)).reads[ctx] = i;
      return;
    }
    if (kind === TouchKind.Free) {
      this.rewrite(pagePlace(place), i);
      return;
    }
    if (this.freed.has(touch.page)) this.history(pagePlace(touch.page)).reads[ctx] = i;
    const at = this.history(place);
    if (inReadMode(kind)) at.reads[ctx] = i;
    else this.rewrite(place, i);
    for (const where of touch.also) this.rewrite(where, i);
    if (startsSection(kind)) {
      at.sections[ctx] = i;
      // Readers were kept out from where the writer queued.
      if (startsForWrite(kind) && !at.queued.delete(ctx)) at.writeSections[ctx] = i;
      at.open.add(ctx);
    }
    if (kind === TouchKind.Queue) {
      at.queued.add(ctx);
      at.writeSections[ctx] = i;
    }
    if (kind === TouchKind.ReleaseRead) {
      at.open.delete(ctx);
      if (place === RCU)
        for (const waits of this.graceWaits.values()) if (waits.get(ctx) === -1) waits.set(ctx, i);
    }
    if (kind === TouchKind.GpStart) this.graceWaits.set(ctx, new Map([...at.open].map((c) => [c, -1])));
    if (kind === TouchKind.GpEnd) this.graceWaits.delete(ctx);
  }

  private rewrite(place: number, i: number): void {
    const at = this.history(place);
    at.write = i;
    at.reads.fill(-1);
    at.below.fill(-1);
  }

  private history(place: number): PlaceHistory {
    let at = this.places.get(place);
    if (at === undefined) {
      const none = (): number[] => new Array<number>(this.contexts).fill(-1);
      at = {
        write: -1,
        reads: none(),
        below: none(),
        sections: none(),
        writeSections: none(),
        queued: new Set(),
        open: new Set(),
      };
      this.places.set(place, at);
    }
    return at;
  }

  /**
   * The steps after `race.earlier` that do not depend on it, and then `race.later`: what another execution is to begin with instead.
   * Undefined where the later step can't run so early after all: a section, or a part that keeps its CPU, that it has to wait for
   * does not end without the earlier one.
   */
  reversed(race: Race): Happening[] | undefined {
    const without = [race.earlier];
    for (;;) {
      const sequence: Happening[] = [];
      const at: number[] = [];
      for (let i = race.earlier + 1; i < this.steps.length; i++) {
        const step = this.steps[i];
        if (step === undefined || i === race.later || without.some((w) => this.before(w, i))) continue;
        sequence.push(step);
        at.push(i);
      }
      const section = mayWait(race.by.touch) ? this.blockingSection(race, at) : undefined;
      const blocking = section ?? this.blockingPart(race, at);
      if (blocking === undefined) {
        if (race.awaits.some((end) => end > race.earlier && !at.includes(end))) return undefined;
        sequence.push(race.by);
        return sequence;
      }
      if (blocking <= race.earlier) return undefined;
      // That has to go too; not if the later step comes after it anyway.
      const own = this.lastStepBefore(race);
      if (own >= 0 && this.before(blocking, own)) return undefined;
      without.push(blocking);
    }
  }

  /** Last step of the later step's own context before it, or -1. */
  private lastStepBefore(race: Race): number {
    for (let i = race.later - 1; i >= 0; i--) if (this.steps[i]?.ctx === race.by.ctx) return i;
    return -1;
  }

  /** Start of a section that still excludes the later step after the steps before `race.earlier` and those at `kept`. */
  private blockingSection(race: Race, kept: readonly number[]): number | undefined {
    const { place, kind } = race.by.touch;
    const open = new Map<number, number>();
    const look = (i: number): void => {
      const step = this.steps[i];
      // Its own section too: who waits for itself waits for ever.
      if (step === undefined) return;
      const { touch } = step;
      if (touch.place !== place && !touch.also.includes(place)) return;
      const reading = kind === TouchKind.AcquireRead;
      if (startsSection(touch.kind)) {
        if ((!reading || startsForWrite(touch.kind)) && !open.has(step.ctx)) open.set(step.ctx, i);
      } else if (touch.kind === TouchKind.Queue) {
        if (reading) open.set(step.ctx, i);
      } else if (
        touch.kind === TouchKind.ReleaseRead ||
        touch.kind === TouchKind.ReleaseWrite ||
        (touch.kind === TouchKind.Downgrade && reading)
      ) {
        open.delete(step.ctx);
      }
    };
    for (let i = 0; i < race.earlier; i++) look(i);
    for (const i of kept) look(i);
    return open.values().next().value;
  }

  /** Start of a part in which another context of the later step's CPU would still keep that to itself, like `blockingSection`. */
  private blockingPart({ earlier, by }: Race, kept: readonly number[]): number | undefined {
    if (by.cpu === undefined) return undefined;
    for (let c = 0; c < this.contexts; c++) {
      if (c === by.ctx) continue;
      const cut = this.firstLeftOut(c, earlier, kept);
      const next = cut < 0 ? this.waiting.find(({ ctx }) => ctx === c) : this.steps[cut];
      if (next === undefined || !keptFrom(next, by)) continue;
      const start = this.startOfPart(cut < 0 ? (this.lastOf[c] ?? -1) : cut, by);
      if (start >= 0 && start !== cut) return start;
    }
    return undefined;
  }

  /** The first step of a context from index `from` on that is not among those kept, in order; -1: none. */
  private firstLeftOut(ctx: number, from: number, kept: readonly number[]): number {
    let k = 0;
    for (let i = from; i < this.steps.length; i++) {
      if (kept[k] === i) k++;
      else if (this.steps[i]?.ctx === ctx) return i;
    }
    return -1;
  }
}
