import { U64 } from '../base/u64.ts';
import type { Geometry } from '../arch/geometry.ts';
import { hwEntries, hwIndex, slotVa } from '../arch/geometry.ts';
import { outputAddress, table as isTable } from '../arch/arm64/entry.ts';
import type { PhysicalMemory } from './physical.ts';
import type { TablePage } from './page.ts';

/**
 * Tables as text: `[mm, level, va, n, value, step]`, every non-zero entry in pre-order (golden/FORMAT.md §4). A table
 * pointer stands alone and is followed by its child's entries; other entries are runs: slot i at `va + i * entry size`
 * holds `value + i * step`.
 */
export type ListingRow = readonly [
  mm: string,
  level: number,
  va: string,
  n: number,
  value: string,
  step: string,
];

/** A root to list from or load into. */
export interface ListingRoot {
  readonly mm: string;
  /** Physical address of the root table, in bytes. */
  readonly pgd: number;
  readonly base: U64;
}

/** Allocates the roots and every table the rows name, and fills them in. Rows must be in pre-order. Throws RangeError on a row that no table holds. */
export function loadListing(
  memory: PhysicalMemory,
  geo: Geometry,
  roots: readonly ListingRoot[],
  rows: readonly ListingRow[],
): void {
  for (const root of roots) memory.add(root.pgd, geo.rootHw, root.mm, root.base, hwEntries(geo, geo.rootHw));
  for (const [i, row] of rows.entries()) {
    const [mm, level, vaText, n, valueText, stepText] = row;
    const root = roots.find((r) => r.mm === mm);
    if (root === undefined) throw new RangeError(`tables[${i}]: there is no mm named ${mm}`);
    if (level < geo.rootHw || level > 3)
      throw new RangeError(`tables[${i}]: level ${level} is outside this geometry`);
    const va = U64.hex(vaText);
    let page = memory.page(root.pgd);
    for (let hw = geo.rootHw; hw < level && page !== undefined; hw++) {
      page = memory.page(outputAddress(geo, page.get(hwIndex(geo, hw, va))));
    }
    if (page === undefined || page.hw !== level)
      throw new RangeError(`tables[${i}]: no table of level ${level} covers ${vaText}`);
    const first = hwIndex(geo, level, va);
    if (first + n > page.entries)
      throw new RangeError(`tables[${i}]: ${n} entries from index ${first} overrun the table`);
    const step = U64.hex(stepText);
    let value = U64.hex(valueText);
    for (let k = 0; k < n; k++) {
      page.set(first + k, value.hi, value.lo);
      if (level < 3 && isTable(value)) {
        const pa = outputAddress(geo, value);
        if (memory.page(pa) === undefined)
          memory.add(
            pa,
            level + 1,
            mm,
            slotVa(geo, level, page.va ?? root.base, first + k),
            hwEntries(geo, level + 1),
          );
      }
      value = value.add(step);
    }
  }
}

/** Lists the tables reachable from the roots. `keep` limits it to some tables (their pointers are listed all the same). */
export function listTables(
  memory: PhysicalMemory,
  geo: Geometry,
  roots: readonly ListingRoot[],
  keep: (page: TablePage) => boolean = () => true,
): ListingRow[] {
  const rows: ListingRow[] = [];
  const visit = (mm: string, page: TablePage, va: U64): void => {
    if (!keep(page)) return;
    let i = 0;
    while (i < page.entries) {
      if (page.isZero(i)) {
        i++;
        continue;
      }
      const value = page.get(i);
      const at = slotVa(geo, page.hw, va, i);
      if (page.hw < 3 && isTable(value)) {
        rows.push([mm, page.hw, at.toHex(), 1, value.toHex(), '0x0']);
        const child = memory.page(outputAddress(geo, value));
        if (child !== undefined && child.hw === page.hw + 1) visit(mm, child, at);
        i++;
        continue;
      }
      const plain = (k: number): boolean =>
        k < page.entries && !page.isZero(k) && !(page.hw < 3 && isTable(page.get(k)));
      let n = 1;
      let step = U64.ZERO;
      if (plain(i + 1)) {
        step = page.get(i + 1).sub(value);
        while (
          plain(i + n) &&
          page
            .get(i + n)
            .sub(page.get(i + n - 1))
            .eq(step)
        )
          n++;
      }
      rows.push([mm, page.hw, at.toHex(), n, value.toHex(), n === 1 ? '0x0' : step.toHex()]);
      i += n;
    }
  };
  for (const root of roots) {
    const page = memory.page(root.pgd);
    if (page !== undefined) visit(root.mm, page, root.base);
  }
  return rows;
}

/** Expands runs, for comparing two listings entry by entry: `mm level va value` a line. */
export function expandListing(geo: Geometry, rows: readonly ListingRow[]): string[] {
  const out: string[] = [];
  for (const [mm, level, va, n, value, step] of rows) {
    let v = U64.hex(value);
    const stride = U64.hex(step);
    for (let i = 0; i < n; i++) {
      out.push(`${mm} ${level} ${slotVa(geo, level, U64.hex(va), i).toHex()} ${v.toHex()}`);
      v = v.add(stride);
    }
  }
  return out;
}
