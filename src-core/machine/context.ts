import type { LockHold, LockName } from '../step/lock.ts';
import type { Op } from '../step/op.ts';
import type { FnInfo, KernelCall, Walker } from '../step/walker.ts';

/** Stands for every CPU: no CPU has this number. */
export const EVERY_CPU = -1;

/** One kernel call of a context, with the locks its caller takes around it. */
export interface CallPlan {
  /** Arguments for people, in order. */
  readonly args: Readonly<Record<string, string>>;
  readonly locks: readonly LockHold[];
  /** What others rely on it for; absent: nothing. */
  readonly promises?: CallPromises;
  /** It uses memory: then TLBs are kept track of. */
  readonly accesses?: boolean;
  /** It stops the other CPUs for a while. */
  readonly stops?: boolean;
  /** It turns interrupts off for a while. */
  readonly irqsOff?: boolean;
  /** It takes VMAs away: then who looks one up depends on it. */
  readonly changesVmas?: boolean;
  /** It promises that pages are mapped nowhere. */
  readonly unmapsPages?: boolean;
  /** It puts tables aside for huge PMDs: then who takes one back depends on it. */
  readonly deposits?: boolean;
  /** A fresh call each time it is asked: a run consumes it. */
  start(): KernelCall<number>;
}

/** What whoever uses the memory relies on while a call runs, and after it. */
export interface CallPromises {
  /** Once it has returned, no CPU uses a translation from before. */
  readonly flush: boolean;
  /** What was mapped stays mapped all the time. */
  readonly mapped: boolean;
}

/**
 * What a context is: a task; a softirq on its CPU; or code that runs there with interrupts off. While one of the latter is in
 * progress, no task of that CPU runs, and it may not sleep.
 */
export type ContextKind = 'task' | 'softirq' | 'irqs-off';

/** What a context is to do. */
export interface ContextPlan {
  readonly cpu: number;
  /** Absent: a task. */
  readonly kind?: ContextKind;
  /** Held from before the first step. */
  readonly holds: readonly LockHold[];
  readonly calls: readonly CallPlan[];
  /** Locks that neither its calls nor their callers take, as if the kernel had forgotten them. */
  readonly omit?: readonly LockName[];
}

/** A frame of the kernel's call stack. Frames are immutable and shared, so that each step can keep its own for nothing. */
export interface Frame {
  readonly fn: FnInfo;
  readonly caller: Frame | undefined;
  /** 0 for the scenario's own call. */
  readonly depth: number;
}

/** ready: has an op to perform; done: all calls returned; stopped: a violation ended it, its locks stay held. */
export type ContextState = 'ready' | 'done' | 'stopped';

/** A context in progress: a task on a CPU. Only the machine changes it. */
export interface Context {
  readonly id: number;
  readonly cpu: number;
  readonly plan: ContextPlan;
  readonly rets: (number | null)[];
  /** The program, then the bodies of the kernel functions it is in. */
  readonly stack: Walker<unknown>[];
  frame: Frame | undefined;
  /** Locks held, in the order taken; replaced, never changed. */
  held: readonly LockHold[];
  heldText: readonly string[];
  state: ContextState;
  /** It has taken its first turn. */
  started: boolean;
  /** Lazy MMU mode: how deep it is entered, and whether barriers wait for its end. */
  lazyDepth: number;
  lazyPending: boolean;
  pending: Op | undefined;
}
