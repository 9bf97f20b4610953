import type { Geometry } from '../arch/geometry.ts';
import { hwShift, levelName } from '../arch/geometry.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { TablePage } from '../memory/page.ts';
import type { Mm } from '../mm/mm.ts';
import { LineStart, MarkerList, markerLine } from './ptdump-line.ts';
import type { PtdumpMarker } from './capture.ts';
import { childTable } from './tables.ts';

/**
 * Bits that tell two neighbouring entries apart: those with a column of their own. Output address, PTE_WRITE, the software
 * bits and the table attributes are not among them, so a line says nothing about physical contiguity.
 */
const MASK_HI = (1 << 20) | (1 << 21) | (1 << 22) | (1 << 18); // CONT, PXN, UXN, GP
const MASK_LO = 0x3 | 0x1c | 0x40 | 0x80 | 0x300 | 0x400 | 0x800; // type, AttrIndx, USER, RDONLY, SH, AF, nG

const MEMORY: readonly string[] = [
  ' MEM/NORMAL',
  ' MEM/NORMAL-TAGGED',
  ' MEM/NORMAL-NC',
  ' DEVICE/nGnRnE',
  ' DEVICE/nGnRE',
  '',
  '',
  '',
];

/** The columns behind the level, by the masked bits; nothing when none is set (`dump_prot`, as of v7.2). */
function columns(hi: number, lo: number): string {
  if ((hi | lo) === 0) return '';
  return [
    (lo & 1) !== 0 ? '  ' : ' F',
    (lo & 0x40) !== 0 ? ' USR' : '    ',
    (lo & 0x80) !== 0 ? ' ro' : ' RW',
    (hi & 0x200000) !== 0 ? ' NX' : ' x ',
    (lo & 0x300) === 0x300 ? ' SHD' : '    ',
    (lo & 0x400) !== 0 ? ' AF' : '   ',
    (lo & 0x800) !== 0 ? ' NG' : '   ',
    (hi & 0x100000) !== 0 ? ' CON' : '    ',
    (lo & 3) === 1 ? ' BLK' : '    ',
    (hi & 0x400000) !== 0 ? ' UXN' : '    ',
    (hi & 0x40000) !== 0 ? ' GP' : '   ',
    MEMORY[(lo >>> 2) & 7] ?? '',
  ].join('');
}

/**
 * The text of one mm, as arm64's `ptdump_walk()` and `note_page()` print it (arch/arm64/mm/ptdump.c, mm/ptdump.c; v7.2): a
 * line ends where the bits of the mask or the level differ, or the next marker is reached.
 */
export function ptdumpArm64(
  geo: Geometry,
  memory: PhysicalMemory,
  mm: Mm,
  markers: readonly PtdumpMarker[],
): string {
  const root = memory.page(mm.pgd);
  if (root === undefined) return '';
  const dump = new Dump(geo, memory, markers);
  dump.walk(root, mm.base.hi, mm.base.lo);
  // init_mm ends at 2^64, written 0; the others where the user half does (TASK_SIZE_64).
  const user = mm.base.isZero();
  dump.finish(user ? 2 ** (geo.vaBits - 32) : 0, 0);
  return dump.out;
}

/** Levels as `note_page()` numbers them. */
const NAMES = ['PGD', 'P4D', 'PUD', 'PMD', 'PTE'] as const;
const FINISH = -1;

class Dump {
  out = '';
  private readonly geo: Geometry;
  private readonly memory: PhysicalMemory;
  private readonly markers: MarkerList;
  private readonly line = new LineStart();
  private readonly texts = new Map<number, Map<number, string>>();
  private readonly holeLevel: readonly number[];
  private readonly leafLevel: readonly number[];
  /** The range being collected: its level (-1 before the first), masked bits, and start. */
  private level = -1;
  private hi = 0;
  private lo = 0;
  private startHi = 0;
  private startLo = 0;
  private startText = '';

  constructor(geo: Geometry, memory: PhysicalMemory, markers: readonly PtdumpMarker[]) {
    this.geo = geo;
    this.memory = memory;
    this.markers = new MarkerList(markers);
    // By hardware level + 1. The root prints as PGD whatever its level, with one exception: a leaf in a folded PMD keeps
    // its name, while a hole there is named by real_depth().
    const levels = [-1, 0, 1, 2, 3];
    const names = ['pgd', 'p4d', 'pud', 'pmd', 'pte'] as const;
    this.holeLevel = levels.map((hw) => (hw < geo.rootHw ? 0 : names.indexOf(levelName(geo, hw))));
    this.leafLevel = levels.map((hw) =>
      hw === 2 ? 3 : hw < geo.rootHw ? 0 : names.indexOf(levelName(geo, hw)),
    );
  }

