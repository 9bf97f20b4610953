import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';
import type { Geometry } from '../arch/geometry.ts';
import { canonical, hwEntries, hwShift } from '../arch/geometry.ts';
import { arm64Geometry } from '../arch/arm64/geometry.ts';
import { outputAddress } from '../arch/arm64/entry.ts';
import { x86Geometry } from '../arch/x86/geometry.ts';

/** A file larger than this many bytes, or with more tables, is refused before it is looked at. */
export const MAX_TABLES_BYTES = 64 * 1024 * 1024;
export const MAX_TABLES = 100_000;

const MAGIC = 'PTTABS1\0';
const HEADER = 24;
const RECORD = 24;
const FLAG_LPA2 = 1;
const FLAG_X86 = 2;
/** Physical addresses have at most 52 bits. */
const MAX_PA = 2 ** 52;

export type CapturedMm = 'init_mm' | 'efi_mm';

/** One table as captured. */
export interface TableRecord {
  readonly mm: CapturedMm;
  /** Hardware lookup level: 3 (PTE) … -1. */
  readonly hw: number;
  /** Entries. */
  readonly n: number;
  /** Physical address, bytes. */
  readonly pa: number;
  /** Address that entry 0 translates, sign-extended. */
  readonly va: U64;
  /** hi at 2i, lo at 2i+1. Records of the same physical address share one array. */
  readonly lanes: Int32Array;
  /** Position of the table that points here, in the list; -1 for a root. */
  readonly parent: number;
}

/** Everything in one tables.bin. */
export interface TableFile {
  /** By the header alone: the build is taken to have the bits in use. */
  readonly geo: Geometry;
  /** Depth first, a parent before its children; init_mm's root is among them. */
  readonly records: readonly TableRecord[];
  /** Length of the file unpacked, bytes. */
  readonly bytes: number;
  /** Tables listed more than once because several entries point to them: how often each is listed, by physical address. */
  readonly shared: ReadonlyMap<number, number>;
}

/** True when the bytes begin as a table capture does. */
export function isTables(bytes: Uint8Array): boolean {
  for (let i = 0; i < MAGIC.length; i++) if (bytes[i] !== MAGIC.charCodeAt(i)) return false;
  return true;
}

/** Why these first bytes cannot be those of a table capture; undefined if they can. */
export function refuseHead(head: Uint8Array): string | undefined {
  return isTables(head) ? undefined : 'is no capture of page tables: it does not begin with "PTTABS1"';
}

/** The physical address a table entry points to, or undefined if the entry is no table pointer. */
export function childTable(geo: Geometry, hw: number, hi: number, lo: number): number | undefined {
  if (hw >= 3) return undefined;
  if (geo.arch === 'x86') {
    if ((lo & 0x81) !== 1) return undefined;
    return (hi & 0xfffff) * 0x100000000 + ((lo & -4096) >>> 0);
  }
  return (lo & 3) === 3 ? outputAddress(geo, new U64(hi, lo)) : undefined;
}

/**
 * Reads an unpacked tables.bin. Every bound is checked: a Problem's path says at which byte, and in which table (counted
 * from 0), the file is not what it must be.
 */
