import { unreachable } from '../base/unreachable.ts';
import { U64 as U } from '../base/u64.ts';
import type { Geometry } from '../arch/geometry.ts';
import type { Journal } from '../memory/journal.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { LockHold } from '../step/lock.ts';
import { mmapLock } from '../step/lock.ts';
import type { Op } from '../step/op.ts';
import type { Assert, Downgrade, GracePeriod, TryLock, VmaLock, VmaLockState } from '../step/op-lock.ts';
import type { LazyMmu } from '../step/op-barrier.ts';
import type { CallbackRun } from '../step/op-walk.ts';
import type { Vma } from '../step/vma.ts';
import { Lock, Unlock } from '../step/op-lock.ts';
import type { StaticKey } from '../step/op-key.ts';
import type { Step, StepEvent } from '../step/step.ts';
import type { FnInfo, KernelCall, Walker } from '../step/walker.ts';
import type { CallPlan, Context, ContextPlan } from './context.ts';
import { EVERY_CPU } from './context.ts';
import type { Blocked } from './blocked.ts';
import { waitOf } from './blocked.ts';
import type { Touch } from './touch.ts';
import { HARDWARE_PLACE, NO_PLACES, TouchKind } from './touch.ts';
import type { Observer } from './observer.ts';
import type { AllocationPlan } from './tables.ts';
import { Tables } from './tables.ts';
import { Links } from './links.ts';
import { Watch } from './watch.ts';
import { Vmas } from './vmas.ts';
import { Words } from './words.ts';
import { atomicBecause, isAtomic, keepsCpu, sleepsBy } from './atomic.ts';
import { holdText, isRwsem, isVmaWrite, lockFunction, lockNumber, LockTable } from './locks.ts';
import { canStartWrite, vmaAssertionHolds, vmaLock, vmaLockState } from './vma-locks.ts';
import type { Recorder } from './recorder.ts';
import type { Access, StopMachine } from '../step/op-access.ts';
import { Tlbs } from './tlbs.ts';

export interface MachineOptions {
  readonly geo: Geometry;
  /** Id of the revision, for the line numbers of steps. */
  readonly revision: string;
  /** Written by the run; pass a fork. */
  readonly memory: PhysicalMemory;
  /** Absent while searching: nobody looks back. */
  readonly journal: Journal | undefined;
  /** The memory that `memory` was forked from, which nobody writes; and the root tables. Needed where several contexts run. */
  readonly ground?: PhysicalMemory;
  readonly roots?: readonly number[];
  readonly contexts: readonly ContextPlan[];
  /** Whose hold a lock assertion counts: the context's own (lockdep), or anybody's. */
  readonly assertions: 'owner' | 'anybody';
  /**
   * Which runs of like ops are performed as one, where nobody else can come between: none, stores only (the filling of a new
   * table), or all.
   */
  readonly fold: 'none' | 'stores' | 'all';
  /** Runs of stores into tables that are not linked yet are performed as one, whoever else may run: nobody can tell. */
  readonly foldPrivate?: boolean;
  readonly recorder?: Recorder;
  /** Told what callbacks saw and what was warned of, where no steps are kept. */
  readonly observer?: Observer;
  /** Writers that wait for an rwsem queue, and keep new readers out. */
  readonly queuedWriters?: boolean;
  /** Root of the user mm, if there is one. */
  readonly userPgd?: number | undefined;
  /** VMAs of the user mm, in address order. */
  readonly vmas?: readonly Vma[];
  readonly allocation?: AllocationPlan;
  /** Split locks are objects of their own (ALLOC_SPLIT_PTLOCKS). */
  readonly locksApart?: boolean;
}

const EFAULT = 14;

/** Above any table of a capture or a golden case, so that new tables stand out. */
const FIRST_FREE_PAGE = 0x2000000000;

/**
 * Performs ops: the only thing that changes memory and locks. Given the same options and the same sequence of turns it does
 * the same, always.
 */
