/** Widest line of a text trace: what a mail can carry without being folded by others. */
export const COLUMNS = 72;

/** A continuation starts with this, and nothing of it belongs to the text. */
const CONTINUATION = ' '.repeat(8);

/** Ranges of characters that take two columns in a terminal (East Asian wide, emoji). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23f3],
  [0x25fd, 0x27bf],
  [0x2b1b, 0x2b55],
  [0x2e80, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7ff],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18d08],
  [0x1aff0, 0x1b2fb],
  [0x1f000, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Columns of one character; an upper bound, so that no line is ever too wide. */
function charColumns(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  return code >= 0x1100 && WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** Columns a text takes in a terminal. */
export function columns(text: string): number {
  let sum = 0;
  for (const char of text) sum += charColumns(char);
  return sum;
}

/**
 * Cuts a line into lines of at most COLUMNS. A cut line ends in a backslash and the next starts with eight spaces; both are
 * dropped, and nothing else, to put the line together again. Cuts after a space where there is one in the last half, outside
 * quotes if possible.
 */
export function wrapLine(line: string): string[] {
  const out: string[] = [];
  let rest = line;
  let prefix = '';
  while (columns(prefix) + columns(rest) > COLUMNS) {
    const cut = cutAt(rest, COLUMNS - 1 - prefix.length);
    out.push(`${prefix}${rest.slice(0, cut)}\\`);
    rest = rest.slice(cut);
    prefix = CONTINUATION;
  }
  out.push(prefix + rest);
  return out;
}

/** Index at which to cut a text so that the first part takes at most `width` columns. */
function cutAt(text: string, width: number): number {
  let used = 0;
  let index = 0;
  let afterSpace = 0;
  let outside = 0;
  let quoted = false;
  for (const char of text) {
    used += charColumns(char);
    if (used > width) break;
    index += char.length;
    if (char === '"') quoted = !quoted;
    if (char !== ' ') continue;
    afterSpace = index;
    if (!quoted) outside = index;
  }
  const space = outside > index / 2 ? outside : afterSpace;
  return space > index / 2 ? space : index;
}

/** A line as it was before wrapping, and the number (from 1) of the first line it came from. */
export interface LogicalLine {
  readonly number: number;
  readonly text: string;
}

/** Undoes wrapping, and drops empty lines and comment lines. */
export function joinLines(text: string): LogicalLine[] {
  const out: LogicalLine[] = [];
  let open: LogicalLine | undefined;
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    if (open === undefined && (raw.trim() === '' || raw.trimStart().startsWith('#'))) continue;
    const more = open === undefined ? raw : raw.replace(/^ {0,8}/, '');
    const joined: LogicalLine = { number: open?.number ?? i + 1, text: (open?.text ?? '') + more };
    if (more.endsWith('\\')) {
      open = { number: joined.number, text: joined.text.slice(0, -1) };
    } else {
      out.push(joined);
      open = undefined;
    }
  }
  if (open !== undefined) out.push(open);
  return out;
}

/** Comment lines: `# words`, indented, broken between words where possible. They are not part of the grammar. */
export function commentLines(text: string, indent: number): string[] {
  const prefix = `${' '.repeat(indent)}# `;
  const width = COLUMNS - prefix.length;
  const out: string[] = [];
  let line = '';
  const flush = (): void => {
    if (line !== '') out.push(prefix + line);
    line = '';
  };
  for (const word of text.split(/\s+/)) {
    if (line !== '' && columns(line) + 1 + columns(word) > width) flush();
    line = line === '' ? word : `${line} ${word}`;
    while (columns(line) > width) {
      const cut = cutAt(line, width);
      out.push(prefix + line.slice(0, cut).trimEnd());
      line = line.slice(cut);
    }
  }
  flush();
  return out;
}

/**
 * Adds words as a comment after a line, which may be cut already. Where there is no room they get a line of their own, indented
 * by `indent`; undefined: they are left out.
 */
export function withWords(lines: readonly string[], words: string, indent: number | undefined): string[] {
  if (words === '') return [...lines];
  const last = `${lines[lines.length - 1] ?? ''}  # ${words}`;
  if (columns(last) <= COLUMNS) return [...lines.slice(0, -1), last];
  return indent === undefined ? [...lines] : [...lines, ...commentLines(words, indent)];
}
