import type { U64 } from '../base/u64.ts';
import { U64 as U } from '../base/u64.ts';
import type { Field } from './format.ts';
import { formatOf } from './formats.ts';
import type { Geometry } from './geometry.ts';
import { NOTHING, unnamed } from './layout.ts';

/** A field that a store changed. */
export interface FieldChange {
  /** Highest and lowest bit, inclusive. */
  readonly high: number;
  readonly low: number;
  readonly name: string;
  /** The field's text before and after: hex for addresses, binary digits otherwise. */
  readonly before: string;
  readonly after: string;
  /** `block → table`; one word where there is only one to say; `–` where a side has no such field. */
  readonly meaning: string;
}

export interface FieldDiff {
  /** High to low. */
  readonly changed: readonly FieldChange[];
  /** Names of the one-bit fields that are set in both, high to low. */
  readonly sameSet: readonly string[];
  /** Names of the everyday one-bit fields that are clear in both. */
  readonly sameClear: readonly string[];
  /** Wider fields that did not change and have something to say. */
  readonly sameFields: readonly Field[];
}

/** Flags so seldom set that their being clear is no news. */
const SELDOM = /\(sw\)|^(sw|PBHA|NS|nT|PRESENT_INVALID|PROTNONE|PWT|PCD|PAT|PAT_LARGE|NSTable)$/;

interface Row {
  readonly high: number;
  readonly low: number;
  readonly before: Field | undefined;
  readonly after: Field | undefined;
}

/**
 * Rows for two partitions of the same bits. Where a table and a leaf are compared their fields don't line up: the named
 * fields of `first` are kept whole, and the other's are kept where no bit is taken.
 */
function alignRows(first: readonly Field[], second: readonly Field[], firstIsBefore: boolean): Row[] {
  const rows: Row[] = [];
  const row = (high: number, low: number, one: Field | undefined, two: Field | undefined): void => {
    rows.push({ high, low, before: firstIsBefore ? one : two, after: firstIsBefore ? two : one });
  };
  const covering = (list: readonly Field[], high: number, low: number): Field | undefined =>
    list.find((f) => !unnamed(f) && f.high <= high && f.low >= low);
  const taken = new Set<number>();
  const take = (f: Field): void => {
    for (let bit = f.low; bit <= f.high; bit++) taken.add(bit);
  };
  for (const f of first) {
    if (unnamed(f)) continue;
    take(f);
    row(f.high, f.low, f, covering(second, f.high, f.low));
  }
  for (const f of second) {
    if (unnamed(f) || [...bitsIn(f)].some((bit) => taken.has(bit))) continue;
    take(f);
    row(f.high, f.low, undefined, f);
  }
  // What is left has a name on neither side, or lost its name above.
  for (let high = 63; high >= 0; high--) {
    if (taken.has(high)) continue;
    let low = high;
    while (low > 0 && !taken.has(low - 1)) low--;
    row(high, low, undefined, undefined);
    high = low;
  }
  return rows.sort((a, b) => b.high - a.high);
}

function* bitsIn(f: Field): Generator<number> {
  for (let bit = f.low; bit <= f.high; bit++) yield bit;
}

function textOf(value: U64, high: number, low: number, like: Field | undefined): string {
  const width = high - low + 1;
  if (like?.text.startsWith('0x') === true) return value.and(U.mask(width).shl(low)).toHex();
  let text = '';
  for (let bit = high; bit >= low; bit--) text += value.bit(bit) ? '1' : '0';
  return text;
}

/** An empty entry has no layout of its own: it takes the other side's. Its own words stay where the field is the same. */
function emptyLike(other: readonly Field[], own: readonly Field[]): Field[] {
  return other.map((f) => {
    const same = own.find((o) => o.name === f.name && o.high === f.high && o.low === f.low);
    return same ?? { ...f, meaning: NOTHING };
  });
}

/** Name and words of a row. Where the two sides call the same bits by two names, the side that has them set tells. */
function wordsOf(row: Row, set: boolean): { readonly name: string; readonly meaning: string } {
  const { before, after } = row;
  const renamed = before !== undefined && after !== undefined && before.name !== after.name;
  const from = renamed && set ? undefined : before;
  const to = renamed && !set ? undefined : after;
  const [was, is] = [from?.meaning ?? NOTHING, to?.meaning ?? NOTHING];
  const meaning = was === is || was === NOTHING ? is : `${was} → ${is}`;
  return { name: (to ?? from)?.name ?? 'ignored', meaning };
}

/**
 * What a store at hardware level `hw` changed, field by field, and what stayed. A field of a leaf that a table does not
 * have (or the other way) has a row of its own.
 */
export function diffFields(geo: Geometry, hw: number, before: U64, after: U64): FieldDiff {
  const format = formatOf(geo);
  const isTable = (value: U64): boolean => format.kind(geo, hw, value) === 'table';
  let was = format.fields(geo, hw, before);
  let is = format.fields(geo, hw, after);
  if (before.isZero()) was = emptyLike(is, was);
  if (after.isZero()) is = emptyLike(was, is);
  const tableFirst = isTable(before);

  const changed: FieldChange[] = [];
  const sameSet: string[] = [];
  const sameClear: string[] = [];
  const sameFields: Field[] = [];
  for (const row of alignRows(tableFirst ? was : is, tableFirst ? is : was, tableFirst)) {
    const { high, low } = row;
    const like = row.after ?? row.before;
    const from = textOf(before, high, low, like);
    const to = textOf(after, high, low, like);
    if (from !== to) {
      const set = !after
        .shr(low)
        .and(U.mask(high - low + 1))
        .isZero();
      changed.push({ high, low, before: from, after: to, ...wordsOf(row, set) });
    } else if (like !== undefined && high === low) {
      const { name } = wordsOf(row, to === '1');
      if (to === '1') sameSet.push(name);
      else if (!SELDOM.test(name)) sameClear.push(name);
    } else if (row.after !== undefined && row.after.meaning !== NOTHING) {
      sameFields.push({ ...row.after, text: to });
    }
  }
  return { changed, sameSet, sameClear, sameFields };
}
