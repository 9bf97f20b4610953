import { U64 } from '../../../base/u64.ts';
import { table } from '../../../arch/arm64/entry.ts';
import type { LevelName } from '../../../arch/geometry.ts';
import type { EntryPtr } from '../../../step/pointer.ts';
import type { Walker } from '../../../step/walker.ts';
import { read, store } from '../../../step/op-memory.ts';
import { Bad } from '../../../step/op-walk.ts';
import type { Kernel } from '../../kernel.ts';
import { p4dBad, p4dNone, pgdBad, pgdNone, pmdNone, pudNone } from '../../arch/arm64/include/asm/pgtable.ts';

/**
 * `p?d_addr_end()`: the next boundary of the level, or `end` if that comes first. Compared less one, so that an end of 0 (the
 * top of the address space) works. A level folded by the build: `end`.
 */
export function addrEnd(k: Kernel, level: Exclude<LevelName, 'pte'>, addr: U64, end: U64): U64 {
  const { shift, folded } = k.geo.levels[level];
  if (folded === 'build') return end;
  const boundary = addr.shr(shift).add(U64.ONE).shl(shift);
  return boundary.sub(U64.ONE).lt(end.sub(U64.ONE)) ? boundary : end;
}

/** `pgd_none_or_clear_bad()` */
export function* pgdNoneOrClearBad(k: Kernel, pgd: EntryPtr): Walker<boolean> {
  if (yield* pgdNone(k, pgd)) return true;
  if (!(yield* pgdBad(k, pgd))) return false;
  yield* clearBad(pgd);
  return true;
}

/** `p4d_none_or_clear_bad()`. Where the build folds the P4D, `p4d_clear_bad()` is empty: a bad entry stays, as a hole. */
export function* p4dNoneOrClearBad(k: Kernel, p4d: EntryPtr): Walker<boolean> {
  if (yield* p4dNone(k, p4d)) return true;
  if (!(yield* p4dBad(k, p4d))) return false;
  if (k.geo.levels.p4d.folded !== 'build') yield* clearBad(p4d);
  return true;
}

/** `pud_none_or_clear_bad()` */
export function* pudNoneOrClearBad(k: Kernel, pud: EntryPtr): Walker<boolean> {
  if (yield* pudNone(k, pud)) return true;
  if (k.geo.levelsBuild < 3 || table(yield* read(pud, 'pud_bad'))) return false;
  yield* clearBad(pud);
  return true;
}

/** `pmd_none_or_clear_bad()` */
export function* pmdNoneOrClearBad(k: Kernel, pmd: EntryPtr): Walker<boolean> {
  if (yield* pmdNone(k, pmd)) return true;
  if (table(yield* read(pmd, 'pmd_bad'))) return false;
  yield* clearBad(pmd);
  return true;
}

/** `pgd_clear_bad()`, `p4d_clear_bad()`, `pud_clear_bad()`, `pmd_clear_bad()`: report the entry, then clear it (mm/pgtable-generic.c). */
export function* clearBad(entry: EntryPtr): Walker<void> {
  yield* new Bad(entry.level, yield* read(entry, `${entry.level}_clear_bad`));
  yield* store(entry, U64.ZERO);
}
