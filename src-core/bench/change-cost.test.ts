import { describe, expect, it } from 'vitest';
import { changeCost } from './change-cost.ts';

describe('what a permission change costs', { timeout: 60_000 }, () => {
  it.each([
    // mapped by, made valid, batched, stores, barriers, flushes
    ['pages', false, true, 2048, 0, 1],
    ['pages', false, false, 2048, 0, 1],
    ['pages', true, true, 2048, 1, 0],
    ['pages', true, false, 2048, 2048, 0],
    ['blocks', false, true, 4, 0, 1],
    ['blocks', true, true, 4, 1, 0],
    ['blocks', true, false, 4, 4, 0],
  ] as const)('8 MiB of %s, valid: %s, batched: %s', (mapped, valid, batched, stores, barriers, flushes) => {
    expect(changeCost(mapped, valid, batched, 2048)).toMatchObject({ stores, barriers, flushes });
  });

  it('1 GiB of blocks: 512 stores, one pair of barriers, or one TLBI', () => {
    expect(changeCost('blocks', true, true)).toMatchObject({ stores: 512, barriers: 1, flushes: 0 });
    expect(changeCost('blocks', false, true)).toMatchObject({ stores: 512, barriers: 0, tlbis: [1, 1] });
  });
});
