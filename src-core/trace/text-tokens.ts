import { U64 } from '../base/u64.ts';

/** Words that need no quotes. */
const PLAIN = /^[A-Za-z0-9_][\w.:/@+,-]*$/;

/** Characters that would disturb a line of text: controls, marks, and spaces other than the space. */
const DISTURBING = /[\p{C}\p{M}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** A JSON string, with every disturbing character escaped as well. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(DISTURBING, (char) =>
    [...Array(char.length).keys()]
      .map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** One word of a line: as it is, or as a JSON string. */
export function word(text: string): string {
  return PLAIN.test(text) ? text : quoted(text);
}

/** The rest of a line: as it is where that is safe, or as a JSON string. */
export function phrase(text: string): string {
  const safe = text !== '' && text === text.trim() && !/["\\]/.test(text) && text.search(DISTURBING) < 0;
  return safe ? text : quoted(text);
}

/** The text behind a word or phrase; undefined if its quotes are broken. */
export function unquote(token: string): string | undefined {
  if (!token.startsWith('"')) return token.includes('"') ? undefined : token;
  try {
    const value: unknown = JSON.parse(token);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The tokens of a line: separated by spaces, of which quoted parts may have some; a `#` outside quotes ends the line.
 * Undefined if quotes are not closed.
 */
export function tokenize(line: string): string[] | undefined {
  const tokens: string[] = [];
  const token = /\s*(?:(#)|((?:[^\s"#]|"(?:[^"\\]|\\.)*")+))/y;
  while (token.lastIndex < line.length) {
    const from = token.lastIndex;
    const m = token.exec(line);
    if (m === null) return line.slice(from).trim() === '' ? tokens : undefined;
    if (m[1] !== undefined) return tokens;
    tokens.push(m[2] ?? '');
  }
  return tokens;
}

/** `key=value` with either side plain or quoted. Undefined if the token is no pair. */
export function splitPair(token: string): readonly [string, string] | undefined {
  const m = /^("(?:[^"\\]|\\.)*"|[^="]+)=(.*)$/su.exec(token);
  const key = m === null ? undefined : unquote(m[1] ?? '');
  const value = m === null ? undefined : unquote(m[2] ?? '');
  return key === undefined || value === undefined ? undefined : [key, value];
}

/** Units of sizes, each 1024 times the one before. */
const UNITS = ['K', 'M', 'G', 'T'] as const;
/** A size has at most so many units: larger ones are easier to compare in hex. */
const MOST_UNITS = 9999;

/** A size in bytes: `4K`, `2M`, and `0x…` where no unit fits. */
export function sizeToken(size: U64): string {
  for (let unit = UNITS.length; unit > 0; unit--) {
    const count = size.shr(10 * unit);
    if (count.isZero() || U64.from(MOST_UNITS).lt(count)) continue;
    if (count.shl(10 * unit).eq(size)) return `${count.toNumber()}${UNITS[unit - 1] ?? ''}`;
  }
  return size.toHex();
}

/** The bytes behind a size; undefined if it is none. */
export function parseSize(token: string): U64 | undefined {
  if (/^0x[0-9a-f]{1,16}$/.test(token)) return U64.hex(token);
  const m = /^(\d{1,4})([KMGT])$/.exec(token);
  const unit = UNITS.findIndex((u) => u === m?.[2]);
  return unit < 0 ? undefined : U64.from(Number(m?.[1])).shl(10 * (unit + 1));
}
