import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SetStep } from './step.ts';
import { storedAt } from './store-run.ts';

const RUN: SetStep = {
  ev: 'set',
  hw: 3,
  table: '0x2000000000',
  idx: 0,
  va: null,
  level: 'pte',
  old: '0x0',
  new: '0xf8000041e00707',
  count: 512,
  dnew: '0x1000',
};

describe('storedAt', () => {
  it('says what each slot of a run had and has', () => {
    const hex = (nth: number): string[] => Object.values(storedAt(RUN, nth)).map((v) => v.toHex());
    expect(hex(0)).toEqual(['0x0', '0xf8000041e00707']);
    expect(hex(1)).toEqual(['0x0', '0xf8000041e01707']);
    expect(hex(511)).toEqual(['0x0', '0xf8000041fff707']);
  });

  it('is first + nth * growth, modulo 2^64', () => {
    const any = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    fc.assert(
      fc.property(any, any, any, any, fc.nat({ max: 65_535 }), (old, dold, now, dnew, nth) => {
        const hex = (v: bigint): string => `0x${v.toString(16)}`;
        const step: SetStep = { ...RUN, old: hex(old), dold: hex(dold), new: hex(now), dnew: hex(dnew) };
        const stored = storedAt(step, nth);
        const grown = (first: bigint, by: bigint): string =>
          hex(BigInt.asUintN(64, first + BigInt(nth) * by));
        expect([stored.old.toHex(), stored.new.toHex()]).toEqual([grown(old, dold), grown(now, dnew)]);
      }),
      { numRuns: 300, seed: 17 },
    );
  });
});
