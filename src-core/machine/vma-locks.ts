import type { VmaLockName, VmaLockState } from '../step/op-lock.ts';
import type { LockTable } from './locks.ts';

/**
 * The locks of VMAs (`vma:0`, …). Their writers hold the mm's lock for write, and release them all with it. A lock held for write has no
 * owner; readers have one where lock assertions count owners (lockdep).
 */
export function vmaLock(vma: number): string {
  return `vma:${vma}`;
}

/** May `vma_start_write()` go on? It waits for the VMA's readers; where it is locked for write already, by anybody, it is done at once. */
export function canStartWrite(locks: LockTable, vma: number): boolean {
  const name = vmaLock(vma);
  return locks.held(name, 'write') || locks.canAcquire(name, 'write');
}

/** How a VMA's lock is held, as far as an assertion counts it. */
export function vmaLockState(
  locks: LockTable,
  ctx: number,
  vma: number,
  assertions: 'owner' | 'anybody',
): VmaLockState {
  const name = vmaLock(vma);
  if (locks.held(name, 'write')) return 'write';
  const read = assertions === 'owner' ? locks.holds(ctx, name, 'read') : locks.held(name, 'read');
  return read ? 'read' : 'no';
}

/** Is what the function asserts so? */
export function vmaAssertionHolds(name: VmaLockName, found: VmaLockState): boolean {
  if (name === 'vma_start_write') return true;
  return found === 'write' || (name === 'vma_assert_locked' && found === 'read');
}