export class Machine {
  readonly contexts: readonly Context[];
  readonly locks = new LockTable();
  private readonly options: MachineOptions;
  readonly recorder: Recorder | undefined;
  /** Turns performed; stands in for the step number while nothing is recorded. */
  turns = 0;
  readonly tables: Tables;
  /** What contexts did to each other's tables; undefined where there is only one. */
  readonly watch: Watch | undefined;
  readonly links: Links | undefined;
  private readonly vmas: Vmas;
  private readonly words: Words;
  /** Static keys that are on. */
  private readonly keys = new Set<string>();
  /** By the context in a grace period: whose RCU sections it still waits for. */
  private readonly waitsFor = new Map<number, Set<number>>();
  /** Undefined where no call uses memory: then nobody could tell. */
  private readonly tlbs: Tlbs | undefined;
  /** The context for which all others are held still, if any. */
  private stopper: Context | undefined;

  constructor(options: MachineOptions) {
    this.options = options;
    this.recorder = options.recorder;
    this.tables = new Tables(
      options.geo,
      options.memory,
      options.allocation ?? { base: FIRST_FREE_PAGE, failAt: 0 },
    );
    const several = options.contexts.length > 1;
    this.watch = several ? new Watch(options.contexts.length) : undefined;
    const ground = options.ground ?? options.memory;
    this.links = several ? new Links(ground, options.geo, options.roots ?? []) : undefined;
    this.tlbs = options.contexts.some((c) => c.calls.some((call) => call.accesses === true))
      ? new Tlbs(options.geo, options.memory)
      : undefined;
    const calls = options.contexts.flatMap((c) => c.calls);
    this.vmas = new Vmas(options.vmas ?? [], options.geo, {
      changes: calls.some((call) => call.changesVmas === true),
      promises: calls.some((call) => call.unmapsPages === true),
    });
    this.words = new Words(
      {
        ...options,
        tables: this.tables,
        watch: this.watch,
        links: this.links,
        tlbs: this.tlbs,
        vmas: this.vmas,
        userPgd: options.userPgd,
      },
      this,
    );
    this.contexts = options.contexts.map((plan, id) => this.createContext(plan, id));
  }

  private createContext(plan: ContextPlan, id: number): Context {
    for (const hold of plan.holds) this.locks.acquire(id, hold.name, hold.mode);
    const ctx: Context = {
      id,
      cpu: plan.cpu,
      plan,
      rets: [],
      stack: [],
      frame: undefined,
      held: plan.holds,
      heldText: plan.holds.map(holdText),
      state: 'ready',
      started: false,
      lazyDepth: 0,
      lazyPending: false,
      pending: undefined,
    };
    ctx.stack.push(program(plan.calls));
    this.resume(ctx, undefined);
    return ctx;
  }

  /** The tables as they are now. Only the machine writes them. */
  get memory(): PhysicalMemory {
    return this.options.memory;
  }

  /** Contexts that can take a turn now. */
  enabled(): Context[] {
    return this.contexts.filter((ctx) => this.canRun(ctx));
  }

  canRun(ctx: Context): boolean {
    if (ctx.state !== 'ready') return false;
    if (this.stopper !== undefined && this.stopper !== ctx) return false;
    if (this.preempted(ctx)) return false;
    const op = ctx.pending;
    if (op?.op === 'gp') return op.phase === 'start' || (this.waitsFor.get(ctx.id)?.size ?? 0) === 0;
    if (op?.op === 'stopMachine' && op.on) return !this.contexts.some((c) => c !== ctx && isAtomic(c));
    if (op?.op === 'vmaLock') return op.name !== 'vma_start_write' || canStartWrite(this.locks, op.vma);
    if (op?.op !== 'lock' || op.name === 'rcu') return true;
    if (this.locks.canAcquire(op.name, op.mode) || this.mayQueue(ctx, op)) return true;
    // Where it must not sleep, to try is what goes wrong.
    return mustNotSleep(ctx, op);
  }

  /** A writer that can't have the lock can still queue for it, once. */
  private mayQueue(ctx: Context, op: Lock): boolean {
    if (this.options.queuedWriters !== true || op.mode !== 'write' || !isRwsem(op.name)) return false;
    return !this.locks.isQueued(ctx.id, op.name);
  }

