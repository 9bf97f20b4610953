import type { Rules } from '../revision/rules.ts';
import type { Op } from '../step/op.ts';
import type { FnInfo, Walker } from '../step/walker.ts';
import { KernelCall } from '../step/walker.ts';

/**
 * A change made to the kernel on purpose, to see that a check notices it. It is applied around the kernel functions a scenario
 * calls: the machine, and the locks a call's caller takes, stay as they are.
 */
export interface Mutation {
  /** Other rules than the revision's. */
  readonly rules?: (rules: Rules) => Rules;
  /**
   * What is performed in an op's place: the op itself, others in its order (the last one's answer goes back to the function), or
   * none (the function gets no answer).
   */
  readonly op?: (op: Asked, fn: string) => readonly Op[];
}

/** An op that is not the call of another function. */
export type Asked = Exclude<Op, KernelCall<unknown>>;

/** The call, with every op of it and of what it calls passed through the mutation. */
export function mutatedCall<R>(
  call: KernelCall<R>,
  change: (op: Asked, fn: string) => readonly Op[],
): KernelCall<R> {
  return new KernelCall(call.fn, mutatedBody(call.body, call.fn, change));
}

function* mutatedBody<R>(
  body: Walker<R>,
  fn: FnInfo,
  change: (op: Asked, fn: string) => readonly Op[],
): Walker<R> {
  let answer: unknown;
  for (;;) {
    // The answer's type belongs to the op that asked, as in the machine.
    const result = (body.next as (answer: unknown) => IteratorResult<Op, R>).call(body, answer);
    if (result.done === true) return result.value;
    const op = result.value;
    if (op.op === 'call') {
      answer = yield mutatedCall(op, change);
      continue;
    }
    answer = undefined;
    for (const instead of change(op, fn.name)) answer = yield instead;
  }
}
