import { describe, expect, it } from 'vitest';
import { flushCost } from './flush-cost.ts';

describe('TLBI instructions of a flush', () => {
  const all = { singles: 0, ranges: 0, all: 1 };
  it.each([
    [1, { singles: 1, ranges: 0, all: 0 }, { singles: 1, ranges: 0, all: 0 }],
    [2, { singles: 0, ranges: 1, all: 0 }, { singles: 2, ranges: 0, all: 0 }],
    [3, { singles: 1, ranges: 1, all: 0 }, { singles: 3, ranges: 0, all: 0 }],
    [16, { singles: 0, ranges: 1, all: 0 }, { singles: 16, ranges: 0, all: 0 }],
    [511, { singles: 1, ranges: 2, all: 0 }, { singles: 511, ranges: 0, all: 0 }],
    [512, { singles: 0, ranges: 1, all: 0 }, all],
    [1048, { singles: 0, ranges: 2, all: 0 }, all],
    [262_144, { singles: 0, ranges: 1, all: 0 }, all],
    [2_097_152, { singles: 0, ranges: 1, all: 0 }, all],
    [2_097_153, all, all],
  ] as const)('%i pages', (pages, withRanges, without) => {
    expect(flushCost(pages, true)).toEqual(withRanges);
    expect(flushCost(pages, false)).toEqual(without);
  });
});
