import { strFromU8, strToU8 } from 'fflate';
import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';

/** Whose printer wrote a text. */
export type PtdumpFormat = 'arm64' | 'x86' | 'riscv';

/** One line of a ptdump text: neighbouring entries of like attributes, merged by the kernel. */
export interface PtdumpRange {
  /** Line in the file, from 1. */
  readonly line: number;
  readonly start: U64;
  /** Exclusive; 0 is 2^64. */
  readonly end: U64;
  /** As printed: PGD … PTE on arm64 and riscv, pgd … pte on x86. */
  readonly level: string;
  /** As printed, without padding at either end; empty for a hole. */
  readonly attributes: string;
  /** Name of the last marker above the line; empty before the first. */
  readonly area: string;
  /** riscv: physical address of the first entry. */
  readonly pa: U64 | undefined;
}

export interface PtdumpDump {
  readonly format: PtdumpFormat;
  readonly ranges: readonly PtdumpRange[];
  readonly markers: readonly string[];
  /** Lines of the file. */
  readonly lines: number;
  /** Ranges an x86 kernel left out ("... N entries skipped ..."). */
  readonly skipped: number;
}

/** What follows the size: checked once for each different text. */
const TAILS: Readonly<Record<PtdumpFormat, RegExp>> = {
  arm64:
    /^(?<level>PGD|P4D|PUD|PMD|PTE)(?<attributes>(?: [ F] (?:USR| {3}) (?:ro|RW) (?:NX|x ) (?:SHD| {3}) (?:AF| {2}) (?:NG| {2}) (?:CON| {3}) (?:BLK| {3}) (?:UXN| {3}) (?:GP| {2})(?: [A-Z]\S*)?)?)\s*$/,
  x86: /^(?<attributes> {30}|(?:USR| {3}) (?:RW|ro) (?:PWT| {3}) (?:PCD| {3}) (?:PSE| {3}) (?:PAT| {3}) (?:GLB| {3}) (?:NX|x ) )(?<level>pgd|p4d|pud|pmd|pte)$/,
  riscv: /^(?<level>PGD|P4D|PUD|PMD|PTE)(?<attributes>(?: +\S+){11})\s*$/,
};

/** What follows the size in a line, and what it says. */
interface Tail {
  readonly bytes: Uint8Array;
  readonly format: PtdumpFormat;
  readonly level: string;
  readonly attributes: string;
}

const MARKER = /^---\[ (.*) \]---$/;
const SKIPPED = /^\.\.\. (\d+) entr(?:y|ies) skipped \.\.\. ?$/;
/** Character codes. */
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const DASH = 45;
const ZERO = 48;
const NINE = 57;
const LETTER_X = 120;
const UNITS = [...'BKMGTPE'].map((c) => c.charCodeAt(0));
const UNIT_BYTES = [1, 2 ** 10, 2 ** 20, 2 ** 30, 2 ** 40, 2 ** 50, 2 ** 60];
const TWO_64 = 2 ** 64;
const NO_RANGE = 'does not begin with two addresses of 16 digits';
/** Value of a lower-case hex digit by its character code; 16 for all others. */
const DIGIT = Uint8Array.from({ length: 256 }, (_, c) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(c));
  return digit < 0 ? 16 : digit;
});

/** True when a text begins like a kernel's page table dump: a marker, or a range. */
export function looksLikePtdump(text: string): boolean {
  return /^\s*(?:---\[ .* \]---|0x[0-9a-f]{16}-0x[0-9a-f]{16} {3})/.test(text.slice(0, 400));
}

/**
 * Reads the text of /sys/kernel/debug/kernel_page_tables or its like: arm64, x86-64 and riscv are told apart by their
 * lines. The first line that no kernel prints is a Problem at `line N`.
 */
export function parsePtdump(text: string | Uint8Array): Result<PtdumpDump> {
  return new Parser(typeof text === 'string' ? strToU8(text) : text).parse();
}

/** Works on bytes: reading characters of a string costs several times as much. */
class Parser {
  private readonly bytes: Uint8Array;
  private format: PtdumpFormat | undefined;
  private readonly ranges: PtdumpRange[] = [];
  private readonly markers: string[] = [];
  private area = '';
  private skipped = 0;
  /** The 64-bit value read last, in lanes. */
  private hi = 0;
  private lo = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  parse(): Result<PtdumpDump> {
    const { bytes } = this;
    let line = 0;
    for (let at = 0; at < bytes.length;) {
      line++;
      let end = bytes.indexOf(LINE_FEED, at);
      if (end < 0) end = bytes.length;
      const last = end > at && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
      const wrong = bytes[at] === ZERO ? this.range(line, at, last) : this.other(this.slice(at, last));
      if (wrong !== undefined) return problem(`line ${line}`, `${quote(this.slice(at, last))} ${wrong}`);
      at = end + 1;
    }
    const { format, ranges, markers, skipped } = this;
    if (format === undefined) return problem(`line ${Math.max(line, 1)}`, 'no range was found in this text');
    return ok({ format, ranges, markers, lines: line, skipped });
  }

  private slice(at: number, end: number): string {
    return strFromU8(this.bytes.subarray(at, end), true);
  }

