import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importCapture } from './capture.ts';
import { MAX_TABLES_BYTES, parseTables } from './tables.ts';

const data = (path: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../tests/data/captures/${path}`, import.meta.url)));
const x4 = gunzipSync(data('x4-4k-48/tables.bin.gz'));
const x86 = brotliDecompressSync(data('x86-48/tables.bin.br'));

/** The file with some bytes written over. */
function patched(at: number, ...bytes: number[]): Uint8Array {
  const copy = Uint8Array.from(x4);
  copy.set(bytes, at);
  return copy;
}

function u32(n: number): number[] {
  return [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24];
}

/** Where record `i` begins. */
function record(i: number): number {
  let at = 24;
  for (let k = 0; k < i; k++) at += 24 + 8 * x4.readUInt32LE(at + 4);
  return at;
}

/** The problem as one line. */
function wrong(bytes: Uint8Array): string {
  const parsed = parseTables(bytes);
  return parsed.ok ? 'ok' : `${parsed.error.path}: ${parsed.error.message}`;
}

describe('parseTables', () => {
  it('reads what is there', () => {
    const parsed = parseTables(x4);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const { records } = parsed.value;
    expect(records.length).toBe(52);
    expect(records[0]).toMatchObject({ mm: 'init_mm', hw: 0, n: 512, pa: 0x72f03000, parent: -1 });
    expect(records[1]).toMatchObject({ mm: 'init_mm', hw: 1, parent: 0 });
    const entry = x4.readBigUInt64LE(24 + 24);
    expect([(records[0]?.lanes[0] ?? 0) >>> 0, (records[0]?.lanes[1] ?? 0) >>> 0]).toEqual([
      Number(entry >> 32n),
      Number(entry & 0xffffffffn),
    ]);
  });

  it.each([
    [
      'another magic',
      patched(0, 0x51),
      'byte 0: the file is no capture of page tables: it does not begin with "PTTABS1"',
    ],
    [
      'nothing',
      new Uint8Array(0),
      'byte 0: the file is no capture of page tables: it does not begin with "PTTABS1"',
    ],
    [
      'no tables',
      patched(8, ...u32(0)),
      'byte 8: the header says there are no tables; a root is needed at least',
    ],
    [
      'too many tables',
      patched(8, ...u32(100_001)),
      'byte 8: the header says 100001 tables; at most 100000 are read',
    ],
    [
      'one table fewer than there are',
      patched(8, ...u32(51)),
      `byte ${record(51)}: 4120 bytes follow the last of 51 tables`,
    ],
    [
      'one table more than there are',
      patched(8, ...u32(53)),
      `byte ${x4.length}, table 52: the file ends inside the head of this table`,
    ],
    ['an unknown flag', patched(20, ...u32(4)), 'byte 20: unknown flags 0x4'],
    ['x86-64 and LPA2', patched(20, ...u32(3)), 'byte 20: the flags say both x86-64 and LPA2'],
    [
      'x86-64 with 47 bits',
      patched(16, ...u32(47), 2),
      'byte 16: no x86-64 kernel built for 57 bits of VA runs with 47; there are 48 and 57, and 57 running with 48',
    ],
    ['a third mm', patched(record(3), 2), `byte ${record(3)}, table 3: mm is 2; 0 is init_mm and 1 efi_mm`],
    [
      'a level above the root',
      patched(record(3) + 1, 255),
      `byte ${record(3) + 1}, table 3: the level is -1; tables of this geometry have levels 0 to 3`,
    ],
    [
      'a level below the last',
      patched(record(3) + 1, 4),
      `byte ${record(3) + 1}, table 3: the level is 4; tables of this geometry have levels 0 to 3`,
    ],
    [
      'padding that is not zero',
      patched(record(3) + 2, 1),
      `byte ${record(3) + 2}, table 3: two bytes that must be 0 are not`,
    ],
    [
      'too few entries',
      patched(record(3) + 4, ...u32(511)),
      `byte ${record(3) + 4}, table 3: a table of level 3 has 512 entries, not 511`,
    ],
    [
      'a huge count of entries',
      patched(record(3) + 4, ...u32(0xffffffff)),
      `byte ${record(3) + 4}, table 3: a table of level 3 has 512 entries, not 4294967295`,
    ],
    [
      'a physical address of 60 bits',
      patched(record(3) + 15, 0x08),
      /^byte \d+, table 3: 0x8\w+ is no physical address: it has more than 52 bits$/,
    ],
    [
      'a table that is not aligned',
      patched(record(3) + 8, 8),
      /^byte \d+, table 3: the physical address 0x\w+008 is not a multiple of 4096$/,
    ],
    ['a second root', patched(record(3) + 1, 0), /^byte \d+, table 3: init_mm has a second root$/],
    [
      'a root at another address',
      patched(24 + 16 + 4, 1),
      /^byte 40, table 0: the root of init_mm translates from 0xffff000000000000, not 0xffff000100000000$/,
    ],
    [
      'a child without a parent',
      patched(record(3) + 16 + 4, 1),
      /^byte \d+, table 3: no table of level 2 of init_mm before this one covers 0x\w+$/,
    ],
    [
      'an address inside an entry',
      patched(record(3) + 16, 1),
      /^byte \d+, table 3: 0x\w+ is not a multiple of what a table of level 3 covers$/,
    ],
    [
      'a parent that points elsewhere',
      patched(record(3) + 9, 0x50),
      /^byte \d+, table 3: entry \d+ of table 2 \(level 2\) points to 0x\w+, but this table at 0x\w+ should hang there$/,
    ],
    [
      'a parent that points nowhere',
      patched(record(0) + 24, 0, 0, 0, 0, 0, 0, 0, 0),
      /^byte \d+, table 1: entry 0 of table 0 \(level 0\) is no table pointer, but this table at 0x\w+ should hang there$/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    if (typeof message === 'string') expect(wrong(bytes)).toBe(message);
    else expect(wrong(bytes)).toMatch(message);
  });

  it('refuses a file that is too large before it looks at it', () => {
    expect(wrong(new Uint8Array(MAX_TABLES_BYTES + 1))).toBe(
      `byte 0: the file has ${MAX_TABLES_BYTES + 1} bytes; at most ${MAX_TABLES_BYTES} are read`,
    );
  });

  it('refuses a capture of efi_mm alone', () => {
    const first = x4.findIndex((_, i) => i === record(43));
    const efi = Buffer.concat([x4.subarray(0, 24), x4.subarray(first)]);
    efi.writeUInt32LE(9, 8);
    expect(wrong(efi)).toBe('byte 24: there is no root of init_mm');
  });

  it('refuses a shared table that is listed with other entries the second time', () => {
    const copy = Buffer.from(x86);
    // The first page that comes a second time: its last entry is changed there.
    const seen = new Set<bigint>();
    let at = 24;
    let index = 0;
    while (!seen.has(copy.readBigUInt64LE(at + 8))) {
      seen.add(copy.readBigUInt64LE(at + 8));
      at += 24 + 8 * 512;
      index++;
    }
    copy.writeUInt8(0x10, at + 24 + 8 * 511 + 1);
    expect(wrong(copy)).toMatch(
      new RegExp(
        `^byte ${at + 8}, table ${index}: entry 511 of the table at 0x\\w+ differs from table \\d+, which is the same page$`,
      ),
    );
  });

  it('names the place wherever the file ends', () => {
    const offsets = [
      ...Array(200).keys(),
      ...Array.from({ length: 300 }, (_, i) => Math.floor((i * x4.length) / 300)),
    ];
    for (const length of offsets) {
      const text = wrong(x4.subarray(0, length));
      if (length < 8) expect(text).toMatch(/^byte 0: the file is no capture/);
      else if (length < 24) expect(text).toBe(`byte ${length}: the file ends inside its header of 24 bytes`);
      else
        expect(text).toMatch(
          new RegExp(
            `^byte ${length}, table \\d+: the file ends inside the (head of|\\d+ entries of) this table$`,
          ),
        );
    }
  });

  it('never throws on bytes written over at random, and either reads them or names a place', () => {
    const patch = fc.tuple(fc.nat(x4.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(patch, { minLength: 1, maxLength: 6 }), (patches) => {
        const copy = Uint8Array.from(x4);
        for (const [at, byte] of patches) copy[at] = byte;
        expect(wrong(copy)).toMatch(/^(ok$|byte \d+)/);
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it('never throws on random bytes behind a good beginning', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), fc.nat(48), (noise, kept) => {
        expect(wrong(Buffer.concat([x4.subarray(0, kept), noise]))).toMatch(/^byte \d+/);
      }),
      { seed: 12, numRuns: 500 },
    );
  });
});

describe('importCapture', () => {
  const meta = JSON.parse(data('x4-4k-48/meta.json').toString()) as Record<string, unknown>;
  const problemOf = (m: unknown, tables: Uint8Array = x4): string => {
    const capture = importCapture(tables, m, 'x');
    return capture.ok ? 'ok' : `${capture.error.path}: ${capture.error.message}`;
  };

  it.each([
    [
      'of another architecture',
      { ...meta, arch: 'x86-64' },
      'meta.json.arch: says x86-64, but the tables are of arm64: these files do not belong together',
    ],
    [
      'of another granule',
      { ...meta, page_shift: 14 },
      'meta.json.page_shift: says 14, but the tables are of 12: these files do not belong together',
    ],
    [
      'of another size',
      { ...meta, va_bits_actual: 52 },
      'meta.json.va_bits_actual: says 52, but the tables are of 48: these files do not belong together',
    ],
    [
      'with another root',
      { ...meta, pgd: { init_mm: { pa: '0x1000' } } },
      'meta.json.pgd.init_mm.pa: says 0x1000, but the root is at 0x72f03000: these files do not belong together',
    ],
    [
      'with a build that does not exist',
      { ...meta, va_bits_config: 39 },
      'meta.json.va_bits_config: a 39-bit arm64 kernel with page shift 12 runs with 39 bits, not 48',
    ],
    [
      'with a bad marker',
      {
        ...meta,
        markers: [
          ['0x0', 'a'],
          ['zero', 'b'],
        ],
      },
      'meta.json.markers[1].start: is no 64-bit address: hex with 0x is wanted, as "0xffff800080000000"',
    ],
    ['that is a list', [], /^meta\.json/],
    ['that is null', null, /^meta\.json/],
  ])('refuses a meta.json %s', (_, m, message) => {
    if (typeof message === 'string') expect(problemOf(m)).toBe(message);
    else expect(problemOf(m)).toMatch(message);
  });

  it('lets keys through that it does not know', () => {
    expect(problemOf({ ...meta, new_key: [1, 2], engine: { ...(meta['engine'] as object), later: 1 } })).toBe(
      'ok',
    );
  });

  it('never throws on any meta.json', () => {
    const value = fc.anything({ maxDepth: 2 });
    const keys = fc.constantFrom(...Object.keys(meta));
    fc.assert(
      fc.property(keys, value, (key, v) => {
        expect(problemOf({ ...meta, [key]: v })).toMatch(/^(ok$|meta\.json)/);
      }),
      { seed: 13, numRuns: 500 },
    );
  });
});
