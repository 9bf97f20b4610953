import type { Geometry } from '../arch/geometry.ts';
import type { CapturedMm } from './tables.ts';

/** A leaf without its address, in lanes. */
export interface LeafBits {
  readonly hi: number;
  readonly lo: number;
}

/** Lower-lane bits by the word in their column; of `MEM/…` and the like the attribute index. */
const LOW: Readonly<Record<string, number>> = {
  USR: 0x40,
  ro: 0x80,
  RW: 0,
  SHD: 0x300,
  AF: 0x400,
  NG: 0x800,
  F: 0,
  x: 0,
  BLK: 0,
  'MEM/NORMAL': 0 << 2,
  'MEM/NORMAL-TAGGED': 1 << 2,
  'MEM/NORMAL-NC': 2 << 2,
  'DEVICE/nGnRnE': 3 << 2,
  'DEVICE/nGnRE': 4 << 2,
};
const HIGH: Readonly<Record<string, number>> = {
  NX: 1 << 21,
  UXN: 1 << 22,
  CON: 1 << 20,
  GP: 1 << 18,
};
/** PTE_WRITE (DBM) and the software dirty bit, which no column shows. */
const WRITE = 1 << 19;
const DIRTY = 1 << 23;

/**
 * The bits of a leaf at hardware level `hw` that arm64's ptdump prints as `attributes` (arch/arm64/mm/ptdump.c, `pte_bits`), or what
 * is wrong with them. What has no column is taken to be as kernels have it: memory is dirty, devices are not; what is read-only in init_mm
 * was never meant to be written, while the firmware's tables only had a bit set.
 */
export function leafBits(geo: Geometry, mm: CapturedMm, hw: number, attributes: string): LeafBits | string {
  let [hi, lo] = [0, 0];
  const words = attributes.split(/\s+/);
  for (const word of words) {
    const low = LOW[word];
    const high = HIGH[word];
    if (low === undefined && high === undefined) return `has the memory type ${word}, which is not known`;
    hi |= high ?? 0;
    lo |= low ?? 0;
  }
  // With LPA2 these are bits of the address.
  if (geo.lpa2) lo &= ~0x300;
  if (words.includes('RW') || mm === 'efi_mm') hi |= WRITE;
  if (!attributes.includes('DEVICE')) hi |= DIRTY;
  const valid = !words.includes('F');
  const block = words.includes('BLK');
  if (hw === 3) lo |= block ? 1 : valid ? 3 : 2;
  else if (valid && !block) return 'is a leaf above the last level, but no block';
  else lo |= valid ? 1 : 0;
  return { hi, lo };
}
