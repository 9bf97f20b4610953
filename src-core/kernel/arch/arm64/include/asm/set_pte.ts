import { outputAddress } from '../../../../../arch/arm64/entry.ts';
import {
  PTE_CONT,
  PTE_PRESENT_INVALID,
  PTE_UXN,
  PTE_USER,
  PTE_VALID,
} from '../../../../../arch/arm64/bits.ts';
import { U64 } from '../../../../../base/u64.ts';
import { Barrier, PteBarriers } from '../../../../../step/op-barrier.ts';
import { store } from '../../../../../step/op-memory.ts';
import type { EntryPtr } from '../../../../../step/pointer.ts';
import type { Walker } from '../../../../../step/walker.ts';
import type { Kernel } from '../../../../kernel.ts';

/**
 * Stores of arch/arm64/include/asm/pgtable.h: each with the barriers that make it visible to the table walker, at once or at the
 * end of lazy MMU mode.
 */

/** `__set_pte()`: barriers only for a valid kernel entry. */
export function* setPte(pte: EntryPtr, v: U64): Walker<void> {
  yield* store(pte, v);
  if (validNotUser(v)) yield* new PteBarriers();
}

/** `pte_valid_not_user()`: valid, not for EL0, and not executable there. */
export function validNotUser(v: U64): boolean {
  return v.and(PTE_VALID.or(PTE_USER).or(PTE_UXN)).eq(PTE_VALID.or(PTE_UXN));
}

/** `set_pmd()` */
export function* setPmd(k: Kernel, pmd: EntryPtr, v: U64): Walker<void> {
  yield* setUpper(k, pmd, v, v.intersects(PTE_VALID));
}

/** `set_pud()` */
export function* setPud(k: Kernel, pud: EntryPtr, v: U64): Walker<void> {
  yield* setUpper(k, pud, v, v.intersects(PTE_VALID));
}

/** `set_p4d()`: barriers whatever the value. */
export function* setP4d(k: Kernel, p4d: EntryPtr, v: U64): Walker<void> {
  yield* setUpper(k, p4d, v, true);
}

/** `set_pgd()`: likewise. */
export function* setPgd(k: Kernel, pgd: EntryPtr, v: U64): Walker<void> {
  yield* setUpper(k, pgd, v, true);
}

/** A store into the swapper root (`set_swapper_pgd()`) has its barriers at once, lazy MMU mode or not. */
function* setUpper(k: Kernel, entry: EntryPtr, v: U64, barriers: boolean): Walker<void> {
  yield* store(entry, v);
  if (entry.table === k.mm('init_mm').pgd) {
    yield* new Barrier('dsb');
    yield* new Barrier('isb');
  } else if (barriers) {
    yield* new PteBarriers();
  }
}

/** `pte_mknoncont()`, `pmd_mknoncont()` */
export function mkNonCont(v: U64): U64 {
  return v.andNot(PTE_CONT);
}

/** `pte_mkinvalid()`: not valid, but present. */
export function mkInvalid(v: U64): U64 {
  return v.or(PTE_PRESENT_INVALID).andNot(PTE_VALID);
}

/** The attributes of a leaf: everything but its output address (`pmd_pgprot()`). */
export function pgprot(k: Kernel, v: U64): U64 {
  return v.andNot(phys(k, U64.from(outputAddress(k.geo, v))));
}

/** An output address as a descriptor holds it (`__phys_to_pte_val()`). */
export function phys(k: Kernel, pa: U64): U64 {
  if (k.geo.lpa2) return pa.and(U64.mask(50)).or(pa.shr(50).shl(8));
  if (k.geo.pageShift === 16 && k.geo.vaBitsBuild === 52) return pa.and(U64.mask(48)).or(pa.shr(48).shl(12));
  return pa;
}
