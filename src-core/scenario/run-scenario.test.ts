import { describe, expect, it } from 'vitest';
import { U64 } from '../base/u64.ts';
import { listTables } from '../memory/listing.ts';
import type { SetStep, Step } from '../step/step.ts';
import { storedAt } from '../step/store-run.ts';
import type { ListingMemory } from './listing-world.ts';
import { worldFromListing } from './listing-world.ts';
import type { Run, RunOptions } from './run.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario, ScenarioCall } from './schema.ts';
import type { World } from './world.ts';

const BLOCK = U64.hex('0xe8000000000705');

/** A linear map of 2 MiB blocks from 1 GiB on, `gigabytes` long, and what else is given. */
function listing(gigabytes: number, more: Partial<ListingMemory> = {}): ListingMemory {
  const hex = (n: number): string => `0x${n.toString(16)}`;
  const tables: ListingMemory['tables'] = [['init_mm', 0, '0xffff000000000000', 1, '0x3003', '0x0']];
  for (let g = 1; g <= gigabytes; g++) {
    const at = `0xffff000${hex(g * 0x40000000)
      .slice(2)
      .padStart(9, '0')}`;
    tables.push(['init_mm', 1, at, 1, hex(0x4003 + g * 0x1000), '0x0']);
    tables.push(['init_mm', 2, at, 512, BLOCK.plus(g * 0x40000000).toHex(), '0x200000']);
  }
  return { geometry: '4k48', roots: [{ mm: 'init_mm', pgd: '0x1000' }], tables, ...more };
}

function worldOf(memory: ListingMemory): World {
  const world = worldFromListing(memory);
  if (!world.ok) throw new Error(`${world.error.path}: ${world.error.message}`);
  return world.value;
}

function scenarioOf(calls: readonly ScenarioCall[], config?: Scenario['config']): Scenario {
  return {
    format: 'pagewalk/scenario',
    version: 1,
    title: 'A test',
    revision: 'v7.3',
    memory: { capture: 'listing' },
    contexts: [{ cpu: 0, calls: [...calls] }],
    ...(config === undefined ? {} : { config }),
  };
}

function run(scenario: Scenario, world: World, options: RunOptions = {}): Run {
  const made = runScenario(scenario, world, options);
  if (!made.ok) throw new Error(`${made.error.path}: ${made.error.message}`);
  return made.value;
}

const INVALID: ScenarioCall = { fn: 'set_direct_map_invalid_noflush', pfn: '0x40201' };
const kinds = (r: Run): string[] => [...new Set(r.steps.map((s) => s.ev))];

describe('the kernel’s configuration', () => {
  it('is the default, then the tables’ own, then the scenario’s', () => {
    const world = worldOf(listing(1));
    expect(kinds(run(scenarioOf([INVALID]), world))).toContain('alloc');
    const off = { rodataFull: false };
    const fixed: World = { ...world, config: off };
    expect(kinds(run(scenarioOf([INVALID], off), world))).toEqual(['call', 'return']);
    expect(kinds(run(scenarioOf([INVALID]), fixed))).toEqual(['call', 'return']);
    expect(kinds(run(scenarioOf([INVALID], { rodataFull: true }), fixed))).toContain('alloc');
  });

  it('says where the linear map is', () => {
    const world = worldOf(listing(1));
    const { steps } = run(scenarioOf([{ ...INVALID, pfn: '0x80201' }], { physOffset: '0x40000000' }), world);
    const stores = steps.filter((s) => s.ev === 'set' && s.va === '0xffff000040201000');
    expect(stores.length).toBeGreaterThan(0);
  });
});

