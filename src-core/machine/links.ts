import type { Geometry } from '../arch/geometry.ts';
import { outputAddress, table as isTable } from '../arch/arm64/entry.ts';
import type { TablePage } from '../memory/page.ts';
import type { PhysicalMemory } from '../memory/physical.ts';

/** The slot that points at a table: physical address of the table it is in, and index. */
export interface Link {
  readonly table: number;
  readonly idx: number;
}

/** Computed once for the memory that many runs start from: it is never written. */
const initial = new WeakMap<PhysicalMemory, ReadonlyMap<number, Link>>();

function initialLinks(
  ground: PhysicalMemory,
  geo: Geometry,
  roots: readonly number[],
): ReadonlyMap<number, Link> {
  const known = initial.get(ground);
  if (known !== undefined) return known;
  const links = new Map<number, Link>();
  const visit = (page: TablePage): void => {
    if (page.hw >= 3) return;
    for (let idx = 0; idx < page.entries; idx++) {
      const value = page.get(idx);
      if (!isTable(value)) continue;
      const child = ground.page(outputAddress(geo, value));
      if (child === undefined || links.has(child.pa)) continue;
      links.set(child.pa, { table: page.pa, idx });
      visit(child);
    }
  };
  for (const pgd of roots) {
    const root = ground.page(pgd);
    if (root !== undefined) visit(root);
  }
  initial.set(ground, links);
  return links;
}

/**
 * Which slot points, or last pointed, at each table: what makes a table reachable, and whose stores decide whether a store into
 * it still reaches anybody.
 */
export class Links {
  private readonly ground: ReadonlyMap<number, Link>;
  private readonly own = new Map<number, Link>();
  private readonly roots: readonly number[];

  /** `ground`: the memory before the run; `roots`: physical addresses of the root tables. */
  constructor(ground: PhysicalMemory, geo: Geometry, roots: readonly number[]) {
    this.ground = initialLinks(ground, geo, roots);
    this.roots = roots;
  }

  /** A pointer to `child` was stored in this slot. */
  note(child: number, link: Link): void {
    this.own.set(child, link);
  }

  linkOf(table: number): Link | undefined {
    return this.own.get(table) ?? this.ground.get(table);
  }

  /** Addresses of the words that make a table reachable, its own slot first, up to the root. */
  chain(table: number): number[] {
    const words: number[] = [];
    for (
      let link = this.linkOf(table);
      link !== undefined && words.length < 8;
      link = this.linkOf(link.table)
    )
      words.push(link.table + 8 * link.idx);
    return words;
  }

  /**
   * Why the table can't be reached from a root by the entries as they are now: the lowest table, it or one above it, that nothing leads
   * to. Undefined where it can.
   */
  detachedAt(table: number, memory: PhysicalMemory, geo: Geometry): number | undefined {
    let at = table;
    for (let depth = 0; depth < 8 && !this.roots.includes(at); depth++) {
      const link = this.linkOf(at);
      const value = link === undefined ? undefined : memory.page(link.table)?.get(link.idx);
      if (link === undefined || value === undefined || !isTable(value) || outputAddress(geo, value) !== at)
        return at;
      at = link.table;
    }
    return undefined;
  }
}
