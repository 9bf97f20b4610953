/** Two lower-case hex digits a byte: number.toString(16) takes a slow path, and every step of a trace holds addresses. */
const BYTES: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** The eight hex digits of a lane. */
function digits(lane: number): string {
  return (
    (BYTES[lane >>> 24] ?? '') +
    (BYTES[(lane >>> 16) & 0xff] ?? '') +
    (BYTES[(lane >>> 8) & 0xff] ?? '') +
    (BYTES[lane & 0xff] ?? '')
  );
}

/** The hex digits of a lane without leading zeros; one at the least. */
function significant(lane: number): string {
  return digits(lane).slice(Math.min(7, Math.clz32(lane) >> 2));
}

/**
 * 64-bit values as two 32-bit lanes.
 *
 * Addresses and descriptors need all 64 bits, a double holds 53, and BigInt costs tens of nanoseconds an
 * operation. Both lanes are kept as signed int32 (what JavaScript's bit operators return), so that V8 stores
 * them as small integers; nothing outside this file needs to know.
 *
 * Values are immutable. Arithmetic wraps modulo 2^64, as the kernel's does.
 */
export class U64 {
  // Declared only: a class field would be defined first and assigned then, which costs more than the rest of the constructor.
  /** Bits 63:32, as a signed int32. */
  declare readonly hi: number;
  /** Bits 31:0, as a signed int32. */
  declare readonly lo: number;

  constructor(hi: number, lo: number) {
    this.hi = hi | 0;
    this.lo = lo | 0;
  }

  add(other: U64): U64 {
    const lo = (this.lo >>> 0) + (other.lo >>> 0);
    return new U64(this.hi + other.hi + (lo > 0xffffffff ? 1 : 0), lo);
  }

  sub(other: U64): U64 {
    const borrow = this.lo >>> 0 < other.lo >>> 0 ? 1 : 0;
    return new U64(this.hi - other.hi - borrow, this.lo - other.lo);
  }

  /** Adds a signed integer of at most 53 bits. */
  plus(n: number): U64 {
    return this.add(U64.from(n));
  }

  and(other: U64): U64 {
    return new U64(this.hi & other.hi, this.lo & other.lo);
  }

  or(other: U64): U64 {
    return new U64(this.hi | other.hi, this.lo | other.lo);
  }

  /** `this & ~other`. */
  andNot(other: U64): U64 {
    return new U64(this.hi & ~other.hi, this.lo & ~other.lo);
  }

  xor(other: U64): U64 {
    return new U64(this.hi ^ other.hi, this.lo ^ other.lo);
  }

  not(): U64 {
    return new U64(~this.hi, ~this.lo);
  }

  /** Left shift by 0…63. */
  shl(n: number): U64 {
    if (n === 0) return this;
    if (n >= 32) return new U64(this.lo << (n - 32), 0);
    return new U64((this.hi << n) | (this.lo >>> (32 - n)), this.lo << n);
  }

  /** Logical right shift by 0…63. */
  shr(n: number): U64 {
    if (n === 0) return this;
    if (n >= 32) return new U64(0, this.hi >>> (n - 32));
    return new U64(this.hi >>> n, (this.lo >>> n) | (this.hi << (32 - n)));
  }

  /** Bits `low … low+width-1` as a number; `width` is 1…32. */
  field(low: number, width: number): number {
    const v = low >= 32 ? this.hi >>> (low - 32) : this.shr(low).lo;
    return width === 32 ? v >>> 0 : (v & ((1 << width) - 1)) >>> 0;
  }

  /** Bit `n` (0…63). */
  bit(n: number): boolean {
    return n >= 32 ? ((this.hi >>> (n - 32)) & 1) === 1 : ((this.lo >>> n) & 1) === 1;
  }

  eq(other: U64): boolean {
    return this.hi === other.hi && this.lo === other.lo;
  }

  isZero(): boolean {
    return (this.hi | this.lo) === 0;
  }

  /** True when the two have a set bit in common. */
  intersects(mask: U64): boolean {
    return ((this.hi & mask.hi) | (this.lo & mask.lo)) !== 0;
  }

  /** Unsigned `this < other`. */
  lt(other: U64): boolean {
    const a = this.hi >>> 0;
    const b = other.hi >>> 0;
    return a !== b ? a < b : this.lo >>> 0 < other.lo >>> 0;
  }

  /** Unsigned `this <= other`. */
  le(other: U64): boolean {
    return !other.lt(this);
  }

  /** Unsigned order, for sorting: negative, zero or positive. */
  cmp(other: U64): number {
    return this.eq(other) ? 0 : this.lt(other) ? -1 : 1;
  }

  /** The value as a number. Throws RangeError above 2^53 - 1: such a value would lose bits. */
  toNumber(): number {
    const n = (this.hi >>> 0) * 0x100000000 + (this.lo >>> 0);
    if (n > Number.MAX_SAFE_INTEGER) throw new RangeError(`${this.toHex()} does not fit a number exactly`);
    return n;
  }

  /** Lower-case hex with `0x` and no leading zeros: `0x0`, `0xffff000041e05000`. */
  toHex(): string {
    return this.hi === 0 ? '0x' + significant(this.lo) : '0x' + significant(this.hi) + digits(this.lo);
  }

  /** Sixteen lower-case hex digits, no prefix. */
  toHex16(): string {
    return digits(this.hi) + digits(this.lo);
  }

  toString(): string {
    return this.toHex();
  }

  /** As in golden traces and steps: a hex string. */
  toJSON(): string {
    return this.toHex();
  }

  static readonly ZERO = new U64(0, 0);
  static readonly ONE = new U64(0, 1);
  static readonly MAX = new U64(-1, -1);

  /** From a safe integer; a negative one is taken modulo 2^64. Throws RangeError on any other number. */
  static from(n: number): U64 {
    if (!Number.isSafeInteger(n)) throw new RangeError(`${n} is not an exact integer`);
    return new U64(Math.floor(n / 0x100000000), n);
  }

  /** `1 << n`, n 0…63. */
  static bit(n: number): U64 {
    return U64.ONE.shl(n);
  }

  /** `n` low bits set, n 0…64. */
  static mask(n: number): U64 {
    return n >= 64 ? U64.MAX : U64.bit(n).sub(U64.ONE);
  }

  /**
   * Parses hex with or without `0x`; underscores, and white space inside, are ignored (addresses are written
   * in groups). Returns undefined for anything else, or for more than 64 bits.
   */
  static parse(text: string): U64 | undefined {
    const digits = text.trim().replace(/^0x/i, '').replace(/[\s_]/g, '');
    if (!/^[0-9a-f]+$/i.test(digits)) return undefined;
    const significant = digits.replace(/^0+(?=.)/, '');
    if (significant.length > 16) return undefined;
    return U64.fromDigits(significant);
  }

  /** From a golden or scenario string `0x…`. Throws SyntaxError if it is none. */
  static hex(text: string): U64 {
    if (!/^0x[0-9a-f]{1,16}$/.test(text))
      throw new SyntaxError(`not a 64-bit hex value: ${JSON.stringify(text)}`);
    return U64.fromDigits(text.slice(2));
  }

  private static fromDigits(digits: string): U64 {
    const lo = parseInt(digits.slice(-8), 16);
    const hi = digits.length > 8 ? parseInt(digits.slice(0, -8), 16) : 0;
    return new U64(hi, lo);
  }
}
