import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { U64 } from '../base/u64.ts';
import { parseArm64Geometry } from './arm64/geometry.ts';
import { diffFields } from './diff-fields.ts';
import type { Geometry } from './geometry.ts';
import { x86Geometry } from './x86/geometry.ts';

function made<T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const K48 = made(parseArm64Geometry('4k48'));
const GEOMETRIES: readonly Geometry[] = [
  K48,
  made(parseArm64Geometry('4k52')),
  made(parseArm64Geometry('64k52')),
  made(x86Geometry(48)),
];
const BLOCK = '0xe8000041e00705';
const TABLE = '0x180000004174e403';

function rows(hw: number, before: string, after: string): string[] {
  const { changed } = diffFields(K48, hw, U64.hex(before), U64.hex(after));
  return changed.map((c) => `${c.high}:${c.low} ${c.name} ${c.before} ${c.after} ${c.meaning}`);
}

describe('diffFields', () => {
  it('a block that is split into a table', () => {
    expect(rows(2, BLOCK, TABLE)).toEqual([
      '60:60 UXNTable 0 1 no user exec below',
      '59:59 PXNTable 0 1 no kernel exec below',
      '55:55 DIRTY (sw) 1 0 dirty → –',
      '54:54 UXN 1 0 no user exec → –',
      '53:53 PXN 1 0 no kernel exec → –',
      '51:51 WRITE (DBM) 1 0 writable → –',
      '47:12 address 0x41e00000 0x4174e000 block → PTE table',
      '9:8 SH 11 00 inner shareable → –',
      '4:2 AttrIndx 001 000 normal, tagged → –',
      '1:0 type 01 11 block → table',
    ]);
    const diff = diffFields(K48, 2, U64.hex(BLOCK), U64.hex(TABLE));
    expect(diff.sameSet).toEqual(['AF']);
    expect(diff.sameClear).toEqual(['CONT', 'GP', 'nG', 'RDONLY', 'USER']);
  });

  it('a table that is replaced by a block has the same rows, turned round', () => {
    const names = (list: string[]): string[] => list.map((r) => r.split(' ').slice(0, 2).join(' '));
    expect(names(rows(2, TABLE, BLOCK))).toEqual(names(rows(2, BLOCK, TABLE)));
    expect(rows(2, TABLE, BLOCK)).toContain('47:12 address 0x4174e000 0x41e00000 PTE table → block');
  });

  it('a block made invalid, and valid again', () => {
    const invalid = '0xe8000041e00f04';
    expect(rows(2, BLOCK, invalid)).toEqual([
      '11:11 PRESENT_INVALID 0 1 present-invalid marker',
      '1:0 type 01 00 block → invalid block',
    ]);
    expect(rows(2, invalid, BLOCK)).toEqual([
      '11:11 PRESENT_INVALID 1 0 present-invalid marker → –',
      '1:0 type 00 01 invalid block → block',
    ]);
    expect(diffFields(K48, 2, U64.hex(BLOCK), U64.hex(invalid)).sameSet).toEqual([
      'DIRTY (sw)',
      'UXN',
      'PXN',
      'WRITE (DBM)',
      'AF',
    ]);
  });

  it('a permission change names only the bits it flips', () => {
    expect(rows(3, '0xe8000041e00703', '0xe0000041e00783')).toEqual([
      '51:51 WRITE (DBM) 1 0 writable → not marked writable',
      '7:7 RDONLY 0 1 not read-only → read-only',
    ]);
  });

  it('an empty entry takes the other side’s fields', () => {
    expect(rows(2, '0x0', TABLE)).toEqual([
      '60:60 UXNTable 0 1 no user exec below',
      '59:59 PXNTable 0 1 no kernel exec below',
      '47:12 address 0x0 0x4174e000 PTE table',
      '10:10 AF 0 1 not accessed → accessed',
      '1:0 type 00 11 none → table',
    ]);
    expect(rows(3, '0x0', '0x80')).toEqual(['7:7 RDONLY 0 1 not read-only → read-only']);
  });

  it('covers exactly the bits that differ, whatever is compared', () => {
    const value = fc.tuple(fc.integer(), fc.integer()).map(([hi, lo]) => new U64(hi, lo));
    const near = fc.tuple(value, fc.array(fc.integer({ min: 0, max: 63 }), { maxLength: 4 }));
    fc.assert(
      fc.property(
        fc.constantFrom(...GEOMETRIES),
        fc.integer({ min: 1, max: 3 }),
        near,
        fc.boolean(),
        value,
        (geo, hw, [a, bits], flip, other) => {
          const b = flip ? bits.reduce((v, bit) => v.xor(U64.bit(bit)), a) : other;
          const { changed } = diffFields(geo, hw, a, b);
          let mask = U64.ZERO;
          for (const c of changed) {
            const field = U64.mask(c.high - c.low + 1).shl(c.low);
            expect(mask.intersects(field)).toBe(false);
            expect(a.xor(b).intersects(field)).toBe(true);
            expect(c.before).not.toBe(c.after);
            mask = mask.or(field);
          }
          expect(a.xor(b).andNot(mask).isZero()).toBe(true);
        },
      ),
      { numRuns: 2000, seed: 11 },
    );
  });
});
