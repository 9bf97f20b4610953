import { describe, expect, it } from 'vitest';
import { U64 } from '../base/u64.ts';
import { hwEntries, upperHalf } from '../arch/geometry.ts';
import { parseArm64Geometry } from '../arch/arm64/geometry.ts';
import { x86Geometry } from '../arch/x86/geometry.ts';
import { PhysicalMemory } from '../memory/physical.ts';
import { ptdumpArm64 } from './ptdump-arm64.ts';
import { ptdumpX86 } from './ptdump-x86.ts';
import { bytesOf, PtdumpOut } from './ptdump-line.ts';
import type { PtdumpMarker } from './capture.ts';

/** Cases that no capture at hand has. Expected lines follow the walker and note_page() by hand. */

const marker = (start: string, name: string, maxLines = 0): PtdumpMarker => ({
  start: U64.hex(start),
  name,
  maxLines,
});
const BLOCK = '0x0060000000000701'; // UXN, PXN, AF, inner shareable, index 0, valid
const lines = (text: string): string[] => text.split('\n').slice(0, -1);

/** A root of this geometry with these entries, printed. */
function arm64(
  id: string,
  entries: Readonly<Record<number, string>>,
  markers?: readonly PtdumpMarker[],
): string[] {
  const geo = parseArm64Geometry(id);
  if (!geo.ok) throw new Error(geo.error.message);
  const base = upperHalf(geo.value);
  const memory = new PhysicalMemory();
  const page = memory.add(0x1000, geo.value.rootHw, 'init_mm', base, hwEntries(geo.value, geo.value.rootHw));
  for (const [i, value] of Object.entries(entries)) page.set(Number(i), U64.hex(value).hi, U64.hex(value).lo);
  const list = markers ?? [marker(base.toHex(), 'start')];
  return lines(ptdumpArm64(geo.value, memory, { name: 'init_mm', pgd: 0x1000, base }, list));
}

describe('arm64 ptdump', () => {
  it('prints a block of a three-level kernel as PGD, holes too', () => {
    expect(arm64('4k39', { 0: BLOCK })).toEqual([
      '---[ start ]---',
      '0xffffff8000000000-0xffffff8040000000           1G PGD       RW NX SHD AF        BLK UXN    MEM/NORMAL',
      '0xffffff8040000000-0x0000000000000000         511G PGD',
    ]);
  });

  it('keeps the name of a block in a folded PMD, and calls a hole there PGD', () => {
    expect(arm64('16k36', { 1: BLOCK })).toEqual([
      '---[ start ]---',
      '0xfffffff000000000-0xfffffff002000000          32M PGD',
      '0xfffffff002000000-0xfffffff004000000          32M PMD       RW NX SHD AF        BLK UXN    MEM/NORMAL',
      '0xfffffff004000000-0x0000000000000000       65472M PGD',
    ]);
  });

  it('names the root of a kernel that folds its PUD at run time PGD', () => {
    expect(arm64('16k52@47', {}).at(-1)).toBe('0xffff800000000000-0x0000000000000000         128T PGD');
  });

  it('passes over entries that are neither valid, nor marked present, nor empty', () => {
    // Entry 1 makes no line: the hole before it simply grows over it.
    expect(arm64('4k39', { 1: '0x1000' })).toEqual([
      '---[ start ]---',
      '0xffffff8000000000-0x0000000000000000         512G PGD',
    ]);
    expect(arm64('4k39', { 0: '0x1000', 1: BLOCK })[1]).toMatch(
      /^0xffffff8040000000-0xffffff8080000000 {11}1G PGD/,
    );
  });

  it('prints a present-invalid block without BLK and with F', () => {
    expect(arm64('4k39', { 0: '0x0060000000000f00' })[1]).toBe(
      '0xffffff8000000000-0xffffff8040000000           1G PGD F     RW NX SHD AF NG         UXN    MEM/NORMAL',
    );
  });

  it('prints no line for what differs only in bits without a column', () => {
    // Output address, DBM (51), and the software bits 55 to 58.
    expect(arm64('4k39', { 0: BLOCK, 1: '0x07e8000040000701' }).length).toBe(3);
  });

  it('swallows a marker inside a hole until the next entry, and prints at most two at one entry', () => {
    const at = (n: number): string => U64.hex('0xffffff8000000000').add(U64.from(n)).toHex();
    const text = arm64('4k39', {}, [
      marker(at(0), 'a'),
      marker(at(1), 'b'),
      marker(at(2), 'c'),
      marker(at(3), 'd'),
    ]);
    expect(text).toEqual([
      '---[ a ]---',
      '0xffffff8000000000-0xffffff8040000000           1G PGD',
      '---[ b ]---',
      '---[ c ]---',
      '0xffffff8040000000-0xffffff8080000000           1G PGD',
      '---[ d ]---',
      '0xffffff8080000000-0x0000000000000000         510G PGD',
    ]);
  });

  it('merges a hole over tables of one level, and ends it at the last page', () => {
    const geo = parseArm64Geometry('4k48');
    if (!geo.ok) throw new Error(geo.error.message);
    const memory = new PhysicalMemory();
    const table = (pa: number, hw: number, entries: Readonly<Record<number, number>>): void => {
      const page = memory.add(pa, hw, 'init_mm', U64.ZERO, 512);
      for (const [i, value] of Object.entries(entries)) page.set(Number(i), 0, value);
    };
    table(0x1000, 0, { 511: 0x2003 });
    table(0x2000, 1, { 511: 0x3003 });
    // Every PMD points to one and the same empty table, the last one to a table with its last page mapped.
    table(
      0x3000,
      2,
      Object.fromEntries(Array.from({ length: 512 }, (_, i) => [i, i === 511 ? 0x5003 : 0x4003])),
    );
    table(0x4000, 3, {});
    table(0x5000, 3, { 511: 0x703 });
    const base = upperHalf(geo.value);
    const mm = { name: 'init_mm', pgd: 0x1000, base } as const;
    expect(lines(ptdumpArm64(geo.value, memory, mm, [marker(base.toHex(), 'a')]))).toEqual([
      '---[ a ]---',
      '0xffff000000000000-0xffffff8000000000      261632G PGD',
      '0xffffff8000000000-0xffffffffc0000000         511G PUD',
      '0xffffffffc0000000-0xfffffffffffff000     1048572K PTE',
      '0xfffffffffffff000-0x0000000000000000           4K PTE       RW x  SHD AF                   MEM/NORMAL',
    ]);
  });
});

