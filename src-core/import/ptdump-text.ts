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

const MARKER = /^---\[ (.*) \]---$/;
const SKIPPED = /^\.\.\. (\d+) entr(?:y|ies) skipped \.\.\. ?$/;
const UNITS = 'BKMGTPE';

/** True when a text begins like a kernel's page table dump: a marker, or a range. */
export function looksLikePtdump(text: string): boolean {
  return /^\s*(?:---\[ .* \]---|0x[0-9a-f]{16}-0x[0-9a-f]{16} {3})/.test(text.slice(0, 400));
}

/**
 * Reads the text of /sys/kernel/debug/kernel_page_tables or its like: arm64, x86-64 and riscv are told apart by their
 * lines. The first line that no kernel prints is a Problem at `line N`.
 */
export function parsePtdump(text: string): Result<PtdumpDump> {
  return new Parser(text).parse();
}

class Parser {
  private readonly text: string;
  private format: PtdumpFormat | undefined;
  private readonly ranges: PtdumpRange[] = [];
  private readonly markers: string[] = [];
  private readonly tails = new Map<string, { readonly level: string; readonly attributes: string }>();
  private area = '';
  private skipped = 0;
  /** The 64-bit value read last, in lanes, unsigned. */
  private hi = 0;
  private lo = 0;

  constructor(text: string) {
    this.text = text;
  }

  parse(): Result<PtdumpDump> {
    const { text } = this;
    let line = 0;
    for (let at = 0; at < text.length;) {
      line++;
      let end = text.indexOf('\n', at);
      if (end < 0) end = text.length;
      const last = end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
      if (last > at) {
        const wrong =
          text.charCodeAt(at) === 48 ? this.range(line, at, last) : this.other(text.slice(at, last));
        if (wrong !== undefined) return problem(`line ${line}`, wrong);
      }
      at = end + 1;
    }
    if (this.format === undefined)
      return problem(`line ${Math.max(line, 1)}`, 'no range was found in this text');
    const { format, ranges, markers, skipped } = this;
    return ok({ format, ranges, markers, lines: line, skipped });
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
      return `${quote(line)} is neither a range nor a marker`;
    }
    return undefined;
  }

  /** A range from `at` to `end`; returns what is wrong with it. */
  private range(line: number, at: number, end: number): string | undefined {
    const { text } = this;
    const here = (): string => quote(text.slice(at, end));
    if (!this.hex16(at) || text.charCodeAt(at + 18) !== 45)
      return `${here()} does not begin with two addresses of 16 digits`;
    const startHi = this.hi;
    const startLo = this.lo;
    if (!this.hex16(at + 19) || !text.startsWith('   ', at + 37))
      return `${here()} does not begin with two addresses of 16 digits`;
    const endHi = this.hi;
    const endLo = this.lo;
    let i = at + 40;
    let pa: U64 | undefined;
    if (text.startsWith(' 0x', i)) {
      if (!this.hex16(i + 1)) return `${here()} has no physical address after the range`;
      pa = new U64(this.hi, this.lo);
      i += 20;
    }
    while (text.charCodeAt(i) === 32 && i < end) i++;
    let size = 0;
    let digits = 0;
    for (let c = text.charCodeAt(i); c >= 48 && c <= 57 && i < end; c = text.charCodeAt(++i), digits++)
      size = size * 10 + (c - 48);
    const unit = UNITS.indexOf(text[i] ?? ' ');
    if (digits === 0 || unit < 0 || text.charCodeAt(i + 1) !== 32)
      return `${here()} has no size with a unit after the range`;
    // Differences are exact: both ends are multiples of a page.
    let bytes = (endHi - startHi) * 0x100000000 + (endLo - startLo);
    if (bytes <= 0) bytes += 2 ** 64;
    if (size * 2 ** (10 * unit) !== bytes || (endHi < startHi && endHi + endLo !== 0)) {
      return `the size in ${here()} is not that of its range`;
    }
    const tail = text.slice(i + 2, end);
    const known = this.tails.get(tail) ?? this.tail(tail, pa !== undefined);
    if (known === undefined)
      return `what follows the size in ${here()} is not what ${this.format ?? 'a'} kernel prints`;
    this.ranges.push({
      line,
      start: new U64(startHi, startLo),
      end: new U64(endHi, endLo),
      level: known.level,
      attributes: known.attributes,
      area: this.area,
      pa,
    });
    return undefined;
  }

  /** `0x` and sixteen digits into hi and lo. */
  private hex16(at: number): boolean {
    const { text } = this;
    if (text.charCodeAt(at) !== 48 || text.charCodeAt(at + 1) !== 120) return false;
    let hi = 0;
    let lo = 0;
    for (let k = 0; k < 16; k++) {
      const c = text.charCodeAt(at + 2 + k);
      const digit = c >= 48 && c <= 57 ? c - 48 : c >= 97 && c <= 102 ? c - 87 : -1;
      if (digit < 0) return false;
      if (k < 8) hi = (hi << 4) | digit;
      else lo = (lo << 4) | digit;
    }
    this.hi = hi >>> 0;
    this.lo = lo >>> 0;
    return true;
  }

  /** Level and attributes of a tail seen for the first time; the first one decides the format. */
  private tail(tail: string, hasPa: boolean): { level: string; attributes: string } | undefined {
    const candidates: readonly PtdumpFormat[] = hasPa ? ['riscv'] : ['arm64', 'x86'];
    for (const format of candidates) {
      if (this.format !== undefined && this.format !== format) continue;
      const groups = TAILS[format].exec(tail)?.groups;
      if (groups === undefined) continue;
      this.format = format;
      const known = { level: groups['level'] ?? '', attributes: (groups['attributes'] ?? '').trim() };
      this.tails.set(tail, known);
      return known;
    }
    return undefined;
  }
}

function quote(line: string): string {
  return JSON.stringify(line.length > 90 ? `${line.slice(0, 90)}…` : line);
}
