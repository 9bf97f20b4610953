import { U64 } from '../base/u64.ts';
import { diffFields } from '../arch/diff-fields.ts';
import { describeEntry } from '../arch/formats.ts';
import type { LevelName } from '../arch/geometry.ts';
import { levelName } from '../arch/geometry.ts';
import type { Slot } from '../step/step.ts';
import type { NarrationContext } from './context.ts';
import type { Piece, Span } from './spans.ts';
import { addressSpan, bare, levelSpan, valueSpan } from './spans.ts';

/** `PMD[15]`, `PTE[0…511]`: named by the table the entry is in, whatever type it is used as. */
export function slotSpan(slot: Slot, ctx: NarrationContext, count = 1): Span {
  const level = levelName(ctx.geo, slot.hw);
  const range = count > 1 ? `${slot.idx}…${slot.idx + count - 1}` : `${slot.idx}`;
  return levelSpan(level, `${level.toUpperCase()}[${range}]`);
}

/** Hardware level of the entries that a pointer of this type leads to, as the kernel was booted. */
export function hwOf(level: LevelName, ctx: NarrationContext): number {
  return Math.max(ctx.geo.levels[level].hw, ctx.geo.rootHw);
}

/** Does the entry map or point to anything that has an address worth saying? */
function hasAddress(ctx: NarrationContext, hw: number, value: U64): boolean {
  const kind = ctx.format.kind(ctx.geo, hw, value);
  return kind === 'table' || kind === 'block' || kind === 'page' || kind === 'invalid';
}

/** Words for an entry without its address: `a block RW NX`, `a present-invalid page RO NX cont`, `none`. */
export function kindSpans(ctx: NarrationContext, hw: number, value: U64): Piece[] {
  const words = describeEntry(ctx.geo, ctx.format, hw, value);
  const kind = ctx.format.kind(ctx.geo, hw, value);
  if (kind === 'none' || kind === 'nonpresent') return [valueSpan(words)];
  if (kind === 'bad') return ['a ', { text: 'malformed entry', kind: 'bad' }];
  if (kind !== 'invalid') return ['a ', valueSpan(words)];
  const leaf = hw === 3 ? 'page' : 'block';
  return ['a ', valueSpan(`present-invalid ${leaf}${words.slice('INV'.length)}`)];
}

/** The same with where it leads: `a table, 4174e000`; a value that leads nowhere is given whole. */
export function entrySpans(ctx: NarrationContext, hw: number, hex: string): Piece[] {
  const value = U64.hex(hex);
  const words = kindSpans(ctx, hw, value);
  if (value.isZero()) return words;
  if (!hasAddress(ctx, hw, value)) return [...words, ', ', valueSpan(bare(hex))];
  return [...words, ', ', addressSpan(ctx.format.address(ctx.geo, hw, value).toString(16))];
}

/** The same after a verb: `a table, 4174e000`, `an empty entry`, `an entry that is not present, 702`. */
export function seenSpans(ctx: NarrationContext, hw: number, hex: string): Piece[] {
  const kind = ctx.format.kind(ctx.geo, hw, U64.hex(hex));
  if (kind === 'none') return ['an ', valueSpan('empty entry')];
  if (kind === 'nonpresent') return ['an entry that is ', ...entrySpans(ctx, hw, hex)];
  return entrySpans(ctx, hw, hex);
}

function list(verb: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${verb} ${names.join(', ')}`;
}

/** `sets RDONLY, clears WRITE`: the one-bit fields a store flipped. Empty if there is none. */
function flagsFlipped(ctx: NarrationContext, hw: number, before: U64, after: U64): string {
  const flags = diffFields(ctx.geo, hw, before, after).changed.filter((c) => c.high === c.low);
  const names = (bit: string): string[] =>
    flags.filter((c) => c.after === bit).map((c) => c.name.replace(/ \(.*\)$/, ''));
  return [list('sets', names('1')), list('clears', names('0'))].filter((t) => t !== '').join(', ');
}

/** What a store made of an entry, after `Writes PMD[15]: `. */
export function changeSpans(ctx: NarrationContext, hw: number, oldHex: string, newHex: string): Piece[] {
  const before = U64.hex(oldHex);
  const after = U64.hex(newHex);
  const { format, geo } = ctx;
  if (before.eq(after)) return ['the value it has, ', ...entrySpans(ctx, hw, newHex)];
  if (before.isZero()) return ['from ', valueSpan('none'), ' to ', ...entrySpans(ctx, hw, newHex)];
  if (after.isZero()) return ['from ', ...entrySpans(ctx, hw, oldHex), ', to ', valueSpan('none')];
  const isTable = (v: U64): boolean => format.kind(geo, hw, v) === 'table';
  const sameKind = isTable(before) === isTable(after);
  if (!sameKind || format.address(geo, hw, before) !== format.address(geo, hw, after)) {
    return ['from ', ...entrySpans(ctx, hw, oldHex), ', to ', ...entrySpans(ctx, hw, newHex)];
  }
  const flags = flagsFlipped(ctx, hw, before, after);
  const was = describeEntry(geo, format, hw, before);
  const is = describeEntry(geo, format, hw, after);
  const words: Piece[] =
    was === is ? ['still ', valueSpan(is)] : [valueSpan(was), ' becomes ', valueSpan(is)];
  return flags === '' ? words : [...words, `; ${flags}`];
}
