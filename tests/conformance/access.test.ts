import { describe, expect, it } from 'vitest';
import { parseArm64Geometry } from '../../src-core/arch/arm64/geometry.ts';
import { U64 } from '../../src-core/base/u64.ts';
import type { ListingRow } from '../../src-core/memory/listing.ts';
import { loadListing } from '../../src-core/memory/listing.ts';
import { PhysicalMemory } from '../../src-core/memory/physical.ts';
import type { Run } from '../../src-core/scenario/run.ts';
import { runScenario } from '../../src-core/scenario/run-scenario.ts';
import type { ScenarioCall, ScenarioConfig } from '../../src-core/scenario/schema.ts';
import type { World } from '../../src-core/scenario/world.ts';
import type { AccessStep, Step } from '../../src-core/step/step.ts';

/**
 * One CPU changes the linear map while another uses it: at every point where the other may come in, what it may see. Two contexts,
 * the first on CPU 0, the second on CPU 1 with one access.
 */
const BASE = U64.hex('0xffff000000000000');
const ROOT = 0x1000000000;
const PHYS = U64.hex('0xc0000000');
const at = (offset: number): string => BASE.plus(offset).toHex();
const pointer = (pa: number): string => U64.hex('0x1000000000000403').plus(pa).toHex();
const pa = (offset: number, prot: string): string => U64.hex(prot).add(PHYS).plus(offset).toHex();

function world(kind: 'blocks' | 'pages' | 'cont pages'): World {
  const geo = parseArm64Geometry('4k48');
  if (!geo.ok) throw new Error(geo.error.message);
  const upper: ListingRow[] = [
    ['init_mm', 0, at(0), 1, pointer(ROOT + 0x1000), '0x0'],
    ['init_mm', 1, at(0), 1, pointer(ROOT + 0x2000), '0x0'],
  ];
  const rows: ListingRow[] =
    kind === 'blocks'
      ? [...upper, ['init_mm', 2, at(0), 4, pa(0, '0xe8000000000705'), '0x200000']]
      : [
          ...upper,
          ['init_mm', 2, at(0), 1, pointer(ROOT + 0x3000), '0x0'],
          [
            'init_mm',
            3,
            at(0),
            512,
            pa(0, kind === 'pages' ? '0xe8000000000707' : '0xf8000000000707'),
            '0x1000',
          ],
        ];
  const memory = new PhysicalMemory();
  loadListing(memory, geo.value, [{ mm: 'init_mm', pgd: ROOT, base: BASE }], rows);
  return {
    name: kind,
    geo: geo.value,
    memory,
    mms: [{ name: 'init_mm', pgd: ROOT, base: BASE }],
    config: { physOffset: PHYS },
    markers: [],
    notes: [],
  };
}

const access = (offset: number, kind: 'load' | 'store' | 'fetch' = 'load'): ScenarioCall => ({
  fn: 'access',
  kind,
  addr: at(offset),
});

interface Options {
  readonly config?: ScenarioConfig;
  readonly revision?: string;
  readonly after?: number;
}

/** Context a makes `after` turns, then b makes its access, then a goes on. */
function run(w: World, calls: ScenarioCall[], used: ScenarioCall | undefined, options: Options = {}): Run {
  const r = runScenario(
    {
      format: 'pagewalk/scenario',
      version: 1,
      title: 'use',
      revision: options.revision ?? 'v7.3',
      memory: { capture: 'use' },
      ...(options.config === undefined ? {} : { config: options.config }),
      contexts: [{ cpu: 0, calls }, ...(used === undefined ? [] : [{ cpu: 1, calls: [used] }])],
    },
    w,
    {
      fold: 'never',
      maxSteps: 100_000,
      schedule: used === undefined ? '' : `${(options.after ?? 0) === 0 ? '' : `a${options.after ?? 0}`}b2`,
    },
  );
  if (!r.ok) throw new Error(r.error.message);
  return r.value;
}

const accessOf = (r: Run): (Step & AccessStep) | undefined =>
  r.steps.find((s): s is Step & AccessStep => s.ev === 'access');
const violations = (r: Run): string[] => r.steps.flatMap((s) => (s.ev === 'violation' ? [s.what] : []));

