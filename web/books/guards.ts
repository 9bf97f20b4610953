import type { GuardTally, TableGuard } from '../engine.ts';

/** What a hook in every constructor has come to, in words. */
export function guardWords({ protected: held, open, missed, lost }: GuardTally): string {
  const sentences = [`The hook write-protects ${tables(held)}.`];
  if (missed.length > 0) {
    const which = missed.map((t) => `the ${t.level.toUpperCase()} table ${t.table}`);
    const more = which.length > MOST ? ` and ${which.length - MOST} more` : '';
    sentences.push(`It misses ${list(which.slice(0, MOST), more !== '')}${more}: no constructor ran.`);
  }
  if (open > 0)
    sentences.push(`It could not protect ${tables(open)}: the direct map has no entry of its own there.`);
  if (lost > 0)
    sentences.push(
      `${lost === 1 ? 'A page went' : `${lost} pages went`} back to the page allocator read-only: no destructor ran.`,
    );
  return sentences.join(' ');
}

/** Tables named at once. */
const MOST = 3;

function tables(n: number): string {
  return n === 0 ? 'no table' : n === 1 ? 'one table' : `${n} tables`;
}

function list(words: readonly string[], goesOn: boolean): string {
  const last = words.at(-1) ?? '';
  return goesOn || words.length < 2 ? words.join(', ') : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** What a hook has done to one table, for its card; empty where none ran. */
export const GUARD_WORDS: Readonly<Record<TableGuard, string>> = {
  none: '',
  'read-only': 'write-protected by the hook',
  block: 'not write-protected: a block maps its page',
  unmapped: 'not write-protected: its page is not mapped here',
};
