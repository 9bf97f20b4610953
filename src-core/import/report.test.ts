import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Capture } from './capture.ts';
import { importCapture } from './capture.ts';
import { diffCaptures } from './diff.ts';
import { areasOf } from './report.ts';
import { parsePtdump } from './ptdump-text.ts';

const own = fileURLToPath(new URL('../../tests/data/captures/', import.meta.url));
function load(folder: string, file = 'tables.bin.gz'): Capture {
  const capture = importCapture(
    readFileSync(`${own}${folder}/${file}`),
    JSON.parse(readFileSync(`${own}${folder}/meta.json`, 'utf8')),
    'x',
  );
  if (!capture.ok) throw new Error(capture.error.message);
  return capture.value;
}

describe('areasOf', () => {
  it.each(['x4-4k-48', 'max-16k-52', 'a72-4k-48-noalias'])(
    'adds up to what the kernel printed for each area of %s',
    (folder) => {
      const printed = parsePtdump(readFileSync(`${own}${folder}/kernel_page_tables.txt`));
      if (!printed.ok) throw new Error(printed.error.message);
      // Bytes of valid lines by writable and executable; areas are checked by those whose marker lies on an entry boundary.
      const sums = new Map<string, number>();
      const add = (key: string, bytes: number): void => void sums.set(key, (sums.get(key) ?? 0) + bytes);
      for (const r of printed.value.ranges) {
        if (r.attributes === '') continue;
        const invalid = r.attributes.startsWith('F');
        const permission = invalid
          ? 'invalid'
          : r.attributes.includes('NX')
            ? r.attributes.includes('RW')
              ? 'RW'
              : 'RO'
            : r.attributes.includes('RW')
              ? 'RWX'
              : 'RX';
        add(`${r.area.replace(' start', '')} ${permission}`, r.end.sub(r.start).toNumber());
      }
      const got = new Map<string, number>();
      for (const area of areasOf(load(folder), 'init_mm')) {
        for (const row of area.rows)
          got.set(
            `${area.name} ${row.permission}`,
            (got.get(`${area.name} ${row.permission}`) ?? 0) + row.bytes,
          );
      }
      expect(Object.fromEntries(got)).toEqual(Object.fromEntries(sums));
    },
  );
});

describe('diffCaptures', () => {
  it('finds no difference between a capture and itself', () => {
    const a = load('x4-4k-48');
    expect(diffCaptures(a, load('x4-4k-48'))).toEqual({
      ok: true,
      value: { changes: [], changed: 0, onlyA: [], onlyB: [], moved: 0 },
    });
  });

  it('finds what the events changed, and lists no more than it is told to', () => {
    const a = load('x4-4k-48');
    const b = load('x4-4k-48', 'tables-held.bin.gz');
    const diff = diffCaptures(a, b, 5);
    if (!diff.ok) throw new Error(diff.error.message);
    expect([
      diff.value.changed,
      diff.value.changes.length,
      diff.value.onlyA.length,
      diff.value.onlyB.length,
    ]).toEqual([30, 5, 0, 3]);
    const split = diff.value.changes[1];
    expect([split?.hw, split?.index, split?.va.toHex(), split?.a.toHex(), split?.b.toHex()]).toEqual([
      2,
      15,
      '0xffff000041e00000',
      '0xe8000041e00705',
      '0x180000004174e403',
    ]);
    const back = diffCaptures(b, a);
    expect(back).toMatchObject({ value: { changed: 30, onlyA: { length: 3 }, onlyB: { length: 0 } } });
  });

  it('refuses two geometries', () => {
    expect(diffCaptures(load('x4-4k-48'), load('max-16k-52'))).toEqual({
      ok: false,
      error: {
        path: '--diff',
        message: 'x4-4k-48 has the geometry 4k52@48 and max-16k-52 16k52: their entries cannot be compared',
      },
    });
  });
});