  /** Why the context can't take a turn now; undefined where it can, or has ended. */
  blocked(ctx: Context): Blocked | undefined {
    if (ctx.state !== 'ready' || this.canRun(ctx)) return undefined;
    const { stopper } = this;
    if (stopper !== undefined && stopper !== ctx) return { kind: 'stopped', by: [stopper.id] };
    const busy = this.contexts.filter((other) => keepsFrom(other, ctx)).map(({ id }) => id);
    if (busy.length > 0) return { kind: 'cpu', by: busy };
    if (ctx.pending?.op === 'stopMachine')
      return { kind: 'cpu', by: this.contexts.filter((c) => c !== ctx && isAtomic(c)).map(({ id }) => id) };
    return waitOf(ctx, this.locks, [...(this.waitsFor.get(ctx.id) ?? [])]);
  }

  /** Is something in progress on this context's CPU that runs to its end first? */
  private preempted(ctx: Context): boolean {
    return this.contexts.some((other) => keepsFrom(other, ctx));
  }

  /** Performs the context's next op. It must be able to run. */
  turn(ctx: Context): void {
    const op = ctx.pending;
    if (op === undefined || ctx.state !== 'ready')
      throw new Error(`[engine bug] context ${ctx.id} has nothing to do`);
    this.turns++;
    ctx.started = true;
    if (
      op.op === 'lock' &&
      op.name !== 'rcu' &&
      !this.locks.canAcquire(op.name, op.mode) &&
      !mustNotSleep(ctx, op)
    ) {
      this.locks.queue(ctx.id, op.name);
      this.emit(ctx, { ev: 'wait', name: op.name, mode: op.mode });
      return;
    }
    const answer = this.perform(ctx, op);
    // A violation stops the context for ever, with its locks held.
    if (ctx.state === 'ready') this.resume(ctx, answer);
  }

  /**
   * Performs the context's next op and what follows it, up to where another context could notice something. Answers false where
   * more than `limit` ops were not enough: it goes round in circles by itself.
   */
  advance(ctx: Context, limit: number): boolean {
    this.turn(ctx);
    return this.settle(ctx, limit);
  }

  /** Brings every context up to its first step that others can notice, without anybody having begun. */
  begin(limit: number): void {
    for (const ctx of this.contexts) {
      this.settle(ctx, limit);
      ctx.started = false;
    }
  }

  /** Could a context of this machine stop all others? */
  get maybeStopped(): boolean {
    return this.contexts.some(({ plan }) => plan.calls.some((call) => call.stops === true));
  }

  /** May the context have to wait for its CPU, or others there for it? */
  sharesCpu(ctx: Context): boolean {
    const there = this.contexts.filter((other) => other.cpu === ctx.cpu);
    return there.length > 1 && there.some(mayKeepCpu);
  }

  /** The CPU that the context keeps from the others now: its own, or `EVERY_CPU`. */
  keptCpu(ctx: Context): number | undefined {
    if (this.stopper === ctx) return EVERY_CPU;
    return keepsCpu(ctx) ? ctx.cpu : undefined;
  }

  /** Performs what nobody else can notice, up to the first access that somebody could. */
  settle(ctx: Context, limit: number): boolean {
    for (let n = 0; ctx.state === 'ready' && this.touch(ctx) === undefined; n++) {
      if (n === limit) return false;
      this.turn(ctx);
    }
    return true;
  }

  /** What the context's next op does that others could notice; undefined where it is its own affair. */
  touch(ctx: Context): Touch | undefined {
    const op = ctx.pending;
    switch (op?.op) {
      case 'load':
        return this.words.touch(op.at.table, op.at.idx, false);
      case 'store':
      case 'exchange':
        return this.words.touch(op.at.table, op.at.idx, true, op.to);
      case 'findVma':
      case 'prevVma':
      case 'rmapVmas':
      case 'changeVma':
      case 'splitVma':
      case 'hasAnonVma':
      case 'unmappedPages':
        return this.vmas.touch(op);
      case 'free':
        return this.words.freeTouch(op.table);
      case 'lock':
      case 'unlock':
      case 'tryLock':
        return this.lockTouch(ctx, op);
      case 'downgrade':
        return { ...lockOnly(TouchKind.Downgrade, lockNumber(op.name)), also: this.vmaPlaces(ctx, op.name) };
      case 'access':
      case 'tlbi':
      case 'barrier':
      case 'pteBarriers':
      case 'lazy':
        return this.tlbs === undefined ? undefined : HARDWARE;
      case 'stopMachine':
        return HARDWARE;
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
      default:
        return undefined;
    }
  }

