import type { TablePage } from './page.ts';

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
  private indexed: { readonly length: number; readonly byPage: ReadonlyMap<number, Int32Array> } | undefined;

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

  /** A table page came into being, zeroed. Before the first write to it, and once: pages are never handed out again. */
  recordAdded(step: number, table: AddedTable): void {
    this.added.set(this.count, table);
    this.record(step, table.pa, -1, 0, 0, 0, 0);
  }

  /** The step that made record `i`. */
  stepOf(i: number): number {
    return this.words[i * FIELDS + 5] ?? 0;
  }

  /** The table that record `i` adds; undefined where it is a write. */
  addedBy(i: number): AddedTable | undefined {
    return this.added.get(i);
  }

  /** Makes `page` what it was after record `i`, from what it was before. */
  apply(i: number, page: TablePage): void {
    const w = i * FIELDS;
    page.set(this.words[w] ?? 0, this.words[w + 3] ?? 0, this.words[w + 4] ?? 0);
  }

  /** The reverse. */
  revert(i: number, page: TablePage): void {
    const w = i * FIELDS;
    page.set(this.words[w] ?? 0, this.words[w + 1] ?? 0, this.words[w + 2] ?? 0);
  }

  /** The records of each page, in order, by the page's physical address. Kept until something is recorded again. */
  byPage(): ReadonlyMap<number, Int32Array> {
    if (this.indexed?.length === this.count) return this.indexed.byPage;
    const ofPage = new Map<number, number>();
    const counts: number[] = [];
    const pageOf = new Int32Array(this.count);
    for (let i = 0; i < this.count; i++) {
      const pa = this.pas[i] ?? 0;
      let page = ofPage.get(pa);
      if (page === undefined) {
        page = counts.length;
        ofPage.set(pa, page);
        counts.push(0);
      }
      counts[page] = (counts[page] ?? 0) + 1;
      pageOf[i] = page;
    }
    const lists = counts.map((n) => new Int32Array(n));
    counts.fill(0);
    for (const [i, page] of pageOf.entries()) {
      const at = counts[page] ?? 0;
      const list = lists[page];
      if (list !== undefined) list[at] = i;
      counts[page] = at + 1;
    }
    const byPage = new Map<number, Int32Array>();
    for (const [pa, page] of ofPage) byPage.set(pa, lists[page] ?? new Int32Array());
    this.indexed = { length: this.count, byPage };
    return byPage;
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
