import { Lock, Unlock } from '../../step/op-lock.ts';
import type { LockMode, LockName } from '../../step/lock.ts';
import type { Vma } from '../../step/vma.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';

/**
 * The locks by which VMAs are found from the other side: the i_mmap_rwsem of a file, the rwsem of an anon_vma. Each anonymous VMA has
 * an anon_vma of its own here, and a VMA of a file has none: it is shared, or was never written to.
 */

export function iMmapLock(file: number): LockName {
  return `i_mmap:${file}`;
}

/** The rmap lock of a VMA. */
export function rmapLock(vma: Mapped): LockName {
  return vma.file === undefined ? `anon_vma:${vma.id}` : iMmapLock(vma.file);
}

/** Which lock it is. */
type Mapped = Pick<Vma, 'id' | 'file'>;

const info = (name: string, file: string): FnInfo => ({ name, file, lines: {} });

const takes = (
  mode: LockMode,
): { readonly lock: (vma: Mapped) => Walker<void>; readonly unlock: (vma: Mapped) => Walker<void> } => {
  const file = 'include/linux/fs.h';
  const anon = 'include/linux/rmap.h';
  const lockFile = kernelFunction(info(`i_mmap_lock_${mode}`, file), lockOf(mode));
  const lockAnon = kernelFunction(info(`anon_vma_lock_${mode}`, anon), lockOf(mode));
  const unlockFile = kernelFunction(info(`i_mmap_unlock_${mode}`, file), unlockOf);
  const unlockAnon = kernelFunction(info(`anon_vma_unlock_${mode}`, anon), unlockOf);
  return {
    lock: function* (vma) {
      yield* vma.file === undefined ? lockAnon(vma) : lockFile(vma);
    },
    unlock: function* (vma) {
      yield* vma.file === undefined ? unlockAnon(vma) : unlockFile(vma);
    },
  };
};

function lockOf(mode: LockMode): (vma: Mapped) => Walker<void> {
  return function* (vma) {
    yield* new Lock(rmapLock(vma), mode);
  };
}

function* unlockOf(vma: Mapped): Walker<void> {
  yield* new Unlock(rmapLock(vma));
}

/** For write: `i_mmap_lock_write()` of a file's VMA, `anon_vma_lock_write()` of another. */
export const { lock: rmapLockWrite, unlock: rmapUnlockWrite } = takes('write');

/** For read, as whoever looks for the mappings of a page holds them. */
export const { lock: rmapLockRead, unlock: rmapUnlockRead } = takes('read');
