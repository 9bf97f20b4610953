import type { Geometry } from '../arch/geometry.ts';
import { hwEntries, hwIndex, hwShift, upperHalf } from '../arch/geometry.ts';
import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';
import type { Capture } from './capture-of.ts';
import { captureOfFile } from './capture-of.ts';
import type { CaptureMeta, MetaMarker } from './meta.ts';
import type { PtdumpDump, PtdumpRange } from './ptdump-text.ts';
import { leafBits } from './rebuild-entry.ts';
import { geometryOfText, hardwareLevel } from './rebuild-geometry.ts';
import type { CapturedMm, TableRecord } from './tables.ts';
import { MAX_TABLES, MAX_TABLES_BYTES } from './tables.ts';

/** Texts of the kernel about its page tables: of init_mm (kernel_page_tables), and of efi_mm (efi_page_tables) where there is one. */
export interface PtdumpTexts {
  readonly kernel: PtdumpDump;
  readonly efi?: PtdumpDump;
}

/** A table under construction. */
interface Table {
  readonly mm: CapturedMm;
  readonly hw: number;
  readonly va: U64;
  readonly lanes: Int32Array;
  /** By index: the tables that entries point to. */
  readonly children: Map<number, Table>;
}

const NOTES: readonly string[] = [
  'These tables were rebuilt from the kernel’s text. Every level, size, permission and hole is as it says; it has no physical addresses, so those of the linear map are counted from its start, and all others, and where tables lie, are made up.',
  'Which page of the linear map is behind an address of vmalloc is not in a text: what a change there does to the alias is not shown.',
  'How the kernel was configured, and whether its CPUs can split live blocks, is not in a text either: the defaults stand.',
];

/**
 * The tables that arm64's ptdump printed as this text, rebuilt: a capture whose text is the same again. Problems name the line. The
 * texts of x86-64 and riscv are refused.
 */
export function captureFromPtdump({ kernel, efi }: PtdumpTexts, name: string): Result<Capture> {
  for (const dump of [kernel, ...(efi === undefined ? [] : [efi])])
    if (dump.format !== 'arm64')
      return problem('line 1', `is a text of ${dump.format}: tables can be rebuilt from those of arm64 only`);
  const geo = geometryOfText(kernel);
  if (!geo.ok) return geo;
  const places = new Places(geo.value, kernel);
  const builder = new Builder(geo.value, places);
  const wrong =
    builder.add('init_mm', upperHalf(geo.value), kernel) ??
    (efi === undefined ? undefined : builder.add('efi_mm', U64.ZERO, efi));
  if (wrong !== undefined) return wrong;
  const { records, bytes } = builder.records();
  const meta: CaptureMeta = {
    name,
    arch: 'arm64',
    linear_va_minus_pa: upperHalf(geo.value).toHex(),
    markers: markersOf(kernel),
    ...(efi === undefined ? {} : { efi_markers: markersOf(efi) }),
  };
  const notes = [...missing(kernel), ...NOTES];
  const capture = captureOfFile({ geo: geo.value, records, bytes, shared: new Map() }, meta, name, notes);
  return ok({ ...capture, world: { ...capture.world, madeUp: true } });
}

/** What a text of the kernel's whole half would have and this one has not: it was cut, or lines were taken out. */
function missing({ ranges }: PtdumpDump): string[] {
  const gap = ranges.find((range, i) => i > 0 && ranges[i - 1]?.end.eq(range.start) === false);
  const end = ranges.at(-1)?.end ?? U64.ZERO;
  return [
    ...(gap === undefined ? [] : [`Before line ${gap.line} something is missing: nothing is mapped there.`]),
    ...(end.isZero() ? [] : [`The text ends at ${end.toHex()}: what comes after that is missing.`]),
  ];
}

/** The address of a marker is that of the line below it; of those behind the last line, where that ends. */
function markersOf({ ranges, markers }: PtdumpDump): MetaMarker[] {
  const list: MetaMarker[] = [];
  const add = (start: U64): void => {
    list.push({ start: start.toHex(), name: markers[list.length] ?? '', maxLines: 0 });
  };
  for (const { start, area } of ranges)
    while (area !== '' && list.at(-1)?.name !== area && list.length < markers.length) add(start);
  const end = ranges.at(-1)?.end ?? U64.ZERO;
  while (list.length < markers.length) add(end);
  return list;
}

/** Physical addresses for what the text maps. */
class Places {
  private readonly geo: Geometry;
  private readonly linear: U64;
  /** Next address behind the memory of the linear map: for all that is mapped elsewhere, and then for the tables. */
  private next: number;

  constructor(geo: Geometry, kernel: PtdumpDump) {
    this.geo = geo;
    this.linear = upperHalf(geo);
    const last = kernel.ranges.findLast((range) => isLinear(range) && range.attributes !== '');
    const end = last === undefined ? U64.ZERO : last.end.sub(this.linear);
    this.next = alignUp(end.toNumber(), 2 ** 30);
  }

