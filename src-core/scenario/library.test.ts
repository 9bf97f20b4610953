import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importCapture } from '../import/capture.ts';
import type { Step } from '../step/step.ts';
import { checkScenario } from './check.ts';
import { CHAPTERS, findLibraryEntry, LIBRARY } from './library.ts';
import { runScenario } from './run-scenario.ts';
import type { Run } from './run.ts';
import { checkShape } from './schema.ts';

const file = (name: string): Uint8Array =>
  readFileSync(new URL(`../../public/captures/x4-4k-48/${name}`, import.meta.url));

const capture = importCapture(
  file('tables.bin.gz'),
  JSON.parse(new TextDecoder().decode(file('meta.json'))),
  'x4-4k-48',
);

function run(id: string): Run {
  const entry = findLibraryEntry(id);
  if (entry === undefined || !capture.ok) throw new Error(`no ${id}`);
  const made = runScenario(entry.scenario, capture.value.world);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

const steps = <E extends Step['ev']>(of: Run, ev: E): Extract<Step, { ev: E }>[] =>
  of.steps.filter((s): s is Extract<Step, { ev: E }> => s.ev === ev);

/** What the callbacks and holes of a run saw. */
const seen = (of: Run): string[] =>
  of.steps.flatMap((s) =>
    s.ev === 'cb' ? [`${s.level} ${s.addr} ${s.val}`] : s.ev === 'hole' ? [`hole ${s.addr} ${s.next}`] : [],
  );

describe('the library', () => {
  it.each(LIBRARY.map((e) => [e.id, e] as const))('%s is a valid scenario', (id, entry) => {
    expect(checkShape(entry.scenario)).toEqual({ ok: true, value: entry.scenario });
    expect(checkScenario(entry.scenario).ok).toBe(true);
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(id.length).toBeLessThanOrEqual(40);
    expect(entry.title).toBe(entry.scenario.title);
    expect(entry.summary.split(/\s+/).length).toBeLessThanOrEqual(60);
    expect(CHAPTERS[entry.chapter - 1]).toBeDefined();
  });

  it('has each id once', () => {
    expect(new Set(LIBRARY.map((e) => e.id)).size).toBe(LIBRARY.length);
  });

  it('finds an entry by id', () => {
    expect(findLibraryEntry('first-walk')).toBe(LIBRARY[0]);
    expect(findLibraryEntry('toString')).toBeUndefined();
  });
});

describe('what the entries show', () => {
  it('first-walk: a contiguous run, 2 MiB blocks, a hole of one PMD entry, in few steps', () => {
    const walk = run('first-walk');
    expect(walk.steps.length).toBeLessThan(150);
    expect(walk.results).toEqual([{ rets: [0] }]);
    const pages = steps(walk, 'cb').filter((s) => s.level === 'pte');
    expect(pages).toHaveLength(4);
    // Bit 52, contiguous; bits 1:0 of a page.
    for (const { val } of pages)
      expect((BigInt(val) & ((1n << 52n) | 3n)).toString(16)).toBe('10000000000003');
    const blocks = steps(walk, 'cb').filter((s) => s.level === 'pmd' && (BigInt(s.val) & 3n) === 1n);
    expect(blocks).toHaveLength(26);
    expect(steps(walk, 'hole').map((s) => [s.addr, s.next])).toEqual([
      ['0xffff00007fc00000', '0xffff00007fe00000'],
    ]);
    expect(steps(walk, 'lock')).toEqual([]);
    expect(steps(walk, 'assert')).toEqual([]);
  });

  it('locked-walk: the lock around the same walk, and an assertion that holds', () => {
    const walk = run('locked-walk');
    expect(walk.steps[0]).toMatchObject({ ev: 'lock', name: 'mmap:init_mm', mode: 'read' });
    expect(walk.steps.at(-1)).toMatchObject({ ev: 'unlock', name: 'mmap:init_mm' });
    expect(steps(walk, 'assert')).toMatchObject([{ name: 'mmap_assert_locked', mm: 'init_mm', ok: true }]);
    expect(seen(walk)).toEqual(seen(run('first-walk')));
  });

  it('forgot-the-lock: the assertion fails and the walk is the same', () => {
    const walk = run('forgot-the-lock');
    expect(steps(walk, 'assert')).toMatchObject([{ name: 'mmap_assert_locked', mm: 'init_mm', ok: false }]);
    expect(steps(walk, 'lock')).toEqual([]);
    expect(walk.results).toEqual([{ rets: [0] }]);
    expect(seen(walk)).toEqual(seen(run('first-walk')));
  });

  it('efi-debug-walk: two write locks, and RCU around the PTE table', () => {
    const walk = run('efi-debug-walk');
    expect(steps(walk, 'lock').map((s) => `${s.name} ${s.mode}`)).toEqual([
      'mmap:efi_mm write',
      'mmap:init_mm write',
      'rcu read',
    ]);
    expect(steps(walk, 'lock')[2]?.fn).toBe('pte_offset_map');
    expect(steps(walk, 'assert').map((s) => s.ok)).toEqual([true, true]);
    const pages = steps(walk, 'cb').filter((s) => s.level === 'pte');
    expect(pages).toHaveLength(4);
    for (const page of pages) expect(page.held).toContain('rcu/read');
    expect(steps(walk, 'hole')).toHaveLength(1);
  });

  it.each(['empty-range', 'no-install'])('%s: -EINVAL, and nothing is read', (id) => {
    const walk = run(id);
    expect(walk.results).toEqual([{ rets: [-22] }]);
    expect(steps(walk, 'load')).toEqual([]);
  });

  it('v612-walk: more loads than in v7.3, and the same seen', () => {
    const old = run('v612-walk');
    const now = run('locked-walk');
    expect(old.revision).toBe('v6.12');
    expect(steps(old, 'load').length).toBeGreaterThan(steps(now, 'load').length);
    expect(seen(old)).toEqual(seen(now));
  });
});
