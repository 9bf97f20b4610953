import type { Ledger, LedgerTotals, Run, TableLedger, TableLife } from '../engine.ts';
import { tableLedger } from '../engine.ts';

interface Kept {
  readonly ledger: TableLedger;
  readonly final: Ledger;
  readonly course: readonly LedgerTotals[];
  /** The books that were looked at last. */
  last: { readonly books: Ledger; readonly lives: ReadonlyMap<number, TableLife> };
}

const kept = new WeakMap<Run, Kept>();

function keep(run: Run): Kept {
  let made = kept.get(run);
  if (made === undefined) {
    const ledger = tableLedger(run);
    const final = ledger.at(run.steps.length);
    made = { ledger, final, course: ledger.course(), last: { books: final, lives: livesOf(final) } };
    kept.set(run, made);
  }
  return made;
}

/** By physical address; of two tables that were there one after the other, the later one. */
function livesOf(books: Ledger): ReadonlyMap<number, TableLife> {
  return new Map(books.tables.map((life) => [Number(life.table), life]));
}

function seek(run: Run, cursor: number): Kept['last'] {
  const all = keep(run);
  if (all.last.books.step !== cursor) {
    const books = all.ledger.at(cursor);
    all.last = { books, lives: livesOf(books) };
  }
  return all.last;
}

/** The books of a run after step `cursor`. Kept, so that all parts of the screen share one reading. */
export function booksAt(run: Run, cursor: number): Ledger {
  return seek(run, cursor).books;
}

/** The books at the end of the run. */
export function finalBooks(run: Run): Ledger {
  return keep(run).final;
}

/** The figures over the run; read once. */
export function courseOf(run: Run): readonly LedgerTotals[] {
  return keep(run).course;
}

/** Bytes of a lock that is an object of its own. */
export function lockSizeOf(run: Run): number {
  return keep(run).ledger.lockSize;
}

/** What the run tells of a table up to step `cursor`; undefined: nothing. */
export function lifeAt(run: Run, cursor: number, pa: number): TableLife | undefined {
  return seek(run, cursor).lives.get(pa);
}
