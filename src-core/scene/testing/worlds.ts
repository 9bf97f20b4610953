/** Made-up worlds for the tests of scene/ and of the map: not part of any product path. */
import { U64 } from '../../base/u64.ts';
import { rng } from '../../base/rng.ts';
import type { EntryFormat } from '../../arch/format.ts';
import type { Geometry } from '../../arch/geometry.ts';
import { hwEntries, hwIndex, slotVa, upperHalf } from '../../arch/geometry.ts';
import { parseArm64Geometry } from '../../arch/arm64/geometry.ts';
import { leaf, outputAddress, present, table } from '../../arch/arm64/entry.ts';
import type { TablePage } from '../../memory/page.ts';
import { PhysicalMemory } from '../../memory/physical.ts';
import type { Mm } from '../../mm/mm.ts';

/** As much of the arm64 format as a picture needs. */
export const testFormat: EntryFormat = {
  kind(_geo, hw, v) {
    if (v.isZero()) return 'none';
    if ((v.lo & 1) === 0) return present(v) ? 'invalid' : 'nonpresent';
    if (hw === 3) return table(v) ? 'page' : 'bad';
    if (table(v)) return 'table';
    return leaf(v) && hw > 0 ? 'block' : 'bad';
  },
  address: (geo, _hw, v) => outputAddress(geo, v),
  permission(v) {
    const writable = !v.bit(7);
    const executable = !v.bit(53);
    return writable ? (executable ? 'RWX' : 'RW') : executable ? 'RX' : 'RO';
  },
  contiguous: (v) => v.bit(52),
  fields: () => [],
};

export const RW = new U64(0x680000, 0x705);
export const RO = new U64(0x600000, 0x785);
export const RX = new U64(0x400000, 0x785);
export const CONT = U64.bit(52);

export interface TestWorld {
  readonly geo: Geometry;
  readonly format: EntryFormat;
  readonly memory: PhysicalMemory;
  readonly mms: readonly Mm[];
}

export function geometry(id: string): Geometry {
  const geo = parseArm64Geometry(id);
  if (!geo.ok) throw new Error(geo.error.message);
  return geo.value;
}

/** init_mm and efi_mm with empty roots. */
export function emptyWorld(id = '4k48'): TestWorld {
  const geo = geometry(id);
  const memory = new PhysicalMemory();
  const mms: Mm[] = [
    { name: 'init_mm', pgd: 0x72f0_3000, base: upperHalf(geo) },
    { name: 'efi_mm', pgd: 0x402c_c000, base: U64.ZERO },
  ];
  for (const mm of mms) memory.add(mm.pgd, geo.rootHw, mm.name, mm.base, hwEntries(geo, geo.rootHw));
  return { geo, format: testFormat, memory, mms };
}

const lastPa = new WeakMap<PhysicalMemory, number>();

/** The table of level `hw` that translates `va`, with the tables above it made as needed. */
export function tableFor(world: TestWorld, mmName: string, va: U64, hw: number): TablePage {
  const { geo, memory } = world;
  const mm = world.mms.find((m) => m.name === mmName);
  if (mm === undefined) throw new Error(`no ${mmName}`);
  let page = memory.page(mm.pgd);
  let base = mm.base;
  while (page !== undefined && page.hw < hw) {
    const idx = hwIndex(geo, page.hw, va);
    base = slotVa(geo, page.hw, base, idx);
    const value = page.get(idx);
    if (table(value)) {
      page = memory.page(outputAddress(geo, value));
      continue;
    }
    const pa = (lastPa.get(memory) ?? 0x7000_0000) + (1 << geo.pageShift);
    lastPa.set(memory, pa);
    page.set(idx, 0, (pa | 3) >>> 0);
    page = memory.add(pa, page.hw + 1, mmName, base, hwEntries(geo, page.hw + 1));
  }
  if (page === undefined) throw new Error('lost a table');
  return page;
}

/** Fills `n` entries from `first` with leaves that map consecutive memory from `pa`. */
export function fill(
  world: TestWorld,
  page: TablePage,
  first: number,
  n: number,
  attributes: U64,
  pa = 0x4000_0000,
): void {
  const size = 2 ** ((world.geo.pageShift - 3) * (4 - page.hw) + 3);
  const type = page.hw === 3 ? U64.from(2) : U64.ZERO;
  for (let i = 0; i < n; i++) {
    const v = attributes.or(type).add(U64.from(pa + i * size));
    page.set(first + i, v.hi, v.lo);
  }
}

/** A kernel whose linear map is all pages: `tables` PTE tables, nearly all of them alike, and efi_mm with five. */
export function pagesWorld(tables: number, id = '4k48'): TestWorld {
  const world = emptyWorld(id);
  const { geo } = world;
  const span = U64.from(hwEntries(geo, 3)).shl(geo.pageShift);
  const random = rng(7);
  const n = hwEntries(geo, 3);
  for (const [mm, count] of [
    ['init_mm', tables],
    ['efi_mm', 5],
  ] as const) {
    let va = mm === 'init_mm' ? upperHalf(geo) : U64.ZERO;
    for (let i = 0; i < count; i++, va = va.add(span)) {
      const page = tableFor(world, mm, va, 3);
      if (i % 23 !== 5) fill(world, page, 0, n, RW);
      else
        for (let at = 0; at < n; at += 16) fill(world, page, at, random.below(17), random.pick([RW, RO, RX]));
    }
  }
  return world;
}

/** Random tables under both roots: every kind of entry. */
export function randomWorld(seed: number, id = '4k48'): TestWorld {
  const world = emptyWorld(id);
  const { geo } = world;
  const random = rng(seed);
  for (let i = 0; i < 20; i++) {
    const mm = random.pick(world.mms);
    const low = U64.from(random.below(0x7fffffff))
      .shl(geo.pageShift - 1 + random.below(4))
      .and(U64.mask(geo.vaBits));
    const va = mm.base.or(low);
    const hw = geo.rootHw + random.below(4 - geo.rootHw);
    const page = tableFor(world, mm.name, va, hw);
    const n = 1 + random.below(page.entries - 1);
    const first = random.below(page.entries - n);
    const what = random.pick([RW, RO, RX, RW.or(CONT), U64.ZERO, U64.from(0x800), U64.from(4)]);
    for (let k = first; k < first + n; k++) {
      if (!page.isZero(k) && hw < 3 && table(page.get(k))) continue;
      if (what.bit(0) && hw > 0) fill(world, page, k, 1, what);
      else page.set(k, what.hi, what.bit(0) ? 0 : what.lo);
    }
  }
  return world;
}
