import { formatOf, hwShift, NEWEST, SCENARIO_HEADER, slotVa, U64 } from '../engine.ts';
import type { Mm, Scenario, World } from '../engine.ts';

/** Entries of the last but one level that a first walk covers. */
const PMD_ENTRIES = 16;

/** The address of the first leaf of an mm's tables, in address order; its root's first address where nothing is mapped. */
function firstMapped(world: World, mm: Mm): U64 {
  const format = formatOf(world.geo);
  const visit = (pa: number, hw: number, va: U64): U64 | undefined => {
    const page = world.memory.page(pa);
    if (page === undefined || page.hw !== hw) return undefined;
    for (let idx = 0; idx < page.entries; idx++) {
      if (page.isZero(idx)) continue;
      const value = page.get(idx);
      const at = slotVa(world.geo, hw, va, idx);
      const kind = format.kind(world.geo, hw, value);
      if (kind === 'block' || kind === 'page') return at;
      if (kind !== 'table') continue;
      const below = visit(format.address(world.geo, hw, value), hw + 1, at);
      if (below !== undefined) return below;
    }
    return undefined;
  };
  return visit(mm.pgd, world.geo.rootHw, mm.base) ?? mm.base;
}

/** A range worth walking: a few tables' worth of addresses around the first thing that an mm maps. `end` is excluded. */
export function firstRegion(world: World, mm: Mm | undefined): { readonly start: U64; readonly end: U64 } {
  const size = hwShift(world.geo, 2);
  const found = mm === undefined ? U64.ZERO : firstMapped(world, mm);
  const start = found.shr(size).shl(size);
  const end = start.add(U64.from(PMD_ENTRIES).shl(size));
  return { start, end: end.lt(start) ? U64.MAX.shr(size).shl(size) : end };
}

/** A sensible first scenario over tables nobody has described: a walk of the first thing that is mapped, with every callback. `name` is what the scenario calls the tables. */
export function firstWalkOver(world: World, name: string): Scenario {
  const { start, end } = firstRegion(world, world.mms[0]);
  return {
    ...SCENARIO_HEADER,
    title: `${world.geo.arch === 'arm64' ? 'First mapped region' : 'Tables'} of ${world.name}`,
    revision: NEWEST,
    memory: { capture: name },
    contexts: [
      {
        cpu: 0,
        calls: [
          {
            fn: 'walk_kernel_page_table_range',
            start: start.toHex(),
            end: end.toHex(),
            ops: { callbacks: ['pud', 'pmd', 'pte', 'hole'] },
            locks: [{ name: 'mmap:init_mm', mode: 'read' }],
          },
        ],
      },
    ],
  };
}
