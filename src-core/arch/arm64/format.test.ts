import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import entries from '../../../tests/data/descriptors/golden-entries.json';
import { U64 } from '../../base/u64.ts';
import type { Field } from '../format.ts';
import { describeEntry } from '../formats.ts';
import type { Geometry } from '../geometry.ts';
import { encodeFields } from '../layout.ts';
import { ARM64 } from './format.ts';
import { ARM64_GEOMETRIES, parseArm64Geometry } from './geometry.ts';

function geometry(id: string): Geometry {
  const parsed = parseArm64Geometry(id);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

const K48 = geometry('4k48');
const words = (hw: number, value: string, geo = K48): string => describeEntry(geo, ARM64, hw, U64.hex(value));
const kind = (hw: number, value: string, geo = K48): string => ARM64.kind(geo, hw, U64.hex(value));
const address = (id: string, hw: number, value: string): string =>
  `0x${ARM64.address(geometry(id), hw, U64.hex(value)).toString(16)}`;
const fieldsOf = (id: string, hw: number, value: string): Map<string, Field> =>
  new Map(ARM64.fields(geometry(id), hw, U64.hex(value)).map((f) => [f.name, f]));

/** Any value, with the low bits that decide the kind drawn evenly. */
const anyValue = fc
  .tuple(fc.integer(), fc.integer(), fc.constantFrom(0, 1, 2, 3), fc.boolean())
  .map(([hi, lo, type, bit11]) => new U64(hi, (lo & ~0x803) | type | (bit11 ? 0x800 : 0)));
const anySlot = fc
  .constantFrom(...ARM64_GEOMETRIES)
  .map(geometry)
  .chain((geo) => fc.record({ geo: fc.constant(geo), hw: fc.integer({ min: geo.rootHw, max: 3 }) }));

describe('kind', () => {
  it('tells entries by type bits, level and the present-invalid marker', () => {
    expect(kind(2, '0x0')).toBe('none');
    expect(kind(2, '0x180000004174e403')).toBe('table');
    expect(kind(2, '0xe8000041e00705')).toBe('block');
    expect(kind(3, '0xe8000041e00707')).toBe('page');
    expect(kind(2, '0xe8000041e00f04')).toBe('invalid');
    expect(kind(3, '0xe8000041e00f06')).toBe('invalid');
    expect(kind(3, '0xe8000041e00702')).toBe('nonpresent');
    expect(kind(2, '0xe8000041e00700')).toBe('nonpresent');
    expect(kind(3, '0xe8000041e00705')).toBe('bad');
    expect(kind(0, '0xe8000041e00705')).toBe('bad');
  });

  it.each([
    ['4k48', [false, true, true]],
    ['4k52', [true, true, true]],
    ['4k52@48', [false, true, true]],
    ['16k48', [false, false, true]],
    ['16k52', [false, true, true]],
    ['16k52@47', [undefined, false, true]],
    ['64k48', [undefined, false, true]],
    ['64k52', [undefined, true, true]],
  ] as const)('%s has blocks at these levels only: %s', (id, allowed) => {
    const geo = geometry(id);
    for (const [hw, block] of allowed.entries()) {
      if (block !== undefined) expect(kind(hw, '0x701', geo)).toBe(block ? 'block' : 'bad');
    }
  });

  it('finds bad entries in golden listings only where the traces put malformed ones', () => {
    const bad = entries
      .map(([id, hw, value]) => ({ id: String(id), hw: Number(hw), value: String(value) }))
      .filter(({ id, hw, value }) => kind(hw, value, geometry(id)) === 'bad')
      .map(({ id, hw, value }) => `${id} ${hw} ${value}`);
    // At level 0: drawn as malformed. At level 3: an empty PTE that a permission change wrote its bits into, now valid
    // but of a type that a PTE can't have.
    expect(bad).toEqual([
      '16k47 3 0x8000000000001',
      '4k48 0 0x1f33c001',
      '4k48 3 0x1',
      '4k48 3 0x8000000000001',
      '4k48 3 0x801',
    ]);
    expect(entries.length).toBeGreaterThan(400);
  });
});

describe('describeEntry', () => {
  it('says it as a row of the map does', () => {
    expect(words(1, '0x0')).toBe('none');
    expect(words(2, '0x180000004174e403')).toBe('table');
    expect(words(2, '0xe8000041e00705')).toBe('block RW NX');
    expect(words(2, '0xf8000041e00705')).toBe('block RW NX cont');
    expect(words(3, '0xe0000041e00783')).toBe('page RO NX');
    expect(words(2, '0xc0000041e00781')).toBe('block RO X');
    expect(words(3, '0xc8000041e00703')).toBe('page RW X');
    expect(words(3, '0xe8000041e00f02')).toBe('INV RW NX');
    expect(words(3, '0xe8000041e00702')).toBe('not present');
    expect(words(3, '0x701')).toBe('bad');
  });

  it('takes a user entry’s execution from UXN', () => {
    expect(words(3, '0x20000041e00fc3')).toBe('page RO X');
    expect(words(3, '0x60000041e00fc3')).toBe('page RO NX');
  });
});

describe('address', () => {
  it('unpacks every layout, and drops what a block can’t address', () => {
    expect(address('4k48', 2, '0xe8000041e00705')).toBe('0x41e00000');
    expect(address('4k48', 2, '0xe8000041e1f705')).toBe('0x41e00000');
    expect(address('4k48', 1, '0xe8000041e00705')).toBe('0x40000000');
    expect(address('4k48', 2, '0x180000004174e403')).toBe('0x4174e000');
    expect(address('4k52', 3, '0xeb123456789707')).toBe('0xf123456789000');
    expect(address('16k48', 3, '0xe800004174f707')).toBe('0x4174c000');
    expect(address('64k52', 3, '0xe800004174a707')).toBe('0xa000041740000');
    expect(address('64k48', 3, '0xe800004174a707')).toBe('0x41740000');
  });
});

describe('fields', () => {
  it('partitions the 64 bits, high to low, and loses none: encoding the texts gives the value back', () => {
    fc.assert(
      fc.property(anySlot, anyValue, ({ geo, hw }, value) => {
        const fields = ARM64.fields(geo, hw, value);
        let next = 63;
        for (const f of fields) {
          expect(f.high).toBe(next);
          expect(f.low).toBeLessThanOrEqual(f.high);
          expect(f.meaning).not.toBe('');
          expect(f.meaning.length).toBeLessThan(32);
          next = f.low - 1;
        }
        expect(next).toBe(-1);
        expect(encodeFields(fields).toHex()).toBe(value.toHex());
      }),
      { numRuns: 600, seed: 7 },
    );
  });

  it('shows the address that the walk would use', () => {
    fc.assert(
      fc.property(anySlot, anyValue, ({ geo, hw }, value) => {
        let pa = U64.ZERO;
        for (const f of ARM64.fields(geo, hw, value)) {
          if (f.name === 'address') pa = pa.or(U64.hex(f.text));
          const high = /^address\[\d+:(\d+)\]$/.exec(f.name);
          if (high !== null) pa = pa.or(U64.from(parseInt(f.text, 2)).shl(Number(high[1])));
        }
        expect(pa.toNumber()).toBe(ARM64.address(geo, hw, value));
      }),
      { numRuns: 2000, seed: 8 },
    );
  });

  it('names a page’s bits', () => {
    const all = ARM64.fields(K48, 3, U64.hex('0xe8000041e00707'));
    expect(all.map((f) => `${f.high}:${f.low} ${f.name}`)).toEqual([
      '63:63 sw',
      '62:60 PO_IDX',
      '59:59 PBHA',
      '58:58 UFFD (sw)',
      '57:57 DEVMAP (sw)',
      '56:56 SPECIAL (sw)',
      '55:55 DIRTY (sw)',
      '54:54 UXN',
      '53:53 PXN',
      '52:52 CONT',
      '51:51 WRITE (DBM)',
      '50:50 GP',
      '49:48 reserved',
      '47:12 address',
      '11:11 nG',
      '10:10 AF',
      '9:8 SH',
      '7:7 RDONLY',
      '6:6 USER',
      '5:5 NS',
      '4:2 AttrIndx',
      '1:0 type',
    ]);
    const f = fieldsOf('4k48', 3, '0xe8000041e00707');
    expect(f.get('type')).toMatchObject({ text: '11', meaning: 'page' });
    expect(f.get('AttrIndx')).toMatchObject({ text: '001', meaning: 'normal, tagged' });
    expect(f.get('SH')).toMatchObject({ text: '11', meaning: 'inner shareable' });
    expect(f.get('address')).toMatchObject({ text: '0x41e00000', meaning: 'page' });
    expect(f.get('nG')).toMatchObject({ text: '0', meaning: 'global' });
  });

  it('names a table’s bits', () => {
    const all = ARM64.fields(K48, 2, U64.hex('0x180000004174e403'));
    expect(all.map((f) => `${f.high}:${f.low} ${f.name}`)).toEqual([
      '63:63 NSTable',
      '62:61 APTable',
      '60:60 UXNTable',
      '59:59 PXNTable',
      '58:51 ignored',
      '50:48 reserved',
      '47:12 address',
      '11:11 ignored',
      '10:10 AF',
      '9:2 ignored',
      '1:0 type',
    ]);
    expect(fieldsOf('4k48', 2, '0x180000004174e403').get('address')?.meaning).toBe('PTE table');
  });

  it('calls bit 11 of an invalid entry the present-invalid marker', () => {
    const f = fieldsOf('4k48', 2, '0xe8000041e00f04');
    expect(f.get('PRESENT_INVALID')).toMatchObject({
      high: 11,
      text: '1',
      meaning: 'present-invalid marker',
    });
    expect(f.has('nG')).toBe(false);
    expect(f.get('type')?.meaning).toBe('invalid block');
  });

  it('has no SH in LPA2 but two more address bits, and splits a 64K address in two', () => {
    const lpa2 = fieldsOf('4k52', 3, '0xe8000041e00703');
    expect(lpa2.has('SH')).toBe(false);
    expect(lpa2.get('address[51:50]')).toMatchObject({ high: 9, low: 8, text: '11' });
    expect(lpa2.get('address')).toMatchObject({ high: 49, low: 12 });
    expect(fieldsOf('64k52', 3, '0xe800004174a707').get('address[51:48]')).toMatchObject({ text: '1010' });
    expect(fieldsOf('64k48', 3, '0xe800004174a707').has('address[51:48]')).toBe(false);
  });

  it('explains a read-only bit beside the writable bit', () => {
    expect(fieldsOf('4k48', 3, '0x68000041e00fc3').get('RDONLY')?.meaning).toBe('read-only until written');
    expect(fieldsOf('4k48', 3, '0x60000041e00fc3').get('RDONLY')?.meaning).toBe('read-only');
  });
});
