import type { ParseArgsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import type { Result } from '../index.ts';
import { messageOf } from './errors.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * A command's arguments: its options, and exactly one argument without a name. `usage` is shown with whatever is wrong.
 */
export function oneArgument<const O extends Options>(
  args: readonly string[],
  options: O,
  usage: string,
): Result<{ readonly argument: string; readonly values: Values<O> }, string> {
  const wrong = (why: string): { ok: false; error: string } => ({
    ok: false,
    error: `${why}; usage: ${usage}`,
  });
  try {
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [argument, extra] = positionals;
    if (argument === undefined) return wrong('one argument is missing');
    if (extra !== undefined) return wrong(`one argument too many, ${JSON.stringify(extra)}`);
    return { ok: true, value: { argument, values } };
  } catch (cause) {
    // Node.js adds advice after the first sentence.
    return wrong(messageOf(cause).split(/\.\s/)[0]?.replace(/\.$/, '') ?? 'wrong arguments');
  }
}

type Values<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true }>
>['values'];

/** A number in decimal, of at most nine digits; undefined for anything else. */
export function wholeNumber(text: string): number | undefined {
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : undefined;
}
