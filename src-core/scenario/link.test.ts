import { deflateSync } from 'fflate';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rng } from '../base/rng.ts';
import { packScenario } from './codec.ts';
import { LIBRARY } from './library.ts';
import type { LinkFault, LinkTarget } from './link.ts';
import { decodeLink, encodeLink, LINK_MAX_CHARS, LINK_MAX_INFLATED, linkReach } from './link.ts';
import { asciiJson, crc32, fromBase64url, seal, toBase64url, unseal } from './link-bytes.ts';
import { openScenario } from './migrations.ts';
import { formatSchedule } from './schedule.ts';
import type { Scenario } from './schema.ts';
import { scheduleFor, validScenario } from './testing/arbitrary.ts';

const data = (name: string): string =>
  readFileSync(new URL(`../../tests/data/links/${name}`, import.meta.url), 'utf8');

function link(target: LinkTarget): string {
  const made = encodeLink(target);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

function scenario(json: unknown): Scenario {
  const opened = openScenario(json);
  if (!opened.ok) throw new Error(`${opened.error.path}: ${opened.error.message}`);
  return opened.value;
}

/** A link with this compact content, well sealed. */
const sealed = (content: unknown): string => `#v1.z.${toBase64url(seal(asciiJson(content)))}`;

const TWO_CONTEXTS = scenario(JSON.parse(data('two-contexts.json')));

function faultOf(text: string): readonly [LinkFault | 'none', string] {
  const opened = decodeLink(text);
  return opened.ok ? ['none', ''] : [opened.error.fault, opened.error.message];
}

describe('links that people hold', () => {
  const lines = data('v1.txt').split('\n');
  const links = lines.flatMap((line, i) =>
    line.startsWith('#') ? [[line, lines[i + 1] ?? ''] as const] : [],
  );

  it('are several', () => {
    expect(links.length).toBeGreaterThanOrEqual(6);
  });

  it.each(links)('%s', (text, expected) => {
    const opened = decodeLink(text);
    if (!opened.ok) throw new Error(opened.error.message);
    const { scenario: s, library, step, ...rest } = opened.value;
    expect({
      ...rest,
      library: library ?? null,
      step: step ?? null,
      ...(library === undefined ? { scenario: s } : {}),
    }).toEqual(JSON.parse(expected));
  });
});

describe('encodeLink and decodeLink', () => {
  const extras = fc.record(
    {
      step: fc.nat({ max: 999_999_999 }),
      revision: fc.constantFrom('v6.12', 'v7.2', 'v7.3'),
      options: fc.record(
        {
          embed: fc.constant(true),
          theme: fc.constantFrom('dark' as const, 'light' as const),
          fold: fc.constantFrom('always' as const, 'never' as const),
          stop: fc.constantFrom(
            { walkthrough: 'first-walk', stop: 'hole' },
            { walkthrough: '0', stop: 'a-b-2' },
          ),
          compare: fc.constantFrom('v6.12', 'v7.3'),
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  const expectSame = (target: LinkTarget, own: Scenario): void => {
    const made = encodeLink(target);
    if (!made.ok) throw new Error(made.error.message);
    expect(made.value).toMatch(/^#v1\.[lz]\.[A-Za-z0-9_.-]*[A-Za-z0-9_.@&=-]*$/);
    const opened = decodeLink(made.value);
    if (!opened.ok) throw new Error(opened.error.message);
    expect(opened.value).toStrictEqual({
      library: 'library' in target.source ? target.source.library : undefined,
      scenario: own,
      schedule: target.schedule ?? '',
      step: target.step,
      revision: target.revision ?? own.revision,
      options: target.options ?? {},
      notices: [],
    });
  };

  it('are inverses for scenarios of one’s own', () => {
    const target = validScenario.chain((s) =>
      fc.tuple(fc.constant(s), scheduleFor(s.contexts.length).map(formatSchedule), extras),
    );
    fc.assert(
      fc.property(target, ([s, schedule, more]) => {
        expectSame({ source: { scenario: s }, schedule, ...more }, s);
      }),
      { seed: 31, numRuns: 300 },
    );
  }, 30_000);

  it('are inverses for the library', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LIBRARY),
        fc.array(fc.constant(0), { maxLength: 9 }),
        extras,
        (entry, choices, more) => {
          expectSame(
            { source: { library: entry.id }, schedule: formatSchedule(choices), ...more },
            entry.scenario,
          );
        },
      ),
      { seed: 32, numRuns: 200 },
    );
  });

  it('accept a whole address, a fragment, and what mail programs make of it', () => {
    for (const text of [
      '#v1.l.first-walk@3&embed',
      'v1.l.first-walk@3&embed',
      'https://example.org/pagewalk/#v1.l.first-walk@3&embed',
      'file:///home/me/index.html#v1.l.first-walk@3&embed',
      ' <https://example.org/#v1.l.first-walk@3&embed>\n',
      '#v1.l.first-walk%403%26embed',
    ]) {
      const opened = decodeLink(text);
      expect(opened.ok && [opened.value.library, opened.value.step, opened.value.options]).toEqual([
        'first-walk',
        3,
        { embed: true },
      ]);
    }
  });

  it('leave unknown options out with a notice', () => {
    const opened = decodeLink(`#v1.l.first-walk&theme=pink&embed&autoplay=2&${'y'.repeat(90)}`);
    if (!opened.ok) throw new Error(opened.error.message);
    expect(opened.value.options).toEqual({ embed: true });
    expect(opened.value.notices).toHaveLength(3);
    expect(opened.value.notices[0]).toContain('"theme=pink"');
    expect(opened.value.notices[2]).not.toContain('y'.repeat(60));
    const many = decodeLink(`#v1.l.first-walk${'&x'.repeat(5000)}`);
    expect(many.ok && many.value.notices.length).toBe(17);
  });

  it('leave a stop that is none, and a comparison with an unknown revision, out with a notice', () => {
    const odd = [
      'stop=first-walk',
      'stop=a.b.c',
      'stop=.x',
      `stop=a.${'b'.repeat(41)}`,
      'compare=v1.0',
      'compare=',
    ];
    for (const option of odd) {
      const opened = decodeLink(`#v1.l.first-walk&${option}`);
      if (!opened.ok) throw new Error(opened.error.message);
      expect(opened.value.options).toEqual({});
      expect(opened.value.notices).toHaveLength(1);
    }
  });

  it('keep the revision out of a link where it is the scenario’s own', () => {
    expect(link({ source: { library: 'first-walk' }, revision: 'v7.3' })).toBe('#v1.l.first-walk');
    expect(link({ source: { library: 'first-walk' }, revision: 'v7.2' })).toBe('#v1.l.first-walk&rev=v7.2');
  });
});

describe('length', () => {
  it('of a library link is at most 80 characters', () => {
    for (const { id } of LIBRARY) {
      expect(
        link({ source: { library: id }, schedule: 'a12b3a4b', step: 12345, options: { embed: true } }).length,
      ).toBeLessThanOrEqual(80);
    }
  });

  it('of an ordinary scenario is at most 700 characters, a fifth of base64', () => {
    const text = link({ source: { scenario: TWO_CONTEXTS }, schedule: 'a3ba12b4ab7', step: 120 });
    expect(text.length).toBeLessThanOrEqual(700);
    expect(text.length).toBeLessThan(((JSON.stringify(TWO_CONTEXTS).length * 4) / 3) * 0.2);
    expect(linkReach(text.length)).toBe('anywhere');
  });

  it('has a limit, above which a scenario must travel as a file', () => {
    const random = rng(5);
    const hex = (): string => `0x${random.next().toString(16)}${random.next().toString(16).padStart(8, '0')}`;
    const noise = (n: number): Scenario => ({
      ...TWO_CONTEXTS,
      contexts: TWO_CONTEXTS.contexts.map((c) => ({
        ...c,
        calls: c.calls.map((call) => ({
          ...call,
          ops: {
            callbacks: ['pte'],
            rules: Array.from({ length: n }, () => ({
              cb: 'pte' as const,
              n: 1,
              ret: 0,
              action: null,
              write: hex(),
            })),
          },
        })),
      })),
    });
    const long = encodeLink({ source: { scenario: noise(800) } });
    expect(long.ok ? '' : long.error.message).toMatch(
      /^The link would be \d+ characters long, and 32768 are the most/,
    );
    const fits = link({ source: { scenario: noise(300) } });
    expect(decodeLink(fits).ok).toBe(true);
    const large = encodeLink({
      source: { scenario: { ...noise(1), title: '\u0001'.repeat(LINK_MAX_INFLATED / 6) } },
    });
    expect(large.ok ? '' : large.error.message).toContain('too large for a link');
  });

  it('tells how far a link gets', () => {
    expect([2000, 2001, 8000, 8001].map(linkReach)).toEqual([
      'anywhere',
      'chat and mail',
      'chat and mail',
      'browsers only',
    ]);
  });
});

describe('a link that can’t be opened says why', () => {
  const own = link({ source: { scenario: TWO_CONTEXTS } });
  const packed = packScenario(TWO_CONTEXTS);

  it.each<[what: string, text: string, fault: LinkFault, message: RegExp]>([
    ['nothing', '', 'empty', /nothing after its #/],
    ['only a #', '#', 'empty', /nothing after its #/],
    ['an address without a #', 'https://example.org/x', 'empty', /nothing after its #/],
    ['too long', `#v1.z.${'A'.repeat(LINK_MAX_CHARS)}`, 'too-long', /32774 characters long; 32768/],
    ['something else', '#installation', 'grammar', /should begin with v1\./],
    ['an unknown kind', '#v1.q.AAAA', 'grammar', /neither l .* nor z/],
    ['no kind', '#v1.', 'grammar', /neither l .* nor z/],
    ['a later version', '#v2.l.first-walk', 'newer', /made by a newer Pagewalk: its version is 2/],
    ['a much later version', '#v31.whatever', 'newer', /made by a newer Pagewalk/],
    ['version 0', '#v0.l.first-walk', 'grammar', /should begin with v1\./],
    ['no base64url', '#v1.z.A*B', 'damaged', /characters that no link has/],
    ['plus and slash', '#v1.z.ab+/', 'damaged', /characters that no link has/],
    ['an impossible length', '#v1.z.AAAAA', 'damaged', /characters that no link has/],
    ['an empty payload', '#v1.z.', 'damaged', /checksum/],
    ['a cut payload', own.slice(0, -8), 'damaged', /checksum/],
    ['a character lost', own.slice(0, 60) + own.slice(62), 'damaged', /damaged/],
    [
      'deflated rubbish',
      `#v1.z.${toBase64url(withCrc(Uint8Array.of(0xff, 0xff, 1)))}`,
      'damaged',
      /checksum/,
    ],
    [
      'bytes above 127',
      `#v1.z.${toBase64url(withCrc(deflateSync(Uint8Array.of(34, 0xc3, 0xa9, 34))))}`,
      'damaged',
      /checksum/,
    ],
    ['no JSON', `#v1.z.${toBase64url(seal('[1,'))}`, 'scenario', /does not hold a scenario/],
    ['other JSON', sealed({ a: 1 }), 'scenario', /does not hold a scenario/],
    ['a number', sealed([7]), 'scenario', /does not hold a scenario/],
    ['a schedule that is none', sealed([packed, 5]), 'scenario', /does not hold a scenario/],
    [
      'more than a scenario and a schedule',
      sealed([packed, 'a', 1]),
      'newer',
      /newer Pagewalk: it uses something/,
    ],
    [
      'a function appended later',
      sealed([[1, 't', 'v7.3', [2, 'c'], [[0, [[99]]]]]]),
      'newer',
      /newer Pagewalk/,
    ],
    [
      'a later scenario',
      sealed([packScenario({ ...TWO_CONTEXTS, version: 2 })]),
      'newer',
      /newer Pagewalk: its scenario/,
    ],
    [
      'a version that is none',
      sealed([packScenario({ ...TWO_CONTEXTS, version: 'x' })]),
      'scenario',
      /version: must be a whole number/,
    ],
    [
      'a wrong shape',
      sealed([packScenario({ ...TWO_CONTEXTS, title: '' })]),
      'scenario',
      /title: must not be empty/,
    ],
    [
      'an unknown key',
      sealed([packScenario({ ...TWO_CONTEXTS, colour: 1 })]),
      'scenario',
      /colour: is no key of a scenario/,
    ],
    [
      'no sense',
      sealed([packScenario({ ...TWO_CONTEXTS, revision: 'v1.0' })]),
      'scenario',
      /revision: "v1\.0" is no revision/,
    ],
    ['an unknown library id', '#v1.l.fisrt-walk', 'library', /no scenario "fisrt-walk"/],
    ['no library id', '#v1.l.', 'library', /no scenario ""/],
    ['a long library id', `#v1.l.${'x'.repeat(3000)}`, 'library', /no scenario "x{40}…"/],
    ['a wrong schedule', '#v1.l.first-walk.a0', 'schedule', /schedule is wrong: at position 2/],
    ['a schedule for more contexts', '#v1.l.first-walk.ab', 'schedule', /no context b/],
    ['a wrong step', '#v1.l.first-walk@x', 'step', /not a number/],
    ['a huge step', '#v1.l.first-walk@1234567890', 'step', /nine digits/],
    ['two steps', '#v1.l.first-walk@1@2', 'step', /not a number/],
    [
      'an unknown revision',
      '#v1.l.first-walk&rev=v7.4',
      'revision',
      /revision "v7\.4", which this page does not know/,
    ],
  ])('%s', (_what, text, fault, message) => {
    const [found, words] = faultOf(text);
    expect(found).toBe(fault);
    expect(words).toMatch(message);
    expect(words).toMatch(/^(The|This) [^\n]*\.$/);
  });

  it('offers what is near', () => {
    const library = decodeLink('#v1.l.frist-walk');
    expect(library.ok ? [] : library.error.suggestions[0]).toBe('first-walk');
    const part = decodeLink('#v1.l.install');
    expect(part.ok ? [] : part.error.suggestions).toEqual(['no-install']);
    const nothing = decodeLink('#v1.l.zzzzzzzzzzzzzzzzzzzz');
    expect(nothing.ok ? ['x'] : nothing.error.suggestions).toEqual([]);
    const revision = decodeLink('#v1.l.first-walk&rev=v7.4');
    expect(revision.ok ? [] : revision.error.suggestions).toContain('v7.3');
  });

  it('has the path of what is wrong in a scenario', () => {
    const wrong = {
      ...TWO_CONTEXTS,
      contexts: [{ cpu: 0, calls: [{ ...TWO_CONTEXTS.contexts[0]?.calls[0], start: 'here' }] }],
    };
    const opened = decodeLink(sealed([packScenario(wrong)]));
    expect(opened.ok ? '' : opened.error.path).toBe('contexts[0].calls[0].start');
  });

  it('notices any one character changed', () => {
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const at = own.indexOf('.z.') + 3;
    for (let i = at; i < own.length; i++) {
      const other = digits.charAt((digits.indexOf(own.charAt(i)) + 1 + (i % 62)) % 64);
      expect(faultOf(own.slice(0, i) + other + own.slice(i + 1))[0]).toBe('damaged');
    }
  });

  it('a bomb is refused after little work', () => {
    const bomb = withCrc(deflateSync(new Uint8Array(20 * 1024 * 1024), { level: 9 }));
    const text = `#v1.z.${toBase64url(bomb)}`;
    expect(text.length).toBeLessThan(LINK_MAX_CHARS);
    expect(faultOf(text)[0]).toBe('too-big');
    // Noticed after one piece too many, not after all 20 MiB.
    const stopped = unseal(bomb, LINK_MAX_INFLATED);
    expect('inflated' in stopped && stopped.inflated).toBeLessThan(1024 * 1024);
    // The same in many stored rows: few characters, gigabytes of tables.
    const rows = Array.from({ length: 20_000 }, (_, i) => [
      'init_mm',
      0,
      '0xffff000000000000',
      1,
      `0x${(i * 4096 + 0x40000003).toString(16)}`,
      '0x0',
    ]);
    const tables = decodeLink(
      sealed([packScenario({ ...TWO_CONTEXTS, memory: { ...TWO_CONTEXTS.memory, tables: rows } })]),
    );
    expect(tables.ok ? '' : tables.error.message).toContain('16 MiB of tables');
  });
});

function withCrc(deflated: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + deflated.length);
  new DataView(out.buffer).setUint32(0, crc32(deflated), true);
  out.set(deflated, 4);
  return out;
}

describe('bytes', () => {
  it('go to base64url and back, and to one text only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const text = toBase64url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64url(text)).toEqual(bytes);
      }),
      { seed: 33 },
    );
    expect(fromBase64url('AB')).toBeUndefined();
    expect(fromBase64url('AA')).toEqual(Uint8Array.of(0));
  });

  it('have the CRC-32 everybody has', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('are unsealed up to a limit, exactly', () => {
    const text = 'x'.repeat(1000);
    expect(unseal(seal(text), 1000)).toEqual({ ok: true, text });
    expect(unseal(seal(text), 999)).toEqual({ ok: false, why: 'too-big', inflated: 1000 });
  });

  it('a deflated text that ends early is damaged', () => {
    const deflated = deflateSync(new TextEncoder().encode('some text that is long enough'));
    expect(unseal(withCrc(deflated.subarray(0, -4)), 1000)).toEqual({ ok: false, why: 'damaged' });
  });
});

describe('fuzz', () => {
  const goods = [
    ...LIBRARY.map((e) =>
      link({ source: { library: e.id }, schedule: 'a2', step: 3, options: { embed: true, theme: 'dark' } }),
    ),
    ...LIBRARY.map((e) => link({ source: { scenario: e.scenario }, step: 9 })),
    link({ source: { scenario: TWO_CONTEXTS }, schedule: 'ab3a' }),
  ];
  const random = rng(77);
  const alphabet = 'ABCXYZabcdxyz0189-_.@&=#%v \u00e9\ud800';

  const mutate = (text: string): string => {
    let out = text;
    for (let k = 1 + random.below(3); k > 0; k--) {
      const i = random.below(out.length + 1);
      const j = i + random.below(4);
      switch (random.below(6)) {
        case 0:
          out = out.slice(0, i) + alphabet.charAt(random.below(alphabet.length)) + out.slice(i + 1);
          break;
        case 1:
          out = out.slice(0, i) + out.slice(j);
          break;
        case 2:
          out = out.slice(0, i) + alphabet.charAt(random.below(alphabet.length)) + out.slice(i);
          break;
        case 3:
          out = out.slice(0, i);
          break;
        case 4:
          out = out.slice(0, i) + out.slice(Math.max(0, i - 8));
          break;
        default:
          out = out.slice(0, i) + random.pick(goods).slice(i);
      }
    }
    return out;
  };

  it('20,000 mutated links: each opens or says why, none throws', () => {
    const faults = new Map<string, number>();
    for (let i = 0; i < 20_000; i++) {
      const [fault, message] = faultOf(mutate(random.pick(goods)));
      faults.set(fault, (faults.get(fault) ?? 0) + 1);
      if (fault !== 'none') expect(message).not.toBe('');
    }
    // The mutations get everywhere.
    for (const fault of ['none', 'grammar', 'damaged', 'newer', 'library', 'schedule', 'step'])
      expect(faults.get(fault) ?? 0, fault).toBeGreaterThan(10);
  }, 30_000);

  it('4,000 well sealed links with mutated content: each opens or says why, none throws', () => {
    const contents = [...LIBRARY.map((e) => e.scenario), TWO_CONTEXTS].map((s) =>
      JSON.stringify([packScenario(s), 'a']),
    );
    const pieces = [
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      '0',
      '1',
      '-',
      '9',
      'null',
      '"!":',
      '=',
      'a',
      '""',
      '{"!":{}}',
      '1e9',
      '[[]]',
    ];
    const faults = new Map<string, number>();
    for (let i = 0; i < 4000; i++) {
      let text = random.pick(contents);
      for (let k = 1 + random.below(2); k > 0; k--) {
        const at = random.below(text.length);
        text = text.slice(0, at) + random.pick(pieces) + text.slice(at + random.below(3));
      }
      const [fault] = faultOf(`#v1.z.${toBase64url(seal(text))}`);
      faults.set(fault, (faults.get(fault) ?? 0) + 1);
    }
    for (const fault of ['none', 'scenario', 'newer'])
      expect(faults.get(fault) ?? 0, fault).toBeGreaterThan(10);
  }, 30_000);
});
