import { hwIndex, slotVa, U64 } from '../engine.ts';
import type { PhysicalMemory, TablePage, World } from '../engine.ts';
import { formatOf } from '../engine.ts';

/** Which entry points to a table, and what a table covers. */
export interface TableView {
  readonly page: TablePage;
  /** Last address it translates; undefined while it is not linked. */
  readonly last: U64 | undefined;
  readonly used: number;
  /** The entry of the level above that points to it; undefined for a root, or where none does. */
  readonly parent: { readonly table: number; readonly hw: number; readonly idx: number } | undefined;
  readonly root: boolean;
}

/** What the tables themselves tell about one of them. */
export function tableAt(world: World, memory: PhysicalMemory, pa: number): TableView | undefined {
  const page = memory.page(pa);
  if (page === undefined) return undefined;
  const root = world.mms.some((mm) => mm.pgd === pa);
  const last =
    page.va === undefined ? undefined : slotVa(world.geo, page.hw, page.va, page.entries).sub(U64.ONE);
  return { page, last, used: page.used(), parent: root ? undefined : parentOf(world, memory, page), root };
}

function parentOf(world: World, memory: PhysicalMemory, page: TablePage): TableView['parent'] {
  const { geo } = world;
  const mm = world.mms.find((m) => m.name === page.mm);
  if (mm === undefined || page.va === undefined) return undefined;
  let above = memory.page(mm.pgd);
  while (above !== undefined) {
    const idx = hwIndex(geo, above.hw, page.va);
    const value = above.get(idx);
    const format = formatOf(geo);
    if (format.kind(geo, above.hw, value) !== 'table') return undefined;
    const next = format.address(geo, above.hw, value);
    if (next === page.pa) return { table: above.pa, hw: above.hw, idx };
    above = memory.page(next);
    if (above !== undefined && above.hw >= page.hw) return undefined;
  }
  return undefined;
}
