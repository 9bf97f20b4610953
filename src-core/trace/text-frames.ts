import type { Run } from '../scenario/run.ts';
import type { Step } from '../step/step.ts';
import { DEEPEST_INDENT, INDENT } from './text-grammar.ts';
import { word } from './text-tokens.ts';

/** A kernel function on the call stack. */
export interface Frame {
  readonly fn: string;
  readonly at: string;
}

function frameLine(frame: Frame, depth: number): string {
  const indent = ' '.repeat(INDENT + 2 * Math.min(depth, DEEPEST_INDENT));
  const at = frame.at === '' ? '' : `  ${word(frame.at)}`;
  return `${indent}${word(frame.fn)}()${at}${depth > DEEPEST_INDENT ? ` depth=${depth}` : ''}`;
}

/**
 * The stack at a step, outermost first; undefined where the run can't tell. A hole's own `depth` says at which level of
 * the tables it is, so there the stack alone tells how deep the call is.
 */
function stackOf(step: Step, run: Pick<Run, 'stackAt'>): Frame[] | undefined {
  const frames = [...run.stackAt(step.n)].reverse();
  const innermost = frames[frames.length - 1];
  if (innermost?.fn !== step.fn || innermost.at !== step.at) return undefined;
  return step.ev === 'hole' || frames.length === step.depth + 1 ? frames : undefined;
}

/**
 * How deep the call of a step is, and the call lines to print before it: a function is named when it is not the one last
 * named at its depth, and the innermost once more when another context came between. `named` is brought up to date.
 */
export function frameLines(
  step: Step,
  run: Pick<Run, 'stackAt'>,
  named: Map<number, Frame>,
  switched: boolean,
): { readonly depth: number; readonly lines: readonly string[] } {
  const own: Frame = { fn: step.fn, at: step.at };
  const isNamed = (frame: Frame, depth: number): boolean => {
    const before = named.get(depth);
    return before?.fn === frame.fn && before.at === frame.at;
  };
  if (!switched && step.ev !== 'hole' && isNamed(own, step.depth)) return { depth: step.depth, lines: [] };
  const stack = stackOf(step, run);
  const depth = stack === undefined ? Math.max(0, step.depth) : stack.length - 1;
  const lines: string[] = [];
  const name = (frame: Frame, at: number, always: boolean): void => {
    if (!always && isNamed(frame, at)) return;
    named.set(at, frame);
    lines.push(frameLine(frame, at));
  };
  stack?.slice(0, -1).forEach((frame, at) => name(frame, at, false));
  name(own, depth, switched);
  return { depth, lines };
}