describe('arguments', () => {
  it('a VMA that is not there is a problem of the call', () => {
    const roots = [...listing(0).roots, { mm: 'user' as const, pgd: '0x2000' }];
    const world = worldOf(listing(0, { roots, vmas: [{ start: '0x400000', end: '0x401000', flags: [] }] }));
    const walk = (vma: number): ScenarioCall => ({
      fn: 'walk_page_vma',
      vma,
      ops: { callbacks: ['pte'] },
      walkLock: 0,
    });
    expect(runScenario(scenarioOf([walk(0)]), world).ok).toBe(true);
    expect(runScenario(scenarioOf([walk(1)]), world)).toEqual({
      ok: false,
      error: {
        path: 'contexts[0].calls[0].vma',
        message: 'its own tables has 1 VMAs, numbered from 0; there is no 1',
      },
    });
  });

  it('a walk lock has the name it has at the revision', () => {
    const roots = [...listing(0).roots, { mm: 'user' as const, pgd: '0x2000' }];
    const world = worldOf(listing(0, { roots }));
    const named = (walkLock: 0 | 1 | 2 | 3, revision: string): string | undefined => {
      const call: ScenarioCall = {
        fn: 'walk_page_range',
        start: '0x0',
        end: '0x1000',
        ops: { callbacks: [] },
        walkLock,
      };
      const step = run(scenarioOf([call]), world, { revision }).steps[0];
      return step?.ev === 'call' ? step.args['walk_lock'] : undefined;
    };
    expect([0, 1, 2, 3].map((n) => named(n as 0, 'v7.3'))).toEqual([
      'PGWALK_RDLOCK',
      'PGWALK_WRLOCK',
      'PGWALK_WRLOCK_VERIFY',
      'PGWALK_VMA_RDLOCK_VERIFY',
    ]);
    expect(named(3, 'v6.12')).toBe('3');
  });
});

describe('runs of stores', () => {
  const SPLIT: ScenarioCall = {
    fn: 'split_kernel_leaf_mapping',
    start: '0xffff000040201000',
    end: '0xffff000040202000',
  };
  const isSet = (s: Step): s is Step & SetStep => s.ev === 'set';

  it('are one step that says what its single stores say', () => {
    const world = worldOf(listing(1));
    const folded = run(scenarioOf([SPLIT]), world, { fold: 'always' });
    const single = run(scenarioOf([SPLIT]), world, { fold: 'never' });
    const fills = folded.steps.filter(isSet).filter((s) => s.count === 512);
    expect(fills).toMatchObject([{ idx: 0, va: null, old: '0x0', dnew: '0x1000' }]);
    const said = (steps: readonly SetStep[]): string[] =>
      steps.flatMap((s) =>
        Array.from({ length: s.count ?? 1 }, (_, nth) => {
          const { old, new: now } = storedAt(s, nth);
          return `${s.table}[${s.idx + nth}] ${old.toHex()} ${now.toHex()}`;
        }),
      );
    expect(said(folded.steps.filter(isSet))).toEqual(said(single.steps.filter(isSet)));
    expect(folded.steps.length).toBeLessThan(single.steps.length - 500);
  });

  it('leave the tables that single stores leave, and are undone whole', () => {
    const world = worldOf(listing(1));
    const roots = world.mms.map((m) => ({ mm: m.name, pgd: m.pgd, base: m.base }));
    const ends = (['always', 'never'] as const).map((fold) => {
      const made = run(scenarioOf([SPLIT]), world, { fold });
      const playback = made.playback();
      playback.seek(made.steps.length);
      const end = listTables(playback.memory, world.geo, roots);
      playback.seek(0);
      expect(listTables(playback.memory, world.geo, roots)).toEqual(listing(1).tables);
      return end;
    });
    expect(ends[0]).toEqual(ends[1]);
    expect(ends[0]?.length).toBeGreaterThan(listing(1).tables.length);
  });

  it('are bounded like steps: a small scenario can’t ask for gigabytes', () => {
    const world = worldOf(listing(5));
    const whole: ScenarioCall = {
      fn: 'range_split_to_ptes',
      start: '0xffff000040000000',
      end: '0xffff000180000000',
      atomic: false,
    };
    const cut = run(scenarioOf([whole]), world);
    expect(cut.folded).toBe(true);
    expect(cut.cutAt).toBe(cut.steps.length);
    expect(cut.steps.length).toBeLessThan(200_000);
    expect(cut.steps.filter((s) => s.ev === 'alloc')).toHaveLength(2 ** 20 / 512);
  });
});

describe('new tables', () => {
  it('do not land on tables that are there', () => {
    // Tables lie where new ones usually go.
    const at = listing(1, {
      tables: [
        ['init_mm', 0, '0xffff000000000000', 1, '0x2000000003', '0x0'],
        ['init_mm', 1, '0xffff000040000000', 1, '0x2000001003', '0x0'],
        ['init_mm', 2, '0xffff000040000000', 512, '0xe8000040000705', '0x200000'],
      ],
    });
    const { steps } = run(scenarioOf([INVALID]), worldOf(at));
    const page = steps.find((s) => s.ev === 'alloc');
    expect(page?.ev === 'alloc' && page.table).toBe('0x2000002000');
  });
});
