import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { U64 } from '../../base/u64.ts';
import type { Field } from '../format.ts';
import { describeEntry, formatOf } from '../formats.ts';
import type { Geometry } from '../geometry.ts';
import { encodeFields } from '../layout.ts';
import { ARM64 } from '../arm64/format.ts';
import { X86 } from './format.ts';
import { x86Geometry } from './geometry.ts';

function geometry(vaBits: number): Geometry {
  const made = x86Geometry(vaBits);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

const FOUR = geometry(48);
const FIVE = geometry(57);
const words = (hw: number, value: string): string => describeEntry(FOUR, X86, hw, U64.hex(value));
const kind = (hw: number, value: string): string => X86.kind(FOUR, hw, U64.hex(value));
const fieldsOf = (hw: number, value: string): Map<string, Field> =>
  new Map(X86.fields(FOUR, hw, U64.hex(value)).map((f) => [f.name, f]));

describe('x86-64 entries', () => {
  it('is what formatOf gives for an x86 geometry', () => {
    expect(formatOf(FOUR)).toBe(X86);
    expect(formatOf({ ...FOUR, arch: 'arm64' })).toBe(ARM64);
  });

  it('tells entries by PRESENT, PSE and level', () => {
    expect(kind(3, '0x0')).toBe('none');
    expect(kind(2, '0x2a04063')).toBe('table');
    expect(kind(2, '0x80000000002001e3')).toBe('block');
    expect(kind(1, '0x80000000400001e3')).toBe('block');
    expect(kind(0, '0x80000000400001e3')).toBe('bad');
    expect(kind(3, '0x8000000000001163')).toBe('page');
    // Bit 7 is PAT in a PTE.
    expect(kind(3, '0x80000000000011e3')).toBe('page');
  });

  it('counts what the kernel counts as present though the hardware does not', () => {
    expect(kind(3, '0x800ffffffffff120')).toBe('invalid');
    expect(kind(3, '0x800ffffffffff062')).toBe('nonpresent');
    expect(kind(2, '0x800fffffffe000e2')).toBe('invalid');
    expect(kind(2, '0x800fffffffe00062')).toBe('nonpresent');
    expect(kind(1, '0x800fffffc00000e2')).toBe('nonpresent');
  });

  it('describes them', () => {
    expect(words(3, '0x8000000000001163')).toBe('page RW NX');
    expect(words(3, '0x8000000000001121')).toBe('page RO NX');
    expect(words(2, '0x2000121')).toBe('table');
    expect(words(2, '0x20001a1')).toBe('block RO X');
    expect(words(2, '0x20001e3')).toBe('block RW X');
  });

  it('reads an inverted address', () => {
    expect(X86.address(FOUR, 3, U64.hex('0x8000000012345163'))).toBe(0x12345000);
    expect(X86.address(FOUR, 3, U64.hex('0x800fffffedcba062'))).toBe(0x12345000);
    expect(X86.address(FOUR, 2, U64.hex('0x80000000122011e3'))).toBe(0x12200000);
    expect(X86.address(FIVE, 2, U64.hex('0x12345063'))).toBe(0x12345000);
    expect(fieldsOf(3, '0x800fffffedcba062').get('address')?.meaning).toBe('stored inverted: 12345000');
  });

  it('knows PSE, PAT and PAT_LARGE apart', () => {
    expect(fieldsOf(3, '0x80000000000011e3').get('PAT')).toMatchObject({ low: 7, text: '1' });
    expect(fieldsOf(2, '0x80000000002011e3').get('PSE')).toMatchObject({
      low: 7,
      text: '1',
      meaning: 'block',
    });
    expect(fieldsOf(2, '0x80000000002011e3').get('PAT_LARGE')).toMatchObject({ low: 12, text: '1' });
    expect(fieldsOf(2, '0x80000000002011e3').get('address')).toMatchObject({ low: 21, text: '0x200000' });
    expect(fieldsOf(2, '0x2a04063').get('PSE')).toMatchObject({ text: '0', meaning: 'table' });
    expect(fieldsOf(2, '0x2a04063').get('address')).toMatchObject({ low: 12, meaning: 'PTE table' });
    expect(fieldsOf(3, '0x800ffffffffff120').has('PROTNONE')).toBe(true);
    expect(fieldsOf(3, '0x1163').get('GLOBAL')?.meaning).toBe('global');
    expect(fieldsOf(3, '0x5800000000001163').get('PKEY')).toMatchObject({
      text: '1011',
      meaning: 'protection key 11',
    });
  });

  it('partitions the 64 bits, and encoding the texts gives the value back', () => {
    const value = fc.tuple(fc.integer(), fc.integer()).map(([hi, lo]) => new U64(hi, lo));
    fc.assert(
      fc.property(fc.constantFrom(FOUR, FIVE), fc.integer({ min: -1, max: 3 }), value, (geo, hw, v) => {
        const fields = X86.fields(geo, Math.max(hw, geo.rootHw), v);
        let next = 63;
        for (const f of fields) {
          expect(f.high).toBe(next);
          expect(f.meaning).not.toBe('');
          next = f.low - 1;
        }
        expect(next).toBe(-1);
        expect(encodeFields(fields).toHex()).toBe(v.toHex());
      }),
      { numRuns: 1000, seed: 5 },
    );
  });
});
