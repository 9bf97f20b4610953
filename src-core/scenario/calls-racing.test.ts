import { describe, expect, it } from 'vitest';
import { U64 } from '../base/u64.ts';
import { listTables } from '../memory/listing.ts';
import type { ListingMemory } from './listing-world.ts';
import { worldFromListing } from './listing-world.ts';
import type { Run } from './run.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario, ScenarioCall } from './schema.ts';

/** Areas at the start of vmalloc space: an empty PTE table, nothing, and a PTE table with a page. */
const MEMORY: ListingMemory = {
  geometry: '4k48',
  roots: [
    { mm: 'init_mm', pgd: '0x40001000' },
    { mm: 'efi_mm', pgd: '0x40010000' },
  ],
  tables: [
    ['init_mm', 0, '0xffff800000000000', 1, '0x1000000040002403', '0x0'],
    ['init_mm', 1, '0xffff800080000000', 1, '0x1000000040003403', '0x0'],
    ['init_mm', 2, '0xffff800080000000', 1, '0x1000000040004403', '0x0'],
    ['init_mm', 2, '0xffff800080400000', 1, '0x1000000040005403', '0x0'],
    ['init_mm', 3, '0xffff800080401000', 1, '0xe8000041752703', '0x0'],
  ],
};
const made = worldFromListing(MEMORY);
if (!made.ok) throw new Error(made.error.message);
const world = made.value;

function run(calls: ScenarioCall[], revision = 'v7.3', more: Partial<Scenario> = {}): Run {
  const done = runScenario(
    {
      format: 'pagewalk/scenario',
      version: 1,
      title: 'A test',
      revision,
      memory: MEMORY,
      contexts: [{ cpu: 0, calls }],
      ...more,
    },
    world,
  );
  if (!done.ok) throw new Error(`${done.error.path}: ${done.error.message}`);
  return done.value;
}

/** Rows of init_mm's tables after the run, from level 2 on. */
function leaves(r: Run): readonly (readonly unknown[])[] {
  const play = r.playback();
  play.seek(r.steps.length);
  const [initMm] = world.mms;
  if (initMm === undefined) throw new Error('no init_mm');
  return listTables(play.memory, world.geo, [{ mm: 'init_mm', pgd: initMm.pgd, base: initMm.base }])
    .filter((row) => row[1] >= 2)
    .map((row) => [row[1], row[2], row[3], row[4]]);
}

const of = (r: Run, ev: string): number =>
  r.steps.reduce((n, s) => n + (s.ev === ev ? ('count' in s ? (s.count ?? 1) : 1) : 0), 0);

const map = (addr: string, bytes: number, maxPageShift: number): ScenarioCall => ({
  fn: 'vmap_range_noflush',
  addr,
  end: U64.hex(addr).plus(bytes).toHex(),
  phys: '0x80200000',
  prot: '0xe8000000000703',
  maxPageShift,
});
const FIRST = '0xffff800080000000';
const SECOND = '0xffff800080200000';
const THIRD = '0xffff800080400000';
const BLOCK = 0x200000;

describe('vmap_range_noflush', () => {
  it('stores a block where nothing is, without a lock, and takes the place of an empty table under it', () => {
    const fresh = run([map(SECOND, BLOCK, 21)]);
    expect([of(fresh, 'set'), of(fresh, 'trylock'), of(fresh, 'free')]).toEqual([1, 0, 0]);
    const promoted = run([map(FIRST, BLOCK, 21)]);
    expect([of(promoted, 'set'), of(promoted, 'trylock'), of(promoted, 'free')]).toEqual([2, 1, 1]);
    expect(leaves(promoted)).toContainEqual([2, FIRST, 1, '0xe8000080200701']);
  });

  it('maps small pages where the lock is taken, in contiguous groups since v6.18', () => {
    const held = { contexts: [{ cpu: 0, holds: [], calls: [map(FIRST, BLOCK, 21)] }] } as Partial<Scenario>;
    const busy = {
      contexts: [
        ...(held.contexts ?? []),
        {
          cpu: 1,
          holds: [{ name: 'mmap:init_mm', mode: 'write' }],
          calls: [{ fn: 'kfence_guarded_free', addr: '0xffff800080401000' }],
        },
      ],
    } as Partial<Scenario>;
    const r = run([], 'v7.3', busy);
    expect(r.results[0]?.rets).toEqual([0]);
    expect(of(r, 'free')).toBe(0);
    expect(leaves(r)).toContainEqual([3, FIRST, 512, '0xf8000080200703']);
    expect(leaves(run([], 'v6.12', busy))).toContainEqual([3, FIRST, 512, '0xe8000080200703']);
  });

  it('never maps over a page, and never a block where the range, the limit or the kernel forbid it', () => {
    const over = run([map(THIRD, 0x2000, 12)]);
    expect([over.results[0]?.rets, of(over, 'bug')]).toEqual([[null], 1]);
    expect(leaves(run([map(SECOND, 0x4000, 21)]))).toContainEqual([3, SECOND, 4, '0xe8000080200703']);
    const small = run([map(SECOND, BLOCK, 12)], 'v6.12');
    expect(leaves(small)).toContainEqual([3, SECOND, 512, '0xe8000080200703']);
    const off = run([map(SECOND, BLOCK, 21)], 'v6.12', { config: { ptdumpDebugfs: true } });
    expect(leaves(off)).toContainEqual([3, SECOND, 512, '0xe8000080200703']);
    expect(of(off, 'alloc')).toBe(1);
  });

  it('is undone by vunmap_range, which leaves the tables', () => {
    const undo: ScenarioCall = { fn: 'vunmap_range', addr: SECOND, end: THIRD };
    for (const shift of [12, 21]) {
      const before = leaves(run([{ fn: 'vunmap_range', addr: FIRST, end: SECOND }]));
      const after = leaves(run([map(SECOND, BLOCK, shift), undo]));
      expect(after.filter((row) => row[0] === 3)).toEqual(before.filter((row) => row[0] === 3));
    }
    const r = run([map(SECOND, BLOCK, 21), undo]);
    expect([of(r, 'tlbi'), of(r, 'free')]).toEqual([1, 0]);
  });
});

