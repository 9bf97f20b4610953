import { U64 } from '../base/u64.ts';
import type { AccessOutcome, AccessStep, Step, StopMachineStep } from '../step/step.ts';
import type { NarrationContext } from './context.ts';
import { seenSpans } from './entry-words.ts';
import type { Piece } from './spans.ts';
import { addressSpan, badSpan } from './spans.ts';

// Sentences for uses of memory, and for CPUs that are made to wait.

const VERBS: Readonly<Record<AccessStep['kind'], string>> = {
  load: 'reads from ',
  store: 'writes to ',
  fetch: 'executes at ',
};

/** `CPU 1 writes to ffff…: a walk finds a page RO NX, 41e05000, a permission fault; its TLB may still have …, which works.` */
export function access(step: Step & AccessStep, ctx: NarrationContext): Piece[] {
  const out: Piece[] = [`CPU ${step.cpu} `, VERBS[step.kind], addressSpan(step.addr)];
  for (const [i, outcome] of step.may.entries()) {
    const seen = seenSpans(ctx, outcome.hw, outcome.value);
    const before = step.may[i - 1];
    const how =
      outcome.from === 'tlb'
        ? before?.from === 'tlb'
          ? 'or '
          : 'its TLB may still have '
        : before === undefined
          ? 'a walk finds '
          : 'or ';
    out.push(
      i === 0 ? ': ' : before?.from === outcome.from ? ', ' : '; ',
      how,
      ...seen,
      ', ',
      ...ends(outcome),
    );
  }
  if (step.conflict)
    out.push('. ', badSpan('Both may be cached at once'), ': a TLB conflict abort is possible');
  return [...out, '.'];
}

function ends({ ok, value }: AccessOutcome): Piece[] {
  if (ok) return ['which works'];
  return [badSpan(U64.hex(value).bit(0) ? 'a permission fault' : 'a translation fault')];
}

export function stopMachine(step: StopMachineStep): Piece[] {
  return step.on
    ? ['stop_machine(): every other CPU waits, its TLB empty and its kernel root put aside.']
    : ['The other CPUs are let go, their TLBs empty.'];
}
