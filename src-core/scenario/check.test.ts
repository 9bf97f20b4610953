import { describe, expect, it } from 'vitest';
import { checkScenario } from './check.ts';
import { nearest } from './check-nearest.ts';
import { openScenario } from './migrations.ts';
import type { Scenario } from './schema.ts';

const BASE = {
  format: 'pagewalk/scenario',
  version: 1,
  title: 'A test',
  revision: 'v7.3',
  memory: {
    geometry: '4k48',
    roots: [
      { mm: 'init_mm', pgd: '0x1000' },
      { mm: 'efi_mm', pgd: '0x2000' },
    ],
    tables: [['init_mm', 0, '0xffff000000000000', 1, '0x3003', '0x0']],
  },
  contexts: [
    {
      cpu: 0,
      calls: [
        {
          fn: 'walk_page_range_debug',
          mm: 'efi_mm',
          start: '0x0',
          end: '0x1000',
          ops: { callbacks: ['pte', 'hole'] },
        },
      ],
    },
  ],
};

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** BASE with the value at `path` replaced; undefined removes it. */
function changed(path: string, value: Json | undefined): unknown {
  const copy = structuredClone(BASE) as unknown;
  const keys = path.replaceAll('[', '.').replaceAll(']', '').split('.');
  let at = copy as Record<string, unknown>;
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = keys.at(-1) ?? '';
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return copy;
}

const told = (json: unknown): string => {
  const opened = openScenario(json);
  return opened.ok ? 'ok' : `${opened.error.path}: ${opened.error.message}`;
};

const CALL = 'contexts[0].calls[0]';

