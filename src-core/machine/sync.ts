import { U64 as U } from '../base/u64.ts';
import type { LockHold, LockName } from '../step/lock.ts';
import { mmapLock } from '../step/lock.ts';
import type { StaticKey } from '../step/op-key.ts';
import type {
  Assert,
  Downgrade,
  GracePeriod,
  Lock,
  TryLock,
  Unlock,
  VmaLock,
  VmaLockState,
} from '../step/op-lock.ts';
import type { Op } from '../step/op.ts';
import type { StepEvent } from '../step/step.ts';
import { atomicBecause, mustNotSleep, sleepsBy } from './atomic.ts';
import type { Blocked } from './blocked.ts';
import { waitOf } from './blocked.ts';
import type { Context } from './context.ts';
import { holdText, isRwsem, isVmaWrite, lockNumber, LockTable, splitLockTable } from './locks.ts';
import type { Observer } from './observer.ts';
import type { Tables } from './tables.ts';
import type { Touch } from './touch.ts';
import { NO_PLACES, TouchKind } from './touch.ts';
import { canStartWrite, vmaAssertionHolds, vmaLock, vmaLockState } from './vma-locks.ts';
import type { Vmas } from './vmas.ts';
import type { Watch } from './watch.ts';

/** What locks need of the machine around them. */
export interface SyncHost {
  emit(ctx: Context, event: StepEvent): void;
  /** The context ends here; what it holds stays held. */
  stop(ctx: Context): void;
}

export interface SyncOptions {
  /** Whose hold a lock assertion counts: the context's own (lockdep), or anybody's. */
  readonly assertions: 'owner' | 'anybody';
  /** Writers that wait for an rwsem queue, and keep new readers out. */
  readonly queuedWriters: boolean;
  /** Split locks are objects of their own (ALLOC_SPLIT_PTLOCKS). */
  readonly locksApart: boolean;
  readonly observer: Observer | undefined;
  readonly tables: Tables;
  readonly vmas: Vmas;
  readonly watch: Watch;
}

/** Ops on what contexts wait for each other with. */
type SyncOp = Lock | Unlock | TryLock | Downgrade | VmaLock | StaticKey | GracePeriod;

/** Locks, RCU sections and grace periods, static keys: who may take what, and who has it. */
export class Sync {
  readonly locks = new LockTable();
  private readonly options: SyncOptions;
  private readonly host: SyncHost;
  /** Static keys that are on. */
  private readonly keys = new Set<string>();
  /** By the context in a grace period: whose RCU sections it still waits for. */
  private readonly waitsFor = new Map<number, Set<number>>();

  /** By context: locks of freed or unfinished tables that it has taken. Said once. */
  private readonly wrong = new Set<string>();

  constructor(options: SyncOptions, host: SyncHost) {
    this.options = options;
    this.host = host;
  }

  /** Can the context perform this op now, as far as locks and grace periods go? */
  canPerform(ctx: Context, op: Op | undefined): boolean {
    if (op?.op === 'gp') return op.phase === 'start' || (this.waitsFor.get(ctx.id)?.size ?? 0) === 0;
    if (op?.op === 'vmaLock') return op.name !== 'vma_start_write' || canStartWrite(this.locks, op.vma);
    if (op?.op !== 'lock' || op.name === 'rcu') return true;
    if (this.locks.canAcquire(op.name, op.mode) || this.mayQueue(ctx, op)) return true;
    // Where it must not sleep, to try is what goes wrong.
    return mustNotSleep(ctx, op);
  }

  /** A writer that can't have the lock can still queue for it, once. */
  private mayQueue(ctx: Context, op: Lock): boolean {
    if (!this.options.queuedWriters || op.mode !== 'write' || !isRwsem(op.name)) return false;
    return !this.locks.isQueued(ctx.id, op.name);
  }

  /** What a context that can't perform its op waits for. */
  waitOf(ctx: Context): Blocked | undefined {
    return waitOf(ctx, this.locks, [...(this.waitsFor.get(ctx.id) ?? [])]);
  }