describe('vmap_pages_range_noflush', () => {
  it('maps page by page, or by chunks that may be blocks, and refuses what is mapped', () => {
    const pages = (addr: string, bytes: number, pageShift: number): ScenarioCall => ({
      fn: 'vmap_pages_range_noflush',
      addr,
      end: U64.hex(addr).plus(bytes).toHex(),
      prot: '0xe8000000000703',
      phys: '0x80200000',
      pageShift,
    });
    expect(leaves(run([pages(SECOND, 0x3000, 12)]))).toContainEqual([3, SECOND, 3, '0xe8000080200703']);
    expect(leaves(run([pages(SECOND, BLOCK, 21)]))).toContainEqual([2, SECOND, 1, '0xe8000080200701']);
    const refused = run([pages(THIRD, 0x2000, 12)]);
    expect([refused.results[0]?.rets, of(refused, 'warn')]).toEqual([[-12], 1]);
  });
});

describe('dumps', () => {
  const range = { start: THIRD, end: '0xffff800080402000' } as const;
  const held = (
    fn: 'ptdump_show' | 'ptdump_walk_pgd',
    mm: 'init_mm' | 'efi_mm',
    revision: string,
  ): string => {
    const r = run([{ fn, mm, ...range }], revision);
    const load = r.steps.find((s) => s.ev === 'load');
    return (load?.held ?? []).join(' ');
  };

  it.each([
    ['ptdump_walk_pgd', 'init_mm', 'v6.12.0', 'mmap:init_mm/write'],
    ['ptdump_show', 'init_mm', 'v6.12.0', 'mem_hotplug/read mmap:init_mm/write'],
    ['ptdump_walk_pgd', 'init_mm', 'v7.3', 'mem_hotplug/read mmap:init_mm/write'],
    ['ptdump_show', 'init_mm', 'v7.3', 'mem_hotplug/read mmap:init_mm/write'],
    ['ptdump_walk_pgd', 'efi_mm', 'v6.18', 'mem_hotplug/read mmap:efi_mm/write'],
    ['ptdump_walk_pgd', 'efi_mm', 'v7.3', 'mem_hotplug/read mmap:efi_mm/write mmap:init_mm/write'],
  ] as const)('%s of %s holds at %s: %s', (fn, mm, revision, locks) => {
    expect(held(fn, mm, revision)).toBe(locks);
  });

  it('switch a static key on and off in v6.18 alone', () => {
    const keys = (revision: string): readonly boolean[] =>
      run([{ fn: 'ptdump_show', mm: 'init_mm', ...range }], revision).steps.flatMap((s) =>
        s.ev === 'static_key' ? [s.on] : [],
      );
    expect([keys('v6.16'), keys('v6.18'), keys('v7.3')]).toEqual([[], [true, false], []]);
  });
});

describe('KFENCE', () => {
  const pool = { config: { kfenceStart: THIRD, kfenceEnd: '0xffff800080402000' } };

  it('changes the page of an object: under its raw spinlock when it is handed out, after it when it is freed', () => {
    const r = run(
      [
        { fn: 'kfence_guarded_free', addr: '0xffff800080401010' },
        { fn: 'kfence_guarded_alloc', addr: '0xffff800080401010' },
      ],
      'v7.3',
      pool,
    );
    expect(r.results[0]?.rets).toEqual([0, 1]);
    expect(r.steps.flatMap((s) => (s.ev === 'set' ? [[s.new, s.held]] : []))).toEqual([
      ['0xe8000041752f02', []],
      ['0xe8000041752703', ['kfence_meta_lock/write']],
    ]);
    expect(of(r, 'tlbi')).toBe(1);
  });
});

describe('offline_and_remove_memory', () => {
  it('wants whole sections', () => {
    const r = run([{ fn: 'offline_and_remove_memory', phys: '0xc0000000', size: '0x200000' }]);
    expect(r.results[0]?.rets).toEqual([-22]);
    expect(of(r, 'lock')).toBe(0);
  });
});
