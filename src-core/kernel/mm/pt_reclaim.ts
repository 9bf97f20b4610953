import { outputAddress } from '../../arch/arm64/entry.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { Lock, TryLock, Unlock } from '../../step/op-lock.ts';
import { readOnce } from '../../step/op-memory.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { advance } from '../../step/pointer.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { setPmd } from '../arch/arm64/include/asm/set_pte.ts';
import { pmdLockptr } from '../include/linux/mm.ts';
import type { Kernel } from '../kernel.ts';
import type { MmuGather } from './mmu_gather.ts';
import { tlbRange } from './mmu_gather.ts';
import { pmdLock, pteOffsetMapRwNolock, pteUnmap } from './pgtable-generic.ts';

/**
 * mm/pt_reclaim.c (CONFIG_PT_RECLAIM): MADV_DONTNEED of all that a PTE table maps gives the table back too, with a read lock held. Other
 * readers may be in it, so RCU frees it, and writers who come to it see that the PMD has changed.
 */

const info = (name: string): FnInfo => ({ name, file: 'mm/pt_reclaim.c', lines: {} });

/**
 * `try_get_and_clear_pmd()`: with the PTE lock held, which nests inside the PMD lock: so that is only tried for. Answers the PMD that
 * was cleared; undefined where its lock was not to be had.
 */
export const tryGetAndClearPmd = kernelFunction(
  info('try_get_and_clear_pmd'),
  function* (k: Kernel, mm: Mm, pmd: EntryPtr): Walker<U64 | undefined> {
    const pml = pmdLockptr(k, mm, pmd);
    if (!(yield* new TryLock(pml, 'write'))) return undefined;
    const pmdval = yield* readOnce(pmd, 'pmdp_get_lockless');
    yield* setPmd(k, pmd, U64.ZERO);
    yield* new Unlock(pml);
    return pmdval;
  },
);

/** `free_pte()`: the table is collected, to be freed after the flush and a grace period. */
export function freePte(k: Kernel, tlb: MmuGather, addr: U64, pmdval: U64): void {
  tlbRange(tlb, addr, addr.add(U64.bit(k.geo.pageShift)));
  tlb.tables.push({ level: 'pte', table: outputAddress(k.geo, pmdval) });
}

/** `try_to_free_pte()`: both locks in their order; somebody may have set an entry since, and then the table stays. */
export const tryToFreePte = kernelFunction(
  info('try_to_free_pte'),
  function* (k: Kernel, tlb: MmuGather, pmd: EntryPtr, addr: U64): Walker<void> {
    const pml = yield* pmdLock(k, tlb.mm, pmd);
    const mapped = yield* pteOffsetMapRwNolock(k, tlb.mm, pmd, addr);
    if (mapped === undefined) {
      yield* new Unlock(pml);
      return;
    }
    const { pte, ptl, pmdval } = mapped;
    if (ptl !== pml) yield* new Lock(ptl, 'write');
    let empty = true;
    const entries = 2 ** (k.geo.levels.pmd.shift - k.geo.pageShift);
    for (let i = 0; i < entries && empty; i++) empty = (yield* readOnce(advance(pte, i))).isZero();
    if (empty) {
      yield* pteUnmap(k, pte);
      yield* setPmd(k, pmd, U64.ZERO);
      if (ptl !== pml) yield* new Unlock(ptl);
      yield* new Unlock(pml);
      freePte(k, tlb, addr, pmdval);
      return;
    }
    yield* new Unlock(ptl);
    yield* pteUnmap(k, pte);
    if (ptl !== pml) yield* new Unlock(pml);
  },
);