  /** What others could notice of this op; undefined where it is the context's own affair. */
  touch(ctx: Context, op: SyncOp): Touch | undefined {
    switch (op.op) {
      case 'lock':
      case 'unlock':
      case 'tryLock':
        return this.lockTouch(ctx, op);
      case 'downgrade':
        return { ...lockOnly(TouchKind.Downgrade, lockNumber(op.name)), also: this.vmaPlaces(ctx, op.name) };
      case 'vmaLock': {
        const name = vmaLock(op.vma);
        if (op.name !== 'vma_start_write' || this.locks.held(name, 'write')) return undefined;
        return lockOnly(TouchKind.AcquireWrite, lockNumber(name));
      }
      case 'staticKey':
        return lockOnly(
          op.set === undefined ? TouchKind.Read : TouchKind.Write,
          lockNumber(`key:${op.name}`),
        );
      case 'gp':
        return lockOnly(op.phase === 'start' ? TouchKind.GpStart : TouchKind.GpEnd, lockNumber('rcu'));
    }
  }

  /** Locks of VMAs that are released with this one. */
  private vmaPlaces(ctx: Context, name: string): readonly number[] {
    if (name !== mmapLock('user')) return [];
    return ctx.held.filter(isVmaWrite).map((hold) => lockNumber(hold.name));
  }

  private lockTouch(ctx: Context, op: Lock | Unlock | TryLock): Touch | undefined {
    const kind = this.lockKind(ctx, op);
    if (kind === undefined) return undefined;
    const also = kind === TouchKind.ReleaseWrite ? this.vmaPlaces(ctx, op.name) : NO_PLACES;
    return { kind, place: lockNumber(op.name), page: splitLockTable(op.name), chain: NO_PLACES, also };
  }

  private lockKind(ctx: Context, op: Lock | Unlock | TryLock): TouchKind | undefined {
    if (op.op === 'unlock') {
      // Only the outermost RCU section counts.
      if (op.name === 'rcu' && ctx.held.filter((h) => h.name === 'rcu').length > 1) return undefined;
      const mode = ctx.held.findLast((h) => h.name === op.name)?.mode ?? 'write';
      return mode === 'read' ? TouchKind.ReleaseRead : TouchKind.ReleaseWrite;
    }
    const read = op.mode === 'read';
    // Who must not sleep does not wait.
    if (op.op === 'tryLock' || mustNotSleep(ctx, op)) {
      if (this.canTake(op)) return read ? TouchKind.TryRead : TouchKind.TryWrite;
      return read ? TouchKind.TryReadFails : TouchKind.TryWriteFails;
    }
    if (op.name === 'rcu' && ctx.held.some((h) => h.name === 'rcu')) return undefined;
    // A writer that may queue does not wait at first: it gets the lock, or it queues.
    if (this.mayQueue(ctx, op))
      return this.locks.canAcquire(op.name, op.mode) ? TouchKind.TryWrite : TouchKind.Queue;
    return read ? TouchKind.AcquireRead : TouchKind.AcquireWrite;
  }

  /** A writer that can't have the lock queues for it; answers whether this is so. */
  queues(ctx: Context, op: Lock): boolean {
    if (op.name === 'rcu' || this.locks.canAcquire(op.name, op.mode) || mustNotSleep(ctx, op)) return false;
    this.locks.queue(ctx.id, op.name);
    this.host.emit(ctx, { ev: 'wait', name: op.name, mode: op.mode });
    return true;
  }

  lock(ctx: Context, op: Lock): void {
    const by = sleepsBy(op);
    const why = by === undefined ? undefined : atomicBecause(ctx);
    if (by !== undefined && why !== undefined && !this.locks.canAcquire(op.name, op.mode)) {
      this.sleeps(ctx, by, why, op);
      return;
    }
    this.locks.acquire(ctx.id, op.name, op.mode);
    this.setHeld(ctx, [...ctx.held, { name: op.name, mode: op.mode }]);
    this.host.emit(ctx, { ev: 'lock', name: op.name, mode: op.mode });
    if (by !== undefined && why !== undefined) this.sleeps(ctx, by, why, undefined);
    this.checkLock(ctx, op.name, 'takes');
  }

