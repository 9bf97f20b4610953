import { PTE_CONT, PTE_TYPE_PAGE } from '../../arch/arm64/bits.ts';
import { present, table as isTable } from '../../arch/arm64/entry.ts';
import type { LevelName } from '../../arch/geometry.ts';
import { U64 } from '../../base/u64.ts';
import { LazyMmu, PteBarriers, Tlbi } from '../../step/op-barrier.ts';
import { Exchange, readOnce, store } from '../../step/op-memory.ts';
import { Bug, Warn } from '../../step/op-walk.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { advance } from '../../step/pointer.ts';
import type { FnInfo, KernelCall, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import {
  p4dNone,
  p4dOffset,
  pgdNone,
  pgdOffsetPgd,
  pmdNone,
  pmdOffset,
  pteOffsetKernel,
  pudNone,
  pudOffset,
} from '../arch/arm64/include/asm/pgtable.ts';
import { phys, setPmd, setPte, setPud, validNotUser } from '../arch/arm64/include/asm/set_pte.ts';
import { addrEnd, clearBad, p4dNoneOrClearBad, pgdNoneOrClearBad } from '../include/linux/pgtable.ts';
import type { Kernel } from '../kernel.ts';
import { EBUSY, ENOMEM } from '../kernel.ts';
import { p4dAlloc, pmdAlloc, pteAllocKernel, pudAlloc } from './memory-alloc.ts';
import { vmapTryHugePmd, vmapTryHugePud } from './vmalloc.ts';

/** mm/vmalloc.c: mapping a range of kernel addresses, by blocks where that can be, and unmapping it. */

const info = (name: string): FnInfo => ({ name, file: 'mm/vmalloc.c', lines: {} });

/** What all levels are told: the largest leaf allowed, as a shift, and the bits of leaves. */
interface Job {
  readonly prot: U64;
  /** Single pages, where they don't lie one after the other: physical addresses, in order from `start` on. */
  readonly pages?: { readonly start: U64; readonly at: readonly U64[] };
  readonly maxShift: number;
}

type Below = (k: Kernel, entry: EntryPtr, addr: U64, end: U64, pa: U64, job: Job) => KernelCall<number>;

/** `IS_ALIGNED()` of all of them. */
function aligned(shift: number, ...values: readonly U64[]): boolean {
  return values.every((v) => !v.intersects(U64.mask(shift)));
}

/** `arch_vmap_pmd_supported()`, `…_pud_…`: PUD blocks only with 4K pages; none at all where debugfs may dump the tables, once. */
export function blocksSupported(k: Kernel, level: 'pud' | 'pmd'): boolean {
  if (k.rules.vmap.hugeOffWithPtdump && k.config.ptdumpDebugfs) return false;
  return level === 'pmd' || (k.geo.pageShift === 12 && k.geo.levels.pud.folded !== 'build');
}

/** May this part of the range be one leaf of the level? */
function fits(
  k: Kernel,
  level: 'pud' | 'pmd',
  [addr, end, pa]: readonly [addr: U64, end: U64, pa: U64],
  { maxShift }: Job,
): boolean {
  const { shift } = k.geo.levels[level];
  if (maxShift < shift || !blocksSupported(k, level)) return false;
  return end.sub(addr).eq(U64.bit(shift)) && aligned(shift, addr, pa);
}

/** `pte_alloc_kernel_track()` and the like above it: the table below an entry, made if there is none. */
const TRACK = {
  pgd: { none: pgdNone, alloc: p4dAlloc, offset: p4dOffset, below: 'p4d' },
  p4d: { none: p4dNone, alloc: pudAlloc, offset: pudOffset, below: 'pud' },
  pud: { none: pudNone, alloc: pmdAlloc, offset: pmdOffset, below: 'pmd' },
  pmd: { none: pmdNone, alloc: pteAllocKernel, offset: pteOffsetKernel, below: 'pte' },
} as const;

function* tableBelow(k: Kernel, parent: EntryPtr, addr: U64): Walker<EntryPtr | undefined> {
  if (parent.level === 'pte') return undefined;
  const { none, alloc, offset, below } = TRACK[parent.level];
  if (k.geo.levels[below].folded !== 'build' && (yield* none(k, parent))) {
    if ((yield* alloc(k, k.mm('init_mm'), parent)) !== 0) return undefined;
  }
  return yield* offset(k, parent, addr);
}

/** `arch_vmap_pte_range_map_size()`: a contiguous group of pages, where there is room for one. In pages. */
function pagesAtOnce(k: Kernel, addr: U64, end: U64, pa: U64, { maxShift }: Job): number {
  const shift = k.geo.pageShift + k.geo.contPteShift;
  if (!k.rules.vmap.contPtes || maxShift < shift || end.sub(addr).lt(U64.bit(shift))) return 1;
  return aligned(shift, addr, pa) ? 1 << k.geo.contPteShift : 1;
}

/** `set_huge_pte_at()` of a contiguous group that was empty: so many stores, then the barriers. */
function* setGroup(k: Kernel, first: EntryPtr, pa: U64, prot: U64, n: number): Walker<void> {
  yield* readOnce(first);
  const value = (i: number): U64 =>
    phys(k, pa.add(U64.from(i).shl(k.geo.pageShift)))
      .or(prot)
      .or(PTE_CONT);
  for (let i = 0; i < n; i++) yield* store(advance(first, i), value(i));
  if (validNotUser(value(0))) yield* new PteBarriers();
}

const vmapPteRange = kernelFunction(
  info('vmap_pte_range'),
  function* (k: Kernel, pmd: EntryPtr, start: U64, end: U64, startPa: U64, job: Job): Walker<number> {
    let pte = yield* tableBelow(k, pmd, start);
    if (pte === undefined) return -ENOMEM;
    const lazy = k.rules.pageattr.lazyBatchesBarriers;
    if (lazy) yield* new LazyMmu(true, true);
    const prot = job.prot.or(PTE_TYPE_PAGE);
    let pa = startPa;
    for (let addr = start; addr.lt(end);) {
      // Nobody maps over what is mapped.
      if (!(yield* readOnce(pte)).isZero()) yield* new Bug();
      const n = pagesAtOnce(k, addr, end, pa, job);
      if (n > 1) yield* setGroup(k, pte, pa, prot, n);
      else yield* setPte(pte, phys(k, pa).or(prot));
      const bytes = U64.from(n).shl(k.geo.pageShift);
      [pte, addr, pa] = [advance(pte, n), addr.add(bytes), pa.add(bytes)];
    }
    if (lazy) yield* new LazyMmu(false, true);
    return 0;
  },
);

/** One level of the range: each entry a leaf if it can be, else what is below. */
function range(
  name: string,
  below: Below,
  huge?: (k: Kernel, entry: EntryPtr, addr: U64, end: U64, pa: U64, job: Job) => Walker<number>,
): Below {
  return kernelFunction(
    info(name),
    function* (k: Kernel, parent: EntryPtr, start: U64, end: U64, startPa: U64, job: Job): Walker<number> {
      let entry = yield* tableBelow(k, parent, start);
      const level = entry?.level;
      if (entry === undefined || level === undefined || level === 'pte') return -ENOMEM;
      let pa = startPa;
      for (let addr = start; addr.lt(end);) {
        const next = addrEnd(k, level, addr, end);
        const done = huge === undefined ? 0 : yield* huge(k, entry, addr, next, pa, job);
        if (done === 0 && (yield* below(k, entry, addr, next, pa, job)) !== 0) return -ENOMEM;
        [entry, pa, addr] = [advance(entry, 1), pa.add(next.sub(addr)), next];
      }
      return 0;
    },
  );
}

const vmapPmdRange = range('vmap_pmd_range', vmapPteRange, function* (k, pmd, addr, end, pa, job) {
  if (!fits(k, 'pmd', [addr, end, pa], job)) return 0;
  return yield* vmapTryHugePmd(k, pmd, addr, pa, job.prot, k.rules.vmap.hugeTakesMmapLock);
});
const vmapPudRange = range('vmap_pud_range', vmapPmdRange, function* (k, pud, addr, end, pa, job) {
  if (!fits(k, 'pud', [addr, end, pa], job)) return 0;
  return yield* vmapTryHugePud(k, pud, addr, pa, job.prot, k.rules.vmap.hugeTakesMmapLock);
});
const vmapP4dRange = range('vmap_p4d_range', vmapPudRange);

/**
 * `vmap_range_noflush()`: maps `addr` up to `end` to physical memory from `pa` on, with `prot`, by leaves of at most 2^maxShift bytes.
 * A huge leaf that can't be had now, because init_mm's mmap_lock is not free, becomes small ones.
 */
export const vmapRangeNoflush = kernelFunction(
  info('vmap_range_noflush'),
  function* (k: Kernel, start: U64, end: U64, pa: U64, prot: U64, maxShift: number): Walker<number> {
    if (end.le(start)) yield* new Bug();
    for (let addr = start; addr.lt(end);) {
      const next = addrEnd(k, 'pgd', addr, end);
      const pgd = pgdOffsetPgd(k, k.mm('init_mm').pgd, addr);
      const err = yield* vmapP4dRange(k, pgd, addr, next, pa.add(addr.sub(start)), { prot, maxShift });
      if (err !== 0) return err;
      addr = next;
    }
    return 0;
  },
);

/** Which of the pages is mapped so many bytes behind the start. */
function pageOf(k: Kernel, pages: readonly U64[], offset: U64): U64 {
  return pages[offset.shr(k.geo.pageShift).toNumber()] ?? U64.ZERO;
}

/** `vmap_pages_pte_range()`: each page by itself; refuses where something is mapped already. */
const vmapPagesPteRange = kernelFunction(
  info('vmap_pages_pte_range'),
  function* (k: Kernel, pmd: EntryPtr, start: U64, end: U64, startPa: U64, job: Job): Walker<number> {
    let pte = yield* tableBelow(k, pmd, start);
    if (pte === undefined) return -ENOMEM;
    const lazy = k.rules.pageattr.lazyBatchesBarriers;
    if (lazy) yield* new LazyMmu(true, true);
    const page = U64.bit(k.geo.pageShift);
    let err = 0;
    let pa = startPa;
    for (let addr = start; addr.lt(end); addr = addr.add(page)) {
      if (!(yield* readOnce(pte)).isZero()) {
        yield* new Warn();
        err = -EBUSY;
        break;
      }
      const at = job.pages === undefined ? pa : pageOf(k, job.pages.at, addr.sub(job.pages.start));
      yield* setPte(pte, phys(k, at).or(job.prot.or(PTE_TYPE_PAGE)));
      pte = advance(pte, 1);
      pa = pa.add(page);
    }
    if (lazy) yield* new LazyMmu(false, true);
    return err;
  },
);
const vmapPagesPmdRange = range('vmap_pages_pmd_range', vmapPagesPteRange);
const vmapPagesPudRange = range('vmap_pages_pud_range', vmapPagesPmdRange);
const vmapPagesP4dRange = range('vmap_pages_p4d_range', vmapPagesPudRange);

const vmapSmallPagesRangeNoflush = kernelFunction(
  info('vmap_small_pages_range_noflush'),
  function* (k: Kernel, start: U64, end: U64, pages: U64 | readonly U64[], prot: U64): Walker<number> {
    if (end.le(start)) yield* new Bug();
    const pa = pages instanceof U64 ? pages : U64.ZERO;
    for (let addr = start; addr.lt(end);) {
      const next = addrEnd(k, 'pgd', addr, end);
      const pgd = pgdOffsetPgd(k, k.mm('init_mm').pgd, addr);
      const job = {
        prot,
        maxShift: k.geo.pageShift,
        ...(pages instanceof U64 ? {} : { pages: { start, at: pages } }),
      };
      const err = yield* vmapPagesP4dRange(k, pgd, addr, next, pa.add(addr.sub(start)), job);
      if (err !== 0) return err;
      addr = next;
    }
    return 0;
  },
);

/**
 * `vmap_pages_range_noflush()`: pages that lie one after the other from a physical address on, or where a list says, in chunks of
 * 2^pageShift bytes.
 */
export const vmapPagesRangeNoflush = kernelFunction(
  info('vmap_pages_range_noflush'),
  function* (
    k: Kernel,
    start: U64,
    end: U64,
    prot: U64,
    pages: U64 | readonly U64[],
    pageShift: number,
  ): Walker<number> {
    if (pageShift < k.geo.pageShift) yield* new Warn();
    if (pageShift <= k.geo.pageShift) return yield* vmapSmallPagesRangeNoflush(k, start, end, pages, prot);
    const chunk = U64.bit(pageShift);
    for (let addr = start; addr.lt(end); addr = addr.add(chunk)) {
      const offset = addr.sub(start);
      const at = pages instanceof U64 ? pages.add(offset) : pageOf(k, pages, offset);
      const err = yield* vmapRangeNoflush(k, addr, addr.add(chunk), at, prot, pageShift);
      if (err !== 0) return err;
    }
    return 0;
  },
);

const vunmapPteRange = kernelFunction(
  info('vunmap_pte_range'),
  function* (k: Kernel, pmd: EntryPtr, start: U64, end: U64): Walker<void> {
    let pte = yield* pteOffsetKernel(k, pmd, start);
    const page = U64.bit(k.geo.pageShift);
    for (let addr = start; addr.lt(end); addr = addr.add(page)) {
      const old = yield* new Exchange(pte, U64.ZERO);
      if (!old.isZero() && !present(old)) yield* new Warn();
      pte = advance(pte, 1);
    }
  },
);

/** `pmd_clear_huge()`, `pud_clear_huge()`: a leaf is cleared; 1 if there was one. */
function* clearHuge(k: Kernel, entry: EntryPtr): Walker<boolean> {
  const v = yield* readOnce(entry);
  if (v.isZero() || isTable(v)) return false;
  yield* entry.level === 'pud' ? setPud(k, entry, U64.ZERO) : setPmd(k, entry, U64.ZERO);
  return true;
}

/** `pmd_none_or_clear_bad()`, `pud_none_or_clear_bad()` */
function* noneOrClearBad(k: Kernel, entry: EntryPtr): Walker<boolean> {
  const none = entry.level === 'pud' ? yield* pudNone(k, entry) : yield* pmdNone(k, entry);
  if (none) return true;
  if (isTable(yield* readOnce(entry, `${entry.level}_bad`))) return false;
  yield* clearBad(entry);
  return true;
}

function* eachBelow(
  k: Kernel,
  first: EntryPtr,
  start: U64,
  end: U64,
  level: Exclude<LevelName, 'pte'>,
  visit: (entry: EntryPtr, addr: U64, next: U64) => Walker<void>,
): Walker<void> {
  let entry = first;
  for (let addr = start; addr.lt(end);) {
    const next = addrEnd(k, level, addr, end);
    yield* visit(entry, addr, next);
    entry = advance(entry, 1);
    addr = next;
  }
}

const vunmapPmdRange = kernelFunction(
  info('vunmap_pmd_range'),
  function* (k: Kernel, pud: EntryPtr, start: U64, end: U64): Walker<void> {
    yield* eachBelow(
      k,
      yield* pmdOffset(k, pud, start),
      start,
      end,
      'pmd',
      function* (pmd, addr, next): Walker<void> {
        if (yield* clearHuge(k, pmd)) return;
        if (!(yield* noneOrClearBad(k, pmd))) yield* vunmapPteRange(k, pmd, addr, next);
      },
    );
  },
);

const vunmapPudRange = kernelFunction(
  info('vunmap_pud_range'),
  function* (k: Kernel, p4d: EntryPtr, start: U64, end: U64): Walker<void> {
    const folded = k.geo.levels.pmd.folded === 'build';
    yield* eachBelow(
      k,
      yield* pudOffset(k, p4d, start),
      start,
      end,
      'pud',
      function* (pud, addr, next): Walker<void> {
        if (!folded && ((yield* clearHuge(k, pud)) || (yield* noneOrClearBad(k, pud)))) return;
        yield* vunmapPmdRange(k, pud, addr, next);
      },
    );
  },
);

const vunmapP4dRange = kernelFunction(
  info('vunmap_p4d_range'),
  function* (k: Kernel, pgd: EntryPtr, start: U64, end: U64): Walker<void> {
    yield* eachBelow(
      k,
      yield* p4dOffset(k, pgd, start),
      start,
      end,
      'p4d',
      function* (p4d, addr, next): Walker<void> {
        if (!(yield* p4dNoneOrClearBad(k, p4d))) yield* vunmapPudRange(k, p4d, addr, next);
      },
    );
  },
);

/** `vunmap_range_noflush()`: every leaf of the range goes. Tables stay. */
export const vunmapRangeNoflush = kernelFunction(
  info('vunmap_range_noflush'),
  function* (k: Kernel, start: U64, end: U64): Walker<void> {
    if (end.le(start)) yield* new Bug();
    const first = pgdOffsetPgd(k, k.mm('init_mm').pgd, start);
    yield* eachBelow(k, first, start, end, 'pgd', function* (pgd, addr, next): Walker<void> {
      if (!(yield* pgdNoneOrClearBad(k, pgd))) yield* vunmapP4dRange(k, pgd, addr, next);
    });
  },
);

/** `vunmap_range()`: likewise, and then the TLBs forget them. */
export const vunmapRange = kernelFunction(
  info('vunmap_range'),
  function* (k: Kernel, start: U64, end: U64): Walker<number> {
    yield* vunmapRangeNoflush(k, start, end);
    yield* new Tlbi(start, end);
    return 0;
  },
);
