import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';

/**
 * JSON text as a value. If it is not JSON, the problem's path is the place, `line 3, column 14` (both from 1), and the message
 * says what should have stood there. JavaScript engines each say it differently, some without the place.
 */
export function parseJson(text: string): Result<unknown> {
  try {
    return ok(JSON.parse(text));
  } catch {
    const { at, wanted } = findError(text) ?? { at: 0, wanted: 'JSON should stand' };
    const before = text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    const found = at >= text.length ? 'the text ends' : `found ${JSON.stringify(characterAt(text, at))}`;
    return problem(`line ${line}, column ${column}`, `is not JSON: ${found} where ${wanted}`);
  }
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

interface Wrong {
  readonly at: number;
  /** What should have stood there. */
  readonly wanted: string;
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER_OR_WORD = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Where the grammar of JSON (RFC 8259) is first broken, or undefined. Does not recurse, however deep the text is. */
function findError(text: string): Wrong | undefined {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const length = pattern.exec(text)?.[0].length;
    at += length ?? 0;
    return length !== undefined;
  };
  /** Takes a string, from its opening quote; stops where it breaks. */
  const takeString = (): boolean => {
    at++;
    for (;;) {
      const c = text.charAt(at);
      if (c === '"') {
        at++;
        return true;
      }
      if (c === '' || c < ' ' || (c === '\\' && !take(ESCAPE))) return false;
      if (c !== '\\') at++;
    }
  };
  const brokenString = 'the string should go on, or end with a double quote';
  /** Opening characters of the arrays and objects around this place. */
  const open: string[] = [];
  let justOpened = false;
  for (;;) {
    take(SPACE);
    if (justOpened && text[at] === closing(open)) {
      at++;
      open.pop();
    } else {
      if (closing(open) === '}') {
        if (text[at] !== '"')
          return { at, wanted: `a key in double quotes${justOpened ? ' or a }' : ''} should stand` };
        if (!takeString()) return { at, wanted: brokenString };
        take(SPACE);
        if (text[at] !== ':') return { at, wanted: 'a colon should follow the key' };
        at++;
        take(SPACE);
      }
      const c = text.charAt(at);
      if (c === '{' || c === '[') {
        open.push(c);
        at++;
        justOpened = true;
        continue;
      }
      if (c === '"' ? !takeString() : !take(NUMBER_OR_WORD))
        return { at, wanted: c === '"' ? brokenString : 'a value should stand' };
    }
    take(SPACE);
    while (open.length > 0 && text[at] === closing(open)) {
      at++;
      open.pop();
      take(SPACE);
    }
    if (open.length === 0) return at < text.length ? { at, wanted: 'nothing more should follow' } : undefined;
    if (text[at] !== ',') return { at, wanted: `a comma or a ${closing(open)} should stand` };
    at++;
    justOpened = false;
  }
}

function closing(open: readonly string[]): string | undefined {
  const last = open.at(-1);
  return last === undefined ? undefined : last === '{' ? '}' : ']';
}
