import type { Mm } from '../../../mm/mm.ts';
import { Assert, VmaLock } from '../../../step/op-lock.ts';
import { Bug } from '../../../step/op-walk.ts';
import type { Vma } from '../../../step/vma.ts';
import type { FnInfo, Walker } from '../../../step/walker.ts';
import { kernelFunction } from '../../../step/walker.ts';
import type { Kernel } from '../../kernel.ts';

/** include/linux/mmap_lock.h (v6.12: partly include/linux/mm.h): assertions about an mm's lock and about a VMA's. */

/** `mmap_assert_locked()`: somebody who counts holds it, read or write. Only ever a warning. */
export function mmapAssertLocked(mm: Mm): Assert {
  return new Assert('mmap_assert_locked', mm.name);
}

/** `mmap_assert_write_locked()` */
export function mmapAssertWriteLocked(mm: Mm): Assert {
  return new Assert('mmap_assert_write_locked', mm.name);
}

const info = (name: string): FnInfo => ({ name, file: 'include/linux/mmap_lock.h', lines: {} });

/**
 * `vma_start_write()`: takes the VMA's lock for write, waiting for its readers. Wants the mm's lock for write, whose release ends
 * this one too: there is no function that does it alone.
 */
export const vmaStartWrite = kernelFunction(
  info('vma_start_write'),
  function* (mm: Mm, vma: Vma): Walker<void> {
    yield* mmapAssertWriteLocked(mm);
    yield* new VmaLock('vma_start_write', vma.id);
  },
);

/**
 * `vma_assert_write_locked()`: the VMA is locked for write, by anybody: its lock has no owner, only the mm's number of times it was
 * locked for write. With CONFIG_DEBUG_VM, v6.12 ends here if it is not.
 */
export const vmaAssertWriteLocked = kernelFunction(
  info('vma_assert_write_locked'),
  function* (k: Kernel, mm: Mm, vma: Vma): Walker<void> {
    yield* mmapAssertWriteLocked(mm);
    const found = yield* new VmaLock('vma_assert_write_locked', vma.id);
    if (found !== 'write' && k.config.debugVm && k.rules.walk.vmaWriteAssertion === 'bug') yield* new Bug();
  },
);

/** `vma_assert_locked()`: the VMA is locked for read, or else for write. */
export const vmaAssertLocked = kernelFunction(
  info('vma_assert_locked'),
  function* (mm: Mm, vma: Vma): Walker<void> {
    const found = yield* new VmaLock('vma_assert_locked', vma.id);
    if (found !== 'read') yield* mmapAssertWriteLocked(mm);
  },
);
