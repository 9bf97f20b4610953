import type { U64 } from '../base/u64.ts';
import { U64 as U } from '../base/u64.ts';

/** The kernel's software levels, top first. */
export type LevelName = 'pgd' | 'p4d' | 'pud' | 'pmd' | 'pte';

export const LEVEL_NAMES: readonly LevelName[] = ['pgd', 'p4d', 'pud', 'pmd', 'pte'];

/**
 * How a level is folded. `build`: compiled away (asm-generic/pgtable-nop4d.h and its like), one entry, its address end is
 * the end of the range. `run`: compiled in, but this boot uses fewer levels (`pgtable_l5_enabled()`,
 * `pgtable_l4_enabled()` false): nothing is tested there, the pointer passes through.
 */
export type Folding = 'no' | 'build' | 'run';

/** One software level of a geometry. */
export interface Level {
  readonly name: LevelName;
  /** Hardware lookup level of the entries this level's pointer addresses: -1 … 3 (3 = last). */
  readonly hw: number;
  /** log2 of the bytes one entry covers; of a level folded by the build, that of the level above. */
  readonly shift: number;
  /** log2 of the entries of the table, as `PTRS_PER_P?D` of the build has it. */
  readonly indexBits: number;
  readonly folded: Folding;
}

/** Widths and levels of one build of one architecture, as booted. All plain data. */
export interface Geometry {
  readonly arch: 'arm64' | 'x86';
  /** `4k48`; `4k52@48` for a 52-bit build running with 48 bits. */
  readonly id: string;
  /** log2 of the page size in bytes. */
  readonly pageShift: number;
  /** Virtual address bits in use. */
  readonly vaBits: number;
  /** Virtual address bits the kernel was built for. */
  readonly vaBitsBuild: number;
  /** Levels the hardware walks. */
  readonly levelsInUse: number;
  /** Levels compiled in (`CONFIG_PGTABLE_LEVELS`). */
  readonly levelsBuild: number;
  /** Hardware lookup level of the root table. */
  readonly rootHw: number;
  /** log2 of the entries of the root table that the hardware can index. */
  readonly rootIndexBits: number;
  /** log2 of the entries of a contiguous group of pages, and of PMD blocks; 0 = none. */
  readonly contPteShift: number;
  readonly contPmdShift: number;
  /** Output addresses are 52 bits in the LPA2 layout: bits 9:8 hold address bits 51:50. */
  readonly lpa2: boolean;
  readonly levels: Readonly<Record<LevelName, Level>>;
}

/** log2 of the bytes an entry at hardware level `hw` covers (`ARM64_HW_PGTABLE_LEVEL_SHIFT`). */
export function hwShift(geo: Geometry, hw: number): number {
  return (geo.pageShift - 3) * (4 - hw) + 3;
}

/** Entries of a table at hardware level `hw`, as the hardware indexes it. */
export function hwEntries(geo: Geometry, hw: number): number {
  return 1 << (hw === geo.rootHw ? geo.rootIndexBits : geo.pageShift - 3);
}

/** The kernel's name for a table at hardware level `hw`: the root is the PGD whatever its level, as ptdump prints it. */
export function levelName(geo: Geometry, hw: number): LevelName {
  if (hw === geo.rootHw) return 'pgd';
  return (['p4d', 'pud', 'pmd', 'pte'] as const)[hw] ?? 'pte';
}

/** Index of `va` in the table at hardware level `hw`. */
export function hwIndex(geo: Geometry, hw: number, va: U64): number {
  const width = hw === geo.rootHw ? geo.rootIndexBits : geo.pageShift - 3;
  return va.field(hwShift(geo, hw), width);
}

/** First address of the upper half: on arm64 by the bits in use (`PAGE_OFFSET`), on x86 half way up them. */
export function upperHalf(geo: Geometry): U64 {
  return U.ZERO.sub(U.bit(geo.arch === 'x86' ? geo.vaBits - 1 : geo.vaBits));
}

/** The canonical form of an x86-64 address: bits above the highest one in use repeat that bit. */
export function canonical(geo: Geometry, va: U64): U64 {
  return va.bit(geo.vaBits - 1) ? va.or(U.ZERO.sub(U.bit(geo.vaBits))) : va;
}

/** Virtual address of slot `idx` of a table that starts at `va`. An x86 root holds both halves: the upper one is sign-extended. */
export function slotVa(geo: Geometry, hw: number, va: U64, idx: number): U64 {
  const slot = va.add(U.from(idx).shl(hwShift(geo, hw)));
  return geo.arch === 'x86' ? canonical(geo, slot) : slot;
}
