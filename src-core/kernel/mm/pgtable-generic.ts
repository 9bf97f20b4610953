import type { U64 } from '../../base/u64.ts';
import { present, table } from '../../arch/arm64/entry.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { Lock, rcuReadLock, rcuReadUnlock, Unlock } from '../../step/op-lock.ts';
import { readOnce } from '../../step/op-memory.ts';
import type { Kernel } from '../kernel.ts';
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
    return pteOffset(k, pmdval, addr);
  },
);

/**
 * `pte_offset_map_lock()`: maps as `pte_offset_map()` does, takes the PTE lock, and looks at the PMD again: if it changed
 * meanwhile the table may be gone, so everything is undone and done again.
 */
export const pteOffsetMapLock = kernelFunction(
  { name: 'pte_offset_map_lock', file: 'mm/pgtable-generic.c', lines: {} },
  function* (k: Kernel, pmd: EntryPtr, addr: U64): Walker<EntryPtr | undefined> {
    for (;;) {
      yield* rcuReadLock();
      const pmdval = yield* readOnce(pmd, 'pmdp_get_lockless');
      if (!(yield* mapsPteTable(k, pmd, pmdval))) return undefined;
      yield* new Lock('ptl', 'write');
      if ((yield* readOnce(pmd, 'pmd_same')).eq(pmdval)) return pteOffset(k, pmdval, addr);
      yield* pteUnmapUnlock();
    }
  },
);

/** `pte_unmap_unlock()` */
export function* pteUnmapUnlock(): Walker<void> {
  yield* new Unlock('ptl');
  yield* rcuReadUnlock();
}

/** `pte_unmap()`: leaves the RCU section (nothing to unmap where PTE tables are always mapped). */
export function* pteUnmap(): Walker<void> {
  yield* rcuReadUnlock();
}
