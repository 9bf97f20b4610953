import { leaf, outputAddress, table as isTable } from '../arch/arm64/entry.ts';
import type { Geometry } from '../arch/geometry.ts';
import { hwIndex, hwShift } from '../arch/geometry.ts';
import type { U64 } from '../base/u64.ts';
import type { PhysicalMemory } from './physical.ts';

/**
 * Physical address that arm64 tables map a virtual one to, in bytes; undefined where nothing does. A leaf that was made invalid
 * still says what it mapped.
 */
export function translate(memory: PhysicalMemory, geo: Geometry, pgd: number, va: U64): number | undefined {
  let page = memory.page(pgd);
  for (let hw = geo.rootHw; hw <= 3 && page !== undefined; hw++) {
    const entry = page.get(hwIndex(geo, hw, va));
    if (hw < 3 && isTable(entry)) {
      page = memory.page(outputAddress(geo, entry));
      continue;
    }
    if (entry.isZero() || (hw < 3 && !leaf(entry))) return undefined;
    const shift = hwShift(geo, hw);
    const base = Math.floor(outputAddress(geo, entry) / 2 ** shift) * 2 ** shift;
    return base + va.field(0, Math.min(shift, 32)) + (shift > 32 ? va.field(32, shift - 32) * 2 ** 32 : 0);
  }
  return undefined;
}