  /** Locks of VMAs that are released with this one. */
  private vmaPlaces(ctx: Context, name: string): readonly number[] {
    if (name !== mmapLock('user')) return [];
    return ctx.held.filter(isVmaWrite).map((hold) => lockNumber(hold.name));
  }

  private lockTouch(ctx: Context, op: Lock | Unlock | TryLock): Touch | undefined {
    const place = lockNumber(op.name);
    if (op.op === 'unlock') {
      const mode = ctx.held.findLast((h) => h.name === op.name)?.mode ?? 'write';
      // Only the outermost RCU section counts.
      if (op.name === 'rcu' && ctx.held.filter((h) => h.name === 'rcu').length > 1) return undefined;
      if (mode === 'read') return lockOnly(TouchKind.ReleaseRead, place);
      return { ...lockOnly(TouchKind.ReleaseWrite, place), also: this.vmaPlaces(ctx, op.name) };
    }
    // Who must not sleep does not wait.
    if (op.op === 'tryLock' || mustNotSleep(ctx, op)) {
      const read = op.mode === 'read';
      if (this.canTake(op)) return lockOnly(read ? TouchKind.TryRead : TouchKind.TryWrite, place);
      return lockOnly(read ? TouchKind.TryReadFails : TouchKind.TryWriteFails, place);
    }
    if (op.name === 'rcu' && ctx.held.some((h) => h.name === 'rcu')) return undefined;
    // A writer that may queue does not wait at first: it gets the lock, or it queues.
    if (this.mayQueue(ctx, op))
      return lockOnly(this.locks.canAcquire(op.name, op.mode) ? TouchKind.TryWrite : TouchKind.Queue, place);
    return lockOnly(op.mode === 'read' ? TouchKind.AcquireRead : TouchKind.AcquireWrite, place);
  }

  /** Feeds an answer to the innermost function and follows calls and returns up to the next op. */
  private resume(ctx: Context, first: unknown): void {
    let answer = first;
    for (;;) {
      const body = ctx.stack[ctx.stack.length - 1];
      if (body === undefined) {
        ctx.state = 'done';
        ctx.pending = undefined;
        return;
      }
      // The answer's type belongs to the op that asked; Ask passes it on.
      const result = (body.next as (answer: unknown) => IteratorResult<Op, unknown>).call(body, answer);
      if (result.done === true) {
        answer = result.value;
        ctx.stack.pop();
        this.returned(ctx, answer);
        continue;
      }
      const op = result.value;
      if (omitted(ctx, op)) {
        answer = op.op === 'tryLock' ? true : undefined;
        continue;
      }
      if (op.op !== 'call' || ctx.stack.length === 1) {
        ctx.pending = op;
        return;
      }
      this.enter(ctx, op);
      answer = undefined;
    }
  }

  private enter(ctx: Context, call: KernelCall<unknown>): void {
    ctx.stack.push(call.body);
    ctx.frame = { fn: call.fn, caller: ctx.frame, depth: ctx.frame === undefined ? 0 : ctx.frame.depth + 1 };
  }

  private returned(ctx: Context, value: unknown): void {
    if (ctx.frame === undefined) return;
    if (ctx.frame.caller === undefined) {
      const ret = typeof value === 'number' ? value : 0;
      this.tlbs?.returned(ctx);
      ctx.rets.push(ret);
      this.emit(ctx, { ev: 'return', ret });
    }
    ctx.frame = ctx.frame.caller;
  }

