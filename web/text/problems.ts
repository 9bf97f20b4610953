import type { Problem } from '../engine.ts';
import { contextLetter } from '../engine.ts';

/** What the walk form calls a member of a call. */
const MEMBERS: readonly (readonly [RegExp, string])[] = [
  [/^fn\b/, 'Function'],
  [/^(mm|pgd)\b/, 'Tables of'],
  [/^start\b/, 'From'],
  [/^end\b/, 'To, excluded'],
  [/^ops\.rules\b/, 'Callback rules'],
  [/^ops\b/, 'Callbacks'],
  [/^locks\b/, 'Locks'],
];

const WHOLE: readonly (readonly [RegExp, string])[] = [
  [/^revision\b/, 'Revision'],
  [/^schedule\b/, 'Order of the contexts'],
  [/^memory\b/, 'Tables'],
  [/^title\b/, 'Title'],
  [/^assertions\b/, 'Assertions'],
];

const among = (list: readonly (readonly [RegExp, string])[], text: string): string | undefined =>
  list.find(([pattern]) => pattern.test(text))?.[1];

/**
 * A place in a scenario as the screen names it: `contexts[0].calls[0].start` is `From`. Other places (a byte of a file, a
 * line) stay as they are.
 */
export function placeWords(path: string): string {
  const [, c, rest] = /^contexts\[(\d+)\](?:\.(.*))?$/.exec(path) ?? [];
  if (c === undefined) return among(WHOLE, path) ?? path;
  const context = `context ${contextLetter(Number(c))}`;
  const [, i, member] = /^calls\[(\d+)\](?:\.(.*))?$/.exec(rest ?? '') ?? [];
  if (i === undefined)
    return rest !== undefined && /^holds\b/.test(rest)
      ? `Locks that ${context} holds`
      : `Context ${context.at(-1)}`;
  const label = among(MEMBERS, member ?? '');
  if (c === '0' && i === '0') return label ?? 'The call';
  const which = `call ${Number(i) + 1} of ${context}`;
  return label === undefined ? which : `${label}, ${which}`;
}

/** A problem as a whole sentence in the words of the screen. Names of files and of the kernel keep their spelling. */
export function sentence(p: Problem): string {
  const place = placeWords(p.path);
  const text = place === '' ? p.message : `${place}: ${p.message}`;
  const begun = /^\w*[._]\w/.test(text) || (place !== '' && place === p.path) ? text : capitalised(text);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
