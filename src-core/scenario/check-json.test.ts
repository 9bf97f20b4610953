import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './check-json.ts';

const wrong = (text: string): string => {
  const parsed = parseJson(text);
  return parsed.ok ? 'ok' : `${parsed.error.path}: ${parsed.error.message}`;
};

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value, null, 1);
        expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it.each([
    ['', 'line 1, column 1: is not JSON: the text ends where a value should stand'],
    ['{"a": 1,}', 'line 1, column 9: is not JSON: found "}" where a key in double quotes should stand'],
    ['{a: 1}', 'line 1, column 2: is not JSON: found "a" where a key in double quotes or a } should stand'],
    ['{"a" 1}', 'line 1, column 6: is not JSON: found "1" where a colon should follow the key'],
    ['{"a": }', 'line 1, column 7: is not JSON: found "}" where a value should stand'],
    ['[1, 2', 'line 1, column 6: is not JSON: the text ends where a comma or a ] should stand'],
    ['[1\n 2]', 'line 2, column 2: is not JSON: found "2" where a comma or a ] should stand'],
    ['[]\n[]', 'line 2, column 1: is not JSON: found "[" where nothing more should follow'],
    [
      '["a\nb"]',
      'line 1, column 4: is not JSON: found "\\n" where the string should go on, or end with a double quote',
    ],
    [
      '["\\x"]',
      'line 1, column 3: is not JSON: found "\\\\" where the string should go on, or end with a double quote',
    ],
    ['{"a": [1, 2}', 'line 1, column 12: is not JSON: found "}" where a comma or a ] should stand'],
    ['nul', 'line 1, column 1: is not JSON: found "n" where a value should stand'],
    ['01', 'line 1, column 2: is not JSON: found "1" where nothing more should follow'],
    [
      "{'a': 1}",
      'line 1, column 2: is not JSON: found "\'" where a key in double quotes or a } should stand',
    ],
  ])('%j', (text, message) => {
    expect(wrong(text)).toBe(message);
  });

  it('finds a place in whatever JSON.parse refuses, and only there', () => {
    const bits = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      'true',
      ' ',
      '\n',
      '"',
      '\\',
      '\\u00e9',
      'e5',
      '.5',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const parsed = parseJson(text);
        if (parsed.ok) return;
        expect(parsed.error.message).not.toContain('where JSON should stand');
      }),
      { seed: 4, numRuns: 5000 },
    );
  });

  it('is not upset by depth or length', () => {
    expect(wrong('['.repeat(100_000))).toContain('line 1, column 100001: is not JSON: the text ends');
    expect(wrong(`"${'x'.repeat(3_000_000)}`)).toContain('column 3000002');
  });
});
