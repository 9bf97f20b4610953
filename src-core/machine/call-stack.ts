import type { Op } from '../step/op.ts';
import { Lock, Unlock } from '../step/op-lock.ts';
import type { KernelCall, Walker } from '../step/walker.ts';
import type { CallPlan, Context, ContextPlan } from './context.ts';
import { holdText } from './locks.ts';

// Kernel calls are ops: each context's generators are kept in a list of our own, so that a yield costs the same at any depth.

/** A context at its start: nothing asked yet. */
export function createContext(plan: ContextPlan, id: number): Context {
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
  return ctx;
}

/**
 * Feeds an answer to the innermost function and follows calls and returns up to the next op. `onReturn`: told when one of the
 * scenario's own calls returns.
 */
export function resume(ctx: Context, first: unknown, onReturn: (ctx: Context, ret: number) => void): void {
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
      returned(ctx, answer, onReturn);
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
    enter(ctx, op);
    answer = undefined;
  }
}

/** Goes into a kernel function. */
export function enter(ctx: Context, call: KernelCall<unknown>): void {
  ctx.stack.push(call.body);
  ctx.frame = { fn: call.fn, caller: ctx.frame, depth: ctx.frame === undefined ? 0 : ctx.frame.depth + 1 };
}

function returned(ctx: Context, value: unknown, onReturn: (ctx: Context, ret: number) => void): void {
  if (ctx.frame === undefined) return;
  if (ctx.frame.caller === undefined) {
    onReturn(ctx, typeof value === 'number' ? value : 0);
  }
  ctx.frame = ctx.frame.caller;
}

/** A lock that this context is to do without: what if it were missing? */
function omitted(ctx: Context, op: Op): boolean {
  const { omit } = ctx.plan;
  if (omit === undefined) return false;
  // The write lock of a VMA has a function of its own, and none that ends it.
  if (op.op === 'vmaLock') return op.name === 'vma_start_write' && omit.includes('vma');
  if (op.op !== 'lock' && op.op !== 'unlock' && op.op !== 'tryLock' && op.op !== 'downgrade') return false;
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