  /**
   * A split lock that nobody initialised: an oops where it is an object of its own; in place it is all zero, and looks free. One of a
   * table that has been freed may be anything by now.
   */
  private checkLock(ctx: Context, name: LockName, does: 'takes' | 'releases'): void {
    const { tables, locksApart } = this.options;
    const freed = tables.isFreed(splitLockTable(name)) ? splitLockTable(name) : undefined;
    const table = freed ?? (does === 'takes' ? tables.locks.uninitialised(name) : undefined);
    const again = does === 'releases' && this.wrong.delete(`${ctx.id} ${name}`);
    if (table === undefined || again) return;
    this.wrong.add(`${ctx.id} ${name}`);
    this.options.watch.report({
      what: 'ptlock',
      ctx: ctx.id,
      access: does === 'takes' ? 'read' : 'write',
      hw: tables.levelOf(table),
      ...(freed === undefined ? {} : { freed: true }),
    });
    const why =
      freed !== undefined
        ? 'which has been freed'
        : `which is not initialised: ${locksApart ? 'its pointer is NULL, an oops' : 'all zero bytes look like a free lock, so nothing is noticed'}`;
    this.host.emit(ctx, {
      ev: 'violation',
      what: 'ptlock',
      detail: `${does} the split lock of the table at ${U.from(table).toHex()}, ${why}`,
    });
    if (freed === undefined && locksApart) this.host.stop(ctx);
  }

  downgrade(ctx: Context, { name }: Downgrade): void {
    const ended = this.endVmaWrites(ctx, name);
    this.locks.downgrade(ctx.id, name);
    this.setHeld(
      ctx,
      ctx.held
        .filter((hold) => !ended.includes(hold))
        .map((hold) => (hold.name === name ? { name, mode: 'read' } : hold)),
    );
    this.host.emit(ctx, { ev: 'downgrade', name });
  }

  /** Write locks of VMAs end with that of their mm, or when that is downgraded. */
  private endVmaWrites(ctx: Context, name: string): readonly LockHold[] {
    const ended = name === mmapLock('user') ? ctx.held.filter(isVmaWrite) : [];
    for (const hold of ended) this.locks.release(ctx.id, hold.name);
    return ended;
  }

  /** The lock of a VMA that is detached can't be had any more, whoever holds it. */
  private canTake({ name, mode }: Lock | TryLock): boolean {
    if (name.startsWith('vma:') && this.options.vmas.isDetached(Number(name.slice(4)))) return false;
    return this.locks.canAcquire(name, mode);
  }

  tryLock(ctx: Context, op: TryLock): boolean {
    const ok = this.canTake(op);
    if (ok) {
      this.locks.acquire(ctx.id, op.name, op.mode);
      this.setHeld(ctx, [...ctx.held, { name: op.name, mode: op.mode }]);
    }
    this.host.emit(ctx, { ev: 'trylock', name: op.name, mode: op.mode, ok });
    this.checkLock(ctx, op.name, 'takes');
    return ok;
  }

  gracePeriod(ctx: Context, op: GracePeriod): void {
    if (op.phase === 'start') this.waitsFor.set(ctx.id, new Set(this.locks.holders('rcu')));
    else this.waitsFor.delete(ctx.id);
    this.host.emit(ctx, { ev: 'gp', phase: op.phase });
  }

