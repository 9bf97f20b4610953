import { U64 } from '../base/u64.ts';
import type { SetStep } from './step.ts';

/** What a store of a run (or a single store, `nth` 0) found and left in its nth slot, counted from 0. */
export function storedAt(step: SetStep, nth: number): { readonly old: U64; readonly new: U64 } {
  return { old: grown(step.old, step.dold, nth), new: grown(step.new, step.dnew, nth) };
}

/** `first + nth * growth`, modulo 2^64. */
function grown(first: string, growth: string | undefined, nth: number): U64 {
  let value = U64.hex(first);
  if (growth === undefined) return value;
  const by = U64.hex(growth);
  for (let bit = 0; nth >>> bit !== 0; bit++) if (((nth >>> bit) & 1) === 1) value = value.add(by.shl(bit));
  return value;
}
