import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { decodeLink, findLibraryEntry } from '../src-core/index.ts';
import { WALKTHROUGHS } from '../src-core/scenario/walkthroughs.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it('the README has a link to each walkthrough, with its title', () => {
  for (const { library, title, schedule } of WALKTHROUGHS) {
    const link = `#v1.l.${library}${schedule === undefined ? '' : `.${schedule}`}`;
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${link}\` `));
    expect(row, `README.md has no row that begins with | \`${link}\``).toBeDefined();
    expect(row).toContain(title ?? findLibraryEntry(library)?.title);
  }
});

it('every link in the README opens', () => {
  const links = readme.match(/#v1\.[a-z]\.[^\s`]+/g) ?? [];
  expect(links.length).toBeGreaterThanOrEqual(WALKTHROUGHS.length);
  for (const link of links) expect(decodeLink(link), link).toMatchObject({ ok: true });
});
