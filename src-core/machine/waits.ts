import type { WaitEdge } from '../step/wait-edge.ts';
import type { Machine } from './machine.ts';

/** The wait graph of a machine in which nobody can go on: who waits for what, held by whom, behind which writers. */
export function waitGraph(machine: Machine): WaitEdge[] {
  if (machine.enabled().length > 0) return [];
  return machine.contexts.flatMap((ctx): WaitEdge[] => {
    if (ctx.state !== 'ready') return [];
    const why = machine.blocked(ctx);
    if (why?.kind === 'cpu' || why?.kind === 'stopped')
      return [{ ctx: ctx.id, lock: undefined, mode: undefined, holders: why.by, queued: [], kept: why.kind }];
    const op = ctx.pending;
    if (op?.op !== 'lock') {
      const gp = op?.op === 'gp';
      const holders = gp ? machine.locks.holders('rcu') : [];
      return [{ ctx: ctx.id, lock: undefined, mode: undefined, holders, queued: [], ...(gp && { gp }) }];
    }
    const { name, mode } = op;
    // A reader that nobody but the queue keeps out is not kept out by other readers.
    const holders = machine.locks
      .holders(name)
      .filter((id) => mode === 'write' || machine.locks.holds(id, name, 'write'));
    const queued = mode === 'read' ? machine.locks.queued(name).filter((id) => id !== ctx.id) : [];
    const gone = holders.filter((id) => id !== ctx.id && machine.contexts[id]?.state === 'stopped');
    return [{ ctx: ctx.id, lock: name, mode, holders, queued, ...(gone.length > 0 && { gone }) }];
  });
}
