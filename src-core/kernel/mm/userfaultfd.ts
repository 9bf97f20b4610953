import { present } from '../../arch/arm64/entry.ts';
import type { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { Lock, Unlock } from '../../step/op-lock.ts';
import { readOnce } from '../../step/op-memory.ts';
import { ChangeVma, HasAnonVma } from '../../step/op-vma.ts';
import type { Vma } from '../../step/vma.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { pmdTransHuge } from '../arch/arm64/include/asm/pgtable.ts';
import { pageTableLock } from '../include/linux/mm.ts';
import type { Kernel } from '../kernel.ts';
import { EFAULT, ENOMEM } from '../kernel.ts';
import type { PteRevalidation } from './memory-fault.ts';
import { allocPmd, mfillAtomicInstallPte } from './memory-fault.ts';
import type { StableBy } from './stable-vma.ts';
import { withVma } from './stable-vma.ts';

/** mm/userfaultfd.c: UFFDIO_COPY puts a page of its own into a mapping, without a fault. */

const info = (name: string, file = 'mm/userfaultfd.c'): FnInfo => ({ name, file, lines: {} });

/** `anon_vma_prepare()`: nothing to do where the VMA has one. */
const anonVmaPrepare = kernelFunction(
  info('__anon_vma_prepare', 'mm/rmap.c'),
  function* (k: Kernel, mm: Mm, vma: Vma): Walker<void> {
    if (yield* new HasAnonVma(vma.id)) return;
    yield* new Lock(pageTableLock(k, mm), 'write');
    yield* new ChangeVma(vma.id, 'anon');
    yield* new Unlock(pageTableLock(k, mm));
  },
);

/**
 * `mfill_atomic()` for one page of a private mapping: `entry` is set at `addr` if nothing is there. No lock of a folio keeps it away from
 * a file's PTE tables, only the locks of the tables themselves. -14 where no VMA is.
 */
export const mfillAtomicCopy = kernelFunction(
  info('mfill_atomic_copy'),
  function* (k: Kernel, mm: Mm, addr: U64, entry: U64, by: StableBy, how: PteRevalidation): Walker<number> {
    const ret = yield* withVma(mm, addr, undefined, by, function* (vma: Vma): Walker<number> {
      yield* anonVmaPrepare(k, mm, vma);
      const pmd = yield* allocPmd(k, mm, addr);
      if (pmd === undefined) return -ENOMEM;
      const seen = yield* readOnce(pmd, 'pmdp_get_lockless');
      if (!seen.isZero() && (!present(seen) || pmdTransHuge(seen))) return -EFAULT;
      return yield* mfillAtomicInstallPte(k, mm, pmd, addr, entry, how);
    });
    return ret ?? -EFAULT;
  },
);
