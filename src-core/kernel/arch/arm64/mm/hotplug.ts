import { leaf, present, table as isTable } from '../../../../arch/arm64/entry.ts';
import { PTE_TYPE_MASK } from '../../../../arch/arm64/bits.ts';
import type { LevelName } from '../../../../arch/geometry.ts';
import { upperHalf } from '../../../../arch/geometry.ts';
import { U64 } from '../../../../base/u64.ts';
import { Tlbi } from '../../../../step/op-barrier.ts';
import { deadRead, readOnce, store } from '../../../../step/op-memory.ts';
import { Warn } from '../../../../step/op-walk.ts';
import type { EntryPtr } from '../../../../step/pointer.ts';
import { advance } from '../../../../step/pointer.ts';
import type { FnInfo, Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import { freeTable } from '../../../include/asm-generic/pgalloc.ts';
import { addrEnd } from '../../../include/linux/pgtable.ts';
import type { Kernel } from '../../../kernel.ts';
import {
  p4dOffset,
  pgdOffsetPgd,
  pgtableL4Enabled,
  pgtableL5Enabled,
  pmdOffset,
  pteOffsetKernel,
  pudOffset,
} from '../include/asm/pgtable.ts';
import { setP4d, setPgd, setPmd, setPud } from '../include/asm/set_pte.ts';
import { flushTlbKernelPgtable } from './mmu-huge-vmap.ts';

/**
 * Memory hot-remove (arch/arm64/mm/mmu.c): a first pass clears the leaves of a range of the linear map, a second frees the tables
 * that are empty then. No lock of its own: the caller holds mem_hotplug_lock for write. Nothing here waits for a walker.
 */

const info = (name: string): FnInfo => ({ name, file: 'arch/arm64/mm/mmu.c', lines: {} });

/** What a table must lie within to be freed: bounds of the area, half open. */
interface Bounds {
  readonly floor: U64;
  readonly ceiling: U64;
}

function* flushPage(k: Kernel, addr: U64, shift: number): Walker<void> {
  yield* new Tlbi(addr, addr.add(U64.bit(shift)));
}

/** Reads an upper entry; a level that is not in use is read all the same, and goes on. */
function* upper(entry: EntryPtr, inUse: boolean): Walker<U64 | undefined> {
  if (inUse) return yield* readOnce(entry);
  yield* deadRead(entry, `${entry.level}p_get`, true);
  return undefined;
}

/** `p?d_sect()`: a valid leaf of the upper levels. */
function sect(v: U64): boolean {
  return v.and(PTE_TYPE_MASK).eq(U64.ONE);
}

const unmapHotplugPteRange = kernelFunction(
  info('unmap_hotplug_pte_range'),
  function* (k: Kernel, pmd: EntryPtr, start: U64, end: U64): Walker<void> {
    const page = U64.bit(k.geo.pageShift);
    for (let addr = start; addr.lt(end); addr = addr.add(page)) {
      const pte = yield* pteOffsetKernel(k, pmd, addr);
      const v = yield* readOnce(pte);
      if (v.isZero()) continue;
      if (!present(v)) yield* new Warn();
      yield* store(pte, U64.ZERO);
      yield* flushPage(k, addr, k.geo.pageShift);
    }
  },
);

const unmapHotplugPmdRange = kernelFunction(
  info('unmap_hotplug_pmd_range'),
  function* (k: Kernel, pud: EntryPtr, start: U64, end: U64): Walker<void> {
    for (let addr = start, next; addr.lt(end); addr = next) {
      next = addrEnd(k, 'pmd', addr, end);
      const pmd = yield* pmdOffset(k, pud, addr);
      const v = yield* readOnce(pmd);
      if (v.isZero()) continue;
      if (!present(v)) yield* new Warn();
      if (sect(v)) {
        yield* setPmd(k, pmd, U64.ZERO);
        yield* flushPage(k, addr, k.geo.levels.pmd.shift);
        continue;
      }
      if (!isTable(v)) yield* new Warn();
      yield* unmapHotplugPteRange(k, pmd, addr, next);
    }
  },
);

const unmapHotplugPudRange = kernelFunction(
  info('unmap_hotplug_pud_range'),
  function* (k: Kernel, p4d: EntryPtr, start: U64, end: U64): Walker<void> {
    for (let addr = start, next; addr.lt(end); addr = next) {
      next = addrEnd(k, 'pud', addr, end);
      const pud = yield* pudOffset(k, p4d, addr);
      const v = yield* upper(pud, k.geo.levels.pmd.folded !== 'build');
      if (v !== undefined) {
        if (v.isZero()) continue;
        if (!present(v)) yield* new Warn();
        if (sect(v)) {
          yield* setPud(k, pud, U64.ZERO);
          yield* flushPage(k, addr, k.geo.levels.pud.shift);
          continue;
        }
        if (!isTable(v)) yield* new Warn();
      }
      yield* unmapHotplugPmdRange(k, pud, addr, next);
    }
  },
);

const unmapHotplugP4dRange = kernelFunction(
  info('unmap_hotplug_p4d_range'),
  function* (k: Kernel, pgd: EntryPtr, start: U64, end: U64): Walker<void> {
    for (let addr = start, next; addr.lt(end); addr = next) {
      next = addrEnd(k, 'p4d', addr, end);
      const p4d = yield* p4dOffset(k, pgd, addr);
      const v = yield* upper(p4d, pgtableL4Enabled(k));
      if (v !== undefined) {
        if (v.isZero()) continue;
        if (!present(v)) yield* new Warn();
      }
      yield* unmapHotplugPudRange(k, p4d, addr, next);
    }
  },
);

/** `unmap_hotplug_range()`: every leaf of the range goes. */
export const unmapHotplugRange = kernelFunction(
  info('unmap_hotplug_range'),
  function* (k: Kernel, start: U64, end: U64): Walker<void> {
    for (let addr = start, next; addr.lt(end); addr = next) {
      next = addrEnd(k, 'pgd', addr, end);
      const pgd = pgdOffsetPgd(k, k.mm('init_mm').pgd, addr);
      const v = yield* upper(pgd, pgtableL5Enabled(k));
      if (v !== undefined) {
        if (v.isZero()) continue;
        if (!present(v)) yield* new Warn();
      }
      yield* unmapHotplugP4dRange(k, pgd, addr, next);
    }
  },
);

/** `pgtable_range_aligned()`: does the span of entries of 2^shift bytes around the range stay within the bounds? */
function rangeAligned(start: U64, end: U64, { floor, ceiling }: Bounds, shift: number): boolean {
  if (start.andNot(U64.mask(shift)).lt(floor)) return false;
  let top = ceiling;
  if (!top.isZero()) {
    top = top.andNot(U64.mask(shift));
    if (top.isZero()) return false;
  }
  return end.sub(U64.ONE).le(top.sub(U64.ONE));
}

/** The second half of each `free_empty_p?d_table()`: if every entry of the table is empty, it is unlinked and freed. */
function* freeIfEmpty(
  k: Kernel,
  parent: EntryPtr,
  first: EntryPtr,
  level: LevelName,
  start: U64,
  clear: (k: Kernel, entry: EntryPtr, v: U64) => Walker<void>,
): Walker<void> {
  for (let i = 0; i < 1 << k.geo.levels[level].indexBits; i++)
    if (!(yield* readOnce(advance(first, i))).isZero()) return;
  yield* clear(k, parent, U64.ZERO);
  yield* flushTlbKernelPgtable(k, start);
  yield* freeTable(k, 'free_hotplug_pgtable_page', level, first.table, 'init_mm');
}

const freeEmptyPteTable = kernelFunction(
  info('free_empty_pte_table'),
  function* (k: Kernel, pmd: EntryPtr, start: U64, end: U64, bounds: Bounds): Walker<void> {
    const page = U64.bit(k.geo.pageShift);
    for (let addr = start; addr.lt(end); addr = addr.add(page)) {
      const pte = yield* pteOffsetKernel(k, pmd, addr);
      if (!(yield* readOnce(pte)).isZero()) yield* new Warn();
    }
    if (!rangeAligned(start, end, bounds, k.geo.levels.pmd.shift)) return;
    yield* freeIfEmpty(k, pmd, yield* pteOffsetKernel(k, pmd, U64.ZERO), 'pte', start, setPmd);
  },
);

/** Warns at an entry that is neither empty nor a table. */
function* warnUnlessTable(v: U64): Walker<void> {
  if (!present(v) || leaf(v) || !isTable(v)) yield* new Warn();
}

const freeEmptyPmdTable = kernelFunction(
  info('free_empty_pmd_table'),
  function* (k: Kernel, pud: EntryPtr, start: U64, end: U64, bounds: Bounds): Walker<void> {
    for (let addr = start, next; addr.lt(end); addr = next) {
      next = addrEnd(k, 'pmd', addr, end);
      const pmd = yield* pmdOffset(k, pud, addr);
      const v = yield* readOnce(pmd);
      if (v.isZero()) continue;
      yield* warnUnlessTable(v);
      yield* freeEmptyPteTable(k, pmd, addr, next, bounds);
    }
    if (k.geo.levels.pmd.folded === 'build') return;
    if (!rangeAligned(start, end, bounds, k.geo.levels.pud.shift)) return;
    yield* freeIfEmpty(k, pud, yield* pmdOffset(k, pud, U64.ZERO), 'pmd', start, setPud);
  },
);

const freeEmptyPudTable = kernelFunction(
  info('free_empty_pud_table'),
  function* (k: Kernel, p4d: EntryPtr, start: U64, end: U64, bounds: Bounds): Walker<void> {
    for (let addr = start, next; addr.lt(end); addr = next) {
      next = addrEnd(k, 'pud', addr, end);
      const pud = yield* pudOffset(k, p4d, addr);
      const v = yield* upper(pud, k.geo.levels.pmd.folded !== 'build');
      if (v !== undefined) {
        if (v.isZero()) continue;
        yield* warnUnlessTable(v);
      }
      yield* freeEmptyPmdTable(k, pud, addr, next, bounds);
    }
    if (!pgtableL4Enabled(k)) return;
    if (!rangeAligned(start, end, bounds, k.geo.levels.p4d.shift)) return;
    yield* freeIfEmpty(k, p4d, yield* pudOffset(k, p4d, U64.ZERO), 'pud', start, setP4d);
  },
);

const freeEmptyP4dTable = kernelFunction(
  info('free_empty_p4d_table'),
  function* (k: Kernel, pgd: EntryPtr, start: U64, end: U64, bounds: Bounds): Walker<void> {
    for (let addr = start, next; addr.lt(end); addr = next) {
      next = addrEnd(k, 'p4d', addr, end);
      const p4d = yield* p4dOffset(k, pgd, addr);
      const v = yield* upper(p4d, pgtableL4Enabled(k));
      if (v !== undefined) {
        if (v.isZero()) continue;
        if (!present(v)) yield* new Warn();
      }
      yield* freeEmptyPudTable(k, p4d, addr, next, bounds);
    }
    if (!pgtableL5Enabled(k)) return;
    if (!rangeAligned(start, end, bounds, k.geo.levels.pgd.shift)) return;
    yield* freeIfEmpty(k, pgd, yield* p4dOffset(k, pgd, U64.ZERO), 'p4d', start, setPgd);
  },
);

/** `free_empty_tables()`: bottom up, whatever of the range's tables is empty and covers nothing outside the bounds. */
export const freeEmptyTables = kernelFunction(
  info('free_empty_tables'),
  function* (k: Kernel, start: U64, end: U64, bounds: Bounds): Walker<void> {
    for (let addr = start, next; addr.lt(end); addr = next) {
      next = addrEnd(k, 'pgd', addr, end);
      const pgd = pgdOffsetPgd(k, k.mm('init_mm').pgd, addr);
      const v = yield* upper(pgd, pgtableL5Enabled(k));
      if (v !== undefined) {
        if (v.isZero()) continue;
        if (!present(v)) yield* new Warn();
      }
      yield* freeEmptyP4dTable(k, pgd, addr, next, bounds);
    }
  },
);

/** `__remove_pgd_mapping()`: takes `size` bytes at `start` out of the linear map, which ends in the middle of the upper half. */
export const removePgdMapping = kernelFunction(
  info('__remove_pgd_mapping'),
  function* (k: Kernel, start: U64, size: U64): Walker<number> {
    const end = start.add(size);
    yield* unmapHotplugRange(k, start, end);
    const floor = upperHalf(k.geo);
    yield* freeEmptyTables(k, start, end, { floor, ceiling: floor.add(U64.bit(k.geo.vaBits - 1)) });
    return 0;
  },
);
