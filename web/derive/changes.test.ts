import { describe, expect, it } from 'vitest';
import { captureWorld } from '../../tests/support/page-runs.ts';
import { carry } from '../actions/carry.ts';
import { keepImported } from '../actions/worlds.ts';
import type { Run, RunOptions, Scenario, ScenarioCall, Step } from '../engine.ts';
import {
  CALL_NAMES,
  openScenario,
  runScenario,
  SCENARIO_FORMAT,
  SCENARIO_VERSION,
  U64,
  worldFromListing,
} from '../engine.ts';
import type { Scene } from '../state/session.ts';
import { shortStep } from '../text/steps.ts';
import { markOf } from '../timeline/marks.ts';
import { aboutUser, callOf, draftOf, scenarioOf, withProcess } from './draft.ts';
import { pathAt } from './focus.ts';
import { changedUpTo, comingAfter, entryAt, memoryAt } from './moment.ts';
import { isInteresting, runIndex } from './runIndex.ts';
import { tableAt } from './tables.ts';

/** Runs of calls that change tables: what the page derives from them. */
const world = captureWorld();
const INVALID: ScenarioCall = { fn: 'set_direct_map_invalid_noflush', pfn: '0x41e05' };
const VALID: ScenarioCall = {
  fn: 'set_memory_valid',
  addr: '0xffff000041e05000',
  numpages: 1,
  enable: false,
};

function scenarioWith(...calls: ScenarioCall[]): Scenario {
  return {
    format: SCENARIO_FORMAT,
    version: SCENARIO_VERSION,
    title: 'A change',
    revision: 'v7.3',
    memory: { capture: 'x4-4k-48' },
    contexts: [{ cpu: 0, calls }],
  };
}

function runOf(calls: readonly ScenarioCall[], options: RunOptions = {}): Run {
  const run = runScenario(scenarioWith(...calls), world, options);
  if (!run.ok) throw new Error(run.error.message);
  return run.value;
}

const sceneOf = (scenario: Scenario, run: Run): Scene => ({
  scenario,
  libraryId: undefined,
  schedule: '',
  fold: 'auto',
  world,
  run,
});

