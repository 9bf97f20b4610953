import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { U64 } from '../base/u64.ts';
import { TableAddresses } from './text-grammar.ts';
import { COLUMNS, columns, commentLines, joinLines, withWords, wrapLine } from './text-lines.ts';
import { parseSize, phrase, sizeToken, splitPair, tokenize, unquote, word } from './text-tokens.ts';

const anyText = fc.oneof(
  fc.string({ maxLength: 300, unit: fc.constantFrom(' ', ' ', 'a', 'bc', '\\', '漢', '😀', '#', '-') }),
  fc.string({ maxLength: 200 }),
);

describe('lines', () => {
  it('counts wide characters twice', () => {
    expect(columns('abc')).toBe(3);
    expect(columns('漢字')).toBe(4);
    expect(columns('😀')).toBe(2);
    expect(columns('PTE[0…15] → –')).toBe(13);
  });

  it('cuts after a space, marks the cut, and joins again', () => {
    const line = `   1 a 0 call  ${'start=0xffff000041dff000 '.repeat(3)}end`;
    expect(wrapLine(line)).toEqual([
      '   1 a 0 call  start=0xffff000041dff000 start=0xffff000041dff000 \\',
      '        start=0xffff000041dff000 end',
    ]);
    expect(wrapLine('x'.repeat(73))).toEqual([`${'x'.repeat(71)}\\`, `        ${'x'.repeat(2)}`]);
    // Outside quotes if that is in the last half of the line.
    const head = `call start=${'0'.repeat(45)} `;
    expect(wrapLine(`${head}ops="pud pmd pte hole"`)[1]).toBe('        ops="pud pmd pte hole"');
    expect(wrapLine(`ops="${'pud '.repeat(30)}"`)[0]?.length).toBeGreaterThan(64);
    expect(wrapLine('x'.repeat(72))).toEqual(['x'.repeat(72)]);
  });

  it('keeps every character of a line, and no part is too wide', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = `x${text.replaceAll('\n', ' ')}x`;
        const parts = wrapLine(line);
        expect(Math.max(...parts.map(columns))).toBeLessThanOrEqual(COLUMNS);
        expect(joinLines(parts.join('\n')).map((l) => l.text)).toEqual([line]);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('drops comments and empty lines, and remembers where a line came from', () => {
    expect(joinLines('a\n\n   # no\nb \\\n        c\nd')).toEqual([
      { number: 1, text: 'a' },
      { number: 4, text: 'b c' },
      { number: 6, text: 'd' },
    ]);
    // A cut line's rest may look like a comment.
    expect(joinLines('a \\\n        # b')).toEqual([{ number: 1, text: 'a # b' }]);
  });

  it('breaks comments between words, and words only if they must', () => {
    expect(commentLines(`${'word '.repeat(14)}${'y'.repeat(80)} end`, 9)).toEqual([
      '         # word word word word word word word word word word word word',
      '         # word word',
      `         # ${'y'.repeat(61)}`,
      `         # ${'y'.repeat(19)} end`,
    ]);
  });
});

describe('withWords', () => {
  it('puts words where there is room: after the last line, on one of their own, or nowhere', () => {
    expect(withWords(['a'], 'table', 9)).toEqual(['a  # table']);
    expect(withWords(['a \\', 'b'], 'table', 9)).toEqual(['a \\', 'b  # table']);
    expect(withWords(['a'], '', 9)).toEqual(['a']);
    const full = 'x'.repeat(64);
    expect(withWords([full], 'page', undefined)).toEqual([`${full}  # page`]);
    expect(withWords([full], 'table', 9)).toEqual([full, '         # table']);
    expect(withWords([full], 'table', undefined)).toEqual([full]);
  });
});

describe('sizes', () => {
  it('have units where they are whole and not many, and come back', () => {
    const sizes = [
      '0x0',
      '0x1',
      '0x400',
      '0x1000',
      '0x200000',
      '0x201000',
      '0x40000000',
      '0x8000000000',
      '0xffffffffffffffff',
    ];
    expect(sizes.map((size) => sizeToken(U64.hex(size)))).toEqual([
      '0x0',
      '0x1',
      '1K',
      '4K',
      '2M',
      '2052K',
      '1G',
      '512G',
      '0xffffffffffffffff',
    ]);
    for (const size of sizes) expect(parseSize(sizeToken(U64.hex(size)))?.toHex()).toBe(size);
    expect(['4k', 'K', '4096', '0x', '12345K', '-4K', '1E', ''].map(parseSize)).toEqual(
      Array(8).fill(undefined),
    );
  });
});

describe('addresses of tables', () => {
  it('follow from a slot of them', () => {
    const at = { hw: 2, table: '0x1000', idx: 3 };
    const known = new TableAddresses(14);
    expect(known.expected(at, false)).toBeUndefined();
    known.learn({ ...at, va: '0xfffffffffe000000' }, false);
    expect(known.expected({ ...at, idx: 4 }, false)).toBe('0x0');
    expect(known.expected({ ...at, table: '0x2000' }, false)).toBeUndefined();
    expect(known.expected({ ...at, hw: 3 }, false)).toBeUndefined();
    expect(known.expected(at, true)).toBeUndefined();
    for (const hw of [-2, 4, -1_000_000, 99_999]) {
      known.learn({ ...at, hw, va: '0x0' }, false);
      expect(known.expected({ ...at, hw }, false)).toBeUndefined();
    }
  });
});

describe('tokens', () => {
  it('takes every word, phrase and pair back', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: 'binary' })), anyText, (a, b) => {
        expect(unquote(word(a))).toBe(a);
        expect(unquote(phrase(a))).toBe(a);
        const pair = `${word(a)}=${word(b)}`;
        expect(tokenize(` ${pair}  ${word(b)}  # words`)).toEqual([pair, word(b)]);
        expect(splitPair(pair)).toEqual([a, b]);
      }),
      { numRuns: 400, seed: 2 },
    );
  });

  it('lets no character through that would disturb a line', () => {
    const cases = [
      ['a\nb', '"a\\nb"'],
      ['a\u0085b', '"a\\u0085b"'],
      ['a\u2028b', '"a\\u2028b"'],
      ['a\u200eb', '"a\\u200eb"'],
      ['a\u00a0b', '"a\\u00a0b"'],
      ['e\u0301', '"e\\u0301"'],
      ['\u{e0041}', '"\\udb40\\udc41"'],
    ] as const;
    for (const [text, written] of cases) {
      expect(word(text)).toBe(written);
      expect(phrase(text)).toBe(written);
      expect(unquote(written)).toBe(text);
    }
  });

  it('leaves ordinary names alone, and quotes the rest', () => {
    expect(word('mm/pagewalk.c:96')).toBe('mm/pagewalk.c:96');
    expect(word('ptl@0x4174e000')).toBe('ptl@0x4174e000');
    expect(word('pmd pte')).toBe('"pmd pte"');
    expect(word('-')).toBe('"-"');
    expect(phrase('Split a block, twice')).toBe('Split a block, twice');
    expect(phrase(' x')).toBe('" x"');
  });

  it('refuses quotes that do not close', () => {
    expect(tokenize('a "b')).toBeUndefined();
    expect(unquote('"b')).toBeUndefined();
    expect(unquote('5"')).toBeUndefined();
    expect(splitPair('=x')).toBeUndefined();
  });
});
