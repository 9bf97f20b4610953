import type { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { mmapLock } from '../../step/lock.ts';
import { Downgrade, Lock, rcuReadLock, rcuReadUnlock, TryLock, Unlock } from '../../step/op-lock.ts';
import { FindVma } from '../../step/op-walk.ts';
import type { Vma } from '../../step/vma.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';

/** include/linux/mmap_lock.h and mm/mmap_lock.c: taking an mm's lock, and the lock of one VMA without it. */

const info = (name: string): FnInfo => ({ name, file: 'include/linux/mmap_lock.h', lines: {} });

export const mmapWriteLock = kernelFunction(info('mmap_write_lock'), function* (mm: Mm): Walker<void> {
  yield* new Lock(mmapLock(mm.name), 'write');
});

/** `mmap_write_unlock()`: ends the write locks of all VMAs too. */
export const mmapWriteUnlock = kernelFunction(info('mmap_write_unlock'), function* (mm: Mm): Walker<void> {
  yield* new Unlock(mmapLock(mm.name));
});

/** `mmap_write_downgrade()`: from here on other readers may come in. Ends the write locks of all VMAs. */
export const mmapWriteDowngrade = kernelFunction(
  info('mmap_write_downgrade'),
  function* (mm: Mm): Walker<void> {
    yield* new Downgrade(mmapLock(mm.name));
  },
);

export const mmapReadLock = kernelFunction(info('mmap_read_lock'), function* (mm: Mm): Walker<void> {
  yield* new Lock(mmapLock(mm.name), 'read');
});

export const mmapReadUnlock = kernelFunction(info('mmap_read_unlock'), function* (mm: Mm): Walker<void> {
  yield* new Unlock(mmapLock(mm.name));
});

function vmaLockName(vma: Vma): string {
  return `vma:${vma.id}`;
}

/**
 * `lock_vma_under_rcu()`: finds the VMA of an address and locks it for read, without the mm's lock and without waiting. Undefined
 * where there is none, where a writer has it, or where it is detached: callers then take the mm's lock.
 */
export const lockVmaUnderRcu = kernelFunction(
  { name: 'lock_vma_under_rcu', file: 'mm/mmap_lock.c', lines: {} },
  function* (addr: U64): Walker<Vma | undefined> {
    yield* rcuReadLock();
    const vma = yield* new FindVma(addr);
    const found = vma !== undefined && vma.start.le(addr) && (yield* vmaStartRead(vma));
    yield* rcuReadUnlock();
    return found ? vma : undefined;
  },
);

/** `vma_start_read()` */
const vmaStartRead = kernelFunction(
  { name: 'vma_start_read', file: 'mm/mmap_lock.c', lines: {} },
  function* (vma: Vma): Walker<boolean> {
    return yield* new TryLock(vmaLockName(vma), 'read');
  },
);

/** `vma_end_read()` */
export const vmaEndRead = kernelFunction(info('vma_end_read'), function* (vma: Vma): Walker<void> {
  yield* new Unlock(vmaLockName(vma));
});