describe('the size column', () => {
  it('grows beyond nine digits, and keeps every digit', () => {
    const out = new PtdumpOut();
    const rest = bytesOf('PTE\n');
    out.range(0, 0, 0x7fff, 0xfffff000 | 0, rest);
    out.range(0, 0x1000, 0, 0, rest);
    out.range(0, 0x40000000, 0x10, 0x40000000, rest);
    expect(lines(out.toString()).map((l) => l.slice(39))).toEqual([
      ' 137438953468K PTE',
      ' 18014398509481980K PTE',
      '        64G PTE',
    ]);
  });
});

/** A four-level x86-64 root with these entries; a table at 0x2000 and so on below it. */
function x86(
  pages: Readonly<Record<number, readonly [number, Readonly<Record<number, string>>]>>,
  markers: readonly PtdumpMarker[],
  vaBits = 48,
): string[] {
  const geo = x86Geometry(vaBits);
  if (!geo.ok) throw new Error(geo.error.message);
  const memory = new PhysicalMemory();
  for (const [pa, [hw, entries]] of Object.entries(pages)) {
    const page = memory.add(Number(pa), hw, 'init_mm', U64.ZERO, 512);
    for (const [i, value] of Object.entries(entries))
      page.set(Number(i), U64.hex(value).hi, U64.hex(value).lo);
  }
  return lines(ptdumpX86(geo.value, memory, { name: 'init_mm', pgd: 0x1000, base: U64.ZERO }, markers));
}

describe('x86-64 ptdump', () => {
  const all = [marker('0x0', 'User Space')];

  it('leaves out the hole between the halves', () => {
    expect(
      x86({ 0x1000: [0, { 256: '0x3' }] }, [...all, marker('0x8000000000000000', 'Kernel Space')]),
    ).toEqual([
      '---[ User Space ]---',
      '0x0000000000000000-0xffff880000000000    16777096T                               pgd',
      '---[ Kernel Space ]---',
      '0xffff880000000000-0x0000000000000000         120T                               pgd',
    ]);
  });

  it('does so with five levels, from another address', () => {
    const text = x86({ 0x1000: [-1, {}] }, [...all, marker('0x8000000000000000', 'Kernel Space')], 57);
    expect(text[1]).toMatch(/^0x0000000000000000-0xff10000000000000 /);
  });

  it('prints what only the levels above tell apart as lines of their own', () => {
    // Two large pages of the same bits; the table above the second forbids writing.
    const text = x86(
      { 0x1000: [0, { 0: '0x2067', 1: '0x3065' }], 0x2000: [1, { 511: '0xe3' }], 0x3000: [1, { 0: '0xe3' }] },
      all,
    );
    expect(text.slice(2, 4)).toEqual([
      '0x0000007fc0000000-0x0000008000000000           1G     RW         PSE         x  pud',
      '0x0000008000000000-0x0000008040000000           1G     RW         PSE         x  pud',
    ]);
  });

  it('merges over a PMD that is not present, not a large page and not empty', () => {
    const text = x86(
      {
        0x1000: [0, { 0: '0x2067' }],
        0x2000: [1, { 0: '0x3067' }],
        0x3000: [2, { 0: '0xe3', 1: '0xfff000', 2: '0x80', 3: '0x60' }],
      },
      all,
    );
    expect(text.slice(1, 4)).toEqual([
      '0x0000000000000000-0x0000000000400000           4M     RW         PSE         x  pmd',
      '0x0000000000400000-0x0000000000600000           2M                               pmd',
      '0x0000000000600000-0x0000000040000000        1018M                               pmd',
    ]);
  });

  it('stops printing after the most lines of a marker, and counts what it left out', () => {
    const ptes = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [i * 2, '0x1063']));
    const text = x86(
      {
        0x1000: [0, { 0: '0x2067' }],
        0x2000: [1, { 0: '0x3067' }],
        0x3000: [2, { 0: '0x4067' }],
        0x4000: [3, ptes],
      },
      [marker('0x0', 'ESPfix Area', 3), marker('0x200000', 'next')],
    );
    expect(text.slice(3, 6)).toEqual([
      '0x0000000000002000-0x0000000000003000           4K     RW                     x  pte',
      '... 13 entries skipped ... ',
      '---[ next ]---',
    ]);
  });
});
