import { U64 } from '../base/u64.ts';
import { TablePage } from './page.ts';

let lastEpoch = 0;

/**
 * Physical memory as far as the simulation needs it: the page tables, by physical address. A fork shares every page with
 * its parent until one of them is written (the parent must not be written any more: it is the fork's ground).
 */
export class PhysicalMemory {
  private readonly own = new Map<number, TablePage>();
  private readonly gone = new Set<number>();
  private readonly parent: PhysicalMemory | undefined;
  private readonly epoch: number;

  constructor(parent?: PhysicalMemory) {
    this.parent = parent;
    this.epoch = ++lastEpoch;
  }

  /** A memory with the same contents; costs nothing until it is written. */
  fork(): PhysicalMemory {
    return new PhysicalMemory(this);
  }

  /** The table at exactly this physical address (bytes). */
  page(pa: number): TablePage | undefined {
    const own = this.own.get(pa);
    if (own !== undefined || this.parent === undefined || this.gone.has(pa)) return own;
    return this.parent.page(pa);
  }

  /** Adds a zeroed table of `entries` entries and returns it. Replaces what was there. */
  add(pa: number, hw: number, mm: string, va: U64 | undefined, entries: number): TablePage {
    return this.put(new TablePage(pa, hw, mm, va, new Int32Array(2 * entries), this.epoch));
  }

  put(page: TablePage): TablePage {
    this.gone.delete(page.pa);
    this.own.set(page.pa, page);
    return page;
  }

  remove(pa: number): void {
    this.own.delete(pa);
    this.gone.add(pa);
  }

  /** The entry's value; zero where there is no such table or slot (callers that care ask for the page). */
  read(pa: number, idx: number): U64 {
    return this.page(pa)?.get(idx) ?? U64.ZERO;
  }

  /** Writes one entry. Throws if there is no such table or slot: the machine has checked. */
  write(pa: number, idx: number, hi: number, lo: number): void {
    this.writable(pa).set(idx, hi, lo);
  }

  /** The page, made this memory's own. */
  writable(pa: number): TablePage {
    const page = this.page(pa);
    if (page === undefined) throw new Error(`[engine bug] no table at 0x${pa.toString(16)}`);
    if (page.epoch === this.epoch) return page;
    const copy = new TablePage(
      page.pa,
      page.hw,
      page.mm,
      page.va,
      page.lanes.slice(),
      this.epoch,
      page.version,
    );
    this.own.set(pa, copy);
    return copy;
  }

  /** Every table, in no particular order. */
  *pages(): IterableIterator<TablePage> {
    yield* this.own.values();
    if (this.parent === undefined) return;
    for (const page of this.parent.pages()) {
      if (!this.own.has(page.pa) && !this.gone.has(page.pa)) yield page;
    }
  }
}
