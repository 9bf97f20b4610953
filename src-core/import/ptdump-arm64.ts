import type { Geometry } from '../arch/geometry.ts';
import { hwShift, levelName } from '../arch/geometry.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { TablePage } from '../memory/page.ts';
import type { Mm } from '../mm/mm.ts';
import { MarkerList, PtdumpOut, Rests, slotHi, slotLo } from './ptdump-line.ts';
import type { PtdumpMarker } from './capture.ts';
import { runsOf, SKIP, TABLE } from './ptdump-runs.ts';
import { childTable } from './tables.ts';

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
 * line ends where the bits that have a column or the level differ, or the next marker is reached.
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
  return dump.finish(mm.base.isZero() ? 2 ** (geo.vaBits - 32) : 0, 0);
}

/** Levels as `note_page()` numbers them. */
const LEVELS = ['pgd', 'p4d', 'pud', 'pmd', 'pte'] as const;
const FINISH = -1;
const RESTS = new Rests((level, hi, lo) => `${(LEVELS[level] ?? '').toUpperCase()}${columns(hi, lo)}\n`);

class Dump {
  private readonly out = new PtdumpOut();
  private readonly geo: Geometry;
  private readonly memory: PhysicalMemory;
  private readonly markers: MarkerList;
  private readonly holeLevel: readonly number[];
  private readonly leafLevel: readonly number[];
  /** The range being collected: its level (-1 before the first), masked bits, and start. */
  private level = -1;
  private hi = 0;
  private lo = 0;
  private startHi = 0;
  private startLo = 0;

  constructor(geo: Geometry, memory: PhysicalMemory, markers: readonly PtdumpMarker[]) {
    this.geo = geo;
    this.memory = memory;
    this.markers = new MarkerList(markers);
    // By hardware level + 1. The root prints as PGD whatever its level, with one exception: a leaf in a folded PMD keeps
    // its name, while a hole there is named by real_depth().
    const number = (hw: number): number => (hw < geo.rootHw ? 0 : LEVELS.indexOf(levelName(geo, hw)));
    this.holeLevel = [-1, 0, 1, 2, 3].map(number);
    this.leafLevel = [-1, 0, 1, 2, 3].map((hw) => (hw === 2 ? 3 : number(hw)));
  }

  /** Walks one table that begins at the given address. */
  walk(page: TablePage, vaHi: number, vaLo: number): void {
    const hw = page.hw;
    const shift = hwShift(this.geo, hw);
    const hole = this.holeLevel[hw + 1] ?? 0;
    const leaf = this.leafLevel[hw + 1] ?? 0;
    const runs = runsOf(page);
    for (let r = 0; r < runs.length; r += 4) {
      const first = runs[r] ?? 0;
      const kind = runs[r + 1] ?? 0;
      if (kind === SKIP) continue;
      if (kind === TABLE) {
        this.descend(page, first, vaHi, vaLo, shift);
        continue;
      }
      const hi = runs[r + 2] ?? 0;
      const lo = runs[r + 3] ?? 0;
      const level = (hi | lo) === 0 && page.isZero(first) ? hole : leaf;
      const end = runs[r + 4] ?? page.entries;
      // Within a run only a marker can end a line; one that lies behind its last entry does not.
      const inside = this.markers.reached(slotHi(vaHi, vaLo, end - 1, shift), slotLo(vaLo, end - 1, shift));
      if (!inside && level === this.level && hi === this.hi && lo === this.lo) continue;
      const last = inside ? end : first + 1;
      for (let i = first; i < last; i++)
        this.note(slotHi(vaHi, vaLo, i, shift), slotLo(vaLo, i, shift), level, hi, lo);
    }
  }

  /** `note_page_flush()`: the last range ends at this address. Returns the text. */
  finish(endHi: number, endLo: number): string {
    this.note(endHi, endLo, FINISH, 0, 0);
    return this.out.toString();
  }

  private descend(page: TablePage, i: number, vaHi: number, vaLo: number, shift: number): void {
    const pa = childTable(this.geo, page.hw, page.hi(i), page.lo(i));
    const child = pa === undefined ? undefined : this.memory.page(pa);
    if (child !== undefined) this.walk(child, slotHi(vaHi, vaLo, i, shift), slotLo(vaLo, i, shift));
  }

  private note(addrHi: number, addrLo: number, level: number, hi: number, lo: number): void {
    const { markers, out } = this;
    if (this.level === -1) {
      if (level === FINISH) return;
      out.marker(markers.name);
    } else {
      const reached = markers.reached(addrHi, addrLo);
      if (!reached && level === this.level && hi === this.hi && lo === this.lo) return;
      out.range(this.startHi, this.startLo, addrHi, addrLo, this.rest());
      if (reached) this.nextMarker();
    }
    this.startHi = addrHi;
    this.startLo = addrLo;
    this.level = level;
    this.hi = hi;
    this.lo = lo;
    // One entry can pass two markers, not more: the kernel tests twice.
    if (markers.reached(addrHi, addrLo)) this.nextMarker();
  }

  private nextMarker(): void {
    this.markers.advance();
    this.out.marker(this.markers.name);
  }

  /** Level name, columns and line end of the range being collected. */
  private rest(): Uint8Array {
    const { level, hi, lo } = this;
    return RESTS.get((lo & 0xfff) | (((hi >>> 18) & 0x1f) << 12) | (level << 17), level, hi, lo);
  }
}
