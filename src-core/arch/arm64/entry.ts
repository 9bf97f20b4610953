import type { U64 } from '../../base/u64.ts';
import type { Geometry } from '../geometry.ts';

/** Tests on a descriptor value, as the kernel's helpers make them (arch/arm64/include/asm/pgtable.h). No loads here. */

/** `pte_present_invalid`: not valid, but marked present. */
export function presentInvalid(v: U64): boolean {
  return (v.lo & 1) === 0 && (v.lo & 0x800) !== 0;
}

/** `pte_present`, `pmd_present`, `pud_present`. */
export function present(v: U64): boolean {
  return (v.lo & 1) !== 0 || (v.lo & 0x800) !== 0;
}

/** `pmd_table`, `pud_table`: both type bits set. */
export function table(v: U64): boolean {
  return (v.lo & 3) === 3;
}

/** `pmd_leaf`, `pud_leaf`: present, and not a table. */
export function leaf(v: U64): boolean {
  return present(v) && !table(v);
}

/**
 * Physical address in a table descriptor, in bytes, as a number (at most 52 bits): `__pte_to_phys` of the geometry.
 * LPA2 keeps bits 51:50 in 9:8; a 64K kernel with 52-bit output keeps bits 51:48 in 15:12.
 */
export function outputAddress(geo: Geometry, v: U64): number {
  const lo = v.lo & -(1 << geo.pageShift);
  if (geo.lpa2) {
    return ((v.hi & 0x3ffff) | (((v.lo >>> 8) & 3) << 18)) * 0x100000000 + (lo >>> 0);
  }
  const high = v.hi & 0xffff;
  if (geo.pageShift === 16 && geo.vaBitsBuild === 52) {
    return (high | (((v.lo >>> 12) & 0xf) << 16)) * 0x100000000 + (lo >>> 0);
  }
  return high * 0x100000000 + (lo >>> 0);
}
