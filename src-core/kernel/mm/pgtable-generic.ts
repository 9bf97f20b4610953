import type { U64 } from '../../base/u64.ts';
import { present, table } from '../../arch/arm64/entry.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { rcuReadLock, rcuReadUnlock, readOnce } from '../../step/op.ts';
import type { Kernel } from '../kernel.ts';
import { clearBad } from '../include/linux/pgtable.ts';
import { pmdTransHuge, pteOffset } from '../arch/arm64/include/asm/pgtable.ts';

/**
 * `pte_offset_map()`: enters an RCU section, reads the PMD once, and gives the PTE pointer of that very value. Undefined, with
 * the RCU section left again, where the PMD maps no PTE table; a malformed PMD is reported and cleared, without a lock.
 * (`__pte_offset_map`, mm/pgtable-generic.c)
 */
export const pteOffsetMap = kernelFunction(
  { name: 'pte_offset_map', file: 'mm/pgtable-generic.c', lines: {} },
  function* (k: Kernel, pmd: EntryPtr, addr: U64): Walker<EntryPtr | undefined> {
    yield* rcuReadLock();
    const pmdval = yield* readOnce(pmd);
    if (pmdval.isZero() || (k.rules.walk.mapRefusesNonPresent && !present(pmdval)) || pmdTransHuge(pmdval)) {
      yield* rcuReadUnlock();
      return undefined;
    }
    if (!table(pmdval)) {
      yield* clearBad(pmd);
      yield* rcuReadUnlock();
      return undefined;
    }
    return pteOffset(k, pmdval, addr);
  },
);

/** `pte_unmap()`: leaves the RCU section (nothing to unmap where PTE tables are always mapped). */
export function* pteUnmap(): Walker<void> {
  yield* rcuReadUnlock();
}
