import { describe, expect, it } from 'vitest';
import { U64 } from '../base/u64.ts';
import { parseArm64Geometry } from '../arch/arm64/geometry.ts';
import { tableStats } from './stats.ts';
import type { TableFile, TableRecord } from './tables.ts';

/** A last-level table of a 4K kernel with these entries; counts the captures do not have. */
function count(entries: Readonly<Record<number, string>>): unknown {
  const geo = parseArm64Geometry('4k48');
  if (!geo.ok) throw new Error(geo.error.message);
  const lanes = new Int32Array(1024);
  for (const [i, value] of Object.entries(entries))
    lanes.set([U64.hex(value).hi, U64.hex(value).lo], 2 * Number(i));
  const record: TableRecord = { mm: 'init_mm', hw: 3, n: 512, pa: 0x1000, va: U64.ZERO, lanes, parent: -1 };
  const file: TableFile = { geo: geo.value, records: [record], bytes: 0, shared: new Map() };
  return tableStats(file).init_mm?.['3'];
}

describe('tableStats', () => {
  it('counts a contiguous group by any one of its members, and each group once', () => {
    const cont = '0x0010000000000703';
    expect(count({ 3: cont, 9: cont, 16: cont, 47: cont })).toMatchObject({
      page: 4,
      contig: 4,
      contig_groups: 3,
    });
  });

  it('counts an invalid entry as nothing else, and a reserved encoding apart', () => {
    expect(
      count({ 0: '0x0010000000000f82', 1: '0x0000000000000001', 2: '0x0020000000000783' }),
    ).toMatchObject({
      page: 1,
      invalid: 1,
      reserved: 1,
      contig: 0,
      contig_groups: 0,
      ro: 1,
      rw: 0,
      exec: 0,
    });
  });
});
