import { describe, expect, it } from 'vitest';
import { placeWords, sentence } from './problems.ts';

describe('where a problem is', () => {
  it.each([
    ['contexts[0].calls[0].fn', 'Function'],
    ['contexts[0].calls[0].start', 'From'],
    ['contexts[0].calls[0].ops.callbacks[2]', 'Callbacks'],
    ['contexts[0].calls[0].ops.rules[0].cb', 'Callback rules'],
    ['contexts[1].calls[2].locks[0].name', 'Locks, call 3 of context b'],
    ['contexts[1].holds[0]', 'Locks that context b holds'],
    ['contexts[0].calls[0]', 'The call'],
    ['contexts[0].calls[1].start', 'From, call 2 of context a'],
    ['revision', 'Revision'],
    ['byte 24, table 0', 'byte 24, table 0'],
    ['', ''],
  ])('%s is said as “%s”', (path, words) => {
    expect(placeWords(path)).toBe(words);
  });

  it('is the beginning of a whole sentence', () => {
    expect(sentence({ path: 'contexts[0].calls[0].end', message: 'is missing' })).toBe(
      'To, excluded: is missing.',
    );
    expect(sentence({ path: '', message: 'there is nothing!' })).toBe('There is nothing!');
    expect(sentence({ path: 'meta.json', message: 'is no JSON' })).toBe('meta.json: is no JSON.');
  });
});
