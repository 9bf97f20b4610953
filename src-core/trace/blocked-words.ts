import type { Blocked } from '../scenario/run.ts';
import { contextLetter, lockWords, modeWords } from './words.ts';

/** What a context waits for: `waits for init_mm.mmap_lock for write, held by b for read`. Without a full stop. */
export function blockedWords(why: Blocked): string {
  const who = why.by.map(contextLetter).join(' and ');
  switch (why.kind) {
    case 'gp':
      return `waits for a grace period: the RCU section of ${who} is still open`;
    case 'stopped':
      return `waits: ${who} has stopped the machine`;
    case 'cpu':
      return `waits: ${who} keeps the CPU until it is done`;
    case 'lock': {
      const wanted = `waits for ${lockWords(why.name)}${modeWords(why.name, why.mode)}`;
      if (why.held === undefined) return `${wanted}, behind ${who === '' ? 'a writer' : who} in the queue`;
      return `${wanted}, held by ${who}${modeWords(why.name, why.held)}`;
    }
  }
}
