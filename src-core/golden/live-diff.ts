import { outputAddress, table as isTable } from '../arch/arm64/entry.ts';
import { slotVa } from '../arch/geometry.ts';
import { U64 } from '../base/u64.ts';
import type { TablePage } from '../memory/page.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { World } from '../scenario/world.ts';

/** Half-open addresses. */
interface Range {
  readonly start: U64;
  readonly end: U64;
}

/**
 * What differs between two states of init_mm, as `level va value` of each entry that is another now, and of each entry of a table
 * that is new. Pointers to new tables have no address. Left out: entries in the vmalloc area outside the object, where kernel
 * stacks come and go by themselves (captures/FORMAT.md).
 */
export function entryLines(
  world: World,
  before: PhysicalMemory,
  now: PhysicalMemory,
  object: Range,
): Map<string, string> {
  const { geo } = world;
  const lines = new Map<string, string>();
  const vmalloc = areaOf(world, 'vmalloc() area');
  const ignored = (va: U64): boolean => vmalloc !== undefined && inside(va, vmalloc) && !inside(va, object);
  const visit = (page: TablePage, va: U64): void => {
    const old = before.page(page.pa);
    for (let i = 0; i < page.entries; i++) {
      const value = page.get(i);
      const at = slotVa(geo, page.hw, va, i);
      const child = page.hw < 3 && isTable(value) ? now.page(outputAddress(geo, value)) : undefined;
      const changed = old === undefined ? !value.isZero() : !old.get(i).eq(value);
      if (changed && !ignored(at)) {
        const fresh = child !== undefined && before.page(child.pa) === undefined;
        lines.set(
          `L${page.hw} ${at.toHex()}`,
          fresh ? `new table ${attributes(value, child.pa)}` : value.toHex(),
        );
      }
      // A PTE table that both states share is the same object, and has nothing to say.
      if (child !== undefined && (child.hw < 3 || child !== before.page(child.pa))) visit(child, at);
    }
  };
  const mm = world.mms.find((m) => m.name === 'init_mm');
  const root = mm === undefined ? undefined : now.page(mm.pgd);
  if (mm !== undefined && root !== undefined) visit(root, mm.base);
  return lines;
}

/** A table descriptor without its address. */
function attributes(value: U64, pa: number): string {
  return value.sub(U64.from(pa)).toHex();
}

function inside(va: U64, range: Range): boolean {
  return range.start.le(va) && va.lt(range.end);
}

/** The area a marker opens, up to the next marker. */
function areaOf(world: World, name: string): Range | undefined {
  const i = world.markers.findIndex((m) => m.name === name);
  const start = world.markers[i]?.start;
  const end = world.markers[i + 1]?.start;
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** The first entry on which two sets of lines disagree. */
export function tableDifference(
  ours: ReadonlyMap<string, string>,
  theirs: ReadonlyMap<string, string>,
): string | undefined {
  for (const [at, value] of theirs) {
    if (ours.get(at) !== value) return `${at}: ${ours.get(at) ?? 'not changed'}, the live kernel ${value}`;
  }
  for (const [at, value] of ours)
    if (!theirs.has(at)) return `${at}: ${value}, not changed in the live kernel`;
  return undefined;
}
