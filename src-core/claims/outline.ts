import type { Step } from '../step/step.ts';

/**
 * What a run did to tables and locks, without its reads, as words in lines: `alloc ctor pte*512 dsb pmd`. Stores of one level in a row
 * are counted. A new line begins before an allocation, around the brackets of lazy MMU mode, and before the walk's stores.
 */
export function outline(steps: readonly Step[]): readonly string[] {
  const words: { word: string; n: number }[] = [];
  for (const s of steps) {
    const word = wordOf(s);
    if (word === undefined) continue;
    const n = s.ev === 'set' ? (s.count ?? 1) : 1;
    const last = words.at(-1);
    if (s.ev === 'set' && last?.word === word) last.n += n;
    else words.push({ word, n });
  }
  const lines: string[][] = [];
  let line: string[] | undefined;
  for (const { word, n } of words) {
    if (line === undefined || word === 'alloc' || word === 'lazy-') lines.push((line = []));
    line.push(n === 1 ? word : `${word}*${n}`);
    if (word === 'lazy+') line = undefined;
  }
  return lines.map((l) => l.join(' '));
}

function wordOf(s: Step): string | undefined {
  switch (s.ev) {
    case 'set':
      return s.level;
    case 'lazy':
      return s.on ? 'lazy+' : 'lazy-';
    case 'lock':
    case 'unlock':
    case 'alloc':
    case 'ctor':
    case 'dsb':
    case 'isb':
    case 'tlbi':
    case 'warn':
      return s.ev;
    default:
      return undefined;
  }
}