  /** The physical address of a line's first byte. Blocks and contiguous groups lie as they do in the address space. */
  of(mm: CapturedMm, range: PtdumpRange, hw: number): number {
    if (mm === 'init_mm' && isLinear(range)) return range.start.sub(this.linear).toNumber();
    const cont = hw === 3 ? this.geo.contPteShift : this.geo.contPmdShift;
    const group = 2 ** (hwShift(this.geo, hw) + (range.attributes.includes('CON') ? cont : 0));
    const pa = alignUp(this.next, group) + range.start.and(U64.from(group - 1)).toNumber();
    this.next = pa + range.end.sub(range.start).toNumber();
    return pa;
  }

  /** A page for a table. */
  table(): number {
    const pa = alignUp(this.next, 2 ** this.geo.pageShift);
    this.next = pa + 2 ** this.geo.pageShift;
    return pa;
  }
}

function isLinear({ area }: PtdumpRange): boolean {
  return area === 'Linear Mapping start';
}

function alignUp(n: number, to: number): number {
  return Math.ceil(n / to) * to;
}

class Builder {
  private readonly geo: Geometry;
  private readonly places: Places;
  private readonly roots: Table[] = [];
  private tables = 0;

  constructor(geo: Geometry, places: Places) {
    this.geo = geo;
    this.places = places;
  }

  /** Builds one mm; returns what is wrong. */
  add(mm: CapturedMm, base: U64, dump: PtdumpDump): Result<never> | undefined {
    const root = this.table(mm, this.geo.rootHw, base);
    this.roots.push(root);
    let end: U64 | undefined = undefined;
    for (const range of dump.ranges) {
      const at = `line ${range.line}`;
      if (end !== undefined && (end.isZero() || range.start.lt(end)))
        return problem(at, `begins at ${range.start.toHex()}, before the line above it ends`);
      const wrong = this.range(root, range);
      if (wrong !== undefined) return problem(at, wrong);
      ({ end } = range);
    }
    return undefined;
  }

  /** Every table in a list, parents first, each with a physical address; links are made here. */
  records(): { readonly records: TableRecord[]; readonly bytes: number } {
    const records: TableRecord[] = [];
    let bytes = 0;
    const visit = (table: Table, parent: number): number => {
      const pa = this.places.table();
      const index = records.length;
      const { mm, hw, va, lanes } = table;
      records.push({ mm, hw, n: lanes.length / 2, pa, va, lanes, parent });
      bytes += 4 * lanes.length;
      for (const [i, child] of table.children) {
        const at = U64.from(visit(child, index)).or(U64.from(3));
        lanes[2 * i] = at.hi;
        lanes[2 * i + 1] = at.lo;
      }
      return pa;
    };
    for (const root of this.roots) visit(root, -1);
    return { records, bytes };
  }

  private range(root: Table, range: PtdumpRange): string | undefined {
    const { geo } = this;
    const hw = hardwareLevel(geo, range);
    if (hw === undefined)
      return `${range.start.toHex()} to ${range.end.toHex()} can’t be of ${range.level} entries of this kernel`;
    if (range.start.lt(root.va) || !fits(geo, root, range)) return `is outside the addresses of ${root.mm}`;
    const bits = range.attributes === '' ? undefined : leafBits(geo, root.mm, hw, range.attributes);
    if (typeof bits === 'string') return bits;
    const shift = hwShift(geo, hw);
    let pa = bits === undefined ? 0 : this.places.of(root.mm, range, hw);
    // Higher bits of an address are not where the lower ones are, and no machine needs them here.
    if (pa + range.end.sub(range.start).toNumber() > 2 ** 48 && bits !== undefined)
      return 'maps memory at more than 48 bits of physical address';
    for (let va = range.start, left = range.end.sub(range.start); !left.isZero();) {
      const table = this.reach(root, hw, va);
      if (table === undefined) return `needs more tables than the ${MAX_TABLES} that are taken`;
      const from = hwIndex(geo, hw, va);
      const here = Math.min(hwEntries(geo, hw) - from, left.shr(shift).toNumber());
      if (bits !== undefined)
        for (let i = from; i < from + here; i++) {
          table.lanes[2 * i] = bits.hi | Math.floor(pa / 2 ** 32);
          table.lanes[2 * i + 1] = bits.lo | (pa | 0);
          pa += 2 ** shift;
        }
      const size = U64.from(here).shl(shift);
      va = va.add(size);
      left = left.sub(size);
    }
    return undefined;
  }

  /** The table of this level that covers the address, made where it is not there yet. */
  private reach(root: Table, hw: number, va: U64): Table | undefined {
    let table = root;
    for (let level = root.hw; level < hw; level++) {
      const idx = hwIndex(this.geo, level, va);
      let child = table.children.get(idx);
      if (child === undefined) {
        if (this.tables >= MAX_TABLES || this.tables * 2 ** this.geo.pageShift >= MAX_TABLES_BYTES)
          return undefined;
        child = this.table(table.mm, level + 1, va.andNot(U64.mask(hwShift(this.geo, level))));
        table.children.set(idx, child);
      }
      table = child;
    }
    return table;
  }

  private table(mm: CapturedMm, hw: number, va: U64): Table {
    this.tables++;
    return { mm, hw, va, lanes: new Int32Array(2 * hwEntries(this.geo, hw)), children: new Map() };
  }
}

/** Does the range end within what a root translates? */
function fits(geo: Geometry, root: Table, { start, end }: PtdumpRange): boolean {
  const last = end.sub(U64.ONE);
  return start.le(last) && last.sub(root.va).le(U64.mask(geo.vaBits));
}
