import type { U64 } from '../../../../base/u64.ts';
import type { Mm } from '../../../../mm/mm.ts';
import type { Vma } from '../../../../step/vma.ts';
import type { Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import type { Kernel } from '../../../kernel.ts';
import { EFAULT } from '../../../kernel.ts';
import type { PteRevalidation } from '../../../mm/memory-fault.ts';
import { handleMmFault } from '../../../mm/memory-fault.ts';
import type { StableBy } from '../../../mm/stable-vma.ts';
import { withVma } from '../../../mm/stable-vma.ts';

/**
 * `do_page_fault()`: a process used an address that is not mapped. Its VMA is found and kept by the VMA's own lock, else by the mm's
 * (`by` mmap: without CONFIG_PER_VMA_LOCK); by rmap is no kernel's way. `entry` is what gets set. -14 where no VMA is.
 */
export const doPageFault = kernelFunction(
  { name: 'do_page_fault', file: 'arch/arm64/mm/fault.c', lines: {} },
  function* (k: Kernel, mm: Mm, addr: U64, entry: U64, by: StableBy, how: PteRevalidation): Walker<number> {
    const file = k.fileAt(addr);
    const ret = yield* withVma(mm, addr, file, by, function* (vma: Vma): Walker<number> {
      return yield* handleMmFault(k, mm, addr, entry, how, vma.file);
    });
    return ret ?? -EFAULT;
  },
);