export function parseTables(bytes: Uint8Array): Result<TableFile> {
  if (bytes.length > MAX_TABLES_BYTES) {
    return problem('byte 0', `the file has ${bytes.length} bytes; at most ${MAX_TABLES_BYTES} are read`);
  }
  const foreign = refuseHead(bytes);
  if (foreign !== undefined) return problem('byte 0', `the file ${foreign}`);
  if (bytes.length < HEADER)
    return problem(`byte ${bytes.length}`, `the file ends inside its header of ${HEADER} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(8, true);
  const header = geometryOf(view.getUint32(12, true), view.getUint32(16, true), view.getUint32(20, true));
  if (!header.ok) return header;
  const geo = header.value;
  if (count === 0) return problem('byte 8', 'the header says there are no tables; a root is needed at least');
  if (count > MAX_TABLES)
    return problem('byte 8', `the header says ${count} tables; at most ${MAX_TABLES} are read`);

  const reader = new Reader(view, geo);
  for (let i = 0; i < count; i++) {
    const wrong = reader.next();
    if (wrong !== undefined) return wrong;
  }
  if (reader.at < bytes.length) {
    return problem(
      `byte ${reader.at}`,
      `${bytes.length - reader.at} bytes follow the last of ${count} tables`,
    );
  }
  if (!reader.records.some((r) => r.mm === 'init_mm'))
    return problem('byte 24', 'there is no root of init_mm');
  return ok({ geo, records: reader.records, bytes: bytes.length, shared: reader.shared() });
}

function geometryOf(pageShift: number, vaBits: number, flags: number): Result<Geometry> {
  if ((flags & ~(FLAG_LPA2 | FLAG_X86)) !== 0)
    return problem('byte 20', `unknown flags 0x${flags.toString(16)}`);
  if ((flags & FLAG_X86) !== 0) {
    if (pageShift !== 12) return problem('byte 12', `an x86-64 page shift is 12, not ${pageShift}`);
    if ((flags & FLAG_LPA2) !== 0) return problem('byte 20', 'the flags say both x86-64 and LPA2');
    const geo = x86Geometry(vaBits);
    return geo.ok ? geo : problem('byte 16', geo.error.message);
  }
  const geo = arm64Geometry(pageShift, vaBits, vaBits, (flags & FLAG_LPA2) !== 0);
  return geo.ok ? geo : problem('byte 12', geo.error.message);
}

/** Takes the records one after the other. */
class Reader {
  readonly records: TableRecord[] = [];
  /** Where the next record begins. */
  at = HEADER;
  private readonly view: DataView;
  private readonly geo: Geometry;
  /** First record of each physical address, and how many there are. */
  private readonly byPa = new Map<number, { readonly first: number; count: number }>();
  /** By mm, level and address: which record that is. */
  private readonly byPlace = new Map<string, number>();

  constructor(view: DataView, geo: Geometry) {
    this.view = view;
    this.geo = geo;
  }

  /** Reads one record; returns what is wrong with it. */
  next(): Result<never> | undefined {
    const { view, geo, at } = this;
    const index = this.records.length;
    const here = (offset: number): string => `byte ${at + offset}, table ${index}`;
    if (at + RECORD > view.byteLength) {
      return problem(
        `byte ${view.byteLength}, table ${index}`,
        'the file ends inside the head of this table',
      );
    }
    const mmId = view.getUint8(at);
    if (mmId > 1) return problem(here(0), `mm is ${mmId}; 0 is init_mm and 1 efi_mm`);
    const mm = mmId === 0 ? 'init_mm' : 'efi_mm';
    const hw = view.getInt8(at + 1);
    if (hw < geo.rootHw || hw > 3) {
      return problem(here(1), `the level is ${hw}; tables of this geometry have levels ${geo.rootHw} to 3`);
    }
    if (view.getUint16(at + 2, true) !== 0) return problem(here(2), 'two bytes that must be 0 are not');
    const n = view.getUint32(at + 4, true);
    const expected = hwEntries(geo, hw);
    if (n !== expected) return problem(here(4), `a table of level ${hw} has ${expected} entries, not ${n}`);
    const pa = view.getUint32(at + 12, true) * 0x100000000 + view.getUint32(at + 8, true);
    if (pa >= MAX_PA) return problem(here(8), `${hex(pa)} is no physical address: it has more than 52 bits`);
    const aligned = hw === geo.rootHw ? 64 : 2 ** geo.pageShift;
    if (pa % aligned !== 0)
      return problem(here(8), `the physical address ${hex(pa)} is not a multiple of ${aligned}`);
    const va = new U64(view.getInt32(at + 20, true), view.getInt32(at + 16, true));
    if (at + RECORD + 8 * n > view.byteLength) {
      return problem(
        `byte ${view.byteLength}, table ${index}`,
        `the file ends inside the ${n} entries of this table`,
      );
    }
    const parent = this.parentOf(mm, hw, pa, va);
    if (typeof parent === 'string') return problem(here(16), parent);
    const lanes = this.lanes(index, hw, pa, n);
    if (typeof lanes === 'string') return problem(here(8), lanes);
    this.records.push({ mm, hw, n, pa, va, lanes, parent });
    this.byPlace.set(place(mm, hw, va), index);
    this.at += RECORD + 8 * n;
    return undefined;
  }

  shared(): Map<number, number> {
    const shared = new Map<number, number>();
    for (const [pa, { count }] of this.byPa) if (count > 1) shared.set(pa, count);
    return shared;
  }

  /** The record that points to this table, -1 for a root, or what is wrong. */
  private parentOf(mm: CapturedMm, hw: number, pa: number, va: U64): number | string {
    const { geo } = this;
    if (this.byPlace.has(place(mm, hw, va)))
      return `${mm} has this table of level ${hw} at ${va.toHex()} already`;
    if (hw === geo.rootHw) {
      if (this.records.some((r) => r.mm === mm && r.parent === -1)) return `${mm} has a second root`;
      const base = mm === 'init_mm' && geo.arch === 'arm64' ? U64.ZERO.sub(U64.bit(geo.vaBits)) : U64.ZERO;
      return va.eq(base) ? -1 : `the root of ${mm} translates from ${base.toHex()}, not ${va.toHex()}`;
    }
    // Where the table above begins, and which of its entries leads here.
    const shift = hwShift(geo, hw - 1);
    const isRoot = hw - 1 === geo.rootHw;
    const width = isRoot ? geo.rootIndexBits : geo.pageShift - 3;
    if (!va.and(U64.mask(shift)).isZero())
      return `${va.toHex()} is not a multiple of what a table of level ${hw} covers`;
    if (geo.arch === 'x86' && !canonical(geo, va).eq(va)) return `${va.toHex()} is not a canonical address`;
    const above = isRoot && geo.arch === 'x86' ? U64.ZERO : va.andNot(U64.mask(shift + width));
    const parent = this.byPlace.get(place(mm, hw - 1, above));
    const record = parent === undefined ? undefined : this.records[parent];
    if (parent === undefined || record === undefined) {
      return `no table of level ${hw - 1} of ${mm} before this one covers ${va.toHex()}`;
    }
    const idx = va.field(shift, width);
    const target = childTable(geo, hw - 1, record.lanes[2 * idx] ?? 0, record.lanes[2 * idx + 1] ?? 0);
    if (target === pa) return parent;
    const leads = target === undefined ? 'is no table pointer' : `points to ${hex(target)}`;
    return `entry ${idx} of table ${parent} (level ${hw - 1}) ${leads}, but this table at ${hex(pa)} should hang there`;
  }

  /** The entries, shared with an earlier record of the same physical address; or what is wrong. */
  private lanes(index: number, hw: number, pa: number, n: number): Int32Array | string {
    const { view } = this;
    const body = this.at + RECORD;
    const known = this.byPa.get(pa);
    const earlier = known === undefined ? undefined : this.records[known.first];
    if (known === undefined || earlier === undefined) {
      const lanes = new Int32Array(2 * n);
      for (let i = 0, o = body; i < lanes.length; i += 2, o += 8) {
        lanes[i] = view.getInt32(o + 4, true);
        lanes[i + 1] = view.getInt32(o, true);
      }
      this.byPa.set(pa, { first: index, count: 1 });
      return lanes;
    }
    if (earlier.hw !== hw) {
      return `the table at ${hex(pa)} has level ${hw} here and level ${earlier.hw} as table ${known.first}`;
    }
    const lanes = earlier.lanes;
    for (let i = 0, o = body; i < lanes.length; i += 2, o += 8) {
      if (lanes[i] !== view.getInt32(o + 4, true) || lanes[i + 1] !== view.getInt32(o, true)) {
        return `entry ${i / 2} of the table at ${hex(pa)} differs from table ${known.first}, which is the same page`;
      }
    }
    known.count++;
    return lanes;
  }
}

function place(mm: CapturedMm, hw: number, va: U64): string {
  return `${mm} ${hw} ${va.hi} ${va.lo}`;
}

function hex(pa: number): string {
  return `0x${pa.toString(16)}`;
}
