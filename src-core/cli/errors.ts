import type { Io } from './io.ts';

/** Exit codes: the answer was given; something failed; the input was bad. */
export const DONE = 0;
export const FAILED = 1;
export const BAD_INPUT = 2;

/** Says in exactly one line what is wrong with the input; gives the exit code for it. */
export function refuse(io: Io, command: string, why: string): number {
  io.err(`${command}: ${why.replace(/\s*[\n\r]\s*/g, ' ')}\n`);
  return BAD_INPUT;
}

/** What a thrown thing says. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
