import type { Geometry } from '../arch/geometry.ts';
import { hwShift } from '../arch/geometry.ts';
import { PTE_CONT, PTE_VALID } from '../arch/arm64/bits.ts';
import { table as isTable } from '../arch/arm64/entry.ts';
import { blockAllowed } from '../arch/arm64/fields.ts';
import { U64 } from '../base/u64.ts';

/** Addresses from `start` to `last`, both included: an end one past the last address would be 0. */
export interface Span {
  readonly start: U64;
  readonly last: U64;
}

export function overlap(a: Span, b: Span): boolean {
  return a.start.le(b.last) && b.start.le(a.last);
}

/** A half-open range as the kernel writes it; undefined where it is empty. An `end` of 0 is the top of the address space. */
export function spanOf(start: U64, end: U64): Span | undefined {
  return start.eq(end) ? undefined : { start, last: end.sub(U64.ONE) };
}

/** The aligned span of 2^shift bytes around an address. */
export function alignedSpan(va: U64, shift: number): Span {
  const start = va.andNot(U64.mask(shift));
  return { start, last: start.or(U64.mask(shift)) };
}

/** What the hardware walker makes of an entry at level `hw`. Only tables and leaves may be cached; anything else faults. */
export type Reads = 'table' | 'leaf' | 'fault';

export function readsAs(geo: Geometry, hw: number, v: U64): Reads {
  if (!v.intersects(PTE_VALID)) return 'fault';
  if (hw < 3) return isTable(v) ? 'table' : blockAllowed(geo, hw) ? 'leaf' : 'fault';
  return isTable(v) ? 'leaf' : 'fault';
}

/** log2 of the entries of a contiguous group at this level; 0: there are none. */
export function contShift(geo: Geometry, hw: number): number {
  return hw === 3 ? geo.contPteShift : hw === 2 ? geo.contPmdShift : 0;
}

/** Does this leaf stand for its whole contiguous group? */
export function contiguous(geo: Geometry, hw: number, v: U64): boolean {
  return contShift(geo, hw) > 0 && readsAs(geo, hw, v) === 'leaf' && v.intersects(PTE_CONT);
}

/** log2 of the bytes one TLB entry made from this leaf may cover: its own, or its group's. */
export function leafShift(geo: Geometry, hw: number, v: U64): number {
  return hwShift(geo, hw) + (contiguous(geo, hw, v) ? contShift(geo, hw) : 0);
}
