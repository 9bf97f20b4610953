import { unreachable } from '../base/unreachable.ts';
import { U64 as U } from '../base/u64.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { Access, StopMachine } from '../step/op-access.ts';
import type { LazyMmu } from '../step/op-barrier.ts';
import type { Withdraw } from '../step/op-deposit.ts';
import type { CallbackRun } from '../step/op-walk.ts';
import type { Alloc, Ctor } from '../step/op-table.ts';
import type { Op } from '../step/op.ts';
import type { Step, StepEvent } from '../step/step.ts';
import type { FnInfo } from '../step/walker.ts';
import { atomicBecause, isAtomic, keepsCpu, sleepsBy } from './atomic.ts';
import type { Blocked } from './blocked.ts';
import { createContext, enter, resume } from './call-stack.ts';
import type { Context } from './context.ts';
import { EVERY_CPU } from './context.ts';
import { Areas } from './areas.ts';
import { Deposits } from './deposits.ts';
import { Links } from './links.ts';
import type { LockTable } from './locks.ts';
import { lockFunction } from './locks.ts';
import type { MachineOptions } from './options.ts';
import type { Recorder } from './recorder.ts';
import { Sync } from './sync.ts';
import { Tables } from './tables.ts';
import { Tlbs } from './tlbs.ts';
import type { Touch } from './touch.ts';
import { HARDWARE } from './touch.ts';
import { Vmas } from './vmas.ts';
import { Watch } from './watch.ts';
import { Words } from './words.ts';

const EFAULT = 14;

/** Above any table of a capture or a golden case, so that new tables stand out. */
const FIRST_FREE_PAGE = 0x2000000000;

/**
 * Performs ops: the only thing that changes memory and locks. Given the same options and the same sequence of turns it does
 * the same, always.
 */
