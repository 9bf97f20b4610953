import { U64 } from '../../../../../base/u64.ts';
import { leaf, outputAddress, present, presentInvalid, table } from '../../../../../arch/arm64/entry.ts';
import type { EntryPtr } from '../../../../../step/pointer.ts';
import { cast, entryPtr } from '../../../../../step/pointer.ts';
import type { Walker } from '../../../../../step/walker.ts';
import { deadRead, read, readOnce } from '../../../../../step/op-memory.ts';
import type { Kernel } from '../../../../kernel.ts';

/**
 * Value tests and offset helpers of arch/arm64/include/asm/pgtable.h (with asm-generic/pgtable-nop?d.h for levels the build
 * folds), each with the loads its source makes, in order.
 *
 * A level folded by the build has a helper that takes the entry by value and ignores it: a load that can't matter. A level
 * folded at run time has a macro whose first operand is `pgtable_l?_enabled()`: no load at all.
 */

/** `pgtable_l4_enabled()` */
export function pgtableL4Enabled(k: Kernel): boolean {
  return k.geo.levelsInUse >= 4;
}

/** `pgtable_l5_enabled()` */
export function pgtableL5Enabled(k: Kernel): boolean {
  return k.geo.levelsInUse >= 5;
}

/** `TASK_SIZE_64`, for a 64-bit task. */
export function taskSize(k: Kernel): U64 {
  return U64.bit(k.geo.vaBits);
}

export function* pgdNone(k: Kernel, pgd: EntryPtr): Walker<boolean> {
  if (k.geo.levelsBuild < 5) {
    yield* deadRead(pgd, 'pgd_none');
    return false;
  }
  return pgtableL5Enabled(k) ? (yield* read(pgd, 'pgd_none')).isZero() : false;
}

export function* pgdBad(k: Kernel, pgd: EntryPtr): Walker<boolean> {
  if (k.geo.levelsBuild < 5) {
    yield* deadRead(pgd, 'pgd_bad');
    return false;
  }
  return pgtableL5Enabled(k) ? !table(yield* read(pgd, 'pgd_bad')) : false;
}

export function* p4dNone(k: Kernel, p4d: EntryPtr): Walker<boolean> {
  if (k.geo.levelsBuild < 4) {
    yield* deadRead(p4d, 'p4d_none');
    return false;
  }
  return pgtableL4Enabled(k) ? (yield* read(p4d, 'p4d_none')).isZero() : false;
}

export function* p4dBad(k: Kernel, p4d: EntryPtr): Walker<boolean> {
  if (k.geo.levelsBuild < 4) {
    yield* deadRead(p4d, 'p4d_bad');
    return false;
  }
  return pgtableL4Enabled(k) ? !table(yield* read(p4d, 'p4d_bad')) : false;
}

export function* pudNone(k: Kernel, pud: EntryPtr): Walker<boolean> {
  if (k.geo.levelsBuild < 3) {
    yield* deadRead(pud, 'pud_none');
    return false;
  }
  return (yield* read(pud, 'pud_none')).isZero();
}

/** `pud_leaf(*pud)`; constant false where the PMD is folded. */
export function* pudLeaf(k: Kernel, pud: EntryPtr): Walker<boolean> {
  return k.geo.levelsBuild < 3 ? false : yield* leafTest(k, pud, 'pud_leaf');
}

/** `pud_present(*pud)`; constant true where the PMD is folded. */
export function* pudPresent(k: Kernel, pud: EntryPtr): Walker<boolean> {
  if (k.geo.levelsBuild < 3) {
    yield* deadRead(pud, 'pud_present');
    return true;
  }
  return yield* presentTest(k, pud, 'pud_present');
}

export function* pmdNone(_k: Kernel, pmd: EntryPtr): Walker<boolean> {
  return (yield* read(pmd, 'pmd_none')).isZero();
}

export function pmdLeaf(k: Kernel, pmd: EntryPtr): Walker<boolean> {
  return leafTest(k, pmd, 'pmd_leaf');
}

