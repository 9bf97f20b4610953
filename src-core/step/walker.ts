import type { Op } from './op.ts';

/**
 * A kernel function in progress. It never touches memory, locks or counters: it yields an Op, the machine performs it and
 * sends the answer back in. The answer's type belongs to each op (see Ask), hence `never` here.
 */
export type Walker<R> = Generator<Op, R, never>;

/**
 * Base of every op: a one-shot iterable, so that `const pmd = yield* load(ptr)` is typed by what the op answers.
 * It is its own iterator and iterator result: the machine receives the op object itself, and nothing else is allocated.
 */
export abstract class Ask<R> implements Iterator<Op, R, R> {
  declare done: boolean;
  declare value: unknown;
  declare private asked: boolean;

  // Fields are declared only, here and in the ops: one op is made for every load, and defining class fields is slow.
  constructor() {
    this.done = false;
    this.value = undefined;
    this.asked = false;
  }

  [Symbol.iterator](): Iterator<Op, R, R> {
    return this;
  }

  next(answer?: R): IteratorResult<Op, R> {
    if (this.asked) {
      this.done = true;
      this.value = answer;
    } else {
      this.asked = true;
      this.value = this;
    }
    return this as unknown as IteratorResult<Op, R>;
  }
}

/** A kernel function by the kernel's name, and where it stands. */
export interface FnInfo {
  /** `walk_pmd_range` */
  readonly name: string;
  /** `mm/pagewalk.c`; empty for callbacks that a scenario supplies. */
  readonly file: string;
  /** Line of its definition by revision id, only where the facts sheets give one. */
  readonly lines: Readonly<Record<string, number>>;
}

/**
 * The call of a kernel function. The machine keeps the call stack itself: it runs `body` to its end and answers with
 * what it returned, so a yield costs the same at any depth and the stack on screen is the kernel's.
 */
export class KernelCall<R> extends Ask<R> {
  declare readonly op: 'call';
  declare readonly fn: FnInfo;
  declare readonly body: Walker<R>;

  constructor(fn: FnInfo, body: Walker<R>) {
    super();
    this.op = 'call';
    this.fn = fn;
    this.body = body;
  }
}

/**
 * Declares a kernel function: `export const walkPmdRange = kernelFunction({…}, function* (k, pud, addr, end, walk) {…})`,
 * called as `yield* walkPmdRange(…)`.
 */
export function kernelFunction<A extends readonly unknown[], R>(
  fn: FnInfo,
  body: (...args: A) => Walker<R>,
): (...args: A) => KernelCall<R> {
  return (...args) => new KernelCall(fn, body(...args));
}
