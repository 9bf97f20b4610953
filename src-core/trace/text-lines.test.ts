import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLUMNS, columns, commentLines, joinLines, wrapLine } from './text-lines.ts';
import { phrase, splitPair, tokenize, unquote, word } from './text-tokens.ts';

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
