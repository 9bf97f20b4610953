import type { Run, Wait, WaitEdge } from '../engine.ts';

const NONE: readonly WaitEdge[] = [];

/** Who waits for whom at `cursor`, where nobody can go on any more: from just before the step that says so. */
export function deadlockAt({ deadlock, steps }: Run, cursor: number): readonly WaitEdge[] {
  return deadlock === undefined || cursor < steps.length - 1 ? NONE : deadlock;
}

/** Is a wait one of the deadlock's, which never ends? */
export function waitsForEver({ deadlock, steps }: Run): (wait: Wait) => boolean {
  return ({ ctx, to }) => to > steps.length && deadlock?.some((edge) => edge.ctx === ctx) === true;
}
