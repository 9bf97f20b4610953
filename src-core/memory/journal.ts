import type { PhysicalMemory } from './physical.ts';

const FIELDS = 6;

/** A new table page: where, of which hardware level, for whom, how many entries. */
export interface AddedTable {
  readonly pa: number;
  readonly hw: number;
  readonly mm: string;
  readonly entries: number;
}

/**
 * Every change of memory, in order, with what was there before: applying and reverting are exact inverses. A record
 * belongs to the step that made it, so a cursor can be moved by whole steps in either direction.
 */
export class Journal {
  private pas = new Float64Array(64);
  /** idx, old hi, old lo, new hi, new lo, step */
  private words = new Int32Array(64 * FIELDS);
  private count = 0;
  /** What was added, by record; such a record has index -1. */
  private readonly added = new Map<number, AddedTable>();

  get length(): number {
    return this.count;
  }

  record(
    step: number,
    pa: number,
    idx: number,
    oldHi: number,
    oldLo: number,
    newHi: number,
    newLo: number,
  ): void {
    if (this.count === this.pas.length) this.grow();
    this.pas[this.count] = pa;
    this.words.set([idx, oldHi, oldLo, newHi, newLo, step], this.count * FIELDS);
    this.count++;
  }

  /** A table page came into being, zeroed. */
  recordAdded(step: number, table: AddedTable): void {
    this.added.set(this.count, table);
    this.record(step, table.pa, -1, 0, 0, 0, 0);
  }

  /** The step that made record `i`. */
  stepOf(i: number): number {
    return this.words[i * FIELDS + 5] ?? 0;
  }

  apply(i: number, memory: PhysicalMemory): void {
    const added = this.added.get(i);
    if (added !== undefined) {
      memory.add(added.pa, added.hw, added.mm, undefined, added.entries);
      return;
    }
    const w = i * FIELDS;
    memory.write(this.pas[i] ?? 0, this.words[w] ?? 0, this.words[w + 3] ?? 0, this.words[w + 4] ?? 0);
  }

  revert(i: number, memory: PhysicalMemory): void {
    const added = this.added.get(i);
    if (added !== undefined) {
      memory.remove(added.pa);
      return;
    }
    const w = i * FIELDS;
    memory.write(this.pas[i] ?? 0, this.words[w] ?? 0, this.words[w + 1] ?? 0, this.words[w + 2] ?? 0);
  }

  private grow(): void {
    const pas = new Float64Array(this.pas.length * 2);
    pas.set(this.pas);
    this.pas = pas;
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
  }
}

/**
 * A memory that can be looked at as of any step of a recorded run. Step 0 is before the first. Seeking costs the records
 * between the two steps, a few nanoseconds each.
 */
export class Playback {
  readonly memory: PhysicalMemory;
  private readonly journal: Journal;
  private applied = 0;

  /** `initial` is forked, not changed. */
  constructor(initial: PhysicalMemory, journal: Journal) {
    this.memory = initial.fork();
    this.journal = journal;
  }

  /** Makes `memory` what it was after step `step`. */
  seek(step: number): void {
    while (this.applied < this.journal.length && this.journal.stepOf(this.applied) <= step) {
      this.journal.apply(this.applied++, this.memory);
    }
    while (this.applied > 0 && this.journal.stepOf(this.applied - 1) > step) {
      this.journal.revert(--this.applied, this.memory);
    }
  }
}
