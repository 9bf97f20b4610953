import { returnWords } from './words.ts';

/** What of a run's summary is told here. */
export interface Cost {
  readonly rets: readonly (number | null)[];
  readonly splits: readonly { readonly n: number }[];
  readonly joins: readonly { readonly n: number }[];
  readonly groups: number;
  readonly tables: number;
  readonly bytes: number;
  readonly loads: number;
  readonly stores: number;
  readonly dsb: number;
  readonly isb: number;
  readonly tlbis: number;
  readonly warns: number;
  readonly violations: number;
  readonly cut: boolean;
}

const many = (n: number, one: string, more = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : more}`;

const ofLevels = (counts: Cost['splits']): number => counts.reduce((sum, { n }) => sum + n, 0);

/** `-22 (-EINVAL)`, `0`, or why there is no return value. */
export function resultWords({ rets, cut, violations }: Cost): string {
  const [ret] = rets;
  if (cut) return 'not run to its end';
  if (ret === undefined || ret === null) return violations > 0 ? 'stopped by a violation' : 'never returns';
  return `returns ${returnWords(ret)}`;
}

/** What a call does and costs, one thing each: `1 block split`, `1 table, 4 KiB`, `530 stores`. */
export function costWords(s: Cost): readonly string[] {
  const out: string[] = [];
  // Refused before it touched anything: there is nothing to count.
  if (s.stores + s.loads + s.tables + s.tlbis === 0) return [];
  const splits = ofLevels(s.splits);
  if (splits > 0) out.push(`${many(splits, 'block')} split`);
  const joins = ofLevels(s.joins);
  if (joins > 0) out.push(`${many(joins, 'table')} replaced by a block`);
  if (s.groups > 0) out.push(`${many(s.groups, 'contiguous group')} taken apart`);
  if (s.tables > 0) out.push(`${many(s.tables, 'new table')}, ${(s.bytes / 1024).toLocaleString('en')} KiB`);
  out.push(s.stores === 0 ? 'no store' : many(s.stores, 'store'));
  if (s.dsb + s.isb > 0) out.push(`${s.dsb} DSB, ${s.isb} ISB`);
  if (s.stores > 0 || s.tlbis > 0) out.push(s.tlbis === 0 ? 'no TLBI' : many(s.tlbis, 'TLBI'));
  if (s.stores === 0) out.push(many(s.loads, 'load'));
  if (s.warns > 0) out.push(many(s.warns, 'warning'));
  return out;
}
