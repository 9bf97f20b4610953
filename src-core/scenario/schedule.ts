import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';

/** More choices than any run makes. */
const MAX_CHOICES = 1_000_000;

/**
 * A schedule is run-length text over contexts a, b, c, d: `a3ba12` is a, a, a, b, then a twelve times. It holds only the
 * choices that were real, where more than one context could run. Problems say at which character.
 */
export function parseSchedule(text: string, contexts: number): Result<number[]> {
  const out: number[] = [];
  const token = /([a-d])(\d*)/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const m = token.exec(text);
    if (m === null)
      return problem(
        'schedule',
        `character ${at + 1}, ${JSON.stringify(text[at])}, is no context: a, b, c or d with a count, as a3b2`,
      );
    const ctx = (m[1] ?? 'a').charCodeAt(0) - 97;
    if (ctx >= contexts)
      return problem(
        'schedule',
        `character ${at + 1}: there is no context ${m[1] ?? ''}; the scenario has ${contexts}`,
      );
    const n = m[2] === '' ? 1 : Number(m[2]);
    if (n === 0 || out.length + n > MAX_CHOICES)
      return problem('schedule', `character ${at + 1}: a count of ${m[2] ?? ''} is out of range`);
    for (let i = 0; i < n; i++) out.push(ctx);
  }
  return ok(out);
}

/** The text of a list of choices; the inverse of parseSchedule. */
export function formatSchedule(choices: readonly number[]): string {
  let text = '';
  for (let i = 0; i < choices.length;) {
    let n = 1;
    while (choices[i + n] === choices[i]) n++;
    text += String.fromCharCode(97 + (choices[i] ?? 0)) + (n === 1 ? '' : String(n));
    i += n;
  }
  return text;
}
