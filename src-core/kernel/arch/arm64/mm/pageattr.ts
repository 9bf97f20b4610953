import {
  PTE_GP,
  PTE_NG,
  PTE_PRESENT_INVALID,
  PTE_PXN,
  PTE_RDONLY,
  PTE_VALID,
  PTE_WRITE,
} from '../../../../arch/arm64/bits.ts';
import { leaf } from '../../../../arch/arm64/entry.ts';
import { upperHalf } from '../../../../arch/geometry.ts';
import { U64 } from '../../../../base/u64.ts';
import { mmapLock } from '../../../../step/lock.ts';
import { Lock, Unlock } from '../../../../step/op-lock.ts';
import { LazyMmu, Tlbi, UnmapAliases } from '../../../../step/op-barrier.ts';
import { FindArea } from '../../../../step/op-area.ts';
import { deadRead, readOnce } from '../../../../step/op-memory.ts';
import { Warn } from '../../../../step/op-walk.ts';
import type { EntryPtr } from '../../../../step/pointer.ts';
import type { FnInfo, KernelCall, Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import type { MmWalk, MmWalkOps } from '../../../include/linux/pagewalk.ts';
import { ACTION_CONTINUE, PGWALK_NOLOCK } from '../../../include/linux/pagewalk.ts';
import type { Kernel, VmArea } from '../../../kernel.ts';
import { EINVAL } from '../../../kernel.ts';
import { applyToPageRange } from '../../../mm/memory.ts';
import {
  walkKernelPageTableRange,
  walkKernelPageTableRangeLockless,
  walkPageRangeNovma,
} from '../../../mm/pagewalk.ts';
import {
  pgdOffsetPgd,
  pgtableL4Enabled,
  pmdOffset,
  p4dOffset,
  pteOffsetKernel,
  pudOffset,
} from '../include/asm/pgtable.ts';
import { setPmd, setPte, setPud } from '../include/asm/set_pte.ts';
import { contptePtepGet, contpteSetPte } from '../include/asm/contpte.ts';
import { splitKernelLeafMapping } from './mmu.ts';

/** arch/arm64/mm/pageattr.c: changing the permissions of kernel mappings. */

const info = (name: string, v612: number | undefined, v73: number | undefined): FnInfo => ({
  name,
  file: 'arch/arm64/mm/pageattr.c',
  lines: { ...(v612 === undefined ? {} : { 'v6.12': v612 }), ...(v73 === undefined ? {} : { 'v7.3': v73 }) },
});

/** `struct page_change_data`: cleared first, then set, because bit 11 is both nG and present-invalid. */
interface Masks {
  readonly set: U64;
  readonly clear: U64;
}

/** `set_pageattr_masks()` */
function apply(v: U64, masks: Masks): U64 {
  return v.andNot(masks.clear).or(masks.set);
}

function pageSize(k: Kernel): U64 {
  return U64.bit(k.geo.pageShift);
}

/**
 * `pageattr_ops`: callbacks at PUD, PMD and PTE; as posted second to fourth, at every level, of which the two upper ones never find a
 * leaf on arm64.
 */
function pageattrOps(k: Kernel, masks: Masks): MmWalkOps {
  const block = (
    name: string,
    line: number,
    shift: (k: Kernel) => number,
    set: (k: Kernel, entry: EntryPtr, v: U64) => Walker<void>,
  ): NonNullable<MmWalkOps['pudEntry']> =>
    kernelFunction(
      info(name, undefined, line),
      function* (k: Kernel, entry: EntryPtr, addr: U64, next: U64, walk: MmWalk): Walker<number> {
        const v = yield* readOnce(entry);
        // `pud_leaf()` is constant false where the build folds the PMD.
        if (!leaf(v) || (entry.level === 'pud' && k.geo.levels.pmd.folded === 'build')) return 0;
        if (!next.sub(addr).eq(U64.bit(shift(k)))) {
          yield* new Warn();
          return -EINVAL;
        }
        yield* set(k, entry, apply(v, masks));
        walk.action = ACTION_CONTINUE;
        return 0;
      },
    );
  const rules = k.rules.pageattr;
  return {
    ...(rules.callbacks === 'every-level'
      ? { pgdEntry: neverALeaf('pageattr_pgd_entry'), p4dEntry: neverALeaf('pageattr_p4d_entry') }
      : {}),
    pudEntry: block('pageattr_pud_entry', 39, (k) => k.geo.levels.pud.shift, setPud),
    pmdEntry: block('pageattr_pmd_entry', 55, (k) => k.geo.levels.pmd.shift, setPmd),
    pteEntry: kernelFunction(
      info('pageattr_pte_entry', undefined, undefined),
      function* (k: Kernel, entry: EntryPtr): Walker<number> {
        if (k.rules.pageattr.pteAccessors === 'contpte') {
          yield* contpteSetPte(entry, apply(yield* contptePtepGet(k, entry), masks));
        } else yield* setPte(entry, apply(yield* readOnce(entry), masks));
        return 0;
      },
    ),
    ...(rules.walker === 'novma' ? { prePteTable: lazyHook(true), postPteTable: lazyHook(false) } : {}),
    ...(rules.walker === 'novma' || rules.walker === 'kernel-walk' ? { walkLock: PGWALK_NOLOCK } : {}),
  };
}

/** A callback for a level that has no leaves on arm64 (`pgd_leaf()`, `p4d_leaf()`): it reads the entry and goes on. */
function neverALeaf(name: string): NonNullable<MmWalkOps['pgdEntry']> {
  return kernelFunction(
    info(name, undefined, undefined),
    function* (_k: Kernel, entry: EntryPtr): Walker<number> {
      yield* deadRead(entry, `${entry.level}p_get`, true);
      return 0;
    },
  );
}

/** Lazy MMU mode around the entries of one PTE table, as the first posted version had it. */
function lazyHook(on: boolean): NonNullable<MmWalkOps['prePteTable']> {
  return kernelFunction(
    info(on ? 'pageattr_pre_pte_table' : 'pageattr_post_pte_table', undefined, undefined),
    function* (k: Kernel): Walker<void> {
      yield* new LazyMmu(on, k.rules.pageattr.lazyBatchesBarriers);
    },
  );
}

/** The walk of a range by the entry function the revision has for it. */
function* walkRange(k: Kernel, start: U64, end: U64, ops: MmWalkOps): Walker<number> {
  if (!k.rules.pageattr.takesMmapLock) return yield* walkBy(k, start, end, ops);
  const lock = mmapLock('init_mm');
  yield* new Lock(lock, 'write');
  const ret = yield* walkKernelPageTableRange(k, start, end, ops, undefined);
  yield* new Unlock(lock);
  return ret;
}

function walkBy(k: Kernel, start: U64, end: U64, ops: MmWalkOps): KernelCall<number> {
  switch (k.rules.pageattr.walker) {
    case 'novma':
      return walkPageRangeNovma(k, k.mm('init_mm'), start, end, ops, undefined);
    case 'kernel-walk':
      return walkKernelPageTableRange(k, start, end, ops, undefined);
    default:
      return walkKernelPageTableRangeLockless(k, start, end, ops, undefined);
  }
}

/**
 * Split at the ends (v7.3; before, that was up to the caller), then change what is wholly inside, in lazy MMU mode. No TLB flush. Known
 * by two names.
 */
const rangeChange = (name: string, line: number | undefined): typeof updateRangeProt =>
  kernelFunction(
    info(name, undefined, line),
    function* (k: Kernel, start: U64, size: U64, set: U64, clear: U64): Walker<number> {
      const end = start.add(size);
      if (k.rules.pageattr.splits) {
        const split = yield* splitKernelLeafMapping(k, start, end);
        if (split !== 0) {
          yield* new Warn();
          return split;
        }
      }
      const batches = k.rules.pageattr.lazyBatchesBarriers;
      yield* new LazyMmu(true, batches);
      const ret = yield* walkRange(k, start, end, pageattrOps(k, { set, clear }));
      yield* new LazyMmu(false, batches);
      return ret;
    },
  );

/** `update_range_prot()` */
export const updateRangeProt: (k: Kernel, start: U64, size: U64, set: U64, clear: U64) => KernelCall<number> =
  rangeChange('update_range_prot', 105);

/** `___change_memory_common()`: what `update_range_prot()` was called when it came. */
const tripleChangeMemoryCommon = rangeChange('___change_memory_common', undefined);

/** Changes a range in whatever way the revision has, without a flush. */
function* changeRange(k: Kernel, start: U64, size: U64, masks: Masks): Walker<number> {
  const { walker, rangeChange: by } = k.rules.pageattr;
  if (walker === 'apply_to_page_range')
    return yield* applyToPageRange(k, k.mm('init_mm'), start, size, bitChanger(masks));
  switch (by) {
    case 'none':
      return yield* walkRange(k, start, start.add(size), pageattrOps(k, masks));
    case '___change_memory_common':
      return yield* tripleChangeMemoryCommon(k, start, size, masks.set, masks.clear);
    case 'update_range_prot':
      return yield* updateRangeProt(k, start, size, masks.set, masks.clear);
  }
}

/** Making memory valid again needs no flush: an invalid entry can't be cached. */
function onlyValidates(k: Kernel, set: U64, clear: U64): boolean {
  const valid = validMasks(k, true);
  return set.eq(valid.set) && clear.eq(valid.clear);
}

/** `__change_memory_common()`: change, then flush, also when the change failed half way. */
export const changeMemoryRange = kernelFunction(
  info('__change_memory_common', 54, 130),
  function* (k: Kernel, start: U64, size: U64, set: U64, clear: U64): Walker<number> {
    const ret = yield* changeRange(k, start, size, { set, clear });
    if (!k.rules.pageattr.skipsFlushOfValidation || !onlyValidates(k, set, clear))
      yield* new Tlbi(start, start.add(size));
    return ret;
  },
);

/** `change_page_range()` (v6.12): what `apply_to_page_range()` does to each PTE. */
export function bitChanger(masks: Masks): (k: Kernel, pte: EntryPtr) => Walker<number> {
  return function* (_k: Kernel, pte: EntryPtr): Walker<number> {
    yield* setPte(pte, apply(yield* readOnce(pte), masks));
    return 0;
  };
}

/** Linear-map address of a physical address (`page_address()`). */
export function linearAddress(k: Kernel, pa: U64): U64 {
  return pa.sub(k.config.physOffset).or(upperHalf(k.geo));
}

/**
 * `change_memory_common()`: the rules of who may ask. The range must lie in one vmalloc area; with rodata=full a change of
 * writability reaches the pages' linear alias too, page by page, before the range itself.
 */
const changeMemoryCommon = kernelFunction(
  info('change_memory_common', 66, 150),
  function* (k: Kernel, addr: U64, numpages: number, set: U64, clear: U64): Walker<number> {
    const page = pageSize(k);
    const size = U64.from(numpages).shl(k.geo.pageShift);
    let start = addr;
    if (addr.intersects(page.sub(U64.ONE))) {
      start = addr.andNot(page.sub(U64.ONE));
      yield* new Warn();
    }
    const end = start.add(size);
    const area = yield* findVmArea(k, addr);
    if (area === undefined || area.addr.add(area.size).lt(end)) return -EINVAL;
    if (!area.flags.includes('ALLOC')) return -EINVAL;
    if (k.rules.pageattr.refusesHugeVmap && area.flags.includes('ALLOW_HUGE')) return -EINVAL;
    if (numpages === 0) return 0;

    if (k.config.rodataFull && (set.eq(PTE_RDONLY) || clear.eq(PTE_RDONLY))) {
      const first = start.sub(area.addr).shr(k.geo.pageShift).toNumber();
      const whole = k.rules.pageattr.aliasScope === 'whole-area';
      for (const pa of whole ? area.pages : area.pages.slice(first, first + numpages)) {
        const ret = yield* changeMemoryRange(k, linearAddress(k, pa), page, set, clear);
        if (ret !== 0 && !whole) return ret;
      }
    }
    yield* new UnmapAliases();
    return yield* changeMemoryRange(k, start, size, set, clear);
  },
);

/** `find_vm_area()`: the area an address lies in, if it is there now. */
function* findVmArea(k: Kernel, addr: U64): Walker<VmArea | undefined> {
  const area = k.findVmArea(addr);
  if (area === undefined || k.areasChange !== true) return area;
  return (yield* new FindArea(area.addr)) ? area : undefined;
}

/** `PTE_MAYBE_GP`, `PTE_MAYBE_NG`, `PTE_PRESENT_VALID_KERNEL` */
function maybeGp(k: Kernel): U64 {
  return k.config.bti ? PTE_GP : U64.ZERO;
}
function maybeNg(k: Kernel): U64 {
  return k.config.useNg ? PTE_NG : U64.ZERO;
}
export function presentValidKernel(k: Kernel): U64 {
  return PTE_VALID.or(maybeNg(k));
}

const setMemory = (
  name: string,
  masks: (k: Kernel) => Masks,
): ((k: Kernel, addr: U64, numpages: number) => KernelCall<number>) =>
  kernelFunction(
    info(name, undefined, undefined),
    function* (k: Kernel, addr: U64, numpages: number): Walker<number> {
      const { set, clear } = masks(k);
      return yield* changeMemoryCommon(k, addr, numpages, set, clear);
    },
  );

export const setMemoryRo = setMemory('set_memory_ro', () => ({ set: PTE_RDONLY, clear: PTE_WRITE }));
export const setMemoryRw = setMemory('set_memory_rw', () => ({ set: PTE_WRITE, clear: PTE_RDONLY }));
export const setMemoryNx = setMemory('set_memory_nx', (k) => ({ set: PTE_PXN, clear: maybeGp(k) }));
export const setMemoryX = setMemory('set_memory_x', (k) => ({ set: maybeGp(k), clear: PTE_PXN }));

/** `set_memory_rox()` (include/linux/set_memory.h): read-only, then executable: two passes, two flushes. */
export const setMemoryRox = kernelFunction(
  { name: 'set_memory_rox', file: 'include/linux/set_memory.h', lines: { 'v7.3': 18 } },
  function* (k: Kernel, addr: U64, numpages: number): Walker<number> {
    const ret = yield* setMemoryRo(k, addr, numpages);
    return ret === 0 ? yield* setMemoryX(k, addr, numpages) : ret;
  },
);

/** How the revision makes a mapping invalid, and valid again. */
function validMasks(k: Kernel, valid: boolean): Masks {
  if (k.rules.pageattr.invalidEncoding === 'valid-cleared') {
    return valid ? { set: PTE_VALID, clear: U64.ZERO } : { set: U64.ZERO, clear: PTE_VALID };
  }
  return valid
    ? { set: presentValidKernel(k), clear: PTE_PRESENT_INVALID }
    : { set: PTE_PRESENT_INVALID, clear: presentValidKernel(k) };
}

/** `set_memory_valid()`: any kernel address, no area wanted. */
export const setMemoryValid = kernelFunction(
  info('set_memory_valid', undefined, undefined),
  function* (k: Kernel, addr: U64, numpages: number, enable: boolean): Walker<number> {
    const { set, clear } = validMasks(k, enable);
    return yield* changeMemoryRange(k, addr, U64.from(numpages).shl(k.geo.pageShift), set, clear);
  },
);

/** `can_set_direct_map()`: was the linear map built so that single pages of it can change? */
export function canSetDirectMap(k: Kernel): boolean {
  const { rodataFull, debugPagealloc, kfenceDirect, realm } = k.config;
  return rodataFull || debugPagealloc || kfenceDirect || (realm && k.rules.pageattr.realm);
}

function* directMapPage(k: Kernel, pfn: U64, masks: Masks): Walker<number> {
  if (!canSetDirectMap(k)) return 0;
  const addr = linearAddress(k, pfn.shl(k.geo.pageShift));
  if (k.rules.pageattr.directMap === 'apply_to_page_range') {
    return yield* applyToPageRange(k, k.mm('init_mm'), addr, pageSize(k), bitChanger(masks));
  }
  return yield* changeRange(k, addr, pageSize(k), masks);
}

/** `set_direct_map_invalid_noflush()`: one page of the linear map. The caller flushes. */
export const setDirectMapInvalidNoflush = kernelFunction(
  info('set_direct_map_invalid_noflush', undefined, undefined),
  function* (k: Kernel, pfn: U64): Walker<number> {
    return yield* directMapPage(k, pfn, validMasks(k, false));
  },
);

/** `set_direct_map_default_noflush()`: valid and writable again. */
export const setDirectMapDefaultNoflush = kernelFunction(
  info('set_direct_map_default_noflush', undefined, undefined),
  function* (k: Kernel, pfn: U64): Walker<number> {
    const { set, clear } = validMasks(k, true);
    return yield* directMapPage(k, pfn, { set: set.or(PTE_WRITE), clear: clear.or(PTE_RDONLY) });
  },
);

/** `set_direct_map_valid_noflush()`: flushes all the same when it invalidates, being `set_memory_valid()` behind a gate. */
export const setDirectMapValidNoflush = kernelFunction(
  info('set_direct_map_valid_noflush', undefined, 358),
  function* (k: Kernel, pfn: U64, nr: number, valid: boolean): Walker<number> {
    if (!canSetDirectMap(k)) return 0;
    return yield* setMemoryValid(k, linearAddress(k, pfn.shl(k.geo.pageShift)), nr, valid);
  },
);

/** `kernel_page_present()`: is this page of the linear map valid? 1 or 0. */
export const kernelPagePresent = kernelFunction(
  info('kernel_page_present', undefined, undefined),
  function* (k: Kernel, pfn: U64): Walker<number> {
    const addr = linearAddress(k, pfn.shl(k.geo.pageShift));
    const pgd = pgdOffsetPgd(k, k.mm('init_mm').pgd, addr);
    if (k.geo.levelsInUse >= 5 ? (yield* readOnce(pgd)).isZero() : yield* ignored(pgd)) return 0;
    const p4d = yield* p4dOffset(k, pgd, addr);
    if (pgtableL4Enabled(k) ? (yield* readOnce(p4d)).isZero() : yield* ignored(p4d)) return 0;
    const pud = yield* pudOffset(k, p4d, addr);
    const pudval = yield* readOnce(pud);
    if (k.geo.levelsBuild >= 3) {
      if (pudval.isZero()) return 0;
      if (leaf(pudval)) return validBit(k, pudval);
    }
    const pmd = yield* pmdOffset(k, pud, addr);
    const pmdval = yield* readOnce(pmd);
    if (pmdval.isZero()) return 0;
    if (leaf(pmdval)) return validBit(k, pmdval);
    return (yield* readOnce(yield* pteOffsetKernel(k, pmd, addr))).bit(0) ? 1 : 0;
  },
);

/** v6.12 counts any block as present: it knows no invalid ones. */
function validBit(k: Kernel, v: U64): number {
  return k.rules.pageattr.invalidEncoding === 'valid-cleared' || v.bit(0) ? 1 : 0;
}

/** A none test on a folded level: the entry is read, and the answer is no. */
function* ignored(entry: EntryPtr): Walker<boolean> {
  yield* deadRead(entry, `${entry.level}p_get`, true);
  return false;
}