  private perform(ctx: Context, op: Op): unknown {
    switch (op.op) {
      case 'call': {
        const plan = ctx.plan.calls[ctx.rets.length];
        this.watch?.enterCall(ctx.id, this.turns);
        this.enter(ctx, op);
        this.emit(ctx, { ev: 'call', args: plan?.args ?? {} });
        return undefined;
      }
      case 'load':
        return this.words.load(ctx, op);
      case 'loadRun':
        return this.words.loadRun(ctx, op);
      case 'store':
      case 'exchange':
        return this.words.store(ctx, op);
      case 'lock':
        this.lock(ctx, op);
        return undefined;
      case 'unlock':
        this.unlock(ctx, op);
        return undefined;
      case 'downgrade':
        this.downgrade(ctx, op);
        return undefined;
      case 'tryLock':
        return this.tryLock(ctx, op);
      case 'gp':
        this.gracePeriod(ctx, op);
        return undefined;
      case 'staticKey':
        return this.staticKey(ctx, op);
      case 'assert':
        return this.assert(ctx, op);
      case 'cb':
        this.options.observer?.callback(ctx.id, op.level, op.addr, op.val);
        if (this.recorder !== undefined)
          this.emit(ctx, {
            ev: 'cb',
            level: op.level,
            addr: op.addr.toHex(),
            next: op.nextAddr.toHex(),
            val: op.val.toHex(),
          });
        return undefined;
      case 'cbRun':
        this.callbackRun(ctx, op);
        return undefined;
      case 'hole':
        this.options.observer?.hole(ctx.id, op.addr, op.nextAddr, op.depth);
        if (this.recorder !== undefined)
          this.emit(ctx, { ev: 'hole', addr: op.addr.toHex(), next: op.nextAddr.toHex(), depth: op.depth });
        return undefined;
      case 'bad':
        this.options.observer?.report(ctx.id, 'warn', 'bad_entry', ctx.frame?.fn.name ?? '');
        if (this.recorder !== undefined) this.emit(ctx, { ev: 'bad', level: op.level, val: op.val.toHex() });
        return undefined;
      case 'warn':
        this.options.observer?.report(ctx.id, 'warn', 'WARN', ctx.frame?.fn.name ?? '');
        this.emit(ctx, { ev: 'warn', ...(op.about === undefined ? {} : { about: op.about }) });
        return undefined;
      case 'bug':
        this.options.observer?.report(ctx.id, 'bug', 'BUG', ctx.frame?.fn.name ?? '');
        this.emit(ctx, { ev: 'bug' });
        this.stop(ctx);
        return undefined;
      case 'storeRun':
        return this.words.storeRun(ctx, op);
      case 'vmaCb':
        if (op.name === 'post_vma') this.emit(ctx, { ev: 'post_vma' });
        else this.emit(ctx, { ev: op.name, addr: op.addr.toHex(), next: op.nextAddr.toHex() });
        return undefined;
      case 'vmaLock':
        return this.vmaLock(ctx, op);
      case 'findVma':
        return this.vmas.find(op.addr);
      case 'prevVma':
        return this.vmas.previous(op.addr);
      case 'rmapVmas':
        return this.vmas.mapping(op.file);
      case 'changeVma':
        this.vmas.change(op.vma, op.change);
        this.emit(ctx, { ev: 'vma', vma: op.vma, change: op.change });
        return undefined;
      case 'splitVma':
        this.emit(ctx, { ev: 'vma', vma: op.vma, change: 'split', addr: op.addr.toHex() });
        return this.vmas.split(op.vma, op.addr);
      case 'hasAnonVma':
        return this.vmas.hasAnon(op.vma);
      case 'unmappedPages':
        this.vmas.promise(op);
        this.words.checkPromised(ctx);
        return undefined;
      case 'splitHuge':
        this.emit(ctx, { ev: 'split_huge', level: op.level, addr: op.addr.toHex(), val: op.val.toHex() });
        return undefined;
      case 'lazy':
        this.lazy(ctx, op);
        return undefined;
      case 'pteBarriers':
        if (ctx.lazyDepth > 0) ctx.lazyPending = true;
        else this.pteBarriers(ctx);
        return undefined;
      case 'barrier':
        if (op.kind === 'dsb') this.tlbs?.dsb(ctx, this.turns);
        this.emit(ctx, { ev: op.kind });
        return undefined;
      case 'tlbi':
        this.tlbs?.flush(ctx, this.turns, op.start, op.end);
        this.emit(ctx, { ev: 'tlbi', start: op.start.toHex(), end: op.end.toHex() });
        return undefined;
      case 'alloc': {
        const by = sleepsBy(op);
        const why = by === undefined ? undefined : atomicBecause(ctx);
        const table = this.words.alloc(ctx, op);
        if (by !== undefined && why !== undefined) this.sleeps(ctx, by, why, undefined);
        return table;
      }
      case 'free':
        this.words.free(ctx, op);
        return undefined;
      case 'switchMm':
        this.emit(ctx, { ev: 'switch_mm', mm: op.mm });
        return undefined;
      case 'spliceQueued':
        return this.tables.splice();
      case 'ctor':
        this.tables.locks.noteCtor(op.table, op.lock);
        this.emit(ctx, {
          ev: 'ctor',
          level: op.level,
          table: U.from(op.table).toHex(),
          ...(op.mm === undefined ? {} : { mm: op.mm }),
          ...(op.lock === undefined ? {} : { lock: op.lock }),
        });
        return undefined;
      case 'dtor':
        this.tables.locks.noteDtor(op.table);
        this.emit(ctx, { ev: 'dtor', level: op.level, table: U.from(op.table).toHex() });
        return undefined;
      case 'unmapAliases':
        this.emit(ctx, { ev: 'unmap_aliases' });
        return undefined;
      case 'access':
        return this.access(ctx, op);
      case 'stopMachine':
        this.stopMachine(ctx, op);
        return undefined;
      default:
        return unreachable(op);
    }
  }

