import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';

/** Longest schedule text, in characters. */
export const SCHEDULE_MAX_CHARS = 4096;
/** Most choices one schedule can hold. */
export const SCHEDULE_MAX_CHOICES = 100_000;

const LETTERS = 'abcd';

/**
 * A schedule as text: which context runs next, at each point where more than one could. Contexts are a…d; a number after a
 * letter repeats it: `a3ba12` is a a a b and twelve times a. The empty text has no choices.
 *
 * Returns the choices as context numbers from 0. `contexts` is how many the scenario has (1…4).
 */
export function parseSchedule(text: string, contexts: number = LETTERS.length): Result<number[]> {
  if (text.length > SCHEDULE_MAX_CHARS)
    return problem('schedule', `more than ${SCHEDULE_MAX_CHARS} characters`);
  const choices: number[] = [];
  let i = 0;
  while (i < text.length) {
    const ctx = LETTERS.indexOf(text.charAt(i));
    if (ctx < 0)
      return at(i, `found ${JSON.stringify(text.charAt(i))} where a context's letter, a to d, should stand`);
    if (ctx >= contexts)
      return at(
        i,
        `there is no context ${LETTERS.charAt(ctx)}: the scenario has ${contexts === 1 ? 'only a' : `a to ${LETTERS.charAt(contexts - 1)}`}`,
      );
    const digits = /^[0-9]*/.exec(text.slice(i + 1, i + 1 + SCHEDULE_MAX_CHARS))?.[0] ?? '';
    if (digits.startsWith('0')) return at(i + 1, 'a count starts with 1 to 9');
    const count = digits === '' ? 1 : Number(digits);
    if (choices.length + count > SCHEDULE_MAX_CHOICES)
      return at(i, `more than ${SCHEDULE_MAX_CHOICES} choices`);
    for (let k = 0; k < count; k++) choices.push(ctx);
    i += 1 + digits.length;
  }
  return ok(choices);
}

/** `position` is counted from 1, as a person would. */
function at(index: number, what: string): Result<never> {
  return problem('schedule', `at position ${index + 1}: ${what}`);
}

/** The shortest text of these choices (context numbers 0…3). Throws RangeError on any other number. */
export function formatSchedule(choices: readonly number[]): string {
  let text = '';
  for (let i = 0; i < choices.length;) {
    const ctx = choices[i] ?? -1;
    const letter = LETTERS.charAt(ctx);
    if (!Number.isInteger(ctx) || letter === '') throw new RangeError(`no context ${ctx}`);
    let n = 1;
    while (choices[i + n] === ctx) n++;
    text += n === 1 ? letter : `${letter}${n}`;
    i += n;
  }
  return text;
}
