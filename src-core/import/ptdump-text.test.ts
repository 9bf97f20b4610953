import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLikePtdump, parsePtdump } from './ptdump-text.ts';

const data = (path: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../tests/data/captures/${path}`, import.meta.url)));
const arm64 = data('x4-4k-48/kernel_page_tables-held.txt').toString();
const x86 = brotliDecompressSync(data('x86-48/kernel_page_tables.txt.br')).toString();
const riscv = [
  '---[ Linear mapping ]---',
  '0xffffffd600000000-0xffffffd600200000    0x0000000080000000         2M PMD .   ..     ..   D A G . . W R V',
  '0xffffffd600200000-0xffffffd600c00000    0x0000000080200000        10M PMD .   ..     ..   D A G . . . R V',
  '',
].join('\n');

function wrong(text: string): string {
  const parsed = parsePtdump(text);
  return parsed.ok ? 'ok' : `${parsed.error.path}: ${parsed.error.message}`;
}

describe('parsePtdump', () => {
  it('reads every range of an arm64 text: they follow each other to the end', () => {
    const parsed = parsePtdump(arm64);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const { ranges, markers, format, lines } = parsed.value;
    expect([format, lines, markers.length, ranges.length]).toEqual([
      'arm64',
      arm64.split('\n').length - 1,
      12,
      lines - 12,
    ]);
    for (const [i, range] of ranges.entries())
      expect(range.start.toHex()).toBe((ranges[i - 1]?.end ?? range.start).toHex());
    expect(ranges.at(-1)?.end.isZero()).toBe(true);
    expect(ranges[1]).toMatchObject({
      line: 3,
      level: 'PMD',
      area: 'Linear Mapping start',
      attributes: 'RW NX SHD AF        BLK UXN    MEM/NORMAL-TAGGED',
    });
    expect(ranges.find((r) => r.attributes.startsWith('F'))?.attributes).toBe(
      'F     RW NX SHD AF NG         UXN    MEM/NORMAL-TAGGED',
    );
  });

  it('reads x86-64, with the lines the kernel left out', () => {
    const parsed = parsePtdump(x86);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const { format, markers, ranges, skipped, lines } = parsed.value;
    expect([format, markers.length, skipped, ranges.length]).toEqual(['x86', 13, 131058, lines - 14]);
    expect(ranges[0]).toMatchObject({ level: 'pgd', attributes: '' });
    expect(ranges[2]).toMatchObject({ level: 'pte', attributes: 'RW                 GLB NX' });
  });

  it('reads riscv, with physical addresses', () => {
    const parsed = parsePtdump(riscv);
    if (!parsed.ok) throw new Error(parsed.error.message);
    expect([parsed.value.format, parsed.value.ranges[1]?.pa?.toHex(), parsed.value.ranges[1]?.level]).toEqual(
      ['riscv', '0x80200000', 'PMD'],
    );
  });

  it('takes line ends of either kind, and bytes', () => {
    expect(parsePtdump(arm64.replaceAll('\n', '\r\n'))).toEqual(parsePtdump(arm64));
    expect(parsePtdump(Buffer.from(arm64))).toEqual(parsePtdump(arm64));
  });

  const lines = arm64.split('\n');
  const with5 = (line: string): string => [...lines.slice(0, 4), line, ...lines.slice(5)].join('\n');
  it.each([
    ['cut', '0xffff000040960000-0xffff0000409', 'does not begin with two addresses of 16 digits'],
    [
      'another size',
      '0xffff000040960000-0xffff000040970000         128K PTE',
      'gives a size that is not that of its range',
    ],
    ['backwards', '0xffff000040970000-0xffff000040960000          64K PTE', 'ends where it begins or before'],
    [
      'without size',
      '0xffff000040960000-0xffff000040970000   PTE',
      'has no size with a unit after the range',
    ],
    [
      'of another kernel',
      '0xffff000040960000-0xffff000040970000          64K                               pte',
      'has behind the size what arm64 kernel does not print',
    ],
    [
      'with an unknown column',
      '0xffff000040960000-0xffff000040970000          64K PTE       rw',
      'has behind the size what arm64 kernel does not print',
    ],
    ['not a range', 'hello', 'is neither a range nor a marker'],
    [
      'with a strange digit',
      '0xffff00004096000\u0130-0xffff000040970000          64K PTE',
      'does not begin with two addresses of 16 digits',
    ],
  ])('names the line that is %s', (_, line, why) => {
    expect(wrong(with5(line))).toMatch(/^line 5: "/);
    expect(wrong(with5(line))).toMatch(new RegExp(`" ${why}$`));
  });

  it('refuses a text without ranges', () => {
    expect(wrong('---[ a ]---\n')).toBe('line 1: no range was found in this text');
    expect(wrong('')).toBe('line 1: no range was found in this text');
  });

  it('never throws, on damaged texts or on noise', () => {
    fc.assert(
      fc.property(
        fc.nat(arm64.length),
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.nat(200),
        (at, noise, cut) => {
          expect(wrong(arm64.slice(0, at) + noise + arm64.slice(at + cut))).toMatch(/^(ok$|line \d+: )/);
          expect(wrong(noise)).toMatch(/^line \d+: /);
        },
      ),
      { seed: 4, numRuns: 400 },
    );
  });
});

describe('looksLikePtdump', () => {
  it('knows a text by its first line', () => {
    expect([arm64, x86, riscv, arm64.slice(arm64.indexOf('0x'))].map(looksLikePtdump)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['', '{}', '0x12', '---[ ', 'PTTABS1'].map(looksLikePtdump)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
