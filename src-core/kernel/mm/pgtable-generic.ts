import type { U64 } from '../../base/u64.ts';
import { present, table } from '../../arch/arm64/entry.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { LockName } from '../../step/lock.ts';
import type { Mm } from '../../mm/mm.ts';
import type { KernelCall, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { Lock, rcuReadLock, rcuReadUnlock, Unlock } from '../../step/op-lock.ts';
import { Kmap, readOnce } from '../../step/op-memory.ts';
import type { Kernel } from '../kernel.ts';
import { pmdLockptr, pteLockptr, pudLockptr } from '../include/linux/mm.ts';
import { clearBad } from '../include/linux/pgtable.ts';
import { pmdTransHuge, pteOffset } from '../arch/arm64/include/asm/pgtable.ts';

/**
 * The tests of `__pte_offset_map()` on the PMD value it read: is it a PTE table? If not, the RCU section is left again; a
 * malformed PMD is reported and cleared, without a lock.
 */
function* mapsPteTable(k: Kernel, pmd: EntryPtr, pmdval: U64): Walker<boolean> {
  const refused = k.rules.walk.mapRefusesNonPresent && !present(pmdval);
  if (!pmdval.isZero() && !refused && !pmdTransHuge(pmdval)) {
    if (table(pmdval)) return true;
    yield* clearBad(pmd);
  }
  yield* rcuReadUnlock();
  return false;
}

/**
 * `pte_offset_map()`: enters an RCU section, reads the PMD once, and gives the PTE pointer of that very value. Undefined, with
 * the RCU section left again, where the PMD maps no PTE table; a malformed PMD is reported and cleared, without a lock.
 * (`__pte_offset_map`, mm/pgtable-generic.c)
 */
export const pteOffsetMap = kernelFunction(
  { name: 'pte_offset_map', file: 'mm/pgtable-generic.c', lines: {} },
  function* (k: Kernel, pmd: EntryPtr, addr: U64): Walker<EntryPtr | undefined> {
    yield* rcuReadLock();
    const pmdval = yield* readOnce(pmd, 'pmdp_get_lockless');
    if (!(yield* mapsPteTable(k, pmd, pmdval))) return undefined;
    return yield* pteMap(k, pmdval, addr);
  },
);

/** `pte_offset_map_ro_nolock()`, `pte_offset_map_rw_nolock()` (v6.12: `pte_offset_map_nolock()`): what is mapped, and its lock. */
export interface MappedPte {
  readonly pte: EntryPtr;
  /** Lock of the table that was found, not taken. */
  readonly ptl: LockName;
  /** The PMD value it was found by. A writer compares it with the PMD again, once it has the lock. */
  readonly pmdval: U64;
}

const nolock = (
  name: string,
): ((k: Kernel, mm: Mm, pmd: EntryPtr, addr: U64) => KernelCall<MappedPte | undefined>) =>
  kernelFunction(
    { name, file: 'mm/pgtable-generic.c', lines: {} },
    function* (k: Kernel, mm: Mm, pmd: EntryPtr, addr: U64): Walker<MappedPte | undefined> {
      yield* rcuReadLock();
      const pmdval = yield* readOnce(pmd, 'pmdp_get_lockless');
      if (!(yield* mapsPteTable(k, pmd, pmdval))) return undefined;
      const pte = yield* pteMap(k, pmdval, addr);
      return { pte, ptl: pteLockptr(k, mm, pte.table), pmdval };
    },
  );

/** `pte_offset_map_ro_nolock()`: for readers, also once they have taken the lock. */
export const pteOffsetMapRoNolock = nolock('pte_offset_map_ro_nolock');

/** `pte_offset_map_rw_nolock()`: for writers, who must look at the PMD again under the lock. */
export const pteOffsetMapRwNolock = nolock('pte_offset_map_rw_nolock');

/** `pte_offset_map_nolock()` (v6.12): both of the above; that a writer looks again is only recommended. */
export const pteOffsetMapNolock = nolock('pte_offset_map_nolock');

/** `pmd_same()` of a value read before and what the PMD holds now. */
export function* pmdSame(pmd: EntryPtr, pmdval: U64): Walker<boolean> {
  return (yield* readOnce(pmd, 'pmd_same')).eq(pmdval);
}

/** `pmd_lock()`: takes the lock of a PMD entry, and answers which one it was. */
export function* pmdLock(k: Kernel, mm: Mm, pmd: EntryPtr): Walker<LockName> {
  const ptl = pmdLockptr(k, mm, pmd);
  yield* new Lock(ptl, 'write');
  return ptl;
}

/** `pud_lock()` */
export function* pudLock(k: Kernel, mm: Mm): Walker<LockName> {
  const ptl = pudLockptr(k, mm);
  yield* new Lock(ptl, 'write');
  return ptl;
}

/**
 * `pte_offset_map_lock()`: maps as `pte_offset_map()` does, takes the PTE lock, and looks at the PMD again: if it changed
 * meanwhile the table may be gone, so everything is undone and done again.
 */
export const pteOffsetMapLock = kernelFunction(
  { name: 'pte_offset_map_lock', file: 'mm/pgtable-generic.c', lines: {} },
  function* (k: Kernel, mm: Mm, pmd: EntryPtr, addr: U64): Walker<EntryPtr | undefined> {
    for (;;) {
      yield* rcuReadLock();
      const pmdval = yield* readOnce(pmd, 'pmdp_get_lockless');
      if (!(yield* mapsPteTable(k, pmd, pmdval))) return undefined;
      const pte = yield* pteMap(k, pmdval, addr);
      yield* new Lock(pteLockptr(k, mm, pte.table), 'write');
      if (yield* pmdSame(pmd, pmdval)) return pte;
      yield* pteUnmapUnlock(k, pte, mm);
    }
  },
);

/** `pte_unmap_unlock()` */
export function* pteUnmapUnlock(k: Kernel, pte: EntryPtr, mm: Mm): Walker<void> {
  yield* new Unlock(pteLockptr(k, mm, pte.table));
  yield* pteUnmap(k, pte);
}

/** `pte_unmap()`: unmaps the table, if tables may lie in high memory, and leaves the RCU section. */
export function* pteUnmap(k: Kernel, pte: EntryPtr): Walker<void> {
  if (k.config.highPte) yield* new Kmap(pte.table, false);
  yield* rcuReadUnlock();
}

/** `__pte_map()`: the entry for `addr` in the table that a PMD value leads to, which is mapped first if it may lie in high memory. */
function* pteMap(k: Kernel, pmdval: U64, addr: U64): Walker<EntryPtr> {
  const pte = pteOffset(k, pmdval, addr);
  yield* kmapPte(k, pte);
  return pte;
}

/** Maps the table of an entry, where it may lie in high memory, until `pteUnmap()`. */
export function* kmapPte(k: Kernel, pte: EntryPtr): Walker<void> {
  if (k.config.highPte) yield* new Kmap(pte.table, true);
}
