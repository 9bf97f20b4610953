import type { LockMode, LockName } from '../step/lock.ts';
import type { Machine } from './machine.ts';

/** A context that can't go on, and whom it waits for: an edge of the wait graph for each. */
export interface Wait {
  readonly ctx: number;
  /** The lock it waits for; undefined: the end of a grace period, or its turn on its CPU. */
  readonly lock: LockName | undefined;
  readonly mode: LockMode | undefined;
  /** Contexts that hold the lock, or, in a grace period, are in an RCU section. */
  readonly holders: readonly number[];
  /** Writers that have queued for the lock: a reader comes after them. */
  readonly queued: readonly number[];
}

/** The wait graph of a machine in which nobody can go on: who waits for what, held by whom, behind which writers. */
export function waitGraph(machine: Machine): Wait[] {
  if (machine.enabled().length > 0) return [];
  return machine.contexts.flatMap((ctx): Wait[] => {
    if (ctx.state !== 'ready') return [];
    const op = ctx.pending;
    if (op?.op !== 'lock') {
      const holders = op?.op === 'gp' ? machine.locks.holders('rcu') : [];
      return [{ ctx: ctx.id, lock: undefined, mode: undefined, holders, queued: [] }];
    }
    const holders = machine.locks.holders(op.name).filter((id) => id !== ctx.id || op.mode === 'write');
    const queued = op.mode === 'read' ? machine.locks.queued(op.name).filter((id) => id !== ctx.id) : [];
    return [{ ctx: ctx.id, lock: op.name, mode: op.mode, holders, queued }];
  });
}

function letters(ids: readonly number[]): string {
  return ids.map((id) => 'abcd'.charAt(id)).join(' and ');
}

/** An edge in words: `b waits for mmap:init_mm for read, behind a, which has queued for it for write`. */
export function waitWords(machine: Machine, { ctx, lock, mode, holders, queued }: Wait): string {
  const who = letters([ctx]);
  if (lock === undefined) {
    if (machine.contexts[ctx]?.pending?.op === 'gp')
      return `${who} waits for a grace period that does not end`;
    return `${who} can't go on`;
  }
  const wants = `${who} waits for ${lock} for ${mode ?? 'write'}`;
  const queue = letters(queued);
  const behind = queue === '' ? '' : `, behind ${queue}, which has queued for it for write`;
  // A reader that nobody but the queue keeps out is not kept out by other readers.
  const held = holders.filter((id) => mode === 'write' || machine.locks.holds(id, lock, 'write'));
  if (held.length === 0) return `${wants}${behind === '' ? ', behind a waiting writer' : behind}`;
  const own = held.includes(ctx);
  const others = held.filter((id) => id !== ctx);
  const by = [...(others.length > 0 ? [letters(others)] : []), ...(own ? ['itself'] : [])].join(' and ');
  const gone = others.filter((id) => machine.contexts[id]?.state === 'stopped');
  const ended = gone.length > 0 ? `: ${letters(gone)} has ended with it held` : '';
  return `${wants}, which is held by ${by}${ended}${behind}`;
}

/** All of it: `a waits for …; b waits for …`. Empty where somebody can go on, or all are done. */
export function deadlockWords(machine: Machine): string {
  return waitGraph(machine)
    .map((wait) => waitWords(machine, wait))
    .join('; ');
}
