import { outputAddress, present, table as isTable } from '../../../../arch/arm64/entry.ts';
import { U64 } from '../../../../base/u64.ts';
import { Barrier, Tlbi } from '../../../../step/op-barrier.ts';
import { mmapLock } from '../../../../step/lock.ts';
import { StaticKey } from '../../../../step/op-key.ts';
import { Lock, Unlock } from '../../../../step/op-lock.ts';
import { read, readOnce } from '../../../../step/op-memory.ts';
import type { EntryPtr } from '../../../../step/pointer.ts';
import { advance } from '../../../../step/pointer.ts';
import type { Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import { freeTable } from '../../../include/asm-generic/pgalloc.ts';
import type { Kernel } from '../../../kernel.ts';
import { pmdOffset } from '../include/asm/pgtable.ts';
import { setPmd, setPud } from '../include/asm/set_pte.ts';
import { PTDUMP_KEY } from './ptdump-key.ts';

/** arch/arm64/mm/mmu.c: freeing the tables that a huge vmalloc mapping replaces. */

/** `__flush_tlb_kernel_pgtable()`: no CPU's table walker goes on using the table that translated this address. */
export function* flushTlbKernelPgtable(k: Kernel, addr: U64): Walker<void> {
  yield* new Barrier('dsb');
  yield* new Tlbi(addr, addr.add(U64.bit(k.geo.pageShift)));
  yield* new Barrier('dsb');
  yield* new Barrier('isb');
}

/**
 * The table is unlinked; while a dump is in progress, which the static key says, it is freed only after that has given init_mm's
 * mmap_lock back. In no kernel before v6.18, nor in those that take the lock for the whole promotion.
 */
function* waitForDumps(k: Kernel): Walker<void> {
  if (!k.rules.vmap.freeWaitsByKey || !(yield* new StaticKey(PTDUMP_KEY))) return;
  const lock = mmapLock('init_mm');
  yield* new Lock(lock, 'read');
  yield* new Unlock(lock);
}

/** `pmd_free_pte_page()`: unlinks the PTE table under a PMD and frees it at once. 1, also where there is no table to free. */
export const pmdFreePtePage = kernelFunction(
  { name: 'pmd_free_pte_page', file: 'arch/arm64/mm/mmu.c', lines: {} },
  function* (k: Kernel, pmd: EntryPtr, addr: U64): Walker<number> {
    if (!isTable(yield* readOnce(pmd))) return 1;
    const table = outputAddress(k.geo, yield* read(pmd, 'pte_offset_kernel'));
    yield* setPmd(k, pmd, U64.ZERO);
    yield* flushTlbKernelPgtable(k, addr);
    yield* waitForDumps(k);
    yield* freeTable(k, 'pte_free_kernel', 'pte', table, 'init_mm');
    return 1;
  },
);

/** `pmd_present(pmdp_get(pmd))`: a function reads once; a macro reads anew for its second part. */
function* presentOnce(k: Kernel, pmd: EntryPtr): Walker<boolean> {
  const v = yield* readOnce(pmd);
  if (k.rules.walk.valueTests === 'function' || v.bit(0)) return present(v);
  return present(yield* readOnce(pmd));
}

/** `pud_free_pmd_page()`: frees every PTE table below the PMD table under a PUD, then that. */
export const pudFreePmdPage = kernelFunction(
  { name: 'pud_free_pmd_page', file: 'arch/arm64/mm/mmu.c', lines: {} },
  function* (k: Kernel, pud: EntryPtr, addr: U64): Walker<number> {
    if (!isTable(yield* readOnce(pud))) return 1;
    const first = yield* pmdOffset(k, pud, U64.ZERO);
    const step = U64.bit(k.geo.levels.pmd.shift);
    let at = addr;
    for (let i = 0; i < 1 << k.geo.levels.pmd.indexBits; i++, at = at.add(step)) {
      const pmd = advance(first, i);
      if (yield* presentOnce(k, pmd)) yield* pmdFreePtePage(k, pmd, at);
    }
    yield* setPud(k, pud, U64.ZERO);
    yield* flushTlbKernelPgtable(k, addr);
    yield* waitForDumps(k);
    yield* freeTable(k, 'pmd_free', 'pmd', first.table, 'init_mm');
    return 1;
  },
);
