import type { Geometry, LevelName } from '../arch/geometry.ts';
import { hwShift, levelName } from '../arch/geometry.ts';

/** Tables below the root that an aligned range needs. */
export interface TableCount {
  readonly byLevel: Readonly<Partial<Record<LevelName, number>>>;
  readonly total: number;
  readonly bytes: number;
}

/**
 * Tables that map `bytes` (a whole number of leaves, from an aligned address) by leaves of `leaf`, the root left out. Contiguous
 * groups change nothing.
 */
export function tablesToMap(geo: Geometry, bytes: number, leaf: 'pte' | 'pmd' | 'pud'): TableCount {
  const byLevel: Partial<Record<LevelName, number>> = {};
  let total = 0;
  for (let { hw } = geo.levels[leaf]; hw > geo.rootHw; hw--) {
    const n = Math.ceil(bytes / 2 ** hwShift(geo, hw - 1));
    byLevel[levelName(geo, hw)] = n;
    total += n;
  }
  return { byLevel, total, bytes: total * 2 ** geo.pageShift };
}

/** Bytes of the root table: where less than a page, it is a slab object, and never counted. */
export function rootBytes(geo: Geometry): number {
  return 2 ** (geo.rootIndexBits + 3);
}
