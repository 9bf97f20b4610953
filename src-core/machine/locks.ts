import type { LockHold, LockMode, LockName } from '../step/lock.ts';
import type { LockStep, UnlockStep } from '../step/step.ts';

/** Numbers of locks, counted down from -1: names compared once, for all the machines of a search. */
const numbers = new Map<LockName, number>();

/** The number that stands for a lock by this name, in every machine. */
export function lockNumber(name: LockName): number {
  let number = numbers.get(name);
  if (number === undefined) numbers.set(name, (number = -1 - numbers.size));
  return number;
}

interface LockState {
  /** Context that holds it for write, or -1. */
  writer: number;
  /** Read holds by context. */
  readers: Map<number, number>;
  /** Contexts that wait for it for write, and keep new readers out. */
  readonly queue: Set<number>;
}

/** Locks that know readers, and whose waiting writers may queue. */
export function isRwsem(name: LockName): boolean {
  return name === 'mem_hotplug' || /^(mmap|i_mmap|anon_vma)(:|$)/.test(name);
}

/**
 * Who holds what. Exclusive locks are rwsems that nobody takes for read. A waiting writer keeps new readers out once it has
 * queued; in the machine of the recorded races nobody queues. RCU sections nest and never wait.
 */
export class LockTable {
  private readonly locks = new Map<LockName, LockState>();

  private state(name: LockName): LockState {
    let s = this.locks.get(name);
    if (s === undefined) {
      s = { writer: -1, readers: new Map(), queue: new Set() };
      this.locks.set(name, s);
    }
    return s;
  }

  canAcquire(name: LockName, mode: LockMode): boolean {
    const s = this.locks.get(name);
    if (s === undefined) return true;
    return s.writer < 0 && (mode === 'read' ? s.queue.size === 0 : s.readers.size === 0);
  }

  /** A writer queues. */
  queue(ctx: number, name: LockName): void {
    this.state(name).queue.add(ctx);
  }

  isQueued(ctx: number, name: LockName): boolean {
    return this.locks.get(name)?.queue.has(ctx) ?? false;
  }

  /** Contexts that have queued for it for write. */
  queued(name: LockName): readonly number[] {
    return [...(this.locks.get(name)?.queue ?? [])];
  }

  /** Held for write, now for read. */
  downgrade(ctx: number, name: LockName): void {
    this.release(ctx, name);
    this.acquire(ctx, name, 'read');
  }

  acquire(ctx: number, name: LockName, mode: LockMode): void {
    const s = this.state(name);
    if (mode === 'write') {
      s.writer = ctx;
      s.queue.delete(ctx);
    } else s.readers.set(ctx, (s.readers.get(ctx) ?? 0) + 1);
  }

  release(ctx: number, name: LockName): void {
    const s = this.state(name);
    if (s.writer === ctx) {
      s.writer = -1;
      return;
    }
    const n = s.readers.get(ctx) ?? 0;
    if (n === 0) throw new Error(`[engine bug] context ${ctx} releases ${name}, which it does not hold`);
    if (n === 1) s.readers.delete(ctx);
    else s.readers.set(ctx, n - 1);
  }

  /** Contexts that hold it now. */
  holders(name: LockName): readonly number[] {
    const s = this.locks.get(name);
    if (s === undefined) return [];
    return s.writer >= 0 ? [s.writer] : [...s.readers.keys()];
  }

  /** Does this context hold it, at least in this mode? */
  holds(ctx: number, name: LockName, mode: LockMode): boolean {
    const s = this.locks.get(name);
    return s !== undefined && (s.writer === ctx || (mode === 'read' && s.readers.has(ctx)));
  }

  /** Is it held at all, at least in this mode? */
  held(name: LockName, mode: LockMode): boolean {
    const s = this.locks.get(name);
    return s !== undefined && (s.writer >= 0 || (mode === 'read' && s.readers.size > 0));
  }
}

/** A split lock of one table, by name: `ptl@0x…`, `pmd_lock@0x…`. */
const SPLIT_LOCK = /^(?:ptl|pmd_lock)@(0x[0-9a-f]+)$/;
/** By name: locks are asked for over and over. */
const splitTables = new Map<LockName, number>();

/** Physical address of the table whose own lock this is; 0: of none. */
export function splitLockTable(name: LockName): number {
  let table = splitTables.get(name);
  if (table === undefined) {
    // Names come from scenarios: a page that stays open for long must not keep them all.
    if (splitTables.size >= 4096) splitTables.clear();
    table = Number(SPLIT_LOCK.exec(name)?.[1] ?? 0);
    splitTables.set(name, table);
  }
  return table;
}

/** `mmap:init_mm/read`, as a step lists it. */
export function holdText(hold: LockHold): string {
  return `${hold.name}/${hold.mode}`;
}

/** A VMA's lock held for write: it ends with the mm's. */
export function isVmaWrite(hold: LockHold): boolean {
  return hold.mode === 'write' && hold.name.startsWith('vma:');
}

/** The kernel function that takes or releases a lock for a caller outside the simulated functions. */
export function lockFunction(step: LockStep | UnlockStep): string {
  const taking = step.ev === 'lock';
  const write = step.mode === 'write';
  if (step.name.startsWith('mmap:')) return `mmap_${write ? 'write' : 'read'}_${taking ? 'lock' : 'unlock'}`;
  if (step.name === 'rcu') return taking ? 'rcu_read_lock' : 'rcu_read_unlock';
  if (step.name === 'mem_hotplug') {
    if (write) return taking ? 'mem_hotplug_begin' : 'mem_hotplug_done';
    return taking ? 'get_online_mems' : 'put_online_mems';
  }
  if (step.name.startsWith('vma:')) {
    if (write) return taking ? 'vma_start_write' : 'vma_end_write_all';
    return taking ? 'vma_start_read' : 'vma_end_read';
  }
  if (step.name.startsWith('i_mmap:'))
    return `i_mmap_${taking ? 'lock' : 'unlock'}_${write ? 'write' : 'read'}`;
  if (['pgtable_split_lock', 'fixmap_lock', 'vmap_purge_lock'].includes(step.name))
    return taking ? 'mutex_lock' : 'mutex_unlock';
  if (step.name.startsWith('kfence_')) return taking ? 'raw_spin_lock_irqsave' : 'raw_spin_unlock_irqrestore';
  if (step.name === 'efi_rt_lock') return taking ? 'raw_spin_lock' : 'raw_spin_unlock';
  if (step.name === 'device_hotplug_lock') return taking ? 'lock_device_hotplug' : 'unlock_device_hotplug';
  return taking ? 'spin_lock' : 'spin_unlock';
}
