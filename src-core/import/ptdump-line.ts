import { strFromU8 } from 'fflate';
import type { PtdumpMarker } from './capture.ts';

const HEX = bytesOf('0123456789abcdef');
/** `note_page()` prints sizes from K upwards; every address here is a multiple of a page, so bytes never show. */
const UNITS = bytesOf('KMGTPE');
const UNIT_BYTES = [2 ** 10, 2 ** 20, 2 ** 30, 2 ** 40, 2 ** 50, 2 ** 60];
const SPACE = 0x20;
/** More than the longest line without its attributes. */
const ROOM = 256;

/** The bytes of an ASCII text. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Upper lane of the address of slot `i`, which is `i << shift` behind the table's first. */
export function slotHi(vaHi: number, vaLo: number, i: number, shift: number): number {
  if (shift >= 32) return (vaHi + (i << (shift - 32))) | 0;
  const carry = (vaLo >>> 0) + ((i << shift) >>> 0) > 0xffffffff ? 1 : 0;
  return (vaHi + (i >>> (32 - shift)) + carry) | 0;
}

/** Its lower lane. */
export function slotLo(vaLo: number, i: number, shift: number): number {
  return shift >= 32 ? vaLo : (vaLo + (i << shift)) | 0;
}

/** A text under construction, kept as bytes: several times faster than joining strings. */
export class PtdumpOut {
  private bytes = new Uint8Array(65536);
  private at = 0;

  /** `0xSTART-0xEND   SIZEU ` and the rest of the line; lanes of the start and of the exclusive end, 0 being 2^64. */
  range(startHi: number, startLo: number, endHi: number, endLo: number, rest: Uint8Array): void {
    this.reserve(ROOM + rest.length);
    const { bytes } = this;
    let at = this.address(this.at, startHi, startLo);
    bytes[at++] = 0x2d;
    at = this.address(at, endHi, endLo);
    bytes[at++] = SPACE;
    bytes[at++] = SPACE;
    bytes[at++] = SPACE;
    at = this.size(at, startHi, startLo, endHi, endLo);
    bytes[at++] = SPACE;
    bytes.set(rest, at);
    this.at = at + rest.length;
  }

  /** Any ASCII text. */
  text(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.at++] = text.charCodeAt(i);
  }

  /** `---[ NAME ]---` and its line end. */
  marker(name: string): void {
    this.text(`---[ ${name} ]---\n`);
  }

  toString(): string {
    return strFromU8(this.bytes.subarray(0, this.at));
  }

  private address(at: number, hi: number, lo: number): number {
    const { bytes } = this;
    bytes[at] = 0x30;
    bytes[at + 1] = 0x78;
    for (let k = 0; k < 8; k++) {
      bytes[at + 2 + k] = HEX[(hi >>> (28 - 4 * k)) & 15] ?? 0;
      bytes[at + 10 + k] = HEX[(lo >>> (28 - 4 * k)) & 15] ?? 0;
    }
    return at + 18;
  }

  /** The size, at least nine columns wide, in the largest unit that divides it. */
  private size(at: number, startHi: number, startLo: number, endHi: number, endLo: number): number {
    const { bytes } = this;
    const borrow = endLo >>> 0 < startLo >>> 0 ? 1 : 0;
    const hi = (endHi - startHi - borrow) | 0;
    const lo = (endLo - startLo) | 0;
    const zeros = lo !== 0 ? 31 - Math.clz32(lo & -lo) : 63 - Math.clz32(hi & -hi);
    const unit = Math.min(Math.floor(zeros / 10) - 1, 5);
    // Exact: the bits dropped are zero, and what is left has at most 52.
    let n = ((hi >>> 0) * 0x100000000 + (lo >>> 0)) / (UNIT_BYTES[unit] ?? 1);
    let width = 9;
    for (let power = 1e9; n >= power; power *= 10) width++;
    let k = at + width - 1;
    for (; n > 0x7fffffff; k--) {
      const tenth = Math.floor(n / 10);
      bytes[k] = 0x30 + (n - 10 * tenth);
      n = tenth;
    }
    for (let small = n | 0; k >= at && small !== 0; k--) {
      const tenth = (small / 10) | 0;
      bytes[k] = 0x30 + (small - 10 * tenth);
      small = tenth;
    }
    for (; k >= at; k--) bytes[k] = SPACE;
    bytes[at + width] = UNITS[unit] ?? 0;
    return at + width + 1;
  }

  private reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.bytes.length + more));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** Ends of lines by a key of level and bits: the same few in every text. Dropped when a strange table makes them many. */
export class Rests {
  private readonly known = new Map<number, Uint8Array>();
  private readonly make: (level: number, hi: number, lo: number) => string;

  constructor(make: (level: number, hi: number, lo: number) => string) {
    this.make = make;
  }

  get(key: number, level: number, hi: number, lo: number): Uint8Array {
    let rest = this.known.get(key);
    if (rest === undefined) {
      if (this.known.size >= 4096) this.known.clear();
      rest = bytesOf(this.make(level, hi, lo));
      this.known.set(key, rest);
    }
    return rest;
  }
}

/** The markers in turn: where the next one is, in lanes. */
export class MarkerList {
  private readonly list: readonly PtdumpMarker[];
  private i = 0;
  /** Address of the next marker; all ones when there is none, as the kernel's lists end. */
  private nextHi = 0;
  private nextLo = 0;

  constructor(list: readonly PtdumpMarker[]) {
    this.list = list;
    this.look();
  }

  get name(): string {
    return this.list[this.i]?.name ?? '';
  }

  get maxLines(): number {
    return this.list[this.i]?.maxLines ?? 0;
  }

  /** The address is at or above the next marker. */
  reached(hi: number, lo: number): boolean {
    const a = hi >>> 0;
    const b = this.nextHi >>> 0;
    return a !== b ? a > b : lo >>> 0 >= this.nextLo >>> 0;
  }

  advance(): void {
    this.i++;
    this.look();
  }

  private look(): void {
    const next = this.list[this.i + 1];
    this.nextHi = next === undefined ? -1 : next.start.hi;
    this.nextLo = next === undefined ? -1 : next.start.lo;
  }
}
