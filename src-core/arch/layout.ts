import type { U64 } from '../base/u64.ts';
import { U64 as U } from '../base/u64.ts';
import type { Field } from './format.ts';

/** One field of a descriptor layout, as data. Bits are inclusive. */
export interface FieldSpec {
  readonly high: number;
  readonly low: number;
  readonly name: string;
  /** A few words for this value of the field. */
  readonly meaning: (value: number) => string;
  /** The bits are an address in place: the text is hex with the zeros below `low`. */
  readonly address?: boolean;
}

/** Says nothing: the value of a field that means nothing when it is clear. */
export const NOTHING = '–';

/** A single bit with words for clear and for set. */
export function flag(bit: number, name: string, clear: string, set: string): FieldSpec {
  return { high: bit, low: bit, name, meaning: (v) => (v === 0 ? clear : set) };
}

/** Bits that neither the hardware nor the kernel looks at. */
export function ignored(high: number, low: number): FieldSpec {
  return { high, low, name: 'ignored', meaning: (v) => (v === 0 ? NOTHING : 'set, has no effect') };
}

/** Bits that must be zero. */
export function reserved(high: number, low: number): FieldSpec {
  return { high, low, name: 'reserved', meaning: (v) => (v === 0 ? NOTHING : 'set, must be zero') };
}

/** True for the runs of bits that have no name of their own. */
export function unnamed(field: { readonly name: string }): boolean {
  return field.name === 'ignored' || field.name === 'reserved';
}

/** Bits `low … high` of a value, as a number (at most 53 bits wide). */
export function bitsOf(value: U64, high: number, low: number): number {
  return value
    .shr(low)
    .and(U.mask(high - low + 1))
    .toNumber();
}

function textOf(value: U64, high: number, low: number, address: boolean): string {
  if (address) return value.and(U.mask(high - low + 1).shl(low)).toHex();
  return bitsOf(value, high, low)
    .toString(2)
    .padStart(high - low + 1, '0');
}

/**
 * Decodes a value by a layout. Bits that no spec names become `reserved` runs, so the result is always a partition of
 * the 64 bits, high to low. Throws on a layout whose specs overlap.
 */
export function decodeLayout(specs: readonly FieldSpec[], value: U64): Field[] {
  const sorted = [...specs].sort((a, b) => b.high - a.high);
  const out: Field[] = [];
  let next = 63;
  const push = (spec: FieldSpec): void => {
    const { high, low, name } = spec;
    const meaning = spec.meaning(bitsOf(value, high, low));
    out.push({ high, low, name, meaning, text: textOf(value, high, low, spec.address === true) });
    next = low - 1;
  };
  for (const spec of sorted) {
    if (spec.high > next) throw new Error(`[engine bug] ${spec.name} overlaps the field above bit ${next}`);
    if (spec.high < next) push(reserved(next, spec.high + 1));
    push(spec);
  }
  if (next >= 0) push(reserved(next, 0));
  return out;
}

/** The inverse of decoding: puts the fields' texts back together. Throws SyntaxError on a text that is none. */
export function encodeFields(fields: readonly Field[]): U64 {
  let value: U64 = U.ZERO;
  for (const { high, low, text } of fields) {
    const inPlace = text.startsWith('0x') ? U.hex(text) : U.from(parseInt(text, 2)).shl(low);
    value = value.or(inPlace.and(U.mask(high - low + 1).shl(low)));
  }
  return value;
}