export class Machine {
  readonly contexts: readonly Context[];
  private readonly options: MachineOptions;
  readonly recorder: Recorder | undefined;
  /** Turns performed; stands in for the step number while nothing is recorded. */
  turns = 0;
  readonly tables: Tables;
  /** What went wrong, and what contexts did to each other's tables. */
  readonly watch: Watch;
  readonly links: Links | undefined;
  private readonly vmas: Vmas;
  private readonly words: Words;
  private readonly sync: Sync;
  private readonly deposits: Deposits;
  private readonly areas: Areas;
  /** Undefined where no call uses memory: then nobody could tell. */
  private readonly tlbs: Tlbs | undefined;
  private readonly onReturn = (ctx: Context, ret: number): void => {
    this.tlbs?.returned(ctx);
    ctx.rets.push(ret);
    this.emit(ctx, { ev: 'return', ret });
  };
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
    this.watch = new Watch(options.contexts.length);
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
    this.areas = new Areas(options.absentAreas ?? []);
    this.deposits = new Deposits(calls.some((call) => call.deposits === true));
    this.sync = new Sync(
      {
        assertions: options.assertions,
        queuedWriters: options.queuedWriters === true,
        locksApart: options.locksApart === true,
        observer: options.observer,
        tables: this.tables,
        vmas: this.vmas,
        watch: this.watch,
      },
      this,
    );
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
    this.contexts = options.contexts.map((plan, id) => {
      for (const hold of plan.holds) this.locks.acquire(id, hold.name, hold.mode);
      const ctx = createContext(plan, id);
      this.resume(ctx, undefined);
      return ctx;
    });
  }

  /** The tables as they are now. Only the machine writes them. */
  get memory(): PhysicalMemory {
    return this.options.memory;
  }

  get locks(): LockTable {
    return this.sync.locks;
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
    if (op?.op === 'stopMachine' && op.on) return !this.contexts.some((c) => c !== ctx && isAtomic(c));
    return this.sync.canPerform(ctx, op);
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
    return this.sync.waitOf(ctx);
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
    if (op.op === 'lock' && this.sync.queues(ctx, op)) return;
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
      case 'rmapAnon':
      case 'changeVma':
      case 'splitVma':
      case 'hasAnonVma':
      case 'unmappedPages':
        return this.vmas.touch(op);
      case 'free':
        return this.words.freeTouch(op.table);
      case 'deposit':
      case 'withdraw':
        return this.deposits.touch(op);
      case 'findArea':
      case 'changeArea':
        return this.areas.touch(op);
      case 'lock':
      case 'unlock':
      case 'tryLock':
      case 'downgrade':
      case 'vmaLock':
      case 'staticKey':
      case 'gp':
        return this.sync.touch(ctx, op);
      case 'access':
      case 'tlbi':
      case 'barrier':
      case 'pteBarriers':
      case 'lazy':
        return this.tlbs === undefined ? undefined : HARDWARE;
      case 'stopMachine':
        return HARDWARE;
      default:
        return undefined;
    }
  }

  /** Goes on with an answer up to the context's next op. */
  private resume(ctx: Context, answer: unknown): void {
    resume(ctx, answer, this.onReturn);
  }

  private perform(ctx: Context, op: Op): unknown {
    switch (op.op) {
      case 'call': {
        const plan = ctx.plan.calls[ctx.rets.length];
        this.watch.enterCall(ctx.id, this.turns);
        this.words.detached.gaveAll(ctx.id);
        enter(ctx, op);
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
        this.sync.lock(ctx, op);
        return undefined;
      case 'unlock':
        this.sync.unlock(ctx, op);
        return undefined;
      case 'downgrade':
        this.sync.downgrade(ctx, op);
        return undefined;
      case 'tryLock':
        return this.sync.tryLock(ctx, op);
      case 'gp':
        if (op.phase === 'start') this.words.detached.gaveAll(ctx.id);
        this.sync.gracePeriod(ctx, op);
        return undefined;
      case 'staticKey':
        return this.sync.staticKey(ctx, op);
      case 'assert':
        return this.sync.assert(ctx, op);
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
        this.emit(ctx, { ev: 'bug', ...(op.panic ? { panic: true as const } : {}) });
        this.stop(ctx);
        return undefined;
      case 'storeRun':
        return this.words.storeRun(ctx, op);
      case 'vmaCb':
        if (op.name === 'post_vma') this.emit(ctx, { ev: 'post_vma' });
        else this.emit(ctx, { ev: op.name, addr: op.addr.toHex(), next: op.nextAddr.toHex() });
        return undefined;
      case 'vmaLock':
        return this.sync.vmaLock(ctx, op);
      case 'findVma':
        return this.vmas.find(op.addr);
      case 'prevVma':
        return this.vmas.previous(op.addr);
      case 'rmapVmas':
        return this.vmas.mapping(op.file);
      case 'rmapAnon':
        return this.vmas.anon(op.vma);
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
        const table = this.words.alloc(ctx, op);
        this.checkAllocation(ctx, op);
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
      case 'deposit':
        if (this.words.detached.ownerOf(op.table) === ctx.id) this.words.detached.released(op.table);
        this.deposits.deposit(op);
        this.emit(ctx, { ev: 'deposit', table: U.from(op.table).toHex() });
        return undefined;
      case 'withdraw':
        return this.withdraw(ctx, op);
      case 'findArea':
        return this.areas.find(op);
      case 'changeArea': {
        const changed = this.areas.change(op);
        if (changed) this.emit(ctx, { ev: 'area', addr: op.addr.toHex(), change: op.change });
        return changed;
      }
      case 'ctor':
        return this.ctor(ctx, op);
      case 'dtor':
        this.tables.locks.noteDtor(op.table);
        this.emit(ctx, { ev: 'dtor', level: op.level, table: U.from(op.table).toHex() });
        return undefined;
      case 'kmap':
        this.emit(ctx, { ev: 'kmap', table: U.from(op.table).toHex(), on: op.on });
        return undefined;
      case 'hook':
        this.emit(ctx, {
          ev: 'hook',
          level: op.level,
          table: U.from(op.table).toHex(),
          does: op.does,
          how: op.how,
        });
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

  /** A lock that is an object of its own may not be had: then the constructor has done nothing. */
  private ctor(ctx: Context, op: Ctor): boolean {
    const done = op.lock !== 'kmem' || this.tables.allocateLock(ctx.id);
    if (done) this.tables.locks.noteCtor(op.table, op.lock);
    this.emit(ctx, {
      ev: 'ctor',
      level: op.level,
      table: U.from(op.table).toHex(),
      ...(op.mm === undefined ? {} : { mm: op.mm }),
      ...(done && op.lock !== undefined ? { lock: op.lock } : {}),
      ...(done ? {} : { failed: true as const }),
    });
    this.checkAllocation(ctx, op);
    return done;
  }

  /** An allocation that may wait for memory, where nothing may: also while this context holds all others still. */
  private checkAllocation(ctx: Context, op: Alloc | Ctor): void {
    const by = sleepsBy(op);
    if (by === undefined) return;
    const why = atomicBecause(ctx) ?? (this.stopper === ctx ? 'while the machine is stopped' : undefined);
    if (why !== undefined) this.sync.sleeps(ctx, by, why, undefined);
  }

  private withdraw(ctx: Context, op: Withdraw): number | undefined {
    const table = this.deposits.withdraw(op);
    if (table === undefined) return undefined;
    this.words.detached.unlinked(table, ctx.id);
    this.emit(ctx, { ev: 'deposit', table: U.from(table).toHex(), withdrawn: true });
    return table;
  }

  /** Is a table put aside for a huge PMD? A list goes with the table whose descriptor it hangs on. */
  isDeposited(table: number): boolean {
    return this.deposits.isDeposited(table, (list) => this.tables.isFreed(list));
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
      this.watch.report({
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

/** Outside any kernel function a context only takes and releases its caller's locks: named by the function that does it. */
function ownFunction(event: StepEvent): string {
  return event.ev === 'lock' || event.ev === 'unlock' ? lockFunction(event) : '';
}

/** `mm/pagewalk.c:96`, or the file alone where no line is known at that revision. */
export function sourceLine(fn: FnInfo, revision: string): string {
  const line = fn.lines[revision];
  return line === undefined ? fn.file : `${fn.file}:${line}`;
}
