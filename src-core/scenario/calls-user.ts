import { U64 } from '../base/u64.ts';
import { doPageFault } from '../kernel/arch/arm64/mm/fault.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { collapseFile } from '../kernel/mm/khugepaged.ts';
import { madviseCollapse } from '../kernel/mm/khugepaged-madvise.ts';
import { madviseDontneed } from '../kernel/mm/madvise.ts';
import { unmapMappingPages } from '../kernel/mm/memory-mapping.ts';
import { tryToUnmapAnon } from '../kernel/mm/rmap-unmap.ts';
import { mremap } from '../kernel/mm/mremap.ts';
import { mfillAtomicCopy } from '../kernel/mm/userfaultfd.ts';
import { exitMmap, munmap } from '../kernel/mm/vma.ts';
import type { KernelCall } from '../step/walker.ts';
import type { UserCall } from './calls-user-names.ts';
import { lookUpPte } from './what-if/read-pmd-twice.ts';

/** Binds a call to its kernel function. */
export function startUserCall(k: Kernel, call: UserCall): KernelCall<number> {
  const mm = k.mm('user');
  const free = 'free' in call ? (call.free ?? 'rcu') : 'rcu';
  switch (call.fn) {
    case 'munmap':
      return munmap(k, mm, U64.hex(call.addr), U64.hex(call.size), call.unlock ?? true, free);
    case 'exit_mmap':
      return exitMmap(k, mm, free);
    case 'do_madvise':
      return madviseDontneed(k, mm, U64.hex(call.addr), U64.hex(call.size), call.by);
    case 'unmap_mapping_pages':
      return unmapMappingPages(k, mm, call.file, call.first, call.nr);
    case 'do_page_fault':
      return doPageFault(
        k,
        mm,
        U64.hex(call.addr),
        U64.hex(call.entry),
        call.by,
        call.whatIf === 'no-revalidation' ? 'none' : 'pmd_same',
      );
    case 'collapse_file':
      return collapseFile(k, mm, call.file, call.first, call.nr, free);
    case 'madvise_collapse':
      return madviseCollapse(k, mm, U64.hex(call.addr), U64.hex(call.size), {
        entry: U64.hex(call.entry),
        fails: call.fails,
        uffdPrivate: call.uffdPrivate === true,
        revalidates: call.whatIf !== 'no-revalidation',
      });
    case 'try_to_unmap':
      return tryToUnmapAnon(k, mm, call.vma, U64.hex(call.addr), U64.hex(call.phys), U64.hex(call.entry));
    case 'mfill_atomic_copy':
      return mfillAtomicCopy(
        k,
        mm,
        U64.hex(call.addr),
        U64.hex(call.entry),
        call.by,
        call.whatIf === 'no-revalidation' ? 'none' : 'pmd_same',
      );
    case 'move_vma':
      return mremap(
        k,
        mm,
        U64.hex(call.addr),
        U64.hex(call.to),
        U64.hex(call.size),
        call.whatIf !== 'no-recheck',
        free,
      );
    case 'look_up_pte':
      return lookUpPte(k, mm, U64.hex(call.addr), call.whatIf === 'read-twice');
  }
}
