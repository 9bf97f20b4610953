import { U64 } from '../base/u64.ts';
import type { EntryFormat, EntryKind, Permission } from '../arch/format.ts';
import type { Geometry } from '../arch/geometry.ts';

/**
 * What an entry looks like, without its address: entries of one class in a row are one run. There is one object a class
 * (for a geometry and format), so classes are compared with `===`.
 */
export interface EntryClass {
  readonly kind: EntryKind;
  /** Of a valid leaf only. */
  readonly permission: Permission | undefined;
  /** Part of a contiguous group. */
  readonly cont: boolean;
  /** Memory type where it is not ordinary cached memory, in a word: `device`, `nc`, `wc`, `uc`; otherwise empty. */
  readonly memory: string;
  /** Small number, unique among the classes of one geometry and format; for fast tables and signatures. */
  readonly id: number;
}

/** Memory types by MAIR index, as the kernel sets them up (arch/arm64/include/asm/memory.h, MT_*). */
const ARM64_MEMORY: readonly string[] = ['', '', 'nc', 'device', 'device'];
/** Memory types by PAT index, as the kernel sets them up (arch/x86/mm/pat/memtype.c, pat_bp_init). */
const X86_MEMORY: readonly string[] = ['', 'wc', 'uc', 'uc', '', 'wp', 'uc', 'wt'];

/**
 * The bits by which ptdump tells two leaves apart: on arm64 those of its pte_bits table (arch/arm64/mm/ptdump.c). Bits it
 * does not print (dirty, software bits) don't end a run.
 */
function printedBits(geo: Geometry, kind: EntryKind): U64 {
  if (geo.arch === 'x86') {
    const pat = kind === 'block' ? 0x1000 : 0;
    return new U64(1 << 31, 0x19e | pat);
  }
  // AttrIndx, USER, RDONLY, AF, nG; SH where the descriptor has it; GP, CONT, PXN, UXN.
  return new U64(0x740000, 0xcdc | (geo.lpa2 ? 0 : 0x300));
}

function memoryWord(geo: Geometry, kind: EntryKind, hi: number, lo: number): string {
  if (kind !== 'block' && kind !== 'page') return '';
  if (geo.arch === 'arm64') return ARM64_MEMORY[(lo >> 2) & 7] ?? 'attr';
  const pat = kind === 'block' ? (lo >> 12) & 1 : (lo >> 7) & 1;
  return X86_MEMORY[((lo >> 3) & 3) | (pat << 2)] ?? '';
}

/** The classes of one geometry and format. */
export class EntryClasses {
  readonly geo: Geometry;
  readonly format: EntryFormat;
  /** Zero bits. */
  readonly none: EntryClass;
  /** By hardware level + 1, by the descriptor's bits outside the address. */
  private readonly byBits: readonly Map<number, EntryClass>[] = [0, 1, 2, 3, 4].map(() => new Map());
  private readonly interned = new Map<string, EntryClass>();

  constructor(geo: Geometry, format: EntryFormat) {
    this.geo = geo;
    this.format = format;
    this.none = this.intern('none', undefined, false, '', '');
  }

  /** The class of the entry with these lanes at hardware level `hw`. */
  of(hw: number, hi: number, lo: number): EntryClass {
    if ((hi | lo) === 0) return this.none;
    // Without bit 0 any bit may matter (swap entries), so only valid entries are remembered by their attribute bits.
    if ((lo & 1) === 0) return this.classify(hw, hi, lo);
    const x86 = this.geo.arch === 'x86';
    const low = lo & (x86 ? 0x1fff : this.geo.lpa2 ? 0xcff : 0xfff);
    const key = (hi >>> (x86 ? 20 : 18)) * 0x2000 + low;
    const known = this.byBits[hw + 1]?.get(key);
    if (known !== undefined) return known;
    const made = this.classify(hw, hi, lo);
    this.byBits[hw + 1]?.set(key, made);
    return made;
  }

  /** Every class met so far, in no particular order. */
  known(): readonly EntryClass[] {
    return [...this.interned.values()];
  }

  private classify(hw: number, hi: number, lo: number): EntryClass {
    const value = new U64(hi, lo);
    const kind = this.format.kind(this.geo, hw, value);
    const leaf = kind === 'block' || kind === 'page';
    if (!leaf && kind !== 'invalid') return this.intern(kind, undefined, false, '', '');
    const cont = this.format.contiguous(value);
    const printed = value.and(printedBits(this.geo, kind)).toHex();
    const permission = leaf ? this.format.permission(value) : undefined;
    return this.intern(kind, permission, cont, memoryWord(this.geo, kind, hi, lo), printed);
  }

  private intern(
    kind: EntryKind,
    permission: Permission | undefined,
    cont: boolean,
    memory: string,
    printed: string,
  ): EntryClass {
    const key = `${kind} ${permission ?? '-'} ${cont} ${memory} ${printed}`;
    const known = this.interned.get(key);
    if (known !== undefined) return known;
    const made: EntryClass = { kind, permission, cont, memory, id: this.interned.size };
    this.interned.set(key, made);
    return made;
  }
}

const cache = new WeakMap<Geometry, WeakMap<EntryFormat, EntryClasses>>();

/** The classes for this geometry and format; always the same object for the same two. */
export function entryClasses(geo: Geometry, format: EntryFormat): EntryClasses {
  let byFormat = cache.get(geo);
  if (byFormat === undefined) cache.set(geo, (byFormat = new WeakMap<EntryFormat, EntryClasses>()));
  let classes = byFormat.get(format);
  if (classes === undefined) byFormat.set(format, (classes = new EntryClasses(geo, format)));
  return classes;
}
