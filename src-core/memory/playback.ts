import type { Journal } from './journal.ts';
import type { TablePage } from './page.ts';
import { PhysicalMemory } from './physical.ts';

/** Where one page of the memory stands in its own part of the journal. */
interface PageHistory {
  /** The journal's records of this page, in order. */
  readonly records: Int32Array;
  /** How many of them the page shows. */
  at: number;
  /** The seek that it was last brought up to. */
  seek: number;
  /** checkpoints[i]: the lanes after i + 1 times as many records as the page has entries, once it has been there. */
  readonly checkpoints: Int32Array[];
}

/**
 * A memory as of some step of a recorded run. Seeking only says which step: a page is brought there when it is asked for, so a
 * seek costs nothing for the pages that nobody looks at, and for the others the records of that page alone. A checkpoint is kept
 * after as many records as the page has entries (8 bytes a record), so that a page written often is no further away than that.
 */
class MemoryAtStep extends PhysicalMemory {
  private readonly journal: Journal;
  private readonly histories = new Map<number, PageHistory>();
  private step = 0;
  private seeks = 0;

  constructor(initial: PhysicalMemory, journal: Journal) {
    super(initial);
    this.journal = journal;
    for (const [pa, records] of journal.byPage())
      this.histories.set(pa, { records, at: 0, seek: 0, checkpoints: [] });
  }

  seek(step: number): void {
    this.step = step;
    this.seeks++;
  }

  override page(pa: number): TablePage | undefined {
    const history = this.histories.get(pa);
    if (history !== undefined && history.seek !== this.seeks) this.bring(pa, history);
    return super.page(pa);
  }

  override *pages(): IterableIterator<TablePage> {
    for (const [pa, history] of this.histories) if (history.seek !== this.seeks) this.bring(pa, history);
    yield* super.pages();
  }

  private bring(pa: number, history: PageHistory): void {
    history.seek = this.seeks;
    const target = this.recordsBy(history.records, this.step);
    if (target === history.at) return;
    const { journal } = this;
    const { records } = history;
    const added = journal.addedBy(records[0] ?? -1);
    if (added !== undefined && target === 0) {
      this.remove(pa);
      history.at = 0;
      return;
    }
    if (added !== undefined && history.at === 0) {
      this.add(pa, added.hw, added.mm, undefined, added.entries);
      history.at = 1;
    }
    const page = this.writable(pa);
    const { entries } = page;
    const near = Math.min(Math.floor(target / entries), history.checkpoints.length);
    const checkpoint = history.checkpoints[near - 1];
    if (checkpoint !== undefined && target - near * entries < Math.abs(target - history.at)) {
      page.restore(checkpoint);
      history.at = near * entries;
    }
    while (history.at < target) {
      journal.apply(records[history.at++] ?? 0, page);
      if (history.at === (history.checkpoints.length + 1) * entries)
        history.checkpoints.push(page.lanes.slice());
    }
    while (history.at > target) journal.revert(records[--history.at] ?? 0, page);
  }

  /** How many of a page's records belong to steps up to `step`. */
  private recordsBy(records: Int32Array, step: number): number {
    let [low, high] = [0, records.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.journal.stepOf(records[middle] ?? 0) <= step) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A memory that can be looked at as of any step of a recorded run. Step 0 is before the first. */
export class Playback {
  private readonly moved: MemoryAtStep;

  /** `initial` is not changed. The journal is complete. */
  constructor(initial: PhysicalMemory, journal: Journal) {
    this.moved = new MemoryAtStep(initial, journal);
  }

  /** The tables as of the step last sought. Ask it for a page again after a seek: one got before may be left behind. */
  get memory(): PhysicalMemory {
    return this.moved;
  }

  /** Makes `memory` what it was after step `step`. */
  seek(step: number): void {
    this.moved.seek(step);
  }
}
