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
    ['revision', 'linux-next', /^revision: "linux-next" is no revision; there are hist-user-pte, .*v7\.3, /],
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

describe('calls other than walks of kernel tables', () => {
  const LISTING = {
    ...BASE.memory,
    roots: [...BASE.memory.roots, { mm: 'user', pgd: '0x4000' }],
  };
  /** What is said of BASE with this call, and with more changed. */
  const say = (call: Json, more: object = {}): string =>
    told({ ...BASE, memory: LISTING, contexts: [{ cpu: 0, calls: [call] }], ...more });
  const RO = { fn: 'set_memory_ro', addr: '0xffff800080000000', numpages: 4 };
  const VMAS = { fn: 'walk_page_vma', vma: 0, ops: { callbacks: ['post_vma', 'pte'] }, walkLock: 0 };
  const rule = (r: Json): Json => ({
    ...VMAS,
    ops: { callbacks: ['post_vma', 'test_walk', 'pre_vma'], rules: [r] },
  });

  it.each<Json>([
    RO,
    { ...RO, fn: 'set_memory_valid', enable: false, locks: [{ name: 'rcu', mode: 'read' }] },
    { fn: 'set_direct_map_valid_noflush', pfn: '0x41e00', nr: 4, valid: true },
    { fn: 'update_range_prot', start: '0xffff000041e00000', size: '0x1000', set: '0x80', clear: '0x0' },
    { fn: 'range_split_to_ptes', start: '0xffff000040000000', end: '0xffff000080000000', atomic: true },
    VMAS,
    { ...VMAS, fn: 'walk_page_range_vma', start: '0x400000', end: '0x401000', walkLock: 3 },
    rule({ cb: 'test_walk', n: 1, ret: 1, action: null, write: null }),
  ])('takes %j', (call) => {
    expect(say(call)).toBe('ok');
  });

  it.each<[Json, string | RegExp]>([
    [{ ...RO, numpages: undefined as unknown as Json }, 'contexts[0].calls[0].numpages: is missing'],
    [{ ...RO, numpages: 2 ** 31 }, 'contexts[0].calls[0].numpages: must be at most 2147483647'],
    [{ ...RO, numpages: 1.5 }, 'contexts[0].calls[0].numpages: must be a whole number'],
    [{ ...RO, start: '0x0' }, 'contexts[0].calls[0].start: is no key of a scenario here'],
    [
      { ...RO, locks: [{ name: 'rcu', mode: 'write' }] },
      'contexts[0].calls[0].locks[0].mode: RCU has read sections only: read is wanted',
    ],
    [{ ...RO, fn: 'set_memory_valid', enable: 1 }, 'contexts[0].calls[0].enable: must be true or false'],
    [
      { fn: 'kernel_page_present', pfn: 7 },
      'contexts[0].calls[0].pfn: must be a text in double quotes, not 7',
    ],
    [{ ...VMAS, vma: 1000 }, 'contexts[0].calls[0].vma: must be at most 999'],
    [{ ...VMAS, walkLock: 4 }, /^contexts\[0\]\.calls\[0\]\.walkLock: is no page_walk_lock: 0 RDLOCK/],
    [
      {
        fn: '__create_pgd_mapping',
        mm: 'efi_mm',
        phys: '0x0',
        virt: '0x0',
        size: '0x1000',
        prot: '0x703',
        flags: 8,
        specialAlloc: false,
      },
      'contexts[0].calls[0].flags: must be at most 7',
    ],
    [
      rule({ cb: 'pre_vma', n: 1, ret: 0, action: null, write: '0x0' }),
      'contexts[0].calls[0].ops.rules[0].write: a pre_vma callback is given no entry to write',
    ],
    [
      rule({ cb: 'post_vma', n: 1, ret: 1, action: null, write: null }),
      'contexts[0].calls[0].ops.rules[0]: a post_vma callback returns nothing and comes too late to set an action',
    ],
    [
      rule({ cb: 'pte_entry', n: 1, ret: 1, action: null, write: null }),
      /^contexts\[0\]\.calls\[0\]\.ops\.rules\[0\]\.cb: is no callback that a rule can be about/,
    ],
  ])('refuses %j', (call, message) => {
    if (typeof message === 'string') expect(say(call)).toBe(message);
    else expect(say(call)).toMatch(message);
  });

  it('wants a root for whose tables are walked or built', () => {
    const without = { memory: BASE.memory };
    expect(say(VMAS, without)).toBe('contexts[0].calls[0].fn: user has no root in memory.roots');
    const build = {
      fn: '__create_pgd_mapping',
      mm: 'user',
      phys: '0x0',
      virt: '0x0',
      size: '0x1000',
      prot: '0x0',
      flags: 0,
      specialAlloc: false,
    };
    expect(say(build, without)).toBe('contexts[0].calls[0].mm: user has no root in memory.roots');
  });

  it('checks VMAs, areas and the configuration', () => {
    const memory = (more: object): object => ({ memory: { ...LISTING, ...more } });
    expect(say(VMAS, memory({ vmas: [{ start: '0x1000', end: '0x1000', flags: [] }] }))).toBe(
      'memory.vmas[0].end: must lie above start',
    );
    expect(say(VMAS, memory({ vmas: [{ start: '0x1000', end: '0x2000', flags: ['SHARED'] }] }))).toBe(
      'memory.vmas[0].flags[0]: is no VMA flag Pagewalk knows: PFNMAP or HUGETLB',
    );
    expect(say(RO, memory({ vmAreas: [{ addr: '0x0', size: '0x1000', flags: ['MAP'], pages: [] }] }))).toBe(
      'memory.vmAreas[0].flags[0]: is no area flag Pagewalk knows: ALLOC, ALLOW_HUGE or FLUSH_RESET_PERMS',
    );
    expect(say(RO, { config: { onlineCpus: 0 } })).toBe('config.onlineCpus: must be at least 1');
    expect(say(RO, { config: { bbml3: 'yes' } })).toBe('config.bbml3: must be true or false');
    expect(say(RO, { config: { bbml2: true } })).toBe('config.bbml2: is no key of a scenario here');
    expect(say(RO, { config: [] })).toBe('config: must be an object in braces');
    expect(say(RO, { config: { kfenceStart: '0x0' } })).toContain('config.kfenceEnd: is missing');
    expect(say(RO, { config: { rodataFull: false, physOffset: '0x40000000' } })).toBe('ok');
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
