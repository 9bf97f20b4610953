import type { Mm } from '../../mm/mm.ts';
import { Lock, Unlock } from '../../step/op-lock.ts';
import { read } from '../../step/op-memory.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { FnInfo, KernelCall, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { populate } from '../arch/arm64/include/asm/pgalloc.ts';
import { pmdNone, pudPresent } from '../arch/arm64/include/asm/pgtable.ts';
import { allocateTable, freeTable } from '../include/asm-generic/pgalloc.ts';
import { pageTableLock } from '../include/linux/mm.ts';
import type { Kernel } from '../kernel.ts';
import { ENOMEM } from '../kernel.ts';
import { pmdLock, pudLock } from './pgtable-generic.ts';

/**
 * mm/memory.c: a table that is missing. All of them allocate outside the lock, take it, look again, and link what they have or give it
 * back: that another context was faster is a success.
 */

const info = (name: string): FnInfo => ({ name, file: 'mm/memory.c', lines: {} });

/** `pgd_present()`, `p4d_present()` of an entry that is no leaf: it is not empty. */
function* upperPresent(_k: Kernel, parent: EntryPtr): Walker<boolean> {
  return !(yield* read(parent, `${parent.level}_present`)).isZero();
}

function* notNone(k: Kernel, pmd: EntryPtr): Walker<boolean> {
  return !(yield* pmdNone(k, pmd));
}

function* lockPageTables(k: Kernel, mm: Mm): Walker<string> {
  const name = pageTableLock(k, mm);
  yield* new Lock(name, 'write');
  return name;
}

interface Plan {
  readonly level: 'p4d' | 'pud' | 'pmd' | 'pte';
  /** The kernel's names of what allocates a table and what gives it back. */
  readonly alloc: string;
  readonly free: string;
  /** Takes the lock, and answers its name. */
  readonly lock: (k: Kernel, mm: Mm, parent: EntryPtr) => Walker<string>;
  /** The second look, under the lock: is there a table by now? */
  readonly linked: (k: Kernel, parent: EntryPtr) => Walker<boolean>;
  /** The loser gives its table back before it drops the lock, or after. */
  readonly freesUnderLock: boolean;
}

function allocator(name: string, plan: Plan): (k: Kernel, mm: Mm, parent: EntryPtr) => KernelCall<number> {
  const { level, alloc, free } = plan;
  return kernelFunction(info(name), function* (k: Kernel, mm: Mm, parent: EntryPtr): Walker<number> {
    const table = yield* allocateTable(k, alloc, level, mm.name);
    if (table === undefined) return -ENOMEM;
    const held = yield* plan.lock(k, mm, parent);
    const lost = yield* plan.linked(k, parent);
    if (!lost) yield* populate(k, mm, parent, table);
    else if (plan.freesUnderLock) yield* freeTable(k, free, level, table, mm.name);
    yield* new Unlock(held);
    if (lost && !plan.freesUnderLock) yield* freeTable(k, free, level, table, mm.name);
    return 0;
  });
}

/** `__p4d_alloc()` */
export const p4dAlloc = allocator('__p4d_alloc', {
  level: 'p4d',
  alloc: 'p4d_alloc_one',
  free: 'p4d_free',
  lock: lockPageTables,
  linked: upperPresent,
  freesUnderLock: true,
});

/** `__pud_alloc()` */
export const pudAlloc = allocator('__pud_alloc', {
  level: 'pud',
  alloc: 'pud_alloc_one',
  free: 'pud_free',
  lock: lockPageTables,
  linked: upperPresent,
  freesUnderLock: true,
});

/** `__pmd_alloc()`: under `pud_lock()`, which is the mm's page_table_lock. */
export const pmdAlloc = allocator('__pmd_alloc', {
  level: 'pmd',
  alloc: 'pmd_alloc_one',
  free: 'pmd_free',
  lock: pudLock,
  linked: pudPresent,
  freesUnderLock: true,
});

/** `__pte_alloc()` with `pmd_install()`: under `pmd_lock()`. */
export const pteAlloc = allocator('__pte_alloc', {
  level: 'pte',
  alloc: 'pte_alloc_one',
  free: 'pte_free',
  lock: pmdLock,
  linked: notNone,
  freesUnderLock: false,
});

/** `__pte_alloc_kernel()`: init_mm's; under its page_table_lock, split or not. */
export const pteAllocKernel = allocator('__pte_alloc_kernel', {
  level: 'pte',
  alloc: 'pte_alloc_one_kernel',
  free: 'pte_free_kernel',
  lock: lockPageTables,
  linked: notNone,
  freesUnderLock: false,
});
