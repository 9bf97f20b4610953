import { outputAddress, table as isTable } from '../arch/arm64/entry.ts';
import type { Geometry } from '../arch/geometry.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { Tables } from './tables.ts';

/** Numbers of table pages. */
export interface LooseTables {
  /** Neither freed, nor queued to be, nor reachable. */
  readonly leaked: number;
  /** Freed, and still reachable. */
  readonly dangling: number;
}

/**
 * What an execution leaves behind that is neither in use nor given back. `roots`: physical addresses of the root tables; `deposited`: is
 * this table put aside for a huge PMD?
 */
export function looseTables(
  memory: PhysicalMemory,
  tables: Tables,
  geo: Geometry,
  roots: readonly number[],
  deposited: (table: number) => boolean,
): LooseTables {
  const reached = new Set<number>();
  const visit = (pa: number): void => {
    const page = memory.page(pa);
    if (page === undefined || reached.has(pa)) return;
    reached.add(pa);
    if (page.hw >= 3) return;
    for (let i = 0; i < page.entries; i++) {
      if (page.isZero(i)) continue;
      const value = page.get(i);
      if (isTable(value)) visit(outputAddress(geo, value));
    }
  };
  for (const root of roots) visit(root);
  let leaked = 0;
  let dangling = 0;
  for (const page of memory.pages()) {
    const freed = tables.isFreed(page.pa);
    if (!freed && !reached.has(page.pa) && !tables.isQueued(page.pa) && !deposited(page.pa)) leaked++;
    if (freed && reached.has(page.pa)) dangling++;
  }
  return { leaked, dangling };
}
