import type { LockMode, LockName } from './lock.ts';

/** A context that can't go on, and whom it waits for: an edge of the wait graph for each. */
export interface WaitEdge {
  readonly ctx: number;
  /** The lock it waits for; undefined: the end of a grace period, or its turn on its CPU. */
  readonly lock: LockName | undefined;
  readonly mode: LockMode | undefined;
  /** Contexts that hold the lock so that this one is kept out, itself among them; in a grace period: that are in an RCU section. */
  readonly holders: readonly number[];
  /** Writers that have queued for the lock: a reader comes after them. */
  readonly queued: readonly number[];
  /** Of the holders, those that have ended with it held; absent: none. */
  readonly gone?: readonly number[];
  /** It waits for the end of a grace period. */
  readonly gp?: true;
  /** The holders keep its CPU, or have stopped the machine. */
  readonly kept?: 'cpu' | 'stopped';
}

function letters(ids: readonly number[]): string {
  return ids.map((id) => 'abcd'.charAt(id)).join(' and ');
}

/**
 * An edge in words, without who it is about: `waits for mmap:init_mm for read, behind a, which has queued for it for write`.
 * `nameOf`: the lock, as its reader knows it.
 */
export function waitWords(
  { ctx, lock, mode, holders, queued, gone = [], gp, kept }: WaitEdge,
  nameOf: (lock: LockName) => string = (name) => name,
): string {
  if (kept === 'stopped') return `can't go on: ${letters(holders)} has stopped the machine`;
  if (kept === 'cpu') return `waits for its CPU, which ${letters(holders)} keeps`;
  if (lock === undefined) return gp === true ? 'waits for a grace period that does not end' : "can't go on";
  const wants = `waits for ${nameOf(lock)} for ${mode ?? 'write'}`;
  const queue = letters(queued);
  const behind = queue === '' ? '' : `, behind ${queue}, which has queued for it for write`;
  if (holders.length === 0) return `${wants}${behind === '' ? ', behind a waiting writer' : behind}`;
  const others = holders.filter((id) => id !== ctx);
  const own = others.length < holders.length;
  const by = [...(others.length > 0 ? [letters(others)] : []), ...(own ? ['itself'] : [])].join(' and ');
  const ended = gone.length > 0 ? `: ${letters(gone)} has ended with it held` : '';
  return `${wants}, which is held by ${by}${ended}${behind}`;
}

/** All of it: `a waits for …; b waits for …`. Empty where somebody can go on, or all are done. */
export function deadlockWords(graph: readonly WaitEdge[]): string {
  return graph.map((edge) => `${letters([edge.ctx])} ${waitWords(edge)}`).join('; ');
}
