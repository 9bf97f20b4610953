import { U64 } from '../base/u64.ts';
import type { Permission } from '../arch/format.ts';
import { hwShift, slotVa } from '../arch/geometry.ts';
import type { Capture, PtdumpMarker } from './capture.ts';
import type { CapturedMm, TableRecord } from './tables.ts';

/** Leaves of one kind in one area. */
export interface AreaRow {
  /** `invalid`: made invalid, and so mapping nothing, but not empty. */
  readonly permission: Permission | 'invalid';
  /** Hardware level of the entries, and whether they carry the contiguous bit. */
  readonly hw: number;
  readonly contiguous: boolean;
  readonly leaves: number;
  /** What they cover. */
  readonly bytes: number;
}

/** A named part of the address space, from its marker to the next. */
export interface Area {
  readonly name: string;
  readonly start: U64;
  readonly rows: readonly AreaRow[];
}

const PERMISSIONS = ['RW', 'RO', 'RX', 'RWX', 'invalid'] as const;
const INVALID = 4;
/** Rows of an area by kind: permission, then level, then the contiguous bit. */
const KINDS = PERMISSIONS.length * 5 * 2;

/** What each area of one mm maps, by permission and level. Areas that hold nothing are left out. */
export function areasOf(capture: Capture, mm: CapturedMm): readonly Area[] {
  const { geo } = capture.world;
  const markers = mm === 'efi_mm' ? capture.efiMarkers : capture.markers;
  const starts: readonly PtdumpMarker[] = [{ start: U64.ZERO, name: mm, maxLines: 0 }, ...markers];
  const counts = starts.map(() => new Float64Array(KINDS));
  const areaAt = (va: U64): number => {
    let found = 0;
    for (const [i, marker] of starts.entries()) if (marker.start.le(va)) found = i;
    return found;
  };
  for (const record of capture.file.records) {
    if (record.mm !== mm) continue;
    const last = slotVa(geo, record.hw, record.va, record.n - 1);
    const first = areaAt(record.va);
    const split = record.parent === -1 || first !== areaAt(last);
    for (let i = 0; i < record.n; i++) {
      const kind = kindOf(record, geo.arch, i);
      if (kind < 0) continue;
      const row = counts[split ? areaAt(slotVa(geo, record.hw, record.va, i)) : first];
      if (row !== undefined) row[kind] = (row[kind] ?? 0) + 1;
    }
  }
  return starts.flatMap((marker, i) => {
    const rows = rowsOf(counts[i] ?? new Float64Array(0), (hw) => 2 ** hwShift(geo, hw));
    return rows.length === 0 ? [] : [{ name: areaName(marker.name), start: marker.start, rows }];
  });
}

/** Which kind of leaf an entry is; -1 for none, and for tables. */
function kindOf(record: TableRecord, arch: 'arm64' | 'x86', i: number): number {
  const hi = record.lanes[2 * i] ?? 0;
  const lo = record.lanes[2 * i + 1] ?? 0;
  if ((hi | lo) === 0) return -1;
  const { hw } = record;
  const place = (permission: number, contiguous: boolean): number =>
    (permission * 5 + hw + 1) * 2 + (contiguous ? 1 : 0);
  if (arch === 'x86') {
    if ((lo & 1) === 0) return place(INVALID, false);
    if (hw < 3 && (lo & 0x80) === 0) return -1;
    return place(permissionIndex((lo & 2) !== 0, hi >= 0), false);
  }
  if (hw < 3 && (lo & 3) === 3) return -1;
  const contiguous = (hi & 0x100000) !== 0;
  if ((lo & 1) === 0) return place(INVALID, contiguous);
  return place(permissionIndex((lo & 0x80) === 0, (hi & 0x200000) === 0), contiguous);
}

function permissionIndex(writable: boolean, executable: boolean): number {
  return executable ? (writable ? 3 : 2) : writable ? 0 : 1;
}

function rowsOf(counts: Float64Array, sizeOf: (hw: number) => number): AreaRow[] {
  const rows: AreaRow[] = [];
  for (const [kind, leaves] of counts.entries()) {
    const permission = PERMISSIONS[Math.floor(kind / 10)];
    if (leaves === 0 || permission === undefined) continue;
    const hw = (Math.floor(kind / 2) % 5) - 1;
    rows.push({ permission, hw, contiguous: kind % 2 === 1, leaves, bytes: leaves * sizeOf(hw) });
  }
  return rows;
}

/** "Linear Mapping start" begins the linear mapping; what follows "vmalloc() end" has no name of its own. */
function areaName(marker: string): string {
  if (marker.endsWith(' start')) return marker.slice(0, -6);
  return marker.endsWith(' end') ? `after ${marker.slice(0, -4)}` : marker;
}
