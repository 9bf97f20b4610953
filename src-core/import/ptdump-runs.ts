import type { TablePage } from '../memory/page.ts';

/**
 * Bits that tell two neighbouring entries apart for arm64's ptdump: those with a column of their own. Output address,
 * PTE_WRITE, the software bits and the table attributes are not among them, so a line says nothing about physical
 * contiguity.
 */
const MASK_HI = (1 << 20) | (1 << 21) | (1 << 22) | (1 << 18); // CONT, PXN, UXN, GP
const MASK_LO = 0x3 | 0x1c | 0x40 | 0x80 | 0x300 | 0x400 | 0x800; // type, AttrIndx, USER, RDONLY, SH, AF, nG

/** Kinds of run: leaves or holes; a pointer to a table, alone; entries that the walker passes over without a word. */
export const LEAVES = 0;
export const TABLE = 1;
export const SKIP = 2;

interface Kept {
  readonly version: number;
  readonly runs: Int32Array;
}

/** What was found in a page, good until the page is written again. */
const kept = new WeakMap<TablePage, Kept>();

/**
 * The runs of like entries of an arm64 table, in order: four numbers each, index of the first entry, kind, and the upper
 * and lower lane of the masked bits. Kept with the page for as long as its version stays the same.
 */
export function runsOf(page: TablePage): Int32Array {
  const known = kept.get(page);
  if (known !== undefined && known.version === page.version) return known.runs;
  const runs = page.hw === 3 ? lastLevel(page.lanes) : upperLevel(page.lanes);
  kept.set(page, { version: page.version, runs });
  return runs;
}

/** At the last level nothing is passed over, and nothing points on: only the masked bits count. */
function lastLevel(lanes: Int32Array): Int32Array {
  const runs: number[] = [];
  for (let i = 0; i < lanes.length;) {
    const hi = lanes[i]! & MASK_HI;
    const lo = lanes[i + 1]! & MASK_LO;
    runs.push(i >> 1, LEAVES, hi, lo);
    do i += 2;
    while (i < lanes.length && (lanes[i]! & MASK_HI) === hi && (lanes[i + 1]! & MASK_LO) === lo);
  }
  return Int32Array.from(runs);
}

function upperLevel(lanes: Int32Array): Int32Array {
  const runs: number[] = [];
  let before = -1;
  for (let i = 0; i < lanes.length; i += 2) {
    const rawHi = lanes[i]!;
    const rawLo = lanes[i + 1]!;
    const zero = (rawHi | rawLo) === 0;
    // Neither valid nor marked present, and not empty: no leaf, no table, no hole.
    const kind = (rawLo & 3) === 3 ? TABLE : zero || (rawLo & 0x801) !== 0 ? LEAVES : SKIP;
    const hi = kind === LEAVES ? rawHi & MASK_HI : 0;
    const lo = kind === LEAVES ? rawLo & MASK_LO : 0;
    const same =
      before >= 0 &&
      kind !== TABLE &&
      runs[before + 1] === kind &&
      runs[before + 2] === hi &&
      runs[before + 3] === lo;
    if (same) continue;
    before = runs.length;
    runs.push(i >> 1, kind, hi, lo);
  }
  return Int32Array.from(runs);
}