export function pmdPresent(k: Kernel, pmd: EntryPtr): Walker<boolean> {
  return presentTest(k, pmd, 'pmd_present');
}

/** v7.3 reads its argument once. v6.12's macro reads for the valid bit, and again for present-invalid if that is clear. */
function* presentTest(k: Kernel, entry: EntryPtr, by: string): Walker<boolean> {
  const v = yield* read(entry, by);
  if (k.rules.walk.valueTests === 'function' || v.bit(0)) return present(v);
  return presentInvalid(yield* read(entry, by));
}

function* leafTest(k: Kernel, entry: EntryPtr, by: string): Walker<boolean> {
  if (k.rules.walk.valueTests === 'function') return leaf(yield* read(entry, by));
  return (yield* presentTest(k, entry, by)) && !table(yield* read(entry, by));
}

/**
 * `pmd_trans_huge()` on a value: present, and no table even with the valid bit forced on (a present-invalid entry keeps its
 * type bit 1).
 */
export function pmdTransHuge(v: U64): boolean {
  return present(v) && !table(v.or(U64.ONE));
}

function index(addr: U64, shift: number, bits: number): number {
  return bits === 0 ? 0 : addr.field(shift, bits);
}

/** `pgd_offset_pgd()`. No load. */
export function pgdOffsetPgd(k: Kernel, pgd: number, addr: U64): EntryPtr {
  const level = k.geo.levels.pgd;
  return entryPtr('pgd', pgd, index(addr, level.shift, level.indexBits));
}

/** `p4d_offset()`. With the P4D compiled in but not in use, the root is indexed as a P4D table. */
export function* p4dOffset(k: Kernel, pgd: EntryPtr, addr: U64): Walker<EntryPtr> {
  if (k.geo.levelsBuild < 5) return cast(pgd, 'p4d');
  const { shift, indexBits } = k.geo.levels.p4d;
  const idx = index(addr, shift, indexBits);
  if (!pgtableL5Enabled(k)) {
    yield* deadRead(pgd, 'p4d_offset', true);
    return entryPtr('p4d', pgd.table, idx);
  }
  return entryPtr('p4d', outputAddress(k.geo, yield* readOnce(pgd, 'p4d_offset')), idx);
}

/** `pud_offset()`. With the PUD compiled in but not in use, the root is indexed as a PUD table. */
export function* pudOffset(k: Kernel, p4d: EntryPtr, addr: U64): Walker<EntryPtr> {
  if (k.geo.levelsBuild < 4) return cast(p4d, 'pud');
  const { shift, indexBits } = k.geo.levels.pud;
  const idx = index(addr, shift, indexBits);
  if (!pgtableL4Enabled(k)) {
    yield* deadRead(p4d, 'pud_offset', true);
    return entryPtr('pud', p4d.table, idx);
  }
  return entryPtr('pud', outputAddress(k.geo, yield* readOnce(p4d, 'pud_offset')), idx);
}

/** `pmd_offset()`: one plain load of the PUD entry. */
export function* pmdOffset(k: Kernel, pud: EntryPtr, addr: U64): Walker<EntryPtr> {
  if (k.geo.levelsBuild < 3) return cast(pud, 'pmd');
  const { shift, indexBits } = k.geo.levels.pmd;
  return entryPtr('pmd', outputAddress(k.geo, yield* read(pud, 'pmd_offset')), index(addr, shift, indexBits));
}

/** `pte_offset_kernel()`: one plain load of the PMD entry, trusted to be a table. */
export function* pteOffsetKernel(k: Kernel, pmd: EntryPtr, addr: U64): Walker<EntryPtr> {
  return pteOffset(k, yield* read(pmd, 'pte_offset_kernel'), addr);
}

/** The PTE pointer from a PMD value already read. */
export function pteOffset(k: Kernel, pmdval: U64, addr: U64): EntryPtr {
  const { shift, indexBits } = k.geo.levels.pte;
  return entryPtr('pte', outputAddress(k.geo, pmdval), index(addr, shift, indexBits));
}