describe('a run that changes tables', () => {
  const run = runOf([VALID], { fold: 'always' });
  const fill = run.steps.find((s) => s.ev === 'set' && s.count === 512);
  if (fill?.ev !== 'set') throw new Error('nothing is filled');

  it('counts allocations, barriers and flushes, which a plain walk has no rows for', () => {
    const { counters } = runIndex(run);
    const end = (label: string): number | undefined => counters.find((c) => c.label === label)?.totals.at(-1);
    expect([end('allocations'), end('TLBI')]).toEqual([1, 1]);
    const seen = (ev: Step['ev']): number => run.steps.filter((s) => s.ev === ev).length;
    expect([end('DSB'), end('ISB')]).toEqual([seen('dsb'), seen('isb')]);
    expect(end('entry stores')).toBe(512 + seen('set') - 1);
    const none = runOf([{ fn: 'kernel_page_present', pfn: '0x41e05' }]);
    expect(runIndex(none).counters.map((c) => c.label)).toEqual([
      'entry loads',
      'entry stores',
      'callbacks',
      'holes',
    ]);
  });

  it('does not count an allocation that failed', () => {
    const poor = runScenario(scenarioWith(VALID), { ...world, allocation: { base: 2 ** 37, failAt: 1 } });
    if (!poor.ok) throw new Error(poor.error.message);
    expect(poor.value.steps.some((s) => s.ev === 'alloc')).toBe(true);
    expect(runIndex(poor.value).counters.map((c) => c.label)).not.toContain('allocations');
    const failed = poor.value.steps.find((s) => s.ev === 'alloc');
    expect(failed && markOf(failed)).toBe('warn');
  });

  it('stops at what changes or tells something, not at barriers', () => {
    const kinds = new Set(run.steps.filter(isInteresting).map((s) => s.ev));
    expect([...kinds].sort()).toEqual(['alloc', 'ctor', 'lock', 'return', 'set', 'tlbi', 'unlock']);
  });

  it('knows the value of every slot that a run of stores filled', () => {
    const slot = (at: typeof fill, k: number): number => at.idx + k;
    const changed = changedUpTo(run, fill.n).get(Number(fill.table));
    const coming = comingAfter(run, fill.n - 1).get(Number(fill.table));
    for (const k of [0, 1, 300, 511]) {
      const value = U64.hex(fill.new).plus(k * 0x1000);
      expect(changed?.get(slot(fill, k))?.new).toEqual(value);
      expect(changed?.get(slot(fill, k))?.old.isZero()).toBe(true);
      expect(coming?.get(slot(fill, k))?.new).toEqual(value);
    }
  });

  it('knows where a table that came into being is linked, and since when', () => {
    const link = run.steps.find(
      (s) => s.ev === 'set' && s.new.includes(fill.table.slice(2, 7)) && s.hw === 2,
    );
    if (link?.ev !== 'set') throw new Error('nothing is linked');
    const at = (cursor: number) => tableAt(world, memoryAt(run, cursor), Number(fill.table));
    const entry = (cursor: number) => entryAt(run, world, cursor, { table: Number(fill.table), idx: 5 });
    expect([at(link.n - 1)?.first, at(link.n - 1)?.parent]).toEqual([undefined, undefined]);
    expect(entry(link.n - 1)?.va).toBeUndefined();
    expect([at(link.n)?.first?.toHex(), at(link.n)?.last?.toHex()]).toEqual([
      '0xffff000041e00000',
      '0xffff000041ffffff',
    ]);
    expect(at(link.n)?.parent).toEqual({ table: Number(link.table), hw: 2, idx: 15 });
    expect(entry(link.n)?.va?.toHex()).toBe('0xffff000041e05000');
    // Every step says the same.
    for (const step of run.steps) {
      if (step.ev !== 'load' && step.ev !== 'set') continue;
      const before = step.ev === 'set' ? step.n - 1 : step.n;
      const shown = entryAt(run, world, before, { table: Number(step.table), idx: step.idx });
      if (step.va !== null) expect(shown?.va?.toHex()).toBe(step.va);
    }
  });

  it('begins at the address the call is about', () => {
    expect(pathAt(run, world, 0)).toEqual({ mm: 'init_mm', va: U64.hex('0xffff000041e05000') });
    expect(pathAt(runOf([INVALID]), world, 0)).toEqual({ mm: 'init_mm', va: U64.hex('0xffff000041e05000') });
  });

  it('has a shape and a few words for each kind of step', () => {
    const base = { ctx: 0, cpu: 0, fn: 'f', at: '', depth: 0, held: [], n: 1 } as const;
    const told = (step: Step): string => `${markOf(step)}: ${shortStep(world.geo, step)}`;
    const table = '0x2000000000';
    const steps: readonly Step[] = [
      fill,
      { ...base, ev: 'alloc', level: 'pte', table },
      { ...base, ev: 'ctor', level: 'pte', table },
      { ...base, ev: 'dsb' },
      { ...base, ev: 'isb' },
      { ...base, ev: 'lazy', on: true },
      { ...base, ev: 'tlbi', start: '0x0', end: '0x1000' },
      { ...base, ev: 'unmap_aliases' },
      { ...base, ev: 'vmalock', name: 'vma_start_write', vma: 1 },
      { ...base, ev: 'vmalock', name: 'vma_assert_locked', vma: 1 },
      { ...base, ev: 'test_walk', addr: '0x0', next: '0x1000' },
      { ...base, ev: 'post_vma' },
      { ...base, ev: 'split_huge', level: 'pmd', addr: '0x0', val: '0x1' },
      { ...base, ev: 'bug' },
    ];
    expect(steps.map(told)).toEqual([
      'stores: store PTE[0–511]',
      'alloc: allocate PTE table',
      'ctor: construct PTE table',
      'barrier: DSB',
      'barrier: ISB',
      'lazy: lazy MMU mode on',
      'tlbi: TLBI',
      'call: vm_unmap_aliases',
      'lock: vma_start_write VMA 1',
      'assert: vma_assert_locked VMA 1',
      'callback: test_walk',
      'callback: post_vma',
      'call: split_huge_pmd',
      'warn: BUG',
    ]);
  });
});