  /** A line that is no range; returns what is wrong with it. */
  private other(line: string): string | undefined {
    const marker = MARKER.exec(line);
    const skipped = marker === null ? SKIPPED.exec(line) : null;
    if (marker !== null) {
      this.area = marker[1] ?? '';
      this.markers.push(this.area);
    } else if (skipped !== null) {
      this.skipped += Number(skipped[1]);
    } else if (line.trim() !== '') {
      return 'is neither a range nor a marker';
    }
    return undefined;
  }

  /** A range from `at` to `end`; returns what is wrong with it. */
  private range(line: number, at: number, end: number): string | undefined {
    const { bytes } = this;
    if (end < at + 40 || !this.hex16(at) || bytes[at + 18] !== DASH) return NO_RANGE;
    const startHi = this.hi;
    const startLo = this.lo;
    if (!this.hex16(at + 19) || !this.spaces(at + 37, 3)) return NO_RANGE;
    const endHi = this.hi;
    const endLo = this.lo;
    let i = at + 40;
    let pa: U64 | undefined;
    if (this.spaces(i, 1) && bytes[i + 1] === ZERO && bytes[i + 2] === LETTER_X) {
      if (!this.hex16(i + 1)) return 'has no physical address after the range';
      pa = new U64(this.hi, this.lo);
      i += 20;
    }
    while (i < end && bytes[i] === SPACE) i++;
    const digits = i;
    let size = 0;
    for (let c = bytes[i] ?? 0; i < end && c >= ZERO && c <= NINE; c = bytes[++i] ?? 0)
      size = size * 10 + (c - ZERO);
    const unit = UNITS.indexOf(bytes[i] ?? 0);
    if (i === digits || i >= end || unit < 0 || !this.spaces(i + 1, 1))
      return 'has no size with a unit after the range';
    // Differences are exact: both ends are multiples of a page. An end of 0 is 2^64.
    let length = ((endHi >>> 0) - (startHi >>> 0)) * 0x100000000 + ((endLo >>> 0) - (startLo >>> 0));
    if ((endHi | endLo) === 0) length += TWO_64;
    if (length <= 0) return 'ends where it begins or before';
    if (size * (UNIT_BYTES[unit] ?? 1) !== length) return 'gives a size that is not that of its range';
    const tail = this.tail(i + 2, end, pa !== undefined);
    if (tail === undefined)
      return `has behind the size what ${this.format ?? 'no known'} kernel does not print`;
    this.ranges.push({
      line,
      start: new U64(startHi, startLo),
      end: new U64(endHi, endLo),
      level: tail.level,
      attributes: tail.attributes,
      area: this.area,
      pa,
    });
    return undefined;
  }

  private spaces(at: number, count: number): boolean {
    for (let k = 0; k < count; k++) if (this.bytes[at + k] !== SPACE) return false;
    return true;
  }

  /** `0x` and sixteen digits into hi and lo. */
  private hex16(at: number): boolean {
    const { bytes } = this;
    if (bytes[at] !== ZERO || bytes[at + 1] !== LETTER_X) return false;
    let hi = 0;
    let lo = 0;
    let bad = 0;
    for (let k = at + 2; k < at + 10; k++) {
      const a = DIGIT[bytes[k] ?? 0] ?? 16;
      const b = DIGIT[bytes[k + 8] ?? 0] ?? 16;
      hi = (hi << 4) | a;
      lo = (lo << 4) | b;
      bad |= a | b;
    }
    this.hi = hi;
    this.lo = lo;
    return bad < 16;
  }

  /** Level and attributes, which texts repeat over and over: found again by a hash of some of their characters. */
  private tail(at: number, end: number, hasPa: boolean): Tail | undefined {
    const { bytes } = this;
    let hash = end - at;
    // Every column but the first is at least two characters wide, and that one is at an even place.
    for (let i = at; i < end; i += 2) hash = (Math.imul(hash, 31) + (bytes[i] ?? 0)) | 0;
    let tail = KNOWN_TAILS.get(hash);
    if (tail === undefined || !this.same(at, end, tail.bytes)) {
      tail = readTail(this.slice(at, end), hasPa);
      if (tail === undefined) return undefined;
      if (KNOWN_TAILS.size >= 4096) KNOWN_TAILS.clear();
      KNOWN_TAILS.set(hash, tail);
    }
    // The first range decides whose text this is.
    this.format ??= tail.format;
    return tail.format === this.format && (tail.format === 'riscv') === hasPa ? tail : undefined;
  }

  private same(at: number, end: number, text: Uint8Array): boolean {
    const { bytes } = this;
    if (end - at !== text.length) return false;
    for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
    return true;
  }
}

/** Texts have a few dozen different ones; a strange file cannot make this grow without end. */
const KNOWN_TAILS = new Map<number, Tail>();

function readTail(tail: string, hasPa: boolean): Tail | undefined {
  for (const format of hasPa ? (['riscv'] as const) : (['arm64', 'x86'] as const)) {
    const groups = TAILS[format].exec(tail)?.groups;
    if (groups === undefined) continue;
    return {
      bytes: strToU8(tail, true),
      format,
      level: groups['level'] ?? '',
      attributes: (groups['attributes'] ?? '').trim(),
    };
  }
  return undefined;
}

function quote(line: string): string {
  return JSON.stringify(line.length > 90 ? `${line.slice(0, 90)}…` : line);
}
