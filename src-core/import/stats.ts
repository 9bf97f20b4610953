import type { Geometry } from '../arch/geometry.ts';
import { hwShift } from '../arch/geometry.ts';
import type { CapturedMm, TableFile } from './tables.ts';

/** What the tables of one level of one mm hold. Counts are of entries unless said otherwise. */
export interface LevelStats {
  /** Tables, each counted as often as it is listed. */
  readonly tables: number;
  readonly entries: number;
  /** Entries that point to a table; valid leaves above the last level; valid leaves of the last level. */
  readonly table: number;
  readonly block: number;
  readonly page: number;
  /** Not zero, and not valid (x86: not present). */
  readonly invalid: number;
  /** Valid, but an encoding that level 3 does not have (arm64). */
  readonly reserved: number;
  /** Valid leaves with the contiguous bit, and the aligned groups they lie in: a group of which one entry was made
   * invalid still counts. */
  readonly contig: number;
  readonly contig_groups: number;
  /** Valid leaves the kernel may only read, may write, may execute from. */
  readonly ro: number;
  readonly rw: number;
  readonly exec: number;
  /** Bytes that a leaf of this level maps. */
  readonly leaf_size: number;
}

type Counting = { -readonly [K in keyof LevelStats]: number };

/** By mm, then by hardware level as text ("-1" … "3"), like `meta.json: stats`. */
export type CaptureStats = Partial<Record<CapturedMm, Record<string, LevelStats>>>;

/** Entries of a contiguous group at hardware level `hw`; 1 where the architecture has none. */
function contEntries(geo: Geometry, hw: number): number {
  if (hw === 3) return 1 << geo.contPteShift;
  // Linux makes no groups of 1G blocks; the hardware has them with 4K pages, sixteen like all of that granule.
  return hw === 2 || (hw === 1 && geo.pageShift === 12) ? 1 << geo.contPmdShift : 1;
}

/** Counts tables and entries by mm and level. A table listed several times counts each time, as in the captures. */
export function tableStats(file: TableFile): CaptureStats {
  const all: Partial<Record<CapturedMm, Record<string, Counting>>> = {};
  const known = new Map<Int32Array, Counting>();
  for (const record of file.records) {
    const levels = (all[record.mm] ??= {});
    const sum = (levels[record.hw] ??= empty(2 ** hwShift(file.geo, record.hw)));
    let one = known.get(record.lanes);
    if (one === undefined) {
      one = empty(0);
      if (file.geo.arch === 'arm64')
        countArm64(record.lanes, record.hw, contEntries(file.geo, record.hw), one);
      else countX86(record.lanes, record.hw, one);
      known.set(record.lanes, one);
    }
    for (const key of KEYS) sum[key] += one[key];
  }
  return all;
}

const KEYS = [
  'tables',
  'entries',
  'table',
  'block',
  'page',
  'invalid',
  'reserved',
  'contig',
  'contig_groups',
  'ro',
  'rw',
  'exec',
] as const;

/** The counts compared with those of a meta.json: all but the size of a leaf. */
export const STATS_KEYS: readonly (keyof LevelStats)[] = KEYS;

function empty(leafSize: number): Counting {
  return {
    tables: 0,
    entries: 0,
    table: 0,
    block: 0,
    page: 0,
    invalid: 0,
    reserved: 0,
    contig: 0,
    contig_groups: 0,
    ro: 0,
    rw: 0,
    exec: 0,
    leaf_size: leafSize,
  };
}

function countArm64(lanes: Int32Array, hw: number, group: number, c: Counting): void {
  c.tables++;
  c.entries += lanes.length >> 1;
  let counted = -1;
  for (let i = 0; i < lanes.length; i += 2) {
    const hi = lanes[i] ?? 0;
    const lo = lanes[i + 1] ?? 0;
    if ((hi | lo) === 0) continue;
    if ((lo & 1) === 0) {
      c.invalid++;
    } else if (hw < 3 && (lo & 3) === 3) {
      c.table++;
    } else if (hw === 3 && (lo & 3) === 1) {
      c.reserved++;
    } else {
      if (hw === 3) c.page++;
      else c.block++;
      if ((lo & 0x80) !== 0) c.ro++;
      else c.rw++;
      if ((hi & 0x200000) === 0) c.exec++;
      if ((hi & 0x100000) !== 0) {
        c.contig++;
        const at = Math.floor((i >> 1) / group);
        if (at !== counted) c.contig_groups++;
        counted = at;
      }
    }
  }
}

function countX86(lanes: Int32Array, hw: number, c: Counting): void {
  c.tables++;
  c.entries += lanes.length >> 1;
  for (let i = 0; i < lanes.length; i += 2) {
    const hi = lanes[i] ?? 0;
    const lo = lanes[i + 1] ?? 0;
    if ((hi | lo) === 0) continue;
    if ((lo & 1) === 0) {
      c.invalid++;
    } else if (hw < 3 && (lo & 0x80) === 0) {
      c.table++;
    } else {
      if (hw === 3) c.page++;
      else c.block++;
      if ((lo & 2) !== 0) c.rw++;
      else c.ro++;
      if (hi >= 0) c.exec++;
    }
  }
}
