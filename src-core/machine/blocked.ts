import type { LockMode, LockName } from '../step/lock.ts';
import type { Context } from './context.ts';
import type { LockTable } from './locks.ts';
import { vmaLock } from './vma-locks.ts';

/** Why a context that has not ended can't take a turn. `by`: contexts that stand in its way, from 0. */
export type Blocked =
  | {
      readonly kind: 'lock';
      readonly name: LockName;
      readonly mode: LockMode;
      readonly by: readonly number[];
      /** How they hold it; absent where they are writers in the queue. */
      readonly held?: LockMode;
    }
  /** A grace period: RCU sections that were open when it started. */
  | { readonly kind: 'gp'; readonly by: readonly number[] }
  /** The machine is stopped, the CPU is busy with something that runs to its end. */
  | { readonly kind: 'stopped' | 'cpu'; readonly by: readonly number[] };

/** What a context that waits for a lock, or for a grace period, waits for; undefined where its next op is neither. */
export function waitOf(ctx: Context, locks: LockTable, sections: readonly number[]): Blocked | undefined {
  const op = ctx.pending;
  if (op?.op === 'gp') return { kind: 'gp', by: sections };
  const wanted =
    op?.op === 'lock'
      ? { name: op.name, mode: op.mode }
      : op?.op === 'vmaLock'
        ? { name: vmaLock(op.vma), mode: 'write' as const }
        : undefined;
  if (wanted === undefined) return undefined;
  const held = locks.held(wanted.name, 'write') ? 'write' : 'read';
  // Readers don't keep a reader out, itself among them: the writers that have queued do.
  const by =
    wanted.mode === 'read' && held === 'read'
      ? locks.queued(wanted.name).filter((id) => id !== ctx.id)
      : locks.holders(wanted.name);
  const holds = wanted.mode === 'write' || held === 'write';
  return { kind: 'lock', ...wanted, by, ...(holds && by.length > 0 && { held }) };
}

/** Are they the same, for who looks on? */
export function sameBlock(a: Blocked, b: Blocked): boolean {
  return (
    a.kind === b.kind &&
    a.by.length === b.by.length &&
    a.by.every((ctx, i) => ctx === b.by[i]) &&
    (a.kind !== 'lock' || b.kind !== 'lock' || (a.name === b.name && a.held === b.held))
  );
}
