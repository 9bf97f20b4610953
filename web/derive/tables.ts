import { hwIndex, slotVa, U64 } from '../engine.ts';
import type { Geometry, PhysicalMemory, TablePage, World } from '../engine.ts';
import { formatOf } from '../engine.ts';

/** Which entry points to a table, and what a table covers. */
export interface TableView {
  readonly page: TablePage;
  /** First and last address it translates; undefined while it is not linked. */
  readonly first: U64 | undefined;
  readonly last: U64 | undefined;
  readonly used: number;
  /** The entry of the level above that points to it; undefined for a root, or where none does. */
  readonly parent: Parent | undefined;
  readonly root: boolean;
}

interface Parent {
  readonly table: number;
  readonly hw: number;
  readonly idx: number;
}

/** What the tables themselves tell about one of them. */
export function tableAt(world: World, memory: PhysicalMemory, pa: number): TableView | undefined {
  const page = memory.page(pa);
  if (page === undefined) return undefined;
  const root = world.mms.some((mm) => mm.pgd === pa);
  const first = baseOf(world, memory, page);
  const last = first === undefined ? undefined : slotVa(world.geo, page.hw, first, page.entries).sub(U64.ONE);
  const parent = root || first === undefined ? undefined : parentOf(world, memory, page, first);
  return { page, first, last, used: page.used(), parent, root };
}

/** The address that entry 0 of a table translates; undefined while no entry of a linked table points to it. */
export function baseOf(world: World, memory: PhysicalMemory, page: TablePage): U64 | undefined {
  if (page.va !== undefined) return page.va;
  // It came into being during the run, and so may have the tables above it.
  for (const above of memory.pages()) {
    if (above.hw !== page.hw - 1) continue;
    const idx = pointerTo(world, above, page.pa);
    const base = idx === undefined ? undefined : baseOf(world, memory, above);
    if (base !== undefined && idx !== undefined) return slotVa(world.geo, above.hw, base, idx);
  }
  return undefined;
}

/** The table that an entry leads to, by its physical address; undefined where it leads to none. */
export function entryTarget(geo: Geometry, page: TablePage | undefined, idx: number): number | undefined {
  const value = page?.get(idx);
  const format = formatOf(geo);
  if (page === undefined || value === undefined || format.kind(geo, page.hw, value) !== 'table')
    return undefined;
  return format.address(geo, page.hw, value);
}

/** The first entry of a table that points to the table at `pa`. */
function pointerTo({ geo }: World, above: TablePage, pa: number): number | undefined {
  const format = formatOf(geo);
  const mask = -1 << geo.pageShift;
  for (let idx = 0; idx < above.entries; idx++) {
    // Few entries get past a look at their low bits.
    if (((above.lo(idx) ^ pa) & mask) !== 0 || above.isZero(idx)) continue;
    const value = above.get(idx);
    if (format.kind(geo, above.hw, value) === 'table' && format.address(geo, above.hw, value) === pa)
      return idx;
  }
  return undefined;
}

function parentOf(world: World, memory: PhysicalMemory, page: TablePage, first: U64): TableView['parent'] {
  const { geo } = world;
  const mm = world.mms.find((m) => m.name === page.mm);
  if (mm === undefined) return undefined;
  let above = memory.page(mm.pgd);
  while (above !== undefined) {
    const idx = hwIndex(geo, above.hw, first);
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
