import type { MmWalkOps } from '../include/linux/pagewalk.ts';
import { PGWALK_NOLOCK } from '../include/linux/pagewalk.ts';
import type { Kernel } from '../kernel.ts';

/** What the entry functions of mm/pagewalk.c look at in a `struct mm_walk_ops`. */

/** `check_ops_safe()`, earlier `check_ops_valid()`: an `install_pte` member is for VMA walks inside mm/ only. */
export function opsSafe(k: Kernel, ops: MmWalkOps): boolean {
  return !(k.rules.walk.refusesInstallPte && ops.installPte !== undefined);
}

/** Does this walk ask for PGWALK_NOLOCK, and is there such a mode? */
export function wantsNoLock(k: Kernel, ops: MmWalkOps): boolean {
  const { lockMode3 } = k.rules.walk;
  return ops.walkLock === PGWALK_NOLOCK && lockMode3 !== 'absent' && lockMode3 !== 'vma-read-verify';
}
