import type { Geometry } from '../arch/geometry.ts';
import { hwShift } from '../arch/geometry.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { TablePage } from '../memory/page.ts';
import type { Mm } from '../mm/mm.ts';
import { MarkerList, PtdumpOut, Rests, slotHi, slotLo } from './ptdump-line.ts';
import type { PtdumpMarker } from './capture.ts';
import { childTable } from './tables.ts';

/** Everything but the page frame number: bits 11:0 and 63:52. */
const FLAGS_HI = 0xfff00000 | 0;
const FLAGS_LO = 0xfff;
const PRESENT = 1;
const RW = 2;
const USER = 4;
const NX_HI = 0x80000000 | 0;
/** Accessed and dirty: some CPUs set them in entries that are not present, so an empty entry may have them. */
const ERRATUM = 0x60;

const NAMES = ['pgd', 'p4d', 'pud', 'pmd', 'pte'] as const;
const FINISH = -1;
const RESTS = new Rests((level, hi, lo) => `${columns(hi, lo, level)}${NAMES[level] ?? ''}\n`);

/** The thirty columns of attributes. */
function columns(hi: number, lo: number, level: number): string {
  if ((lo & PRESENT) === 0) return ' '.repeat(30);
  return [
    (lo & USER) !== 0 ? 'USR ' : '    ',
    (lo & RW) !== 0 ? 'RW ' : 'ro ',
    (lo & 0x8) !== 0 ? 'PWT ' : '    ',
    (lo & 0x10) !== 0 ? 'PCD ' : '    ',
    // Bit 7 is the page size above the last level and PAT in it; PAT of a large page lies in the masked frame number.
    level <= 3 && (lo & 0x80) !== 0 ? 'PSE ' : '    ',
    level === 4 && (lo & 0x80) !== 0 ? 'PAT ' : '    ',
    (lo & 0x100) !== 0 ? 'GLB ' : '    ',
    (hi & NX_HI) !== 0 ? 'NX ' : 'x  ',
  ].join('');
}

/**
 * The text of one mm, as x86-64's `ptdump_walk_pgd_level_debugfs()` prints it (arch/x86/mm/dump_pagetables.c): a line ends
 * where any bit outside the frame number differs, or what the levels above leave of RW, USER and NX, or the level, or the
 * next marker is reached. The walk leaves out the hole between the halves.
 */
export function ptdumpX86(
  geo: Geometry,
  memory: PhysicalMemory,
  mm: Mm,
  markers: readonly PtdumpMarker[],
): string {
  const root = memory.page(mm.pgd);
  if (root === undefined) return '';
  const dump = new Dump(geo, memory, markers);
  dump.walkRoot(root);
  return dump.finish();
}

class Dump {
  private readonly out = new PtdumpOut();
  private readonly geo: Geometry;
  private readonly memory: PhysicalMemory;
  private readonly markers: MarkerList;
  /** The range being collected; effective bits are RW and USER in `eff`, NX as its bit 31. */
  private level = -1;
  private hi = 0;
  private lo = 0;
  private eff = 0;
  private startHi = 0;
  private startLo = 0;
  /** Lines since the last marker, printed or not. */
  private lines = 0;

  constructor(geo: Geometry, memory: PhysicalMemory, markers: readonly PtdumpMarker[]) {
    this.geo = geo;
    this.memory = memory;
    this.markers = new MarkerList(markers);
  }

  /** Both halves of the root: the user's from 0, the kernel's from the end of the guard hole 16 entries into it. */
  walkRoot(root: TablePage): void {
    const { geo } = this;
    const size = 2 ** (hwShift(geo, root.hw) - 32);
    for (let i = 0; i < 512; i++) {
      if (i >= 256 && i < 272) continue;
      const vaHi = i < 256 ? i * size : (i - 512) * size;
      this.entry(root, i, vaHi | 0, 0, -1);
    }
  }

  /** `note_page_flush()`: the last range ends at 2^64. Returns the text. */
  finish(): string {
    this.note(0, 0, FINISH, 0, 0, 0);
    return this.out.toString();
  }

  private walk(page: TablePage, vaHi: number, vaLo: number, eff: number): void {
    const shift = hwShift(this.geo, page.hw);
    for (let i = 0; i < page.entries; i++) {
      this.entry(page, i, slotHi(vaHi, vaLo, i, shift), slotLo(vaLo, i, shift), eff);
    }
  }

  /** One entry; `above` is what the levels above leave of RW, USER and NX, all ones at the root. */
  private entry(page: TablePage, i: number, vaHi: number, vaLo: number, above: number): void {
    const { geo, memory } = this;
    const hw = page.hw;
    const level = hw === geo.rootHw ? 0 : hw + 1;
    const rawHi = page.lanes[2 * i] ?? 0;
    const rawLo = page.lanes[2 * i + 1] ?? 0;
    const zero = (rawHi | rawLo) === 0;
    // RW and USER need every level; NX needs one. The root's "above" must not forbid anything.
    const inherited = above === -1 ? 0 : above & NX_HI;
    const eff = (above & rawLo & (RW | USER)) | inherited | (rawHi & NX_HI);
    if (hw === 3) {
      this.note(vaHi, vaLo, level, rawHi & FLAGS_HI, rawLo & FLAGS_LO, zero ? 0 : eff);
      return;
    }
    if (zero || (rawHi === 0 && (rawLo & ~ERRATUM) === 0)) {
      this.note(vaHi, vaLo, level, 0, 0, 0);
      return;
    }
    // pud_leaf() and pmd_leaf() ask for the size bit alone, so a large page that is not present is noted as well.
    if (hw >= 1 && (rawLo & 0x80) !== 0) {
      this.note(vaHi, vaLo, level, rawHi & FLAGS_HI, rawLo & FLAGS_LO, eff);
      return;
    }
    const pa = childTable(geo, hw, rawHi, rawLo);
    const child = pa === undefined ? undefined : memory.page(pa);
    if (child !== undefined) this.walk(child, vaHi, vaLo, eff);
  }

  private note(addrHi: number, addrLo: number, level: number, hi: number, lo: number, eff: number): void {
    const { markers } = this;
    if (this.level === -1) {
      if (level === FINISH) return;
      this.begin(addrHi, addrLo, level, hi, lo, eff);
      this.out.marker(markers.name);
      return;
    }
    const same = hi === this.hi && lo === this.lo && level === this.level && eff === this.eff;
    const reached = markers.reached(addrHi, addrLo);
    if (same && !reached) return;
    const max = markers.maxLines;
    if (max === 0 || this.lines < max) this.printLine(addrHi, addrLo);
    this.lines++;
    if (reached) {
      const skipped = this.lines - max;
      if (max !== 0 && skipped > 0)
        this.out.text(`... ${skipped} entr${skipped === 1 ? 'y' : 'ies'} skipped ... \n`);
      markers.advance();
      this.lines = 0;
      this.out.marker(markers.name);
    }
    this.begin(addrHi, addrLo, level, hi, lo, eff);
  }

  private printLine(endHi: number, endLo: number): void {
    const { hi, lo, level } = this;
    const rest = RESTS.get((lo & 0xfff) | ((hi >>> 20) << 12) | (level << 24), level, hi, lo);
    this.out.range(this.startHi, this.startLo, endHi, endLo, rest);
  }

  private begin(addrHi: number, addrLo: number, level: number, hi: number, lo: number, eff: number): void {
    this.startHi = addrHi;
    this.startLo = addrLo;
    this.level = level;
    this.hi = hi;
    this.lo = lo;
    this.eff = eff;
  }
}
