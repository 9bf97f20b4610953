import type { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import type { Vma } from '../../step/vma.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import type { Kernel } from '../kernel.ts';
import { ENOMEM } from '../kernel.ts';
import { zapPageRangeSingle } from './memory-zap.ts';
import { withVma } from './stable-vma.ts';

/**
 * `madvise(MADV_DONTNEED)` of a range within one VMA: its pages go, its tables stay. The VMA is found and kept by its own lock, in
 * newer kernels, or by the mm's for read. -12 where no VMA is.
 */
export const madviseDontneed = kernelFunction(
  { name: 'do_madvise', file: 'mm/madvise.c', lines: {} },
  function* (k: Kernel, mm: Mm, addr: U64, size: U64, by: 'mmap' | 'vma'): Walker<number> {
    const ret = yield* withVma(mm, addr, undefined, by, function* (vma: Vma) {
      yield* zapPageRangeSingle(k, mm, vma, addr, size);
      return 0;
    });
    return ret ?? -ENOMEM;
  },
);
