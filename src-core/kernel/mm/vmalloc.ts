import { PMD_TYPE_SECT, PTE_TYPE_MASK } from '../../arch/arm64/bits.ts';
import { U64 } from '../../base/u64.ts';
import { mmapLock } from '../../step/lock.ts';
import { TryLock, Unlock } from '../../step/op-lock.ts';
import { readOnce, store } from '../../step/op-memory.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { advance } from '../../step/pointer.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { KernelCall, kernelFunction } from '../../step/walker.ts';
import {
  p4dOffset,
  pgdOffsetPgd,
  pmdOffset,
  pmdPresent,
  pteOffsetKernel,
  pudOffset,
  pudPresent,
} from '../arch/arm64/include/asm/pgtable.ts';
import { phys, setPmd, setPud } from '../arch/arm64/include/asm/set_pte.ts';
import { changeIsSafe } from '../arch/arm64/mm/create-mapping.ts';
import { pmdFreePtePage, pudFreePmdPage } from '../arch/arm64/mm/mmu-huge-vmap.ts';
import type { Kernel } from '../kernel.ts';

/** mm/vmalloc.c: huge mappings of vmalloc memory, which may take the place of a table of small ones. */

const info = (name: string): FnInfo => ({ name, file: 'mm/vmalloc.c', lines: {} });
const arm64 = (name: string): FnInfo => ({ name, file: 'arch/arm64/mm/mmu.c', lines: {} });

type Level = 'pmd' | 'pud';

/** `pmd_set_huge()`, `pud_set_huge()`: 1, or 0 where what is there can't change into this block without break-before-make. */
const setHuge = (level: Level, set: (k: Kernel, entry: EntryPtr, v: U64) => Walker<void>) =>
  kernelFunction(
    arm64(`${level}_set_huge`),
    function* (k: Kernel, entry: EntryPtr, pa: U64, prot: U64): Walker<number> {
      const value = phys(k, pa).or(prot.andNot(PTE_TYPE_MASK).or(PMD_TYPE_SECT));
      if (!changeIsSafe(k, yield* readOnce(entry), value)) return 0;
      yield* set(k, entry, value);
      return 1;
    },
  );
const pmdSetHuge = setHuge('pmd', setPmd);
const pudSetHuge = setHuge('pud', setPud);

/**
 * What both levels do: a table that is in the way is freed first, since 2026 only while nobody holds init_mm's mmap_lock for write
 * (else 0: the caller keeps small pages), then the block takes its place. `locks`: that rule.
 */
function* tryHuge(
  k: Kernel,
  entry: EntryPtr,
  isPresent: (k: Kernel, entry: EntryPtr) => Walker<boolean>,
  freeTable: () => Walker<number>,
  set: () => Walker<number>,
  locks: boolean,
): Walker<number> {
  if (!(yield* isPresent(k, entry))) return yield* set();
  const lock = mmapLock('init_mm');
  if (locks && !(yield* new TryLock(lock, 'read'))) return 0;
  const freed = yield* freeTable();
  const done = freed === 0 ? 0 : yield* set();
  if (locks) yield* new Unlock(lock);
  return done;
}

/** `vmap_try_huge_pmd()`: 1 where the range is one block now, 0 where the caller has to map pages. */
export const vmapTryHugePmd = kernelFunction(
  info('vmap_try_huge_pmd'),
  function* (k: Kernel, pmd: EntryPtr, addr: U64, pa: U64, prot: U64, locks: boolean): Walker<number> {
    return yield* tryHuge(
      k,
      pmd,
      pmdPresent,
      function* () {
        return yield* pmdFreePtePage(k, pmd, addr);
      },
      function* () {
        return yield* pmdSetHuge(k, pmd, pa, prot);
      },
      locks,
    );
  },
);

/** `vmap_try_huge_pud()`: likewise, one level up. */
export const vmapTryHugePud = kernelFunction(
  info('vmap_try_huge_pud'),
  function* (k: Kernel, pud: EntryPtr, addr: U64, pa: U64, prot: U64, locks: boolean): Walker<number> {
    return yield* tryHuge(
      k,
      pud,
      pudPresent,
      function* () {
        return yield* pudFreePmdPage(k, pud, addr);
      },
      function* () {
        return yield* pudSetHuge(k, pud, pa, prot);
      },
      locks,
    );
  },
);

/**
 * What `vmap_pmd_range()` or `vmap_pud_range()` does for one leaf: down to the entry, the first `clearFirst` pages unmapped as
 * an earlier `vunmap()` would have, and the attempt to map it whole. Answers 1 or 0 as `vmap_try_huge_p?d()` does.
 */
export function vmapHuge(
  k: Kernel,
  level: Level,
  addr: U64,
  pa: U64,
  prot: U64,
  clearFirst: number,
  locks: boolean,
): KernelCall<number> {
  return new KernelCall(
    info(`vmap_${level}_range`),
    vmapHugeBody(k, level, addr, pa, prot, clearFirst, locks),
  );
}

function* vmapHugeBody(
  k: Kernel,
  level: Level,
  addr: U64,
  pa: U64,
  prot: U64,
  clearFirst: number,
  locks: boolean,
): Walker<number> {
  const pgd = pgdOffsetPgd(k, k.mm('init_mm').pgd, addr);
  const pud = yield* pudOffset(k, yield* p4dOffset(k, pgd, addr), addr);
  if (level === 'pud') return yield* vmapTryHugePud(k, pud, addr, pa, prot, locks);
  const pmd = yield* pmdOffset(k, pud, addr);
  for (let i = 0; i < clearFirst; i++)
    yield* store(advance(yield* pteOffsetKernel(k, pmd, addr), i), U64.ZERO);
  return yield* vmapTryHugePmd(k, pmd, addr, pa, prot, locks);
}
