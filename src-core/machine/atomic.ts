import { lockFunction } from './locks.ts';
import type { LockName } from '../step/lock.ts';
import type { Op } from '../step/op.ts';
import type { Context } from './context.ts';

// Where code may not sleep, and what may sleep: might_sleep() of the kernel, checked by CONFIG_DEBUG_ATOMIC_SLEEP.

/** Spinlocks, by the part of their names before `:` and `@`. All other locks sleep, but for RCU, which is none. */
const SPINLOCKS: ReadonlySet<string> = new Set([
  'ptl',
  'pmd_lock',
  'page_table_lock',
  'swapper_pgdir_lock',
  'kfence_meta_lock',
  'kfence_freelist_lock',
  'efi_rt_lock',
]);

/** Of these, those that are taken with interrupts off. */
const WITH_IRQS_OFF: ReadonlySet<string> = new Set(['kfence_meta_lock', 'kfence_freelist_lock']);

function kindOf(name: LockName): string {
  return name.replace(/[:@].*$/, '');
}

/** rwsems and mutexes: who has to wait for one sleeps. */
export function sleepingLock(name: LockName): boolean {
  return name !== 'rcu' && !SPINLOCKS.has(kindOf(name));
}

/** The function by which this op may sleep; undefined where it can't. */
export function sleepsBy(op: Op): string | undefined {
  if (op.op === 'lock' && sleepingLock(op.name))
    return lockFunction({ ev: 'lock', name: op.name, mode: op.mode });
  if (op.op === 'vmaLock' && op.name === 'vma_start_write') return op.name;
  // The lock is allocated with GFP_KERNEL, however the page was.
  if (op.op === 'ctor' && op.lock === 'kmem') return 'ptlock_alloc';
  return op.op === 'alloc' && op.gfp === 'kernel' ? 'an allocation with GFP_KERNEL' : undefined;
}

/** Why this context must not sleep now, in words; undefined where it may. */
export function atomicBecause(ctx: Context): string | undefined {
  const spinlock = ctx.held.find((h) => SPINLOCKS.has(kindOf(h.name)));
  if (spinlock !== undefined) {
    const irqs = WITH_IRQS_OFF.has(kindOf(spinlock.name)) ? ', with interrupts off' : '';
    return `under the spinlock ${spinlock.name}${irqs}`;
  }
  if (ctx.plan.kind === 'softirq') return 'in softirq';
  return ctx.plan.kind === 'irqs-off' ? 'with interrupts off' : undefined;
}

/** Would this op sleep where the context must not? */
export function mustNotSleep(ctx: Context, op: Op): boolean {
  return sleepsBy(op) !== undefined && atomicBecause(ctx) !== undefined;
}

/** Does this context keep the others of its CPU from running? A softirq runs to its end; with interrupts off nothing else comes. */
export function keepsCpu(ctx: Context): boolean {
  if (ctx.state !== 'ready' || !ctx.started) return false;
  if (ctx.plan.kind !== undefined && ctx.plan.kind !== 'task') return true;
  return ctx.held.some((h) => WITH_IRQS_OFF.has(kindOf(h.name)));
}

/** Is the context where nothing can stop the machine: under a spinlock, in softirq, with interrupts off? */
export function isAtomic(ctx: Context): boolean {
  return ctx.state === 'ready' && ctx.started && atomicBecause(ctx) !== undefined;
}