describe('the walk form', () => {
  it('knows every call, and gives back the scenario that it was filled from', () => {
    const scene = sceneOf(scenarioWith(INVALID, VALID), runOf([INVALID, VALID]));
    const made = scenarioOf(scene, draftOf(scene));
    expect(made.ok && made.scenario.contexts).toEqual(scene.scenario.contexts);
    for (const fn of CALL_NAMES) {
      const before = draftOf(scene).contexts[0]?.calls[1];
      if (before === undefined) throw new Error('no call');
      const changed = callOf(fn, before);
      const draft = draftOf(scene);
      const asked = { ...draft, contexts: [{ cpu: 0, holds: {}, calls: [changed] }] };
      const result = scenarioOf(scene, { ...asked, ...(aboutUser(fn) && withProcess(asked)) });
      if (!result.ok) {
        expect(result.message, fn).toContain('v7.3 has no');
        continue;
      }
      const checked = openScenario(JSON.parse(JSON.stringify(result.scenario)));
      expect(checked.ok ? fn : `${fn} ${checked.error.path} ${checked.error.message}`).toBe(fn);
    }
  });

  it('sets up VMAs, a walk of them with a lock, and a second context', () => {
    const scene = sceneOf(scenarioWith(INVALID), runOf([INVALID]));
    const [first] = draftOf(scene).contexts;
    if (first?.calls[0] === undefined) throw new Error('no call');
    const walk = {
      ...callOf('walk_page_vma', first.calls[0]),
      locks: { 'mmap:user': 'read' },
      callbacks: ['pte', 'test_walk'],
    } as const;
    const draft = withProcess({
      ...draftOf(scene),
      contexts: [
        { ...first, calls: [walk] },
        { ...first, cpu: 1 },
      ],
    });
    const vmas = [{ start: '400000', end: '0x404000', flags: ['PFNMAP' as const] }];
    const made = scenarioOf(scene, { ...draft, vmas });
    if (!made.ok) throw new Error(made.message);
    expect(made.scenario.contexts).toEqual([
      {
        cpu: 0,
        calls: [
          {
            fn: 'walk_page_vma',
            vma: 0,
            ops: { callbacks: ['pte', 'test_walk'] },
            walkLock: 0,
            locks: [{ name: 'mmap:user', mode: 'read' }],
          },
        ],
      },
      { cpu: 1, calls: [INVALID] },
    ]);
    expect('tables' in made.scenario.memory && made.scenario.memory.vmas).toEqual([
      { start: '0x400000', end: '0x404000', flags: ['PFNMAP'] },
    ]);
    expect(openScenario(JSON.parse(JSON.stringify(made.scenario))).ok).toBe(true);
    expect(scenarioOf(scene, { ...draft, vmas: [{ start: 'x', end: '0x1000', flags: [] }] })).toMatchObject({
      ok: false,
      field: 'vma0',
    });
  });
});

describe('imported tables', () => {
  it('take along how their kernel was booted', () => {
    keepImported('change-test', world);
    const scenario = { ...scenarioWith(INVALID), memory: { capture: 'change-test' } };
    const run = runOf([INVALID]);
    const carried = carry(sceneOf(scenario, run));
    expect(carried?.scenario.config).toMatchObject({ bbml3: true, kfenceDirect: true, physOffset: '0x0' });
    if (carried === undefined || 'capture' in carried.scenario.memory) throw new Error('nothing is carried');
    const rebuilt = worldFromListing(carried.scenario.memory);
    if (!rebuilt.ok) throw new Error(rebuilt.error.message);
    const again = runScenario(carried.scenario, rebuilt.value);
    expect(again.ok && again.value.steps).toEqual(run.steps);
  });
});