  private callbackRun(ctx: Context, op: CallbackRun): void {
    if (this.recorder !== undefined)
      this.emit(ctx, {
        ev: 'cb',
        level: op.at.level,
        addr: op.addr.toHex(),
        next: op.addr.add(U.bit(this.options.geo.pageShift)).toHex(),
        val: this.options.memory.read(op.at.table, op.at.idx).toHex(),
        count: op.n,
      });
  }

  private lazy(ctx: Context, op: LazyMmu): void {
    if (op.batches) ctx.lazyDepth += op.on ? 1 : -1;
    if (!op.on && ctx.lazyPending) {
      ctx.lazyPending = false;
      this.pteBarriers(ctx);
    }
    this.emit(ctx, { ev: 'lazy', on: op.on });
  }

  private pteBarriers(ctx: Context): void {
    this.tlbs?.dsb(ctx, this.turns);
    this.emit(ctx, { ev: 'dsb' });
    this.emit(ctx, { ev: 'isb' });
  }

  /** A violation is an end: what the access would do is nothing the kernel could go on from. */
  private access(ctx: Context, op: Access): number {
    if (this.tlbs === undefined) throw new Error('[engine bug] an access nobody planned');
    const { may, conflict, violation } = this.tlbs.access(ctx, this.turns, op);
    this.emit(ctx, { ev: 'access', kind: op.kind, addr: op.addr.toHex(), may, conflict });
    if (violation !== undefined) {
      this.watch?.report({
        what: violation.what,
        ctx: ctx.id,
        access: op.kind === 'store' ? 'write' : 'read',
        hw: undefined,
      });
      this.emit(ctx, { ev: 'violation', ...violation });
      this.stop(ctx);
    }
    if (may.every((m) => m.ok)) return 0;
    return may.some((m) => m.ok) ? 1 : -EFAULT;
  }

  private stopMachine(ctx: Context, op: StopMachine): void {
    this.stopper = op.on ? ctx : undefined;
    this.tlbs?.park(ctx, this.turns, this.contexts);
    this.emit(ctx, { ev: 'stop_machine', on: op.on });
  }

  /** May like ops be performed as one? Not if another context could come between. */
  mayFold(ctx: Context): boolean {
    return !this.contexts.some((c) => c !== ctx && c.state === 'ready');
  }

  /** The context ends here; what it holds stays held. */
  stop(ctx: Context): void {
    ctx.state = 'stopped';
    ctx.pending = undefined;
    ctx.rets.push(null);
  }

  /** The code that a static key switches is as it was set last, on every CPU. */
  private staticKey(ctx: Context, op: StaticKey): boolean {
    if (op.set !== undefined) {
      if (op.set) this.keys.add(op.name);
      else this.keys.delete(op.name);
    }
    const on = this.keys.has(op.name);
    this.emit(ctx, {
      ev: 'static_key',
      name: op.name,
      on,
      ...(op.set === undefined ? {} : { set: true as const }),
    });
    return on;
  }