  /** Walks one table that begins at the given address. */
  walk(page: TablePage, vaHi: number, vaLo: number): void {
    const { geo, memory, markers } = this;
    const hw = page.hw;
    const size = 2 ** hwShift(geo, hw);
    const hole = this.holeLevel[hw + 1] ?? 0;
    const leaf = this.leafLevel[hw + 1] ?? 0;
    const lanes = page.lanes;
    const entries = lanes.length >> 1;
    // The last entry of a table is compared with the next marker once: below it, no entry needs to be.
    const lastLo = (vaLo >>> 0) + (((entries - 1) * size) % 0x100000000);
    const lastHi = vaHi + Math.floor(((entries - 1) * size) / 0x100000000) + (lastLo > 0xffffffff ? 1 : 0);
    for (let i = 0; i < entries; i++) {
      const rawHi = lanes[2 * i] ?? 0;
      const rawLo = lanes[2 * i + 1] ?? 0;
      let level = leaf;
      let hi = 0;
      let lo = 0;
      if ((rawHi | rawLo) === 0) {
        level = hole;
      } else {
        hi = rawHi & MASK_HI;
        lo = rawLo & MASK_LO;
      }
      if (hw < 3 && (rawLo & 3) === 3) {
        const pa = childTable(geo, hw, rawHi, rawLo);
        const child = pa === undefined ? undefined : memory.page(pa);
        if (child !== undefined) {
          const offset = i * size;
          const sum = (vaLo >>> 0) + (offset % 0x100000000);
          this.walk(
            child,
            (vaHi + Math.floor(offset / 0x100000000) + (sum > 0xffffffff ? 1 : 0)) | 0,
            sum | 0,
          );
        }
        continue;
      }
      // Not zero, not a table, and neither valid nor marked present: the walker passes over it without a word.
      if (hw < 3 && (rawHi | rawLo) !== 0 && (rawLo & 0x801) === 0) continue;
      if (level === this.level && hi === this.hi && lo === this.lo && !markers.reached(lastHi, lastLo))
        continue;
      const offset = i * size;
      const sum = (vaLo >>> 0) + (offset % 0x100000000);
      this.note(
        (vaHi + Math.floor(offset / 0x100000000) + (sum > 0xffffffff ? 1 : 0)) | 0,
        sum | 0,
        level,
        hi,
        lo,
      );
    }
  }

  /** `note_page_flush()`: the last range ends at this address. */
  finish(endHi: number, endLo: number): void {
    this.note(endHi, endLo, FINISH, 0, 0);
  }

  private note(addrHi: number, addrLo: number, level: number, hi: number, lo: number): void {
    const { markers, line } = this;
    if (this.level === -1) {
      if (level === FINISH) return;
      this.begin(addrHi, addrLo, line.hex16(addrHi, addrLo), level, hi, lo);
      this.out += markerLine(markers.name);
    } else {
      const reached = markers.reached(addrHi, addrLo);
      if (!reached && level === this.level && hi === this.hi && lo === this.lo) return;
      const addr = line.hex16(addrHi, addrLo);
      this.out += `${line.text(this.startText, this.startHi, this.startLo, addr, addrHi, addrLo)}${this.attributes()}`;
      if (reached) this.nextMarker();
      this.begin(addrHi, addrLo, addr, level, hi, lo);
    }
    // One entry can pass two markers, not more: the kernel tests twice.
    if (markers.reached(addrHi, addrLo)) this.nextMarker();
  }

  private begin(addrHi: number, addrLo: number, text: string, level: number, hi: number, lo: number): void {
    this.startHi = addrHi;
    this.startLo = addrLo;
    this.startText = text;
    this.level = level;
    this.hi = hi;
    this.lo = lo;
  }

  private nextMarker(): void {
    this.markers.advance();
    this.out += markerLine(this.markers.name);
  }

  /** Level name, columns and line end of the range being collected. */
  private attributes(): string {
    const { level, hi, lo } = this;
    const high = hi | level;
    let byLo = this.texts.get(high);
    if (byLo === undefined) this.texts.set(high, (byLo = new Map<number, string>()));
    let text = byLo.get(lo);
    if (text === undefined) byLo.set(lo, (text = `${NAMES[level] ?? ''}${columns(hi, lo)}\n`));
    return text;
  }
}
