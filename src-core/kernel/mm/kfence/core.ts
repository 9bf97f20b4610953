import type { U64 } from '../../../base/u64.ts';
import { U64 as U } from '../../../base/u64.ts';
import { Lock, TryLock, Unlock } from '../../../step/op-lock.ts';
import type { FnInfo, Walker } from '../../../step/walker.ts';
import { kernelFunction } from '../../../step/walker.ts';
import { setMemoryValid } from '../../arch/arm64/mm/pageattr.ts';
import type { Kernel } from '../../kernel.ts';

/**
 * mm/kfence/core.c: the page of an object in the pool is made valid when it is handed out, and invalid when it comes back. Both
 * happen wherever memory is allocated and freed: in softirq, and with interrupts off. What is kept about the object is not modelled,
 * but for the locks around it.
 */

const info = (name: string, v73?: number): FnInfo => ({
  name,
  file: 'mm/kfence/core.c',
  lines: v73 === undefined ? {} : { 'v7.3': v73 },
});

/** `meta->lock` of the object, and the lock of the list of free ones: raw spinlocks, taken with interrupts off. */
const META_LOCK = 'kfence_meta_lock';
const FREELIST_LOCK = 'kfence_freelist_lock';

/** `kfence_protect_page()` (arch/arm64/include/asm/kfence.h) */
const kfenceProtectPage = kernelFunction(
  { name: 'kfence_protect_page', file: 'arch/arm64/include/asm/kfence.h', lines: { 'v7.3': 13 } },
  function* (k: Kernel, addr: U64, protect: boolean): Walker<number> {
    yield* setMemoryValid(k, addr, 1, !protect);
    // It has no way to say that this failed.
    return 1;
  },
);

function pageOf(k: Kernel, addr: U64): U64 {
  return addr.andNot(U.mask(k.geo.pageShift));
}

const kfenceProtect = kernelFunction(
  info('kfence_protect'),
  function* (k: Kernel, addr: U64): Walker<number> {
    return yield* kfenceProtectPage(k, pageOf(k, addr), true);
  },
);

const kfenceUnprotect = kernelFunction(
  info('kfence_unprotect'),
  function* (k: Kernel, addr: U64): Walker<number> {
    return yield* kfenceProtectPage(k, pageOf(k, addr), false);
  },
);

/** The list of free objects is only touched under its lock. */
function* freelist(): Walker<void> {
  yield* new Lock(FREELIST_LOCK, 'write');
  yield* new Unlock(FREELIST_LOCK);
}

/**
 * `kfence_guarded_alloc()`: an object whose page was freed before becomes valid again, under the object's lock. `addr` lies in that
 * page. 1: handed out; 0: its lock was taken.
 */
export const kfenceGuardedAlloc = kernelFunction(
  info('kfence_guarded_alloc', 449),
  function* (k: Kernel, addr: U64): Walker<number> {
    yield* freelist();
    if (!(yield* new TryLock(META_LOCK, 'write'))) {
      yield* freelist();
      return 0;
    }
    yield* kfenceUnprotect(k, addr);
    yield* new Unlock(META_LOCK);
    return 1;
  },
);

/** `kfence_guarded_free()`: its page becomes invalid, after the object's lock was dropped. Often called by RCU, in softirq. */
export const kfenceGuardedFree = kernelFunction(
  info('kfence_guarded_free'),
  function* (k: Kernel, addr: U64): Walker<number> {
    yield* new Lock(META_LOCK, 'write');
    yield* new Unlock(META_LOCK);
    yield* kfenceProtect(k, addr);
    yield* freelist();
    return 0;
  },
);