  /** Something that may sleep, where that is not allowed: a report; and the end, where it would really have to wait. */
  private sleeps(ctx: Context, by: string, why: string, waitsFor: Lock | undefined): void {
    this.watch?.report({ what: 'sleep', ctx: ctx.id, access: 'read', hw: undefined });
    const wait =
      waitsFor === undefined ? '' : `, and it would have to wait for ${this.holderWords(waitsFor.name)}`;
    this.emit(ctx, {
      ev: 'violation',
      what: 'sleep',
      detail: `${by}${by.includes(' ') ? '' : '()'} may sleep, ${why}${wait}`,
    });
    if (waitsFor !== undefined) this.stop(ctx);
  }

  private holderWords(name: string): string {
    const holders = this.locks.holders(name).map((id) => `context ${'abcd'.charAt(id)}`);
    return holders.length === 0 ? 'others in the queue' : `${holders.join(' and ')}, which holds it`;
  }

  private lock(ctx: Context, op: Lock): void {
    const by = sleepsBy(op);
    const why = by === undefined ? undefined : atomicBecause(ctx);
    if (by !== undefined && why !== undefined && !this.locks.canAcquire(op.name, op.mode)) {
      this.sleeps(ctx, by, why, op);
      return;
    }
    this.locks.acquire(ctx.id, op.name, op.mode);
    this.setHeld(ctx, [...ctx.held, { name: op.name, mode: op.mode }]);
    this.emit(ctx, { ev: 'lock', name: op.name, mode: op.mode });
    if (by !== undefined && why !== undefined) this.sleeps(ctx, by, why, undefined);
    this.checkLock(ctx, op);
  }

  /** A split lock that nobody initialised: an oops where it is an object of its own; in place it is all zero, and looks free. */
  private checkLock(ctx: Context, op: Lock): void {
    const table = this.tables.locks.uninitialised(op.name);
    if (table === undefined) return;
    const apart = this.options.locksApart === true;
    this.emit(ctx, {
      ev: 'violation',
      what: 'ptlock',
      detail: `takes the split lock of the table at ${U.from(table).toHex()}, which is not initialised: ${apart ? 'its pointer is NULL, an oops' : 'all zero bytes look like a free lock, so nothing is noticed'}`,
    });
    if (apart) this.stop(ctx);
  }

  private downgrade(ctx: Context, { name }: Downgrade): void {
    const ended = this.endVmaWrites(ctx, name);
    this.locks.downgrade(ctx.id, name);
    this.setHeld(
      ctx,
      ctx.held
        .filter((hold) => !ended.includes(hold))
        .map((hold) => (hold.name === name ? { name, mode: 'read' } : hold)),
    );
    this.emit(ctx, { ev: 'downgrade', name });
  }

  /** Write locks of VMAs end with that of their mm, or when that is downgraded. */
  private endVmaWrites(ctx: Context, name: string): readonly LockHold[] {
    const ended = name === mmapLock('user') ? ctx.held.filter(isVmaWrite) : [];
    for (const hold of ended) this.locks.release(ctx.id, hold.name);
    return ended;
  }

  /** The lock of a VMA that is detached can't be had any more, whoever holds it. */
  private canTake({ name, mode }: Lock | TryLock): boolean {
    if (name.startsWith('vma:') && this.vmas.isDetached(Number(name.slice(4)))) return false;
    return this.locks.canAcquire(name, mode);
  }

  private tryLock(ctx: Context, op: TryLock): boolean {
    const ok = this.canTake(op);
    if (ok) {
      this.locks.acquire(ctx.id, op.name, op.mode);
      this.setHeld(ctx, [...ctx.held, { name: op.name, mode: op.mode }]);
    }
    this.emit(ctx, { ev: 'trylock', name: op.name, mode: op.mode, ok });
    return ok;
  }

  private gracePeriod(ctx: Context, op: GracePeriod): void {
    if (op.phase === 'start') this.waitsFor.set(ctx.id, new Set(this.locks.holders('rcu')));
    else this.waitsFor.delete(ctx.id);
    this.emit(ctx, { ev: 'gp', phase: op.phase });
  }

