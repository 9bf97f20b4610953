import {
  PTE_CONT,
  PTE_PXN,
  PTE_TYPE_MASK,
  TABLE_AF,
  TABLE_PXN,
  TABLE_UXN,
} from '../../../../arch/arm64/bits.ts';
import { leaf, outputAddress, present, presentInvalid } from '../../../../arch/arm64/entry.ts';
import { U64 } from '../../../../base/u64.ts';
import { Barrier, LazyMmu, PteBarriers } from '../../../../step/op-barrier.ts';
import { Lock, Unlock } from '../../../../step/op-lock.ts';
import { deadRead, readOnce, StoreRun } from '../../../../step/op-memory.ts';
import { Warn } from '../../../../step/op-walk.ts';
import type { EntryPtr } from '../../../../step/pointer.ts';
import { advance, entryPtr } from '../../../../step/pointer.ts';
import type { FnInfo, KernelCall, Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import { allocateTable } from '../../../include/asm-generic/pgalloc.ts';
import type { MmWalk, MmWalkOps } from '../../../include/linux/pagewalk.ts';
import { ACTION_CONTINUE } from '../../../include/linux/pagewalk.ts';
import type { Kernel } from '../../../kernel.ts';
import { EBUSY, EINVAL, ENOMEM } from '../../../kernel.ts';
import { walkKernelPageTableRangeLockless } from '../../../mm/pagewalk.ts';
import { pgdOffsetPgd, pmdOffset, p4dOffset, pteOffsetKernel, pudOffset } from '../include/asm/pgtable.ts';
import {
  mkInvalid,
  mkNonCont,
  pgprot,
  phys,
  setPmd,
  setPte,
  setPud,
  validNotUser,
} from '../include/asm/set_pte.ts';

/** arch/arm64/mm/mmu.c: splitting blocks and contiguous groups of the kernel's mappings (v7.3). */

const info = (name: string, v73: number | undefined): FnInfo => ({
  name,
  file: 'arch/arm64/mm/mmu.c',
  lines: v73 === undefined ? {} : { 'v7.3': v73 },
});

type Gfp = 'kernel' | 'atomic';

/** `pgd_pgtable_alloc_init_mm_gfp()`: a page, and its constructor. */
export function pgtableAllocInitMm(
  k: Kernel,
  level: 'pmd' | 'pte',
  gfp: Gfp,
): KernelCall<number | undefined> {
  return allocateTable(k, 'pgd_pgtable_alloc_init_mm_gfp', level, 'init_mm', gfp);
}

/** Is this address a boundary of entries of 2^shift bytes? */
function aligned(addr: U64, shift: number): boolean {
  return !addr.intersects(U64.mask(shift));
}

/** Clears CONT in the whole group a pointer lies in, entry by entry: a load and a store each. */
function* splitCont(
  first: EntryPtr,
  groupShift: number,
  set: (entry: EntryPtr, v: U64) => Walker<void>,
): Walker<void> {
  const n = 1 << groupShift;
  const start = entryPtr(first.level, first.table, first.idx & ~(n - 1));
  for (let i = 0; i < n; i++) {
    const entry = advance(start, i);
    yield* set(entry, mkNonCont(yield* readOnce(entry)));
  }
}

/** `split_contpte()` */
const splitContpte = kernelFunction(
  info('split_contpte', 595),
  function* (k: Kernel, pte: EntryPtr): Walker<void> {
    yield* splitCont(pte, k.geo.contPteShift, setPte);
  },
);

/** `split_contpmd()` */
const splitContpmd = kernelFunction(
  info('split_contpmd', 641),
  function* (k: Kernel, pmd: EntryPtr): Walker<void> {
    yield* splitCont(pmd, k.geo.contPmdShift, (entry, v) => setPmd(k, entry, v));
  },
);

/** The attributes of the children of a split leaf: its own, as leaves of the level below, contiguous or not. */
export function childProt(k: Kernel, parent: U64, type: number, toCont: boolean): U64 {
  let prot = pgprot(k, parent).andNot(PTE_TYPE_MASK).or(U64.from(type));
  if (presentInvalid(parent)) prot = mkInvalid(prot);
  prot = prot.andNot(PTE_CONT);
  return toCont ? prot.or(PTE_CONT) : prot;
}

/** Descriptor bits of the table that takes a leaf's place. */
export function tableProt(parent: U64): U64 {
  const prot = U64.from(3).or(TABLE_UXN).or(TABLE_AF);
  return parent.intersects(PTE_PXN) ? prot.or(TABLE_PXN) : prot;
}

/** Fills a new table, not linked yet, so that it maps what its parent leaf did. */
export function* fill(
  k: Kernel,
  level: 'pmd' | 'pte',
  table: number,
  parent: U64,
  prot: U64,
  set: (entry: EntryPtr, v: U64) => Walker<void>,
): Walker<void> {
  const n = 1 << (k.geo.pageShift - 3);
  const step = U64.bit(k.geo.levels[level].shift);
  const first = entryPtr(level, table, 0);
  let pa = U64.from(outputAddress(k.geo, parent));
  if (yield* new StoreRun(first, n, phys(k, pa).or(prot), step)) {
    if (validNotUser(prot)) yield* new PteBarriers();
    return;
  }
  for (let i = 0; i < n; i++) {
    yield* set(advance(first, i), phys(k, pa).or(prot));
    pa = pa.add(step);
  }
}

/** `split_pmd()`: a PTE table takes the block's place, in one store and without a TLB flush. */
const splitPmd = kernelFunction(
  info('split_pmd', 604),
  function* (k: Kernel, pmd: EntryPtr, value: U64, gfp: Gfp, toCont: boolean): Walker<number> {
    const table = yield* pgtableAllocInitMm(k, 'pte', gfp);
    if (table === undefined) return -ENOMEM;
    yield* fill(k, 'pte', table, value, childProt(k, value, 3, toCont), setPte);
    yield* new Barrier('dsb');
    yield* setPmd(k, pmd, phys(k, U64.from(table)).or(tableProt(value)));
    return 0;
  },
);

/** `split_pud()`: the same with a PMD table of blocks. */
const splitPud = kernelFunction(
  info('split_pud', 650),
  function* (k: Kernel, pud: EntryPtr, value: U64, gfp: Gfp, toCont: boolean): Walker<number> {
    const table = yield* pgtableAllocInitMm(k, 'pmd', gfp);
    if (table === undefined) return -ENOMEM;
    yield* fill(k, 'pmd', table, value, childProt(k, value, 1, toCont), (entry, v) => setPmd(k, entry, v));
    yield* new Barrier('dsb');
    yield* setPud(k, pud, phys(k, U64.from(table)).or(tableProt(value)));
    return 0;
  },
);

/** Is there no table under an upper entry? A folded level is read all the same, and is never empty. */
function* absent(entry: EntryPtr, inUse: boolean): Walker<boolean> {
  if (inUse) return (yield* readOnce(entry)).isZero();
  yield* deadRead(entry, `${entry.level}p_get`, true);
  return false;
}

/** `split_kernel_leaf_mapping_locked()`: from the top down, until `addr` is a boundary of entries or nothing is there. */
const splitKernelLeafMappingLocked = kernelFunction(
  info('split_kernel_leaf_mapping_locked', 688),
  function* (k: Kernel, addr: U64): Walker<number> {
    const { pgd: pgdLevel, p4d: p4dLevel, pud: pudLevel, pmd: pmdLevel, pte: pteLevel } = k.geo.levels;
    const pgd = pgdOffsetPgd(k, k.mm('init_mm').pgd, addr);
    if (aligned(addr, pgdLevel.shift)) return 0;
    if (yield* absent(pgd, k.geo.levelsInUse >= 5)) return 0;

    if (aligned(addr, p4dLevel.shift)) return 0;
    const p4d = yield* p4dOffset(k, pgd, addr);
    if (yield* absent(p4d, k.geo.levelsInUse >= 4)) return 0;

    if (aligned(addr, pudLevel.shift)) return 0;
    const pud = yield* pudOffset(k, p4d, addr);
    const pudval = yield* readOnce(pud);
    if (pmdLevel.folded !== 'build') {
      if (!present(pudval)) return 0;
      if (leaf(pudval)) {
        const ret = yield* splitPud(k, pud, pudval, 'kernel', true);
        if (ret !== 0) return ret;
      }
    }

    if (aligned(addr, pmdLevel.shift + k.geo.contPmdShift)) return 0;
    const pmd = yield* pmdOffset(k, pud, addr);
    const pmdval = yield* readOnce(pmd);
    if (!present(pmdval)) return 0;
    if (leaf(pmdval)) {
      if (pmdval.intersects(PTE_CONT)) yield* splitContpmd(k, pmd);
      if (aligned(addr, pmdLevel.shift)) return 0;
      const ret = yield* splitPmd(k, pmd, pmdval, 'kernel', true);
      if (ret !== 0) return ret;
    }

    if (aligned(addr, pteLevel.shift + k.geo.contPteShift)) return 0;
    const pte = yield* pteOffsetKernel(k, pmd, addr);
    const pteval = yield* readOnce(pte);
    if (present(pteval) && pteval.intersects(PTE_CONT)) yield* splitContpte(k, pte);
    return 0;
  },
);

/** `is_kfence_address()` */
function isKfenceAddress(k: Kernel, addr: U64): boolean {
  const { kfenceStart, kfenceEnd } = k.config;
  return kfenceStart.le(addr) && addr.lt(kfenceEnd);
}

/**
 * `split_kernel_leaf_mapping()`: makes `start` and `end` boundaries of leaves. The first two tests come before the mutex,
 * because callers in atomic context get no further than them.
 */
export const splitKernelLeafMapping = kernelFunction(
  info('split_kernel_leaf_mapping', 794),
  function* (k: Kernel, start: U64, end: U64): Walker<number> {
    const { config } = k;
    if (!config.linearReq || isKfenceAddress(k, start)) return 0;
    if (!config.bbml3) {
      if (config.capsFinal) return 0;
      if (!config.pageAlloc || config.onlineCpus > 1) {
        yield* new Warn();
        return -EBUSY;
      }
    }
    const page = U64.bit(k.geo.pageShift);
    if (start.or(end).intersects(page.sub(U64.ONE))) return -EINVAL;

    yield* new Lock('pgtable_split_lock', 'write');
    yield* new LazyMmu(true, true);
    let ret: number;
    if (end.sub(start).eq(page)) {
      // Both ends of one page lie in the same leaf, and splitting at the less aligned one makes the other a boundary too.
      ret = yield* splitKernelLeafMappingLocked(k, lowestBit(start) < lowestBit(end) ? start : end);
    } else {
      ret = yield* splitKernelLeafMappingLocked(k, start);
      if (ret === 0) ret = yield* splitKernelLeafMappingLocked(k, end);
    }
    yield* new LazyMmu(false, true);
    yield* new Unlock('pgtable_split_lock');
    return ret;
  },
);

/** `__ffs()`: number of the lowest set bit; 64 for zero. */
function lowestBit(v: U64): number {
  for (let i = 0; i < 64; i++) if (v.bit(i)) return i;
  return 64;
}

/** `split_to_ptes_ops`: every leaf met becomes pages, none of them contiguous. */
function splitToPtesOps(gfp: Gfp): MmWalkOps {
  return {
    pudEntry: kernelFunction(
      info('split_to_ptes_pud_entry', undefined),
      function* (k: Kernel, pud: EntryPtr): Walker<number> {
        const v = yield* readOnce(pud);
        // `pud_leaf()` is constant false where the build folds the PMD.
        return leaf(v) && k.geo.levels.pmd.folded !== 'build' ? yield* splitPud(k, pud, v, gfp, false) : 0;
      },
    ),
    pmdEntry: kernelFunction(
      info('split_to_ptes_pmd_entry', undefined),
      function* (k: Kernel, pmd: EntryPtr, _addr: U64, _next: U64, walk: MmWalk): Walker<number> {
        const v = yield* readOnce(pmd);
        if (!leaf(v)) return 0;
        if (v.intersects(PTE_CONT)) yield* splitContpmd(k, pmd);
        const ret = yield* splitPmd(k, pmd, v, gfp, false);
        walk.action = ACTION_CONTINUE;
        return ret;
      },
    ),
    pteEntry: kernelFunction(
      info('split_to_ptes_pte_entry', undefined),
      function* (k: Kernel, pte: EntryPtr): Walker<number> {
        if ((yield* readOnce(pte)).intersects(PTE_CONT)) yield* splitContpte(k, pte);
        return 0;
      },
    ),
  };
}

/** `range_split_to_ptes()`: a leaf that only partly overlaps the range is split whole. */
export const rangeSplitToPtes = kernelFunction(
  info('range_split_to_ptes', 929),
  function* (k: Kernel, start: U64, end: U64, gfp: Gfp): Walker<number> {
    yield* new LazyMmu(true, true);
    const ret = yield* walkKernelPageTableRangeLockless(k, start, end, splitToPtesOps(gfp), undefined);
    yield* new LazyMmu(false, true);
    return ret;
  },
);
