import type { U64 } from '../../base/u64.ts';
import { U64 as U } from '../../base/u64.ts';
import { Lock, Unlock } from '../../step/op-lock.ts';
import { Warn } from '../../step/op-walk.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { archRemoveMemory } from '../arch/arm64/mm/hot-add.ts';
import type { Kernel } from '../kernel.ts';
import { EBUSY, EINVAL } from '../kernel.ts';

/**
 * mm/memory_hotplug.c: memory goes offline first, which fails while a page of it is in use and can't be moved; only then is it taken
 * out of the tables. Of what else this does (isolation, migration, zones) nothing is modelled.
 */

const info = (name: string): FnInfo => ({ name, file: 'mm/memory_hotplug.c', lines: {} });

/** `memory_block_size_bytes()`: one section. arm64: 128 MiB with 4K and 16K pages, 512 MiB with 64K. */
function sectionShift(k: Kernel): number {
  return k.geo.pageShift === 16 ? 29 : 27;
}

function aligned(k: Kernel, v: U64): boolean {
  return !v.intersects(U.mask(sectionShift(k)));
}

/** `offline_pages()`: -EBUSY where a page is in use by somebody who will not have it moved, as the pages of vmalloc areas are. */
const offlinePages = kernelFunction(
  info('offline_pages'),
  function* (k: Kernel, start: U64, size: U64): Walker<number> {
    if (size.isZero() || !aligned(k, start) || !aligned(k, size)) {
      yield* new Warn();
      return -EINVAL;
    }
    return k.pinned(start, size) ? -EBUSY : 0;
  },
);

/** `memory_block_offline()` (drivers/base/memory.c), for each block of memory: with memory hotplug locked out. */
const memoryBlockOffline = kernelFunction(
  { name: 'memory_block_offline', file: 'drivers/base/memory.c', lines: {} },
  function* (k: Kernel, start: U64, size: U64): Walker<number> {
    yield* new Lock('mem_hotplug', 'write');
    const ret = yield* offlinePages(k, start, size);
    yield* new Unlock('mem_hotplug');
    return ret;
  },
);

/** `try_remove_memory()` of memory that is offline. */
const tryRemoveMemory = kernelFunction(
  info('try_remove_memory'),
  function* (k: Kernel, start: U64, size: U64): Walker<number> {
    yield* new Lock('mem_hotplug', 'write');
    yield* archRemoveMemory(k, start, size);
    yield* new Unlock('mem_hotplug');
    return 0;
  },
);

/** `offline_and_remove_memory()`: physical address and bytes. */
export const offlineAndRemoveMemory = kernelFunction(
  info('offline_and_remove_memory'),
  function* (k: Kernel, start: U64, size: U64): Walker<number> {
    if (size.isZero() || !aligned(k, start) || !aligned(k, size)) return -EINVAL;
    yield* new Lock('device_hotplug_lock', 'write');
    let ret = 0;
    const block = U.bit(sectionShift(k));
    for (let at = start; ret === 0 && at.lt(start.add(size)); at = at.add(block))
      ret = yield* memoryBlockOffline(k, at, block);
    if (ret === 0) ret = yield* tryRemoveMemory(k, start, size);
    yield* new Unlock('device_hotplug_lock');
    return ret;
  },
);