  /** `vma_start_write()` and the assertions about VMA locks. */
  private vmaLock(ctx: Context, op: VmaLock): VmaLockState {
    const name = vmaLock(op.vma);
    const found = vmaLockState(this.locks, ctx.id, op.vma, this.options.assertions);
    if (op.name === 'vma_start_write' && found !== 'write') {
      this.locks.acquire(ctx.id, name, 'write');
      this.setHeld(ctx, [...ctx.held, { name, mode: 'write' }]);
    }
    const ok = vmaAssertionHolds(op.name, found);
    this.emit(ctx, { ev: 'vmalock', name: op.name, vma: op.vma, ...(ok ? {} : { ok }) });
    return found;
  }

  private unlock(ctx: Context, op: Unlock): void {
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
    this.emit(ctx, { ev: 'unlock', name: op.name, mode });
  }

  private assert(ctx: Context, op: Assert): boolean {
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
    this.emit(ctx, { ev: 'assert', name: op.name, mm: op.mm, ok });
    return ok;
  }

  private setHeld(ctx: Context, held: readonly LockHold[]): void {
    ctx.held = held;
    ctx.heldText = held.map(holdText);
  }

  /** Keeps a step. Where making the event costs something, callers ask first whether anyone listens. */
  emit(ctx: Context, event: StepEvent): void {
    const recorder = this.recorder;
    if (recorder === undefined) return;
    const frame = ctx.frame;
    const step: Step = {
      n: recorder.steps.length + 1,
      ctx: ctx.id,
      cpu: ctx.cpu,
      fn: frame?.fn.name ?? ownFunction(event),
      at: frame === undefined ? '' : sourceLine(frame.fn, this.options.revision),
      depth: frame?.depth ?? 0,
      held: ctx.heldText,
      ...event,
    };
    recorder.steps.push(step);
    recorder.frames.push(frame);
  }
}

function keepsFrom(other: Context, ctx: Context): boolean {
  return other !== ctx && other.cpu === ctx.cpu && keepsCpu(other);
}

/** Can this context ever keep its CPU to itself? Tasks do with interrupts off, which of all calls only KFENCE's turn off. */
function mayKeepCpu({ plan }: Context): boolean {
  return (plan.kind ?? 'task') !== 'task' || plan.calls.some((call) => call.irqsOff === true);
}

function mustNotSleep(ctx: Context, op: Op): boolean {
  return sleepsBy(op) !== undefined && atomicBecause(ctx) !== undefined;
}

function lockOnly(kind: Touch['kind'], place: number): Touch {
  return { kind, place, page: 0, chain: NO_PLACES, also: NO_PLACES };
}

/** What depends on every store, barrier and invalidation before it. */
const HARDWARE: Touch = {
  kind: TouchKind.Write,
  place: HARDWARE_PLACE,
  page: 0,
  chain: NO_PLACES,
  also: NO_PLACES,
};

/** A lock that this context is to do without: what if it were missing? */
function omitted(ctx: Context, op: Op): boolean {
  const { omit } = ctx.plan;
  if (omit === undefined || (op.op !== 'lock' && op.op !== 'unlock' && op.op !== 'tryLock')) return false;
  // Split locks by their kind: `ptl` is that of every table.
  return omit.includes(op.name) || omit.includes(op.name.replace(/[:@].*$/, ''));
}

/** A context's own code: each call in turn, with its caller's locks around it. */
function* program(calls: readonly CallPlan[]): Walker<void> {
  for (const call of calls) {
    for (const lock of call.locks) yield* new Lock(lock.name, lock.mode);
    yield* call.start();
    for (const lock of [...call.locks].reverse()) yield* new Unlock(lock.name);
  }
}

/** Outside any kernel function a context only takes and releases its caller's locks: named by the function that does it. */
function ownFunction(event: StepEvent): string {
  return event.ev === 'lock' || event.ev === 'unlock' ? lockFunction(event) : '';
}

/** `mm/pagewalk.c:96`, or the file alone where no line is known at that revision. */
export function sourceLine(fn: FnInfo, revision: string): string {
  const line = fn.lines[revision];
  return line === undefined ? fn.file : `${fn.file}:${line}`;
}
