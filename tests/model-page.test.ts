import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RECORDED_CALLS } from '../src-core/golden/recorded-calls.ts';
import { REVISIONS } from '../src-core/revision/revisions.ts';
import { NOT_MODELLED } from '../src-core/search/verdict.ts';

const page = readFileSync(new URL('../docs/model.md', import.meta.url), 'utf8');

/** Lines of the page between two marks, as cells or as list items, without what Prettier pads them with. */
function between(mark: string): readonly string[] {
  const [, rest = ''] = page.split(`<!-- ${mark} -->`);
  const [inside = ''] = rest.split(`<!-- /${mark} -->`);
  return inside
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').replace(/-{3,}/g, '---').trim())
    .filter((line) => line !== '');
}

it('docs/model.md lists the calls with recorded data, as the engine does', () => {
  const cell = (
    of: { readonly traces: readonly string[]; readonly accesses: readonly string[] },
    at: string,
  ) =>
    [...(of.traces.includes(at) ? ['traces'] : []), ...(of.accesses.includes(at) ? ['accesses'] : [])].join(
      ', ',
    ) || 'nothing';
  expect(between('recorded')).toEqual([
    '| call | 6.12.107 | 7.3.4 |',
    '| --- | --- | --- |',
    ...Object.entries(RECORDED_CALLS).map(
      ([fn, of]) => `| \`${fn}\` | ${cell(of, 'v6.12')} | ${cell(of, 'v7.3')} |`,
    ),
  ]);
  const revisions = new Set(Object.values(RECORDED_CALLS).flatMap((of) => [...of.traces, ...of.accesses]));
  expect([...revisions].sort()).toEqual(['v6.12', 'v7.3']);
});

it('docs/model.md names what no search models', () => {
  expect(between('not-modelled')).toEqual(
    NOT_MODELLED.map((what, i) => `- ${what}${i === NOT_MODELLED.length - 1 ? '.' : ';'}`),
  );
});

it('docs/model.md has the caveat of every revision', () => {
  const known = REVISIONS.filter((r) => r.caveat !== '');
  expect(between('caveats')).toEqual([
    '| revision | what to know |',
    '| --- | --- |',
    ...known.map((r) => `| \`${r.id}\` | ${r.caveat} |`),
  ]);
});
