import { PTE_TYPE_MASK, PTE_TYPE_PAGE } from '../../arch/arm64/bits.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { Tlbi } from '../../step/op-barrier.ts';
import { rcuReadLock, Unlock } from '../../step/op-lock.ts';
import { Exchange, read, store } from '../../step/op-memory.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { entryPtr } from '../../step/pointer.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { populate } from '../arch/arm64/include/asm/pgalloc.ts';
import { pmdTransHuge } from '../arch/arm64/include/asm/pgtable.ts';
import { mkInvalid } from '../arch/arm64/include/asm/set_pte.ts';
import { setPtesPublic } from '../arch/arm64/mm/contpte.ts';
import type { Kernel } from '../kernel.ts';
import { hpagePmdNr } from './khugepaged-scan.ts';
import { pgtableTransHugeWithdraw } from './pgtable-deposit.ts';
import { kmapPte, pmdLock, pteUnmap } from './pgtable-generic.ts';

/** `__split_huge_pmd_locked()` of anonymous memory: the deposited table is filled with the pages, and takes the place of the huge PMD. */
const splitHugePmdLocked = kernelFunction(
  { name: '__split_huge_pmd_locked', file: 'mm/huge_memory.c', lines: {} },
  function* (k: Kernel, mm: Mm, pmd: EntryPtr, addr: U64): Walker<void> {
    const { shift } = k.geo.levels.pmd;
    const haddr = addr.shr(shift).shl(shift);
    // pmdp_invalidate(): still huge for the kernel, and no translation for the hardware.
    const huge = yield* read(pmd, 'pmdp_invalidate');
    const old = yield* new Exchange(pmd, mkInvalid(huge));
    yield* new Tlbi(haddr, haddr.add(U64.bit(shift)));
    const table = yield* pgtableTransHugeWithdraw(k, pmd);
    if (table === undefined) {
      // Huge since before the scenario, which has no table for it: zapped, as that of a file would be.
      yield* store(pmd, U64.ZERO);
      return;
    }
    const pte = entryPtr('pte', table, 0);
    yield* rcuReadLock();
    yield* kmapPte(k, pte);
    const page = old.andNot(PTE_TYPE_MASK).or(PTE_TYPE_PAGE);
    yield* setPtesPublic(k, mm, haddr, pte, page, hpagePmdNr(k));
    yield* pteUnmap(k, pte);
    yield* populate(k, mm, pmd, table);
  },
);

/** `__split_huge_pmd()`: under the PMD lock, if it is still huge. */
export const splitHugePmdAnon = kernelFunction(
  { name: '__split_huge_pmd', file: 'mm/huge_memory.c', lines: {} },
  function* (k: Kernel, mm: Mm, pmd: EntryPtr, addr: U64): Walker<void> {
    const pml = yield* pmdLock(k, mm, pmd);
    if (pmdTransHuge(yield* read(pmd, 'pmd_trans_huge'))) yield* splitHugePmdLocked(k, mm, pmd, addr);
    yield* new Unlock(pml);
  },
);
