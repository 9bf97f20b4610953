import type { PtdumpMarker } from './capture.ts';

/** `note_page()` prints sizes from K upwards; every address here is a multiple of a page, so bytes never show. */
const UNITS = ['K', 'M', 'G', 'T', 'P', 'E'] as const;

/** `0xSTART-0xEND   SIZE` of one printed range: the size in 9 columns and the largest unit that divides it. */
export class LineStart {
  private hi = -1;
  private hiText = 'ffffffff';

  /** Lanes of the start and of the exclusive end; an end of 0 is 2^64. */
  text(start: string, startHi: number, startLo: number, end: string, endHi: number, endLo: number): string {
    // The difference in KiB is below 2^54, and exact: page multiples leave at most 52 significant bits.
    let delta = ((endHi >>> 0) - (startHi >>> 0)) * 0x400000 + ((endLo >>> 0) - (startLo >>> 0)) / 1024;
    if (delta <= 0) delta += 2 ** 54;
    let unit = 0;
    while (delta % 1024 === 0 && unit < UNITS.length - 1) {
      delta /= 1024;
      unit++;
    }
    return `0x${start}-0x${end}   ${String(delta).padStart(9)}${UNITS[unit] ?? ''} `;
  }

  /** Sixteen hex digits; consecutive addresses mostly share the upper eight. */
  hex16(hi: number, lo: number): string {
    if (hi !== this.hi) {
      this.hi = hi;
      this.hiText = (hi >>> 0).toString(16).padStart(8, '0');
    }
    return this.hiText + (0x100000000 + (lo >>> 0)).toString(16).slice(1);
  }
}

/** `---[ NAME ]---` and its line end. */
export function markerLine(name: string): string {
  return `---[ ${name} ]---\n`;
}

/** The markers in turn: where the next one is, in lanes. */
export class MarkerList {
  private readonly list: readonly PtdumpMarker[];
  private i = 0;
  /** Address of the next marker; all ones when there is none, as the kernel's lists end. */
  nextHi = -1;
  nextLo = -1;

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
