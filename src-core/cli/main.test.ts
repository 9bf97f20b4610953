import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeLink, findLibraryEntry, LIBRARY } from '../index.ts';
import { NOT_COVERED } from '../claims/register.ts';
import { wholeNumber } from './args.ts';
import { main } from './main.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pagewalk-cli-'));

beforeAll(() => {
  writeFileSync(join(folder, 'broken.json'), '{\n  "format": "pagewalk/scenario",\n  "version": 1,,\n}\n');
  writeFileSync(join(folder, 'wrong.json'), '{"format": "pagewalk/scenario", "version": 1, "titel": "x"}');
  writeFileSync(join(folder, 'newer.json'), '{"format": "pagewalk/scenario", "version": 9}');
  writeFileSync(join(folder, 'binary.json'), Uint8Array.of(0xff, 0xfe, 0));
  writeFileSync(join(folder, 'huge.json'), ' '.repeat(4 * 1024 * 1024 + 1));
  writeFileSync(join(folder, 'full.json'), `${' '.repeat(4 * 1024 * 1024 - 2)}{}`);
  const entry = findLibraryEntry('first-walk');
  writeFileSync(
    join(folder, 'mine.json'),
    JSON.stringify({ ...entry?.scenario, memory: { capture: 'my-phone' } }),
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Done {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function pagewalk(args: readonly string[], input?: string): Promise<Done> {
  let out = '';
  let err = '';
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    cwd: root,
    ...(input === undefined ? {} : { stdin: stream(input) }),
  };
  return { code: await main(args, io), out, err };
}

async function* stream(text: string): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  await Promise.resolve();
  for (let i = 0; i < bytes.length; i += 1000) yield bytes.subarray(i, i + 1000);
}

const file = (name: string): string => join(folder, name);
const TWO = 'tests/data/links/two-contexts.json';

describe('claims', () => {
  it('runs each check, and says what is not covered', async () => {
    const done = await pagewalk(['claims', '--only', 'p9,P7']);
    expect(done).toEqual({
      code: 0,
      err: '',
      out: 'P7   holds  (invalid-and-back)\nP9   holds  (empty-range, no-install)\n2 passed, 0 failed\n',
    });
    const json = await pagewalk(['claims', '--only', 'P9', '--json']);
    const lines = json.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toMatchObject([
      { id: 'P9', scenarios: ['empty-range', 'no-install'], holds: true, why: '' },
      { result: { passed: 1, failed: 0, notCovered: [] } },
    ]);
  });

  it('counts what is not covered with --all only', async () => {
    const [uncovered] = NOT_COVERED;
    if (uncovered === undefined) return;
    const only = ['claims', '--only', uncovered];
    expect(await pagewalk(only)).toMatchObject({
      code: 0,
      out: `not covered yet: ${uncovered}\n0 passed, 0 failed\n`,
    });
    expect(await pagewalk([...only, '--all'])).toMatchObject({ code: 1 });
  });
});

describe('compare', () => {
  it('gives both results and the first step in which they part, told from both sides', async () => {
    const done = await pagewalk(['compare', 'forgot-the-lock', '--revisions', 'v6.12,v7.3']);
    expect(done).toMatchObject({ code: 0, err: '' });
    const [, left, right, where, a, b] = done.out.split('\n');
    expect(left).toMatch(/^v6\.12: returns 0, \d+ steps, 1 warnings$/);
    expect(right).toMatch(/^v7\.3: returns 0, \d+ steps, 1 warnings$/);
    // v6.12 asks pud_leaf() with one load more for each part of its test.
    expect(where).toMatch(/^first difference: step \d+, in /);
    expect(a).toMatch(/^ {2}v6\.12: walk_pud_range: .*pud_leaf/);
    expect(b).toMatch(/^ {2}v7\.3: walk_pud_range: .*pud_present/);
  });

  it('says where a revision does not have the function, and where two do the same', async () => {
    const absent = await pagewalk(['compare', 'first-walk', '--revisions', 'v6.12,v7.3']);
    expect(absent.out).toContain('v6.12: does not run: walk_kernel_page_table_range_lockless does not exist');
    const same = await pagewalk(['compare', 'first-walk', '--revisions', 'v7.2,v7.3']);
    expect(same.out).toMatch(/the same in all 133 steps\n$/);
  });
});

describe('pagewalk run', () => {
  it('prints the trace in 72 columns, results last', async () => {
    const { code, out, err } = await pagewalk(['run', 'first-walk']);
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n');
    expect(lines.at(-1)).toBe('');
    expect(lines.at(-2)).toBe('result a: walk_kernel_page_table_range_lockless = 0');
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(72);
  });

  it('takes the allocators of another architecture', async () => {
    const kernelPte = async (arch: string): Promise<string | undefined> => {
      const { out } = await pagewalk(['run', 'kernel-tables-made', '--arch', arch]);
      return out.split('\n').find((line) => line.includes(' ctor pte'));
    };
    expect(await kernelPte('arm64')).toBeUndefined();
    expect(await kernelPte('s390')).toContain('lock=kmem');
  });

  it('prints a step a line as JSON, and the result', async () => {
    const { code, out } = await pagewalk(['run', '--json', 'locked-walk']);
    expect(code).toBe(0);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const steps = lines.slice(0, -1);
    expect(steps.map((s) => s['n'])).toEqual(steps.map((_, i) => i + 1));
    expect(lines.at(-1)).toEqual({
      result: {
        title: findLibraryEntry('locked-walk')?.title,
        revision: 'v7.3',
        steps: steps.length,
        folded: false,
        cutAt: null,
        contexts: [{ rets: [0] }],
      },
    });
  });

  it('says what each call costs, over the tables of a dump too: the same over a text as over the tables behind it', async () => {
    const dump = fileURLToPath(new URL('../../tests/data/captures/x4-4k-48', import.meta.url));
    const own = await pagewalk(['run', 'one-page-in-a-block', '--cost']);
    expect(own.out).toBe(
      'a: set_memory_valid(addr=0xffff000041e05000, numpages=1, enable=false) returns 0: 1 block split · 1 contiguous group taken apart · 1 new table, 4 KiB · 530 stores · 2 DSB, 1 ISB · 1 TLBI\n',
    );
    for (const over of [dump, `${dump}/kernel_page_tables.txt`])
      expect((await pagewalk(['run', 'one-page-in-a-block', '--cost', '--over', over])).out).toBe(own.out);
    const wrong = await pagewalk(['run', 'one-page-in-a-block', '--over', `${dump}/efi_page_tables.txt`]);
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toContain('begins at 0x0, as a text of efi_mm does');
  });

  it('prints a short form, of the text only', async () => {
    const { code, out } = await pagewalk(['run', 'first-walk', '--short']);
    expect([code, out.split('\n')[0]]).toEqual([0, 'Pagewalk trace, short form']);
    expect(out).toContain('25 more blocks RW NX, PMD[485..509]');
    expect(out.length).toBeLessThan((await pagewalk(['run', 'first-walk'])).out.length / 3);
    const both = await pagewalk(['run', 'first-walk', '--short', '--json']);
    expect([both.code, both.out]).toEqual([2, '']);
    expect(both.err).toContain('--short, --json and --cost each print something else: one of them');
  });

  it('takes every scenario of the library', async () => {
    for (const { id } of LIBRARY) expect((await pagewalk(['run', id])).code, id).toBe(0);
  });

  it('takes a file, standard input and a link, and gives the same', async () => {
    const text = readFileSync(join(root, TWO), 'utf8');
    const fromFile = await pagewalk(['run', TWO]);
    expect(fromFile.code).toBe(0);
    expect(await pagewalk(['run', '-'], text)).toEqual(fromFile);
    const link = (await pagewalk(['link', TWO])).out.trim();
    expect(await pagewalk(['run', link])).toEqual(fromFile);
    expect(await pagewalk(['run', `https://example.org/${link}`])).toEqual(fromFile);
  });

  it('runs at another revision, by option or by link', async () => {
    const byOption = await pagewalk(['run', 'locked-walk', '--revision', 'v6.12']);
    expect(byOption.out).toContain('revision: v6.12');
    expect(await pagewalk(['run', '#v1.l.locked-walk&rev=v6.12'])).toEqual(byOption);
    expect(byOption.out).not.toEqual((await pagewalk(['run', 'locked-walk'])).out);
  });

  it('follows a schedule, by option or by link', async () => {
    const first = (done: Done): string =>
      (JSON.parse(done.out.split('\n')[0] ?? '') as { ctx: number }).ctx.toString();
    expect(first(await pagewalk(['run', TWO, '--json']))).toBe('0');
    const b = await pagewalk(['run', TWO, '--json', '--schedule', 'b2a']);
    expect(first(b)).toBe('1');
    const link = (await pagewalk(['link', TWO, '--schedule', 'b2a'])).out.trim();
    expect(await pagewalk(['run', '--json', link])).toEqual(b);
  });

  it('folds when asked to', async () => {
    const folded = await pagewalk(['run', 'first-walk', '--json', '--fold', 'always']);
    expect(folded.out).toContain('"count":4');
    expect(folded.out.split('\n').length).toBeLessThan(
      (await pagewalk(['run', 'first-walk', '--json'])).out.split('\n').length,
    );
  });
});

describe('pagewalk link and open', () => {
  it('are inverses', async () => {
    const { code, out } = await pagewalk(['link', TWO, '--schedule', 'a3ba12', '--step', '7']);
    expect(code).toBe(0);
    expect(out).toMatch(/^#v1\.z\.[A-Za-z0-9_-]+@7\n$/);
    const opened = await pagewalk(['open', out.trim()]);
    expect(JSON.parse(opened.out)).toEqual(JSON.parse(readFileSync(join(root, TWO), 'utf8')));
    expect(opened.err).toBe('open: the link also says --schedule a3ba12, at step 7\n');
  });

  it('keep a library link short, with all that was asked', async () => {
    const args = [
      '--step',
      '3',
      '--theme',
      'dark',
      '--embed',
      '--revision',
      'v7.2',
      '--base',
      'https://example.org/x#old',
    ];
    const { out } = await pagewalk(['link', 'first-walk', ...args]);
    expect(out).toBe('https://example.org/x#v1.l.first-walk@3&embed&theme=dark&rev=v7.2\n');
  });

  it('change a link and keep the rest of it', async () => {
    const { out } = await pagewalk(['link', '#v1.l.first-walk.a3@9&rev=v7.2', '--step', '10']);
    expect(out).toBe('#v1.l.first-walk.a3@10&rev=v7.2\n');
  });

  it('open says on standard error what was left out', async () => {
    const { code, out, err } = await pagewalk(['open', '#v1.l.first-walk&shiny']);
    expect(code).toBe(0);
    expect(err).toBe('open: The link’s option "shiny" is not known here and was left out.\n');
    expect(decodeLink('#v1.l.first-walk')).toMatchObject({ value: { scenario: JSON.parse(out) as unknown } });
  });
});

describe('bad input: exit 2, one line, nothing on standard output', () => {
  it.each<[args: string[], message: RegExp]>([
    [[], /^pagewalk: name a command/],
    [['fly'], /^pagewalk: there is no command "fly"; pagewalk help lists them/],
    [['lnik'], /did you mean link\?/],
    [['toString'], /^pagewalk: there is no command/],
    [['search', 'first-walk', '--max-switches', 'x'], /^search: --max-switches x/],
    [['search', 'first-walk', '--shard', '5/4'], /^search: --shard 5\/4/],
    [['search', 'first-walk', '--workers', '2', '--max-switches', '1'], /does not go with/],
    [['merge'], /^merge: name the results/],
    [['compare', 'first-walk'], /^compare: --revisions wants two revision ids/],
    [['compare', 'first-walk', '--revisions', 'v7.3'], /^compare: --revisions wants two revision ids/],
    [['compare', 'first-walk', '--revisions', 'v7.3,v9'], /^compare: there is no revision "v9"/],
    [['claims', '--only', 'Z1'], /^claims: there is no claim "Z1"/],
    [['claims', 'extra'], /^claims: Unexpected argument 'extra'.*; usage: claims/],
    [['help', 'fly'], /^help: there is no command "fly"/],
    [['run'], /^run: one argument is missing; usage: run </],
    [['run', 'a', 'b'], /^run: one argument too many, "b"; usage/],
    [['run', 'first-walk', '--colour'], /^run: Unknown option '--colour'; usage/],
    [['run', 'first-walk', '--revision'], /^run: Option '--revision <value>' argument missing; usage/],
    [['run', 'first-walk', '--fold', 'some'], /^run: --fold some: auto, always or never/],
    [['run', 'first-walk', '--revision', 'v9'], /^run: revision: .*v9/],
    [
      ['run', 'first-walk', '--revision', 'v6.12'],
      /^run: contexts\[0\]\.calls\[0\]\.fn: .* does not exist in v6\.12/,
    ],
    [['run', 'first-walk', '--arch', 'vax'], /^run: --arch vax: there are arm64, arm, riscv, /],
    [['run', 'tables-of-riscv', '--arch', 'arm'], /^run: .*arm has no alloc_pud_late/],
    [['run', 'first-walk', '--schedule', 'a0'], /^run: schedule: at position 2/],
    [['run', 'first-walk', '--schedule', 'b'], /^run: schedule: at position 1: there is no context b/],
    [['run', 'frist-walk'], /^run: frist-walk: there is no such file, and the library has first-walk/],
    [['run', './no/such.json'], /^run: \.\/no\/such\.json: there is no such file$/m],
    [['run', 'tests'], /^run: tests: is a folder/],
    [['run', file('broken.json')], /broken\.json: line 3, column 16 is not JSON: found "," where a key/],
    [['run', file('wrong.json')], /wrong\.json: title: is missing/],
    [['run', file('newer.json')], /newer\.json: version: is 9: made by a newer Pagewalk/],
    [['run', file('binary.json')], /binary\.json: is not UTF-8 text/],
    [['run', file('huge.json')], /huge\.json: is larger than 4 MiB/],
    [['run', file('full.json')], /full\.json: format: must be/],
    [['run', file('mine.json')], /memory\.capture: my-phone does not come with Pagewalk \(x4-4k-48 does\)/],
    [['run', '#v1.l.frist-walk'], /^run: The library has no scenario "frist-walk"\. Near it: first-walk\b/],
    [['run', 'v2.z.abc'], /^run: The link was made by a newer Pagewalk/],
    [['run', 'https://example.org/'], /^run: The link has nothing after its #/],
    [['open', '#v1.z.AAAA'], /^open: The link is damaged/],
    [['open'], /^open: one argument is missing/],
    [['open', '#v1.l.first-walk', '--json'], /^open: Unknown option '--json'/],
    [['link', 'first-walk', '--step', '-1'], /^link: .*'--step/],
    [['link', 'first-walk', '--step', 'x'], /^link: --step x: a number/],
    [['link', 'first-walk', '--theme', 'pink'], /^link: --theme pink: dark or light/],
    [['link', 'first-walk', '--schedule', 'b'], /^link: The link’s schedule is wrong: at position 1/],
    [['link', 'first-walk', '--revision', 'v9'], /^link: The link asks for revision "v9"/],
    [['link', 'nothing'], /^link: nothing: there is no such file/],
    [['golden'], /^golden: name a file/],
    [['import'], /^import: /],
  ])('pagewalk %j', async (args, message) => {
    const { code, out, err } = await pagewalk(args);
    expect(err).toMatch(message);
    expect(err).toMatch(/^[^\n]+\n$/);
    expect([code, out]).toEqual([2, '']);
  });

  it('on standard input', async () => {
    expect(await pagewalk(['run', '-'], '')).toEqual({
      code: 2,
      out: '',
      err: 'run: standard input: line 1, column 1 is not JSON: the text ends where a value should stand\n',
    });
    const large = await pagewalk(['run', '-'], ' '.repeat(4 * 1024 * 1024 + 1));
    expect(large.err).toBe('run: standard input: is larger than 4 MiB\n');
  });
});

describe('pagewalk help', () => {
  it('lists every command', async () => {
    const { code, out } = await pagewalk(['help']);
    expect(code).toBe(0);
    for (const name of ['run', 'link', 'open', 'import', 'golden', 'bench'])
      expect(out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    expect(await pagewalk(['--help'])).toEqual({ code, out, err: '' });
  });

  it('tells about one command', async () => {
    const { out } = await pagewalk(['help', 'link']);
    expect(out).toMatch(/^link </);
    expect(await pagewalk(['link', '--help'])).toEqual({ code: 0, out, err: '' });
  });

  it('prints the version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await pagewalk(['--version'])).toEqual({ code: 0, out: `pagewalk ${version}\n`, err: '' });
  });
});

describe('wholeNumber', () => {
  it('takes decimal digits only', () => {
    expect(['0', '12', '999999999'].map(wholeNumber)).toEqual([0, 12, 999_999_999]);
    expect(['', '-1', '1.5', '1e3', '0x1', ' 1', '1234567890'].map(wholeNumber)).toEqual(
      Array(7).fill(undefined),
    );
  });
});

describe('docs/terminal.md', () => {
  const text = readFileSync(join(root, 'docs/terminal.md'), 'utf8');
  const examples = [...text.matchAll(/^```console\n\$ pagewalk (.*)\n([^]*?)^```$/gm)].map(
    (m) => [m[1] ?? '', m[2] ?? ''] as const,
  );

  it('has an example of most commands', () => {
    expect(examples.length).toBeGreaterThanOrEqual(7);
  });

  // In an example, `…` at the end of a line or alone on one stands for what is left out.
  it.each(examples)('$ pagewalk %s', async (command, shown) => {
    const args = command.split(' ').map((word) => word.replaceAll("'", ''));
    const { code, out } = await pagewalk(args);
    expect(code).toBe(0);
    if (!shown.includes('…')) {
      expect(out).toBe(shown);
      return;
    }
    const pattern = shown
      .split('\n')
      .map((line) =>
        line === '…' ? '(?:.*\\n)*?' : `${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace('…', '.*')}\\n`,
      )
      .join('');
    expect(out).toMatch(new RegExp(`^${pattern.replace(/\\n$/, '')}$`));
  });
});