/** How many turns a takes: after so many and no fewer, all of its steps come before the access. */
function turnsOf(w: World, calls: ScenarioCall[], used: ScenarioCall, options: Options): number {
  let [low, high] = [0, 20_000];
  while (low < high) {
    const mid = Math.floor((low + high) / 2);
    const { steps } = run(w, calls, used, { ...options, after: mid });
    const use = steps.findIndex((s) => s.ev === 'access');
    if (steps.slice(use).some((s) => s.ctx === 0)) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** The access at every point of a's calls, or at some spread over long ones and all near their end: what it may use there. */
function everywhere(
  w: World,
  calls: ScenarioCall[],
  used: ScenarioCall,
  options: Options = {},
): { readonly run: Run; readonly step: Step & AccessStep; readonly wrong: readonly string[] }[] {
  const turns = turnsOf(w, calls, used, options);
  const near = turns - 60;
  const far = Math.max(1, Math.floor(near / 25));
  const found = [];
  for (let after = 0; after <= turns; after += after < near ? far : 1) {
    const r = run(w, calls, used, { ...options, after });
    const step = accessOf(r);
    if (step === undefined) throw new Error(`no access after ${after} of ${turns} turns`);
    found.push({ run: r, step, wrong: violations(r) });
  }
  return found;
}

const readOnly = (offset: number, size: number): ScenarioCall => ({
  fn: 'update_range_prot',
  start: at(offset),
  size: U64.from(size).toHex(),
  set: '0x80',
  clear: '0x8000000000000',
});

describe('a permission change, seen from another CPU', () => {
  it('inside a contiguous group: the old permission or the new one, at every moment, never a third', () => {
    const results = everywhere(world('cont pages'), [readOnly(0, 0x10000)], access(0x5000, 'store'));
    expect(results.length).toBeGreaterThan(40);
    const permissions = new Set(results.flatMap(({ step }) => step.may.map((m) => `${m.value} ${m.ok}`)));
    expect([...permissions].sort()).toEqual(['0xf00000c0005787 false', '0xf80000c0005707 true']);
    // While the group is half changed, either may be used at once.
    expect(results.some(({ step }) => step.may.length === 2)).toBe(true);
    expect(results.flatMap((r) => r.wrong)).toEqual([]);
  });

  it('before the TLBI the old translation may be used, after it it may not', () => {
    const invalid: ScenarioCall = { fn: 'set_memory_valid', addr: at(0x5000), numpages: 1, enable: false };
    const alone = run(world('pages'), [invalid], undefined);
    const flush = alone.steps.find((s) => s.ev === 'tlbi');
    const store = alone.steps.find((s) => s.ev === 'set');
    if (flush === undefined || store === undefined) throw new Error('it neither stores nor flushes');
    const results = everywhere(world('pages'), [invalid], access(0x5000));
    for (const { run: r, step } of results) {
      const before = r.steps.slice(0, step.n - 1);
      const told = step.may.map((m) => `${m.from} ${m.ok}`);
      if (before.some((s) => s.ev === 'tlbi')) expect(told).toEqual(['walk false']);
      else if (before.some((s) => s.ev === 'set')) expect(told.sort()).toEqual(['walk false', 'walk true']);
      else expect(told).toEqual(['walk true']);
    }
    expect(results.flatMap((r) => r.wrong)).toEqual([]);
  });

  it('set_direct_map_invalid_noflush() leaves the old translation to its caller, without a promise', () => {
    const pfn = PHYS.plus(0x5000).shr(12).toHex();
    const calls: ScenarioCall[] = [{ fn: 'set_direct_map_invalid_noflush', pfn }, access(0x5000)];
    const r = run(world('pages'), calls, undefined);
    expect(r.steps.filter((s) => s.ev === 'tlbi')).toEqual([]);
    expect(r.results[0]?.rets).toEqual([0, 1]);
    expect(violations(r)).toEqual([]);
  });

  it('memory made valid needs no TLBI: nothing of before can be used', () => {
    const pages = (enable: boolean): ScenarioCall => ({
      fn: 'set_memory_valid',
      addr: at(0x5000),
      numpages: 1,
      enable,
    });
    const r = run(world('pages'), [pages(false), pages(true), access(0x5000)], undefined);
    expect(r.steps.filter((s) => s.ev === 'tlbi')).toHaveLength(1);
    expect(accessOf(r)?.may).toEqual([{ hw: 3, value: '0xe80000c0005707', from: 'walk', ok: true }]);
  });
});

describe('the split of a live block, seen from another CPU', () => {
  const split: ScenarioCall = { fn: 'split_kernel_leaf_mapping', start: at(0x205000), end: at(0x206000) };

  it('with BBML3: works at every moment', () => {
    const results = everywhere(world('blocks'), [split], access(0x205000)).slice(-60);
    expect(results.flatMap((r) => r.wrong)).toEqual([]);
    expect(results.every(({ step }) => step.may.every((m) => m.ok))).toBe(true);
    expect(results.some(({ step }) => new Set(step.may.map((m) => m.hw)).size === 2)).toBe(true);
  });

  it('without it the same stores may end in a TLB conflict', () => {
    const config = { bbml3: false, capsFinal: false, onlineCpus: 1 };
    const results = everywhere(world('blocks'), [split], access(0x205000), { config }).slice(-60);
    expect(results.some((r) => r.wrong.includes('conflict'))).toBe(true);
  });

  it('by break-before-make there is no conflict, but a window in which nothing is mapped', () => {
    const config = { bbml3: false };
    const bbm: ScenarioCall = { fn: 'split_pmd_bbm', addr: at(0x205000) };
    const results = everywhere(world('blocks'), [bbm], access(0x205000), { config });
    const wrong = results.map((r) => r.wrong[0] ?? 'fine');
    expect(new Set(wrong)).toEqual(new Set(['fine', 'bbm']));
    expect(wrong[0]).toBe('fine');
    expect(wrong.at(-1)).toBe('fine');
    expect(run(world('blocks'), [bbm], undefined, { config }).results[0]?.rets).toEqual([0]);
  });

  it('of what is no block is refused', () => {
    expect(
      run(world('pages'), [{ fn: 'split_pmd_bbm', addr: at(0x5000) }], undefined).results[0]?.rets,
    ).toEqual([-22]);
  });
});

describe('the repaint at boot', () => {
  const repaint: ScenarioCall = {
    fn: 'linear_map_maybe_split_to_ptes',
    start: at(0x200000),
    end: at(0x400000),
  };
  const config = { bbml3: false, capsFinal: true };

  it('makes pages of everything but the kernel’s own alias, with all other CPUs waiting', () => {
    const r = run(world('blocks'), [repaint], undefined, { config });
    expect(r.results[0]?.rets).toEqual([0]);
    const playback = r.playback();
    playback.seek(r.steps.length);
    const pmds = [0, 1, 2, 3].map((i) => playback.memory.read(ROOT + 0x2000, i).field(0, 2));
    expect(pmds).toEqual([3, 1, 3, 3]);
    expect(
      r.steps.filter((s) => s.ev === 'stop_machine').map((s) => s.ev === 'stop_machine' && s.on),
    ).toEqual([true, false]);
    expect(r.steps.filter((s) => s.ev === 'alloc').every((s) => s.ev === 'alloc' && s.gfp === 'atomic')).toBe(
      true,
    );
    expect(r.steps.filter((s) => s.ev === 'tlbi')).toHaveLength(1);
  });

  it('is never seen half done, though the CPUs know no BBML3', () => {
    const results = everywhere(world('blocks'), [repaint], access(0x5000), { config });
    expect(results.length).toBeGreaterThan(0);
    expect(results.flatMap((r) => r.wrong)).toEqual([]);
    expect(results.every(({ step }) => step.may.length === 1 && step.may[0]?.ok === true)).toBe(true);
  });

  it('does nothing where live blocks can be split, or never need to be', () => {
    for (const c of [{ bbml3: true }, { bbml3: false, linearReq: false }]) {
      const r = run(world('blocks'), [repaint], undefined, { config: c });
      expect(r.steps.map((s) => s.ev)).toEqual(['call', 'return']);
    }
  });

  it('panics where a table can’t be had', () => {
    const w = { ...world('blocks'), allocation: { base: 0x2000000000, failAt: 2 } };
    const r = run(w, [repaint], undefined, { config });
    expect(r.steps.at(-1)?.ev).toBe('bug');
    expect(r.results[0]?.rets).toEqual([null]);
  });
});
