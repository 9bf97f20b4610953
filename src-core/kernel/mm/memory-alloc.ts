import type { Mm } from '../../mm/mm.ts';
import { Lock, Unlock } from '../../step/op-lock.ts';
import { read } from '../../step/op-memory.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import type { TableLevel } from '../arch/arm64/include/asm/pgalloc.ts';
import { allocOne, populate } from '../arch/arm64/include/asm/pgalloc.ts';
import { pmdNone, pudPresent } from '../arch/arm64/include/asm/pgtable.ts';
import { pageTableLock } from '../include/linux/mm.ts';
import type { Kernel } from '../kernel.ts';
import { ENOMEM } from '../kernel.ts';
import { pmdLock, pudLock } from './pgtable-generic.ts';

/**
 * mm/memory.c: a table that is missing. All of them allocate outside the lock, take it, look again, and link or give back: that another
 * context was faster is a success.
 */

const info = (name: string): FnInfo => ({ name, file: 'mm/memory.c', lines: {} });

type Linked = (k: Kernel, parent: EntryPtr) => Walker<boolean>;

/** `pgd_present()`, `p4d_present()` of an entry that is no leaf: it is not empty. */
function* upperPresent(_k: Kernel, parent: EntryPtr): Walker<boolean> {
  return !(yield* read(parent, `${parent.level}_present`)).isZero();
}

function* notNone(k: Kernel, pmd: EntryPtr): Walker<boolean> {
  return !(yield* pmdNone(k, pmd));
}

/** What all have in common; the lock is taken by `lock`, which answers its name. */
function allocator(
  name: string,
  level: TableLevel,
  lock: (k: Kernel, mm: Mm, parent: EntryPtr) => Walker<string>,
  linked: Linked,
) {
  return kernelFunction(info(name), function* (k: Kernel, mm: Mm, parent: EntryPtr): Walker<number> {
    const table = yield* allocOne(k, mm, level);
    if (table === undefined) return -ENOMEM;
    const held = yield* lock(k, mm, parent);
    if (!(yield* linked(k, parent))) yield* populate(k, mm, parent, table);
    yield* new Unlock(held);
    return 0;
  });
}

function* lockPageTables(k: Kernel, mm: Mm): Walker<string> {
  const name = pageTableLock(k, mm);
  yield* new Lock(name, 'write');
  return name;
}

/** `__p4d_alloc()` */
export const p4dAlloc = allocator('__p4d_alloc', 'p4d', lockPageTables, upperPresent);

/** `__pud_alloc()` */
export const pudAlloc = allocator('__pud_alloc', 'pud', lockPageTables, upperPresent);

/** `__pmd_alloc()`: under `pud_lock()`, which is the mm's page_table_lock. */
export const pmdAlloc = allocator('__pmd_alloc', 'pmd', pudLock, pudPresent);

/** `__pte_alloc()` (`pmd_install()`): under `pmd_lock()`. */
export const pteAlloc = allocator('__pte_alloc', 'pte', pmdLock, notNone);

/** `__pte_alloc_kernel()`: init_mm's; under its page_table_lock, split or not. */
export const pteAllocKernel = allocator('__pte_alloc_kernel', 'pte', lockPageTables, notNone);
