import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { U64 } from './u64.ts';

const M = (1n << 64n) - 1n;
const big = (v: U64): bigint => (BigInt(v.hi >>> 0) << 32n) | BigInt(v.lo >>> 0);
const small = (v: bigint): U64 => new U64(Number((v >> 32n) & 0xffffffffn), Number(v & 0xffffffffn));
const u64 = fc.oneof(fc.bigInt(0n, M), fc.constantFrom(0n, 1n, M, 1n << 63n, 0xffffffffn, 1n << 32n, 0xfffn));

describe('U64 agrees with BigInt modulo 2^64', () => {
  it('in arithmetic, logic and order', () => {
    fc.assert(
      fc.property(u64, u64, (a, b) => {
        const [x, y] = [small(a), small(b)];
        expect(big(x.add(y))).toBe((a + b) & M);
        expect(big(x.sub(y))).toBe((a - b) & M);
        expect(big(x.and(y))).toBe(a & b);
        expect(big(x.or(y))).toBe(a | b);
        expect(big(x.xor(y))).toBe(a ^ b);
        expect(big(x.andNot(y))).toBe(a & ~b & M);
        expect(big(x.not())).toBe(~a & M);
        expect(x.lt(y)).toBe(a < b);
        expect(x.le(y)).toBe(a <= b);
        expect(x.eq(y)).toBe(a === b);
        expect(Math.sign(x.cmp(y))).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(x.intersects(y)).toBe((a & b) !== 0n);
        expect(x.isZero()).toBe(a === 0n);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('in shifts, bits and fields', () => {
    fc.assert(
      fc.property(u64, fc.nat(63), fc.integer({ min: 1, max: 32 }), (a, n, width) => {
        const x = small(a);
        expect(big(x.shl(n))).toBe((a << BigInt(n)) & M);
        expect(big(x.shr(n))).toBe(a >> BigInt(n));
        expect(x.bit(n)).toBe(((a >> BigInt(n)) & 1n) === 1n);
        expect(x.field(n, width)).toBe(Number((a >> BigInt(n)) & ((1n << BigInt(width)) - 1n)));
        expect(big(U64.mask(n))).toBe((1n << BigInt(n)) - 1n);
      }),
      { seed: 2, numRuns: 3000 },
    );
  });

  it('in text and numbers', () => {
    fc.assert(
      fc.property(u64, fc.maxSafeInteger(), (a, n) => {
        const x = small(a);
        expect(x.toHex()).toBe(`0x${a.toString(16)}`);
        expect(x.toHex16()).toBe(a.toString(16).padStart(16, '0'));
        expect(U64.hex(x.toHex()).eq(x)).toBe(true);
        expect(U64.parse(`0x${x.toHex16()}`)?.eq(x)).toBe(true);
        expect(big(U64.from(n))).toBe(BigInt(n) & M);
        expect(big(x.plus(n))).toBe((a + BigInt(n)) & M);
        if (n >= 0) expect(U64.from(n).toNumber()).toBe(n);
      }),
      { seed: 3, numRuns: 3000 },
    );
  });
});

describe('U64 from text', () => {
  it('reads addresses as people write them', () => {
    expect(U64.parse('ffff 0000 41e0_5000')?.toHex()).toBe('0xffff000041e05000');
    expect(U64.parse(' 0XFFFF ')?.toHex()).toBe('0xffff');
    expect(U64.parse('0x00000000000000000001')?.toHex()).toBe('0x1');
  });

  it.each(['', '0x', 'g', '-1', '1.5', '0x10000000000000000', '0x0x1'])('refuses %j', (text) => {
    expect(U64.parse(text)).toBeUndefined();
  });

  it('throws on a malformed golden value, and where a number would lose bits', () => {
    expect(() => U64.hex('0xG')).toThrow(SyntaxError);
    expect(() => U64.hex('12')).toThrow(SyntaxError);
    expect(() => U64.MAX.toNumber()).toThrow(RangeError);
    expect(() => U64.from(0.5)).toThrow(RangeError);
  });
});
