import { describe, expect, it } from 'vitest';
import { captureWorld } from '../../tests/support/page-runs.ts';
import { formatOf, hwShift, U64 } from '../engine.ts';
import { answerWords, didYouMean, lookUp, mmFor, sizeWords } from './lookup.ts';

const world = captureWorld();
const format = formatOf(world.geo);
const at = (mm: string, va: string) => lookUp(world, world.memory, { mm, va: U64.hex(va) });

describe('looking an address up', () => {
  it('ends at the entry that is there, for every leaf of the capture', () => {
    let leaves = 0;
    for (const page of world.memory.pages()) {
      for (let idx = 0; idx < page.entries; idx += 37) {
        const kind = format.kind(world.geo, page.hw, page.get(idx));
        if (page.va === undefined || kind === 'table') continue;
        const va = page.va.add(U64.from(idx).shl(hwShift(world.geo, page.hw))).plus(0x7c);
        const found = lookUp(world, world.memory, { mm: page.mm, va });
        expect(found?.slot).toEqual({ table: page.pa, idx });
        expect(found?.target === undefined).toBe(kind !== 'block' && kind !== 'page');
        if (found?.target !== undefined) {
          expect(found.target.pa.toNumber()).toBe(format.address(world.geo, page.hw, page.get(idx)) + 0x7c);
          leaves++;
        }
      }
    }
    expect(leaves).toBeGreaterThan(100);
  });

  it('says it in a line', () => {
    const words = (mm: string, va: string): string => {
      const found = at(mm, va);
      return found === undefined ? '' : answerWords(found);
    };
    expect(words('init_mm', '0xffff00007c7fc123')).toBe('PA 7c7fc123 (page RW NX cont, 4 KiB)');
    expect(words('init_mm', '0xffff000100000000')).toMatch(/^not mapped: P[A-Z]+\[\d+\] is none$/);
    expect(at('user', '0x0')).toBeUndefined();
  });

  it('says sizes as people do', () => {
    expect([12, 14, 16, 21, 25, 30, 39].map((shift) => sizeWords(U64.ONE.shl(shift)))).toEqual([
      '4 KiB',
      '16 KiB',
      '64 KiB',
      '2 MiB',
      '32 MiB',
      '1 GiB',
      '512 GiB',
    ]);
  });

  it('chooses the mm that translates the half, and none where there is none', () => {
    const low = U64.hex('0x1000');
    expect(mmFor(world, U64.hex('0xffff000000000000'), 'efi_mm')).toBe('init_mm');
    expect(mmFor(world, low, 'init_mm')).toBe('efi_mm');
    expect(mmFor({ ...world, mms: world.mms.slice(0, 1) }, low, 'init_mm')).toBeUndefined();
  });

  it('offers the address with the upper bits set only where nothing else is there and that one is mapped', () => {
    const meant = (va: string): string | undefined =>
      didYouMean(world, world.memory, U64.hex(va), at('efi_mm', va))?.toHex();
    expect(meant('0x8000802c0000')).toBe('0xffff8000802c0000');
    expect(meant('0x7fc03000')).toBeUndefined();
    expect(meant('0x123000000000')).toBeUndefined();
    expect(meant('0xffff8000802c0000')).toBeUndefined();
  });
});
