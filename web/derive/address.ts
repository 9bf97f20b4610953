import { hwShift, LEVEL_NAMES, levelName, U64, upperHalf } from '../engine.ts';
import type { Geometry, LevelName } from '../engine.ts';

/** A piece of a virtual address, as the walk consumes it. */
export interface AddressField {
  readonly kind: 'top' | 'level' | 'folded' | 'offset';
  readonly level: LevelName | undefined;
  /** Hardware level of the table this field indexes. */
  readonly hw: number | undefined;
  readonly high: number;
  readonly low: number;
}

/**
 * The fields of a geometry's addresses, highest first: the bits above the ones in use (which choose TTBR0 or TTBR1), an
 * index a level, the offset in the page. A folded level stands at its place without bits.
 */
export function addressFields(geo: Geometry): readonly AddressField[] {
  const fields: AddressField[] = [];
  if (geo.vaBits < 64)
    fields.push({ kind: 'top', level: undefined, hw: undefined, high: 63, low: geo.vaBits });
  const hwOf = new Map<LevelName, number>();
  for (let hw = geo.rootHw; hw <= 3; hw++) hwOf.set(levelName(geo, hw), hw);
  for (const level of LEVEL_NAMES) {
    const hw = hwOf.get(level);
    if (hw === undefined) {
      fields.push({ kind: 'folded', level, hw: undefined, high: 0, low: 0 });
      continue;
    }
    const low = hwShift(geo, hw);
    const high = hw === geo.rootHw ? geo.vaBits - 1 : low + geo.pageShift - 4;
    fields.push({ kind: 'level', level, hw, high, low });
  }
  fields.push({ kind: 'offset', level: undefined, hw: undefined, high: geo.pageShift - 1, low: 0 });
  return fields;
}

/** Bits high…low of `va` as binary digits. */
export function bitsOf(va: U64, high: number, low: number): string {
  let text = '';
  for (let bit = high; bit >= low; bit--) text += va.bit(bit) ? '1' : '0';
  return text;
}

/** Which half an address is in, or undefined where the bits above the ones in use disagree. */
export function halfOf(geo: Geometry, va: U64): 'upper' | 'lower' | undefined {
  const top = U64.MAX.shl(geo.vaBits);
  const bits = va.and(top);
  return bits.isZero() ? 'lower' : bits.eq(top) ? 'upper' : undefined;
}

/** The address of the half that begins at `base` with the same index in every table: only the bits above the ones in use differ. */
export function inHalfOf(geo: Geometry, base: U64, va: U64): U64 {
  return geo.arch === 'arm64' ? base.or(va.and(U64.mask(geo.vaBits))) : va;
}

export type AddressInput =
  { readonly ok: true; readonly va: U64 } | { readonly ok: false; readonly message: string };

/** Reads an address that a person typed. The message is one sentence. */
export function readAddress(geo: Geometry, text: string): AddressInput {
  if (text.trim() === '')
    return { ok: false, message: 'Type a virtual address in hex, such as ffff000040000000.' };
  const va = U64.parse(text);
  if (va === undefined) {
    return /^(0x)?[0-9a-f_\s]+$/i.test(text.trim())
      ? { ok: false, message: `“${text.trim()}” has more than 64 bits.` }
      : { ok: false, message: `“${text.trim()}” is no hex number.` };
  }
  if (halfOf(geo, va) === undefined) {
    return {
      ok: false,
      message: `${va.toHex()} is in neither half of a ${geo.vaBits}-bit address space: use up to ${U64.mask(geo.vaBits).toHex()} or from ${upperHalf(geo).toHex()}.`,
    };
  }
  return { ok: true, va };
}
