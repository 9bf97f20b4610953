import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';
import { parseArm64Geometry } from '../arch/arm64/geometry.ts';
import { outputAddress, table as isTable } from '../arch/arm64/entry.ts';
import type { Geometry } from '../arch/geometry.ts';
import { hwEntries, hwIndex, hwShift, upperHalf } from '../arch/geometry.ts';
import { loadListing } from '../memory/listing.ts';
import { PhysicalMemory } from '../memory/physical.ts';
import type { Mm } from '../mm/mm.ts';
import { vmAreasOf, vmasOf } from './listing-areas.ts';
import type { ScenarioMemory } from './schema.ts';
import type { World } from './world.ts';

/** Memory spelled out in a scenario. */
export type ListingMemory = Extract<ScenarioMemory, { tables: unknown }>;

/** Most bytes of tables a listing may ask for: a few rows can ask for gigabytes. */
const MAX_TABLE_BYTES = 16 * 1024 * 1024;
/** Physical addresses have at most 52 bits. */
const PHYSICAL_END = 2 ** 52;

/**
 * The world a scenario's listing describes: tables in memory, init_mm first. Problems carry the path of the row or root
 * (`memory.tables[3]`): it names no mm that has a root, lies outside its table, would need more than 16 MiB of tables. VMAs and
 * vmalloc areas: see listing-areas.ts.
 */
export function worldFromListing(listing: ListingMemory): Result<World> {
  const geometry = parseArm64Geometry(listing.geometry);
  if (!geometry.ok) return problem('memory.geometry', geometry.error.message);
  const geo = geometry.value;
  const roots = rootsOf(listing, geo);
  if (!roots.ok) return roots;
  const rows = checkRows(listing, geo, roots.value);
  if (!rows.ok) return rows;
  const vmas = vmasOf(listing, geo);
  if (!vmas.ok) return vmas;
  const memory = new PhysicalMemory();
  try {
    loadListing(
      memory,
      geo,
      roots.value.map((mm) => ({ mm: mm.name, pgd: mm.pgd, base: mm.base })),
      listing.tables,
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const [, path, message] = /^(tables\[\d+\]): (.*)$/s.exec(error.message) ?? ['', 'tables', error.message];
    return problem(`memory.${path}`, message ?? '');
  }
  const vmAreas = vmAreasOf(listing, { geo, memory, mms: roots.value });
  if (!vmAreas.ok) return vmAreas;
  return ok({
    name: listing.from ?? 'its own tables',
    geo,
    memory,
    mms: roots.value,
    vmas: vmas.value,
    vmAreas: vmAreas.value,
    markers: [],
    notes: [],
  });
}

/** init_mm first. */
function rootsOf(listing: ListingMemory, geo: Geometry): Result<Mm[]> {
  const mms: Mm[] = [];
  const size = hwEntries(geo, geo.rootHw) * 8;
  for (const [i, root] of listing.roots.entries()) {
    const path = `memory.roots[${i}]`;
    if (mms.some((m) => m.name === root.mm)) return problem(`${path}.mm`, `${root.mm} has two roots`);
    const at = U64.hex(root.pgd);
    if (!at.lt(U64.from(PHYSICAL_END)))
      return problem(`${path}.pgd`, 'physical addresses have at most 52 bits');
    const pgd = at.toNumber();
    // TTBR: a root is aligned to its own size, to 64 bytes at least.
    const align = Math.min(Math.max(size, 64), 2 ** geo.pageShift);
    if (pgd % align !== 0)
      return problem(`${path}.pgd`, `a root table of this geometry is aligned to ${align} bytes`);
    if (mms.some((m) => m.pgd === pgd)) return problem(`${path}.pgd`, "is another mm's root");
    mms.push({ name: root.mm, pgd, base: root.mm === 'init_mm' ? upperHalf(geo) : U64.ZERO });
  }
  const init = mms.findIndex((m) => m.name === 'init_mm');
  if (init < 0) return problem('memory.roots', 'init_mm needs a root');
  return ok([...mms.splice(init, 1), ...mms]);
}

/** Bounds the work and the memory before any of it is done. */
function checkRows(listing: ListingMemory, geo: Geometry, roots: readonly Mm[]): Result<undefined> {
  const tables = new Set(roots.map((mm) => mm.pgd));
  let bytes = roots.length * hwEntries(geo, geo.rootHw) * 8;
  let entries = 0;
  for (const [i, [mm, level, va, n, valueText, stepText]] of listing.tables.entries()) {
    const path = `memory.tables[${i}]`;
    if (!roots.some((r) => r.name === mm)) return problem(path, `${mm} has no root in memory.roots`);
    if (level < geo.rootHw)
      return problem(path, `level ${level} is above the root, which is level ${geo.rootHw} in ${geo.id}`);
    if (n < 1) return problem(path, 'a row stands for at least one entry');
    if (hwIndex(geo, level, U64.hex(va)) + n > hwEntries(geo, level))
      return problem(path, `${n} entries from ${va} on overrun the table`);
    if (
      !U64.hex(va)
        .and(U64.mask(hwShift(geo, level)))
        .isZero()
    )
      return problem(path, `${va} is not where an entry of level ${level} begins`);
    entries += n;
    if (entries * 8 > MAX_TABLE_BYTES) return problem(path, 'more entries than 16 MiB of tables hold');
    if (level === 3) continue;
    const step = U64.hex(stepText);
    let value = U64.hex(valueText);
    for (let k = 0; k < n; k++, value = value.add(step)) {
      if (!isTable(value)) continue;
      if (n > 1) return problem(path, 'a pointer to a table stands alone: its row has one entry');
      const pa = outputAddress(geo, value);
      if (tables.has(pa)) continue;
      tables.add(pa);
      bytes += hwEntries(geo, level + 1) * 8;
      if (bytes > MAX_TABLE_BYTES) return problem(path, 'more than 16 MiB of tables');
    }
  }
  return ok(undefined);
}
