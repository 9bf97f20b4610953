import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';
import type { Geometry } from '../arch/geometry.ts';
import { upperHalf } from '../arch/geometry.ts';
import { hugePageShift } from '../kernel/arch/arm64/mm/hugetlbpage.ts';
import type { VmArea } from '../kernel/kernel.ts';
import type { Vma } from '../step/vma.ts';
import { translate } from '../memory/translate.ts';
import type { ScenarioMemory } from './schema.ts';
import type { World } from './world.ts';

type Listing = Extract<ScenarioMemory, { tables: unknown }>;

/** Pages of all vmalloc areas together: a few rows can ask for millions. */
const MAX_PAGES = 65_536;
/** Physical addresses have at most 52 bits. */
const PHYSICAL_END = 2 ** 52;

/** The VMAs of the user mm. Problems carry the path: out of order, overlapping, not of whole pages. */
export function vmasOf(listing: Listing, geo: Geometry): Result<Vma[]> {
  const vmas: Vma[] = [];
  const list = listing.vmas ?? [];
  if (list.length > 0 && !listing.roots.some((root) => root.mm === 'user'))
    return problem('memory.vmas', 'are those of the user mm, which has no root in memory.roots');
  let last = U64.ZERO;
  for (const [id, { flags, file, pgoff, hugePage, ...range }] of list.entries()) {
    const path = `memory.vmas[${id}]`;
    const [start, end] = [U64.hex(range.start), U64.hex(range.end)];
    if (start.or(end).intersects(U64.mask(geo.pageShift)))
      return problem(path, 'does not begin and end with a page');
    if (end.le(start)) return problem(`${path}.end`, 'must lie above start');
    if (start.lt(last)) return problem(`${path}.start`, 'lies below the end of the VMA before it');
    if (U64.bit(geo.vaBits).lt(end))
      return problem(`${path}.end`, `lies above the user half, which has ${geo.vaBits} bits`);
    if (pgoff !== undefined && file === undefined)
      return problem(`${path}.pgoff`, 'is a page of a file, and no file is named');
    const hugetlb = flags.includes('HUGETLB');
    if (hugePage !== undefined && !hugetlb)
      return problem(`${path}.hugePage`, 'is for VMAs with the flag HUGETLB');
    if (hugetlb && start.or(end).intersects(U64.mask(hugePageShift(geo, hugePage ?? 'pmd'))))
      return problem(path, 'does not begin and end with a huge page');
    vmas.push({
      id,
      start,
      end,
      flags,
      ...(file === undefined ? {} : { file, pgoff: pgoff ?? 0 }),
      ...(hugePage === undefined ? {} : { hugePage }),
    });
    last = end;
  }
  return ok(vmas);
}

/** The world with the vmalloc areas that a scenario lays over a capture, where it has any. */
export function areasOverCapture(memory: ScenarioMemory, world: World): Result<World> {
  if (!('capture' in memory) || memory.vmAreas === undefined) return ok(world);
  const areas = vmAreasOf(memory, world);
  return areas.ok ? ok({ ...world, vmAreas: areas.value }) : areas;
}

/** The tables that areas are laid over: what an area without pages of its own is mapped to, they say. */
type Ground = Pick<World, 'geo' | 'memory' | 'mms'>;

/**
 * The vmalloc areas. Problems carry the path: out of order, overlapping, not of whole pages, too many pages, no pages and not mapped
 * either.
 */
export function vmAreasOf(listing: Pick<Listing, 'vmAreas'>, ground: Ground): Result<VmArea[]> {
  const { geo } = ground;
  const areas: VmArea[] = [];
  let last = upperHalf(geo);
  let pages = 0;
  for (const [i, { flags, ...area }] of (listing.vmAreas ?? []).entries()) {
    const path = `memory.vmAreas[${i}]`;
    const [addr, size] = [U64.hex(area.addr), U64.hex(area.size)];
    if (addr.or(size).intersects(U64.mask(geo.pageShift)))
      return problem(path, 'does not consist of whole pages');
    if (addr.lt(last))
      return problem(
        `${path}.addr`,
        i === 0 ? "lies below the kernel's half" : 'lies below the end of the area before it',
      );
    if (size.isZero())
      return problem(`${path}.size`, 'leaves no room for the guard page, which is part of it');
    last = addr.add(size);
    if (last.lt(addr)) return problem(`${path}.size`, 'reaches beyond the address space');
    const backing =
      area.pages === undefined
        ? mappedPages(addr, size, ground, path)
        : pagesOf(area.pages, size, geo, `${path}.pages`);
    if (!backing.ok) return backing;
    pages += backing.value.length;
    if (pages > MAX_PAGES) return problem(`${path}.pages`, `make more than ${MAX_PAGES} pages in all areas`);
    areas.push({ addr, size, flags, pages: backing.value });
  }
  return ok(areas);
}

function pagesOf(
  [firstText, stepText, count]: readonly [string, string, number],
  size: U64,
  geo: Geometry,
  path: string,
): Result<U64[]> {
  const [first, step] = [U64.hex(firstText), U64.hex(stepText)];
  if (first.or(step).intersects(U64.mask(geo.pageShift))) return problem(path, 'are not whole pages');
  const end = U64.from(PHYSICAL_END);
  if (!first.lt(end) || !step.lt(end) || first.toNumber() + step.toNumber() * count > PHYSICAL_END)
    return problem(path, 'reach beyond physical addresses, which have at most 52 bits');
  if (size.shr(geo.pageShift).lt(U64.from(count + 1)))
    return problem(path, `are ${count}, and the area has no room for so many and its guard page`);
  return ok(Array.from({ length: count }, (_, i) => first.plus(i * step.toNumber())));
}

/** The pages that an area's addresses, but for its guard page, are mapped to. */
function mappedPages(addr: U64, size: U64, { geo, memory, mms }: Ground, path: string): Result<U64[]> {
  const count = size.shr(geo.pageShift).sub(U64.ONE);
  if (!count.lt(U64.from(MAX_PAGES + 1)))
    return problem(`${path}.size`, `makes more than ${MAX_PAGES} pages in all areas`);
  const pgd = mms.find((mm) => mm.name === 'init_mm')?.pgd;
  const pages: U64[] = [];
  for (let i = 0; i < count.toNumber(); i++) {
    const va = addr.add(U64.from(i).shl(geo.pageShift));
    const pa = pgd === undefined ? undefined : translate(memory, geo, pgd, va);
    if (pa === undefined) return problem(path, `has no pages, and ${va.toHex()} is not mapped to any`);
    pages.push(U64.from(pa));
  }
  return ok(pages);
}
