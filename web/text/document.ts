/** A piece of a document in the little Markdown that this project's own use. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    };

/** A stretch of text: plain, code or strong. */
export interface Inline {
  readonly kind: 'plain' | 'code' | 'strong';
  readonly text: string;
}

function cells(line: string): string[] {
  return line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

function blockOf(lines: readonly string[]): Block {
  const [first = ''] = lines;
  const heading = /^(#+) (.*)$/.exec(first);
  if (heading !== null) return { kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' };
  if (first.startsWith('|'))
    return { kind: 'table', head: cells(first), rows: lines.slice(2).map((line) => cells(line)) };
  if (first.startsWith('- ')) return { kind: 'list', items: lines.map((line) => line.replace(/^- /, '')) };
  return { kind: 'paragraph', text: lines.join(' ') };
}

/** The blocks of a document: headings, paragraphs, flat lists of one line an item, and tables. Comments are left out. */
export function blocksOf(markdown: string): readonly Block[] {
  return markdown
    .replace(/<!--.*?-->/gs, '')
    .split(/\n{2,}/)
    .map((block) => block.split('\n').filter((line) => line.trim() !== ''))
    .filter((lines) => lines.length > 0)
    .map(blockOf);
}

/** Code and strong words of a text; a link is the words of it. */
export function inlinesOf(text: string): readonly Inline[] {
  return text
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith('`')
        ? { kind: 'code', text: part.slice(1, -1) }
        : part.startsWith('**')
          ? { kind: 'strong', text: part.slice(2, -2) }
          : { kind: 'plain', text: part },
    );
}