describe('openScenario', () => {
  it('takes a good one', () => {
    expect(told(BASE)).toBe('ok');
  });

  it.each<[string, Json | undefined, string | RegExp]>([
    // header
    ['format', 'other', 'format: must be "pagewalk/scenario"'],
    ['version', 2, 'version: is 2: made by a newer Pagewalk, this one reads up to 1'],
    ['version', 0, 'version: must be a whole number from 1 to 1'],
    ['version', undefined, 'version: must be a whole number from 1 to 1'],
    // shape
    ['title', undefined, 'title: is missing'],
    ['title', 7, 'title: must be a text in double quotes, not 7'],
    ['colour', 1, 'colour: is no key of a scenario here'],
    ['contexts', {}, 'contexts: must be a list, not Object'],
    ['contexts', [], 'contexts: a scenario needs at least one context'],
    [`${CALL}.start`, 'ffff', /^contexts\[0\]\.calls\[0\]\.start: is no 64-bit value/],
    [`${CALL}.start`, undefined, 'contexts[0].calls[0].start: is missing'],
    [`${CALL}.fn`, 'mmap', /^contexts\[0\]\.calls\[0\]\.fn: .*can call yet/],
    [`${CALL}.mm`, undefined, 'contexts[0].calls[0].mm: is missing'],
    [`${CALL}.speed`, 3, 'contexts[0].calls[0].speed: is no key of a scenario here'],
    // memory's two forms: the nearer one's complaint
    ['memory.capture', 'x', 'memory.geometry: is no key of a scenario here'],
    ['memory.geometry', undefined, 'memory.geometry: is missing'],
    ['memory.from', 5, 'memory.from: must be a text in double quotes, not 5'],
    ['memory.tables[0][3]', 'one', 'memory.tables[0][3]: must be a number, not "one"'],
    ['memory.roots[0].pgd', 'x', /^memory\.roots\[0\]\.pgd: is no 64-bit value/],
    ['memory', { capture: 'No Such' }, 'memory.capture: is no capture name'],
    ['memory', {}, 'memory: is neither { capture } nor { geometry, roots, tables }'],
    ['memory', 3, 'memory: is neither { capture } nor { geometry, roots, tables }'],
    // sense
    ['revision', 'v7.4', /^revision: "v7\.4" is no revision; near it are v7\.2, v7\.3/],
    ['revision', 'linux-next', /^revision: "linux-next" is no revision; there are v6\.12, /],
    ['memory.geometry', '4k47', /^memory\.geometry: no arm64 kernel has/],
    ['memory.geometry', 'huge', /^memory\.geometry: "huge" is no geometry/],
    [`${CALL}.mm`, 'user', 'contexts[0].calls[0].mm: user has no root in memory.roots'],
    [`${CALL}.pgd`, 'user', 'contexts[0].calls[0].pgd: user has no root in memory.roots'],
    [
      `${CALL}.ops.callbacks`,
      ['pte', 'hole', 'pte'],
      'contexts[0].calls[0].ops.callbacks[2]: pte is listed twice',
    ],
    [
      `${CALL}.ops.rules`,
      [{ cb: 'pmd', n: 1, ret: 0, action: null, write: null }],
      'contexts[0].calls[0].ops.rules[0].cb: pmd is not among the callbacks',
    ],
    [
      `${CALL}.ops.rules`,
      [{ cb: 'pte', n: 0, ret: 0, action: null, write: null }],
      'contexts[0].calls[0].ops.rules[0].n: calls are counted from 1',
    ],
    [
      `${CALL}.ops.rules`,
      [{ cb: 'hole', n: 1, ret: 0, action: null, write: '0x0' }],
      'contexts[0].calls[0].ops.rules[0].write: a hole callback is given no entry to write',
    ],
    [
      `${CALL}.locks`,
      [{ name: 'mmap_lock', mode: 'read' }],
      /^contexts\[0\]\.calls\[0\]\.locks\[0\]\.name: "mmap_lock" is no lock/,
    ],
    [
      `${CALL}.locks`,
      [{ name: 'mmap:user', mode: 'read' }],
      'contexts[0].calls[0].locks[0].name: user has no root in memory.roots',
    ],
    [
      'contexts[0].holds',
      [{ name: 'ptl', mode: 'write' }],
      /^contexts\[0\]\.holds\[0\]\.name: "ptl" is no lock/,
    ],
  ])('%s = %j', (path, value, message) => {
    const found = told(changed(path, value));
    if (typeof message === 'string') expect(found).toBe(message);
    else expect(found).toMatch(message);
  });

  it.each([[null], [[]], ['x'], [3], [undefined]])('refuses %j', (json) => {
    expect(told(json)).toBe(': is no scenario: an object in braces is wanted');
  });

  it('leaves to the kernel what is the kernel’s to refuse', () => {
    expect(told(changed(`${CALL}.end`, '0x0'))).toBe('ok');
    expect(told(changed(`${CALL}.start`, '0xffff000000000123'))).toBe('ok');
    expect(told(changed(`${CALL}.ops.callbacks`, ['install']))).toBe('ok');
  });

  it('does not ask which mms a capture has', () => {
    const json = { ...(changed(`${CALL}.mm`, 'user') as object), memory: { capture: 'mine' } };
    expect(told(json)).toBe('ok');
  });

  it('refuses locks that can’t be held together from the start', () => {
    const held = (a: string, b: string): string =>
      told({
        ...BASE,
        contexts: [a, b].map((mode) => ({ ...BASE.contexts[0], holds: [{ name: 'mmap:init_mm', mode }] })),
      });
    expect(held('read', 'read')).toBe('ok');
    const clash = 'contexts[1].holds[0]: mmap:init_mm is held for write and by another holder at once';
    expect(held('write', 'read')).toBe(clash);
    expect(held('read', 'write')).toBe(clash);
  });

  it('takes the revisions it is given', () => {
    const opened = openScenario(BASE);
    if (!opened.ok) throw new Error(opened.error.message);
    const later: Scenario = { ...opened.value, revision: 'v9.0' };
    expect(checkScenario(later, [{ id: 'v9.0' }]).ok).toBe(true);
    expect(checkScenario(opened.value, [{ id: 'v9.0' }]).ok).toBe(false);
  });
});

describe('nearest', () => {
  const known = ['first-walk', 'locked-walk', 'forgot-the-lock', 'v612-walk'];

  it('finds slips of the hand and parts', () => {
    expect(nearest('frist-walk', known)[0]).toBe('first-walk');
    expect(nearest('FIRST-WALK', known)[0]).toBe('first-walk');
    expect(nearest('forgot', known)).toEqual(['forgot-the-lock']);
    expect(nearest('walk', known)).toHaveLength(3);
  });

  it('finds nothing for something else', () => {
    expect(nearest('completely different', known)).toEqual([]);
    expect(nearest('', known)).toEqual([]);
    expect(nearest('x'.repeat(10_000), known)).toEqual([]);
  });
});
