/** What is wrong with something from outside, and where: `path` is a place a person can find (`contexts[0].calls[1].start`). */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** An expected failure is a value; an exception is a bug of ours. */
export type Result<T, E = Problem> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function err<E>(error: E): Result<never, E> {
  return { ok: false, error };
}

export function problem(path: string, message: string): Result<never> {
  return err({ path, message });
}

/** One line: `contexts[0].start: not an address`. */
export function describeProblem(p: Problem): string {
  return p.path === '' ? p.message : `${p.path}: ${p.message}`;
}
