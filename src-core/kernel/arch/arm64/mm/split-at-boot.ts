import { upperHalf } from '../../../../arch/geometry.ts';
import { U64 } from '../../../../base/u64.ts';
import { StopMachine } from '../../../../step/op-access.ts';
import { Tlbi } from '../../../../step/op-barrier.ts';
import { Bug } from '../../../../step/op-walk.ts';
import type { FnInfo, Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import type { Kernel, KernelConfig } from '../../../kernel.ts';
import { rangeSplitToPtes } from './mmu.ts';

/** arch/arm64/mm/mmu.c: what the linear map is made of at boot, and its repaint when a later CPU can't split live blocks (v7.3). */

const info = (name: string, v73: number | undefined): FnInfo => ({
  name,
  file: 'arch/arm64/mm/mmu.c',
  lines: v73 === undefined ? {} : { 'v7.3': v73 },
});

/** What `force_pte_mapping()` looks at. `bbml3`: of the boot CPU, or of all once capabilities are final. */
export type LinearMapChoice = Pick<
  KernelConfig,
  'bbml3' | 'debugPagealloc' | 'rodataFull' | 'kfenceDirect' | 'realm'
>;

/** `force_pte_mapping()`: is the linear map made of pages from the start, with no block and no contiguous group? */
export function forcePteMapping(c: LinearMapChoice): boolean {
  if (c.debugPagealloc) return true;
  if (c.bbml3) return false;
  return c.rodataFull || c.kfenceDirect || c.realm;
}

/** `linear_map_requires_bbml3`, as `map_mem()` sets it once: blocks, of which single pages may have to change. */
export function linearMapRequiresBbml3(c: LinearMapChoice): boolean {
  return !forcePteMapping(c) && (c.rodataFull || c.debugPagealloc || c.kfenceDirect || c.realm);
}

/** `PAGE_END`: address after the linear map. 52-bit builds keep the layout of the fewest bits they can run with. */
export function pageEnd(k: Kernel): U64 {
  const fewest = k.geo.vaBitsBuild <= 48 ? k.geo.vaBitsBuild : k.geo.pageShift === 14 ? 47 : 48;
  return U64.ZERO.sub(U64.bit(fewest - 1));
}

/**
 * `linear_map_split_to_ptes()` as CPU 0 runs it under `stop_machine()`, while the others wait in the idmap: the one CPU that surely
 * supports it splits everything but the alias of kernel text and read-only data, from `kstart` up to `kend`, which never changes.
 */
const linearMapSplitToPtes = kernelFunction(
  info('linear_map_split_to_ptes', undefined),
  function* (k: Kernel, kstart: U64, kend: U64): Walker<number> {
    const start = upperHalf(k.geo);
    const end = pageEnd(k);
    let ret = yield* rangeSplitToPtes(k, start, kstart, 'atomic');
    if (ret === 0) ret = yield* rangeSplitToPtes(k, kend, end, 'atomic');
    // panic(): a linear map that is half split can't be used.
    if (ret !== 0) yield* new Bug(true);
    yield* new Tlbi(start, end);
    return 0;
  },
);

/** `linear_map_maybe_split_to_ptes()`: once capabilities are final. Does nothing where all CPUs can split live blocks, or none may have to. */
export const linearMapMaybeSplitToPtes = kernelFunction(
  info('linear_map_maybe_split_to_ptes', 1003),
  function* (k: Kernel, kstart: U64, kend: U64): Walker<number> {
    if (!k.config.linearReq || k.config.bbml3) return 0;
    yield* new StopMachine(true);
    yield* linearMapSplitToPtes(k, kstart, kend);
    yield* new StopMachine(false);
    return 0;
  },
);
