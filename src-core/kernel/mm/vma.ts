import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { ChangeVma, PrevVma, SplitVma } from '../../step/op-vma.ts';
import { FindVma } from '../../step/op-walk.ts';
import type { Vma } from '../../step/vma.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { vmaStartWrite } from '../include/linux/mmap_lock.ts';
import type { Kernel } from '../kernel.ts';
import { EINVAL } from '../kernel.ts';
import { freePgtables } from './memory-free.ts';
import { unmapVmas } from './memory-zap.ts';
import {
  mmapReadLock,
  mmapReadUnlock,
  mmapWriteDowngrade,
  mmapWriteLock,
  mmapWriteUnlock,
} from './mmap_lock.ts';
import type { MmuGather, TableFree } from './mmu_gather.ts';
import { tlbFinishMmu, tlbGatherMmu, tlbRemoveTableRcu } from './mmu_gather.ts';

/** mm/vma.c and mm/mmap.c: munmap, and the end of an mm. */

const info = (name: string, file = 'mm/vma.c'): FnInfo => ({ name, file, lines: {} });

/** The VMAs of the tree from an address on, up to another, in order. */
function* vmasIn(from: U64, to: U64): Walker<Vma[]> {
  const found: Vma[] = [];
  for (let at = from; ;) {
    const vma = yield* new FindVma(at);
    if (vma === undefined || to.le(vma.start)) return found;
    found.push(vma);
    at = vma.end;
  }
}

/** `__split_vma()`: the upper part is a VMA of its own from now on. */
const splitVma = kernelFunction(info('__split_vma'), function* (mm: Mm, vma: Vma, addr: U64): Walker<Vma> {
  yield* vmaStartWrite(mm, vma);
  return yield* new SplitVma(vma.id, addr);
});

/** `vms_gather_munmap_vmas()`: cuts the VMAs at both ends, locks each for write and detaches it. */
const vmsGatherMunmapVmas = kernelFunction(
  info('vms_gather_munmap_vmas'),
  function* (mm: Mm, start: U64, end: U64): Walker<readonly Vma[]> {
    const first = yield* new FindVma(start);
    if (first !== undefined && first.start.lt(start)) yield* splitVma(mm, first, start);
    const gathered: Vma[] = [];
    for (const vma of yield* vmasIn(start, end)) {
      let part = vma;
      if (end.lt(vma.end)) {
        yield* splitVma(mm, vma, end);
        part = { ...vma, end };
      }
      yield* vmaStartWrite(mm, part);
      yield* new ChangeVma(part.id, 'detach');
      gathered.push(part);
    }
    return gathered;
  },
);

/** `unmap_region()` (v6.12: part of `vms_clear_ptes()`): the entries, then the tables, then the flush. */
const unmapRegion = kernelFunction(
  info('unmap_region'),
  function* (
    k: Kernel,
    tlb: MmuGather,
    vmas: readonly Vma[],
    range: { readonly start: U64; readonly end: U64; readonly floor: U64; readonly ceiling: U64 },
    mmWrLocked: boolean,
  ): Walker<void> {
    yield* unmapVmas(k, tlb, vmas, range.start, range.end);
    yield* freePgtables(k, tlb, vmas, range.floor, range.ceiling, mmWrLocked);
    yield* tlbFinishMmu(k, tlb);
  },
);

/**
 * `do_vmi_align_munmap()`: the VMAs are detached and taken out of the tree under the lock for write, which is then downgraded. What
 * they mapped, and the tables, go while others may hold it for read.
 */
export const doVmiAlignMunmap = kernelFunction(
  info('do_vmi_align_munmap'),
  function* (
    k: Kernel,
    mm: Mm,
    start: U64,
    end: U64,
    downgrades: boolean,
    free: TableFree,
  ): Walker<MmuGather> {
    const vmas = yield* vmsGatherMunmapVmas(mm, start, end);
    const floor = (yield* new PrevVma(start))?.end ?? U64.ZERO;
    const ceiling = (yield* new FindVma(end))?.start ?? U64.ZERO;
    for (const vma of vmas) yield* new ChangeVma(vma.id, 'erase');
    if (downgrades) yield* mmapWriteDowngrade(mm);
    const tlb = tlbGatherMmu(mm, free);
    yield* unmapRegion(k, tlb, vmas, { start, end, floor, ceiling }, !downgrades);
    return tlb;
  },
);

/**
 * `munmap()` (`__vm_munmap()`): 0, also where nothing was mapped. `downgrades`: false, as munmap inside mmap() does, keeps the lock for
 * write to the end. The tables are freed after a grace period, when the call has long returned: what RCU calls then comes last here.
 */
export const munmap = kernelFunction(
  info('__vm_munmap', 'mm/vma.c'),
  function* (k: Kernel, mm: Mm, start: U64, size: U64, downgrades: boolean, free: TableFree): Walker<number> {
    const page = U64.mask(k.geo.pageShift);
    const end = start.add(size).add(page).andNot(page);
    if (start.intersects(page) || end.le(start)) return -EINVAL;
    yield* mmapWriteLock(mm);
    const first = yield* new FindVma(start);
    if (first === undefined || end.le(first.start)) {
      yield* mmapWriteUnlock(mm);
      return 0;
    }
    const tlb = yield* doVmiAlignMunmap(k, mm, start, end, downgrades, free);
    yield* downgrades ? mmapReadUnlock(mm) : mmapWriteUnlock(mm);
    yield* tlbRemoveTableRcu(k, tlb);
    return 0;
  },
);

/**
 * `exit_mmap()`: the last user is gone. Entries go under the lock for read, so that the OOM reaper may come in between; tables go under
 * the lock for write, once MMF_OOM_SKIP tells it to stay away.
 */
export const exitMmap = kernelFunction(
  info('exit_mmap', 'mm/mmap.c'),
  function* (k: Kernel, mm: Mm, free: TableFree): Walker<number> {
    const all = U64.ZERO.sub(U64.ONE);
    yield* mmapReadLock(mm);
    const vmas = yield* vmasIn(U64.ZERO, all);
    const tlb = tlbGatherMmu(mm, free);
    yield* unmapVmas(k, tlb, vmas, U64.ZERO, all);
    yield* mmapReadUnlock(mm);
    yield* mmapWriteLock(mm);
    yield* freePgtables(k, tlb, vmas, U64.ZERO, U64.ZERO, true);
    yield* tlbFinishMmu(k, tlb);
    for (const vma of vmas) {
      yield* new ChangeVma(vma.id, 'detach');
      yield* new ChangeVma(vma.id, 'erase');
    }
    yield* mmapWriteUnlock(mm);
    yield* tlbRemoveTableRcu(k, tlb);
    return 0;
  },
);
