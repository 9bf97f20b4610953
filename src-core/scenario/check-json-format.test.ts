import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson } from './check-json-format.ts';

describe('formatJson', () => {
  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 120 }), (value, width) => {
        expect(JSON.parse(formatJson(value, width))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 51, numRuns: 300 },
    );
  });

  it('breaks what does not fit, and only that', () => {
    const value = { a: [1, 2, 3], b: { c: 'long enough to break', d: [] }, e: {} };
    expect(formatJson(value, 30)).toBe(
      [
        '{',
        '  "a": [1, 2, 3],',
        '  "b": {',
        '    "c": "long enough to break",',
        '    "d": []',
        '  },',
        '  "e": {}',
        '}',
      ].join('\n'),
    );
    expect(formatJson(value)).toBe(
      '{ "a": [1, 2, 3], "b": { "c": "long enough to break", "d": [] }, "e": {} }',
    );
  });

  it('counts the columns to the last', () => {
    expect(formatJson([1, 2], 6)).toBe('[1, 2]');
    expect(formatJson([1, 2], 5)).toBe('[\n  1,\n  2\n]');
    expect(formatJson({ k: [1, 2], l: 0 }, 14)).toBe('{\n  "k": [1, 2],\n  "l": 0\n}');
    expect(formatJson({ k: [1, 2], l: 0 }, 13)).toContain('"k": [\n');
  });

  it('leaves out keys without a value', () => {
    expect(formatJson({ a: undefined })).toBe('{}');
  });
});
