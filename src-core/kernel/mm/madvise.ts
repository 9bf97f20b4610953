import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import type { Vma } from '../../step/vma.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import type { Kernel } from '../kernel.ts';
import { EINVAL, ENOMEM } from '../kernel.ts';
import { zapPageRangeSingle } from './memory-zap.ts';
import type { MmuGather } from './mmu_gather.ts';
import { tlbRemoveTableRcu } from './mmu_gather.ts';
import { withVma } from './stable-vma.ts';

/**
 * `madvise(MADV_DONTNEED)` of a range within one VMA: its pages go; its tables stay, but in newer kernels for PTE tables that lose all
 * they map. The VMA is found and kept by its own lock, in newer kernels, or by the mm's for read. -12 where no VMA is. What RCU frees
 * comes last, though the call has long returned by then. -22 where the address is no multiple of a page; the size is rounded up.
 */
export const madviseDontneed = kernelFunction(
  { name: 'do_madvise', file: 'mm/madvise.c', lines: {} },
  function* (k: Kernel, mm: Mm, addr: U64, size: U64, by: 'mmap' | 'vma'): Walker<number> {
    const page = U64.mask(k.geo.pageShift);
    if (addr.intersects(page)) return -EINVAL;
    const len = size.add(page).andNot(page);
    // What is so large that it wraps is no size; nothing at all is no work.
    if (len.isZero() !== size.isZero() || addr.add(len).lt(addr)) return -EINVAL;
    if (len.isZero()) return 0;
    const gathered: MmuGather[] = [];
    const ret = yield* withVma(mm, addr, undefined, by, function* (vma: Vma) {
      gathered.push(yield* zapPageRangeSingle(k, mm, vma, addr, len, k.rules.user.zapReclaimsTables));
      return 0;
    });
    for (const tlb of gathered) yield* tlbRemoveTableRcu(k, tlb);
    return ret ?? -ENOMEM;
  },
);
