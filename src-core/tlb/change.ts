import type { Geometry } from '../arch/geometry.ts';
import { hwShift } from '../arch/geometry.ts';
import { outputAddress } from '../arch/arm64/entry.ts';
import { PTE_CONT } from '../arch/arm64/bits.ts';
import type { U64 } from '../base/u64.ts';
import { leafShift, readsAs } from './span.ts';

/**
 * What a store to a live entry changes for who still uses it as it was. `gone`: it maps nothing any more; `target`: it maps something
 * else; `rights`: it allows something else, or is cached otherwise; `size`: the same, in pieces of another size; `table`: it pointed
 * to another table, or to one at all.
 */
export type Change = 'gone' | 'target' | 'rights' | 'size' | 'table';

/** `was` is a valid leaf or table. */
export function changeOf(geo: Geometry, hw: number, was: U64, is: U64): Change {
  const kind = readsAs(geo, hw, is);
  if (readsAs(geo, hw, was) === 'table') return 'table';
  if (kind === 'fault') return 'gone';
  if (kind === 'table') return 'size';
  const target = (v: U64): number => Math.floor(outputAddress(geo, v) / 2 ** Math.min(hwShift(geo, hw), 52));
  if (target(was) !== target(is)) return 'target';
  if (!was.andNot(PTE_CONT).eq(is.andNot(PTE_CONT))) return 'rights';
  return leafShift(geo, hw, was) === leafShift(geo, hw, is) ? 'rights' : 'size';
}