  /** `vma_start_write()` and the assertions about VMA locks. */
  vmaLock(ctx: Context, op: VmaLock): VmaLockState {
    const name = vmaLock(op.vma);
    const found = vmaLockState(this.locks, ctx.id, op.vma, this.options.assertions);
    if (op.name === 'vma_start_write' && found !== 'write') {
      this.locks.acquire(ctx.id, name, 'write');
      this.setHeld(ctx, [...ctx.held, { name, mode: 'write' }]);
    }
    const ok = vmaAssertionHolds(op.name, found);
    this.host.emit(ctx, { ev: 'vmalock', name: op.name, vma: op.vma, ...(ok ? {} : { ok }) });
    return found;
  }

  unlock(ctx: Context, op: Unlock): void {
    const i = ctx.held.map((h) => h.name).lastIndexOf(op.name);
    // A VMA lock held for write is gone with the mm's: who names both in that order has nothing left to release.
    if (i < 0 && op.name.startsWith('vma:')) return;
    const mode = ctx.held[i]?.mode ?? 'write';
    this.locks.release(ctx.id, op.name);
    const ended = mode === 'write' ? this.endVmaWrites(ctx, op.name) : [];
    this.setHeld(
      ctx,
      ctx.held.filter((hold, k) => k !== i && !ended.includes(hold)),
    );
    if (op.name === 'rcu' && !this.locks.holds(ctx.id, 'rcu', 'read'))
      for (const waiting of this.waitsFor.values()) waiting.delete(ctx.id);
    this.host.emit(ctx, { ev: 'unlock', name: op.name, mode });
    this.checkLock(ctx, op.name, 'releases');
  }

  assert(ctx: Context, op: Assert): boolean {
    const lockdep = op.name === 'lockdep_assert_held';
    // Without lockdep there is no such check.
    if (lockdep && this.options.assertions === 'anybody') return true;
    const mode = op.name === 'mmap_assert_write_locked' ? 'write' : 'read';
    const lock = lockdep ? op.mm : mmapLock(op.mm);
    const ok =
      this.options.assertions === 'owner'
        ? this.locks.holds(ctx.id, lock, mode)
        : this.locks.held(lock, mode);
    if (!ok) this.options.observer?.report(ctx.id, 'warn', op.name, ctx.frame?.fn.name ?? '');
    this.host.emit(ctx, { ev: 'assert', name: op.name, mm: op.mm, ok });
    return ok;
  }

  private setHeld(ctx: Context, held: readonly LockHold[]): void {
    ctx.held = held;
    ctx.heldText = held.map(holdText);
  }

  /** The code that a static key switches is as it was set last, on every CPU. */
  staticKey(ctx: Context, op: StaticKey): boolean {
    if (op.set !== undefined) {
      if (op.set) this.keys.add(op.name);
      else this.keys.delete(op.name);
    }
    const on = this.keys.has(op.name);
    this.host.emit(ctx, {
      ev: 'static_key',
      name: op.name,
      on,
      ...(op.set === undefined ? {} : { set: true as const }),
    });
    return on;
  }

  /** Something that may sleep, where that is not allowed: a report; and the end, where it would really have to wait. */
  sleeps(ctx: Context, by: string, why: string, waitsFor: Lock | undefined): void {
    this.options.watch.report({ what: 'sleep', ctx: ctx.id, access: 'read', hw: undefined });
    const wait =
      waitsFor === undefined ? '' : `, and it would have to wait for ${this.holderWords(waitsFor.name)}`;
    this.host.emit(ctx, {
      ev: 'violation',
      what: 'sleep',
      detail: `${by}${by.includes(' ') ? '' : '()'} may sleep, ${why}${wait}`,
    });
    if (waitsFor !== undefined) this.host.stop(ctx);
  }

  private holderWords(name: string): string {
    const holders = this.locks.holders(name).map((id) => `context ${'abcd'.charAt(id)}`);
    return holders.length === 0 ? 'others in the queue' : `${holders.join(' and ')}, which holds it`;
  }
}

function lockOnly(kind: Touch['kind'], place: number): Touch {
  return { kind, place, page: 0, chain: NO_PLACES, also: NO_PLACES };
}
