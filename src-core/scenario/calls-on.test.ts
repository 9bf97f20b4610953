import { describe, expect, it } from 'vitest';
import { captureWorld } from '../../tests/support/page-runs.ts';
import { U64 } from '../base/u64.ts';
import { findRevision } from '../revision/revisions.ts';
import type { Rules } from '../revision/rules.ts';
import { summarizeRun } from '../scene/run-summary.ts';
import type { CallRange } from './calls-on.ts';
import { callsOn, scenarioCalling } from './calls-on.ts';
import type { CallName } from './calls.ts';
import { PROCESS } from './library/worlds.ts';
import { worldFromListing } from './listing-world.ts';
import { openScenario } from './migrations.ts';
import { refusal } from './refusal.ts';
import { runInSlices, runScenario } from './run-scenario.ts';
import type { Run } from './run.ts';
import type { Scenario } from './schema.ts';

const world = captureWorld();
const scenario: Scenario = {
  format: 'pagewalk/scenario',
  version: 1,
  title: 'A walk',
  revision: 'v7.3',
  memory: { capture: 'x4-4k-48' },
  contexts: [{ cpu: 0, calls: [{ fn: 'kernel_page_present', pfn: '0x41e05' }] }],
};
const rulesOf = (id: string): Rules => {
  const found = findRevision(id);
  if (found === undefined) throw new Error(id);
  return found.rules;
};
const range = (start: string, bytes: number, mm: CallRange['mm'] = 'init_mm'): CallRange => {
  const first = U64.hex(start);
  return { mm, start: first, end: first.plus(bytes) };
};
const LINEAR = range('0xffff000041e05000', 0x3000);
/** Four pages that the kernel's own vmalloc() mapped. */
const VMALLOC = range('0xffff800080000000', 0x4000);

function runOf(fn: CallName, on: CallRange, revision = 'v7.3'): Run {
  const suggested = callsOn(scenario, world, rulesOf(revision), on).find((s) => s.call.fn === fn);
  if (suggested === undefined) throw new Error(`no ${fn}`);
  const checked = openScenario(JSON.parse(JSON.stringify(scenarioCalling(scenario, suggested, revision))));
  if (!checked.ok) throw new Error(`${checked.error.path} ${checked.error.message}`);
  const run = runScenario(checked.value, world);
  if (!run.ok) throw new Error(`${run.error.path} ${run.error.message}`);
  return run.value;
}

describe('callsOn', () => {
  it('has what exists at the revision, for the mm', () => {
    const names = (id: string, on: CallRange): readonly string[] =>
      callsOn(scenario, world, rulesOf(id), on).map((s) => s.call.fn);
    expect(names('v7.3', LINEAR)).toContain('split_kernel_leaf_mapping');
    expect(names('v6.12', LINEAR)).not.toContain('split_kernel_leaf_mapping');
    expect(names('v6.12', LINEAR)).not.toContain('walk_kernel_page_table_range_lockless');
    expect(names('v6.12', LINEAR)).toContain('set_memory_valid');
    expect(names('v7.3', range('0x40000000', 0x200000, 'efi_mm'))).toEqual(['walk_page_range_debug']);
  });

  it('walks a process by its VMAs', () => {
    const made = worldFromListing(PROCESS);
    if (!made.ok) throw new Error(made.error.message);
    const on = range('0x400000', 0x200000, 'user');
    const [walk] = callsOn({ memory: PROCESS }, made.value, rulesOf('v7.3'), on);
    if (walk?.call.fn !== 'walk_page_range') throw new Error('no walk by VMA');
    const run = runScenario(scenarioCalling({ ...scenario, memory: PROCESS }, walk, 'v7.3'), made.value);
    if (!run.ok) throw new Error(run.error.message);
    expect(summarizeRun(run.value)).toMatchObject({ rets: [0], stores: 0, warns: 0, violations: 0 });
    expect(run.value.steps.every((s) => s.ev !== 'assert' || s.ok)).toBe(true);
  });

  it('every one of them runs, on the linear map, on vmalloc memory and over an odd range', () => {
    for (const on of [LINEAR, VMALLOC, range('0xffff000041000000', 0x1000000)]) {
      for (const revision of ['v6.12', 'v7.3']) {
        for (const { call } of callsOn(scenario, world, rulesOf(revision), on)) {
          const run = runOf(call.fn, on, revision);
          expect(run.results[0]?.rets, call.fn).toHaveLength(1);
          expect(run.cutAt).toBeUndefined();
        }
      }
    }
  });

  it('set_memory_ro() on vmalloc memory assumes its area and reaches the linear alias, page by page', () => {
    const run = runOf('set_memory_ro', VMALLOC);
    expect('vmAreas' in run.scenario.memory && run.scenario.memory.vmAreas).toEqual([
      { addr: '0xffff800080000000', size: '0x5000', flags: ['ALLOC'] },
    ]);
    const cost = summarizeRun(run);
    expect(cost.rets).toEqual([0]);
    // Four pages of the alias and the range itself: a flush each.
    expect(cost.tlbis).toBe(5);
    expect(cost.storesFor.changes).toBe(8);
    expect(refusal(run)).toBeUndefined();
  });

  it('says why the linear map is refused', () => {
    expect(refusal(runOf('set_memory_ro', LINEAR))).toBe(
      '0xffff000041e05000 is in no vmalloc area, and others this function does not change',
    );
    expect(refusal(runOf('set_memory_valid', LINEAR, 'v6.12'))).toBe(
      'the way leads through PMD[15], a block of 2 MiB, and this kernel changes single pages only',
    );
  });

  it('finds the frame behind an address', () => {
    expect(runOf('kernel_page_present', LINEAR).scenario.contexts[0]?.calls[0]).toEqual({
      fn: 'kernel_page_present',
      pfn: '0x41e05',
    });
  });

  it('where nobody says where the linear map begins, its tables do', () => {
    const memory: Scenario['memory'] = {
      geometry: '4k48',
      roots: [{ mm: 'init_mm', pgd: '0x1000000000' }],
      tables: [
        ['init_mm', 0, '0xffff000000000000', 1, '0x1000001000001403', '0x0'],
        ['init_mm', 1, '0xffff000000000000', 1, '0xe80000c0000705', '0x0'],
      ],
    };
    const made = worldFromListing(memory);
    if (!made.ok) throw new Error(made.error.message);
    const page = range('0xffff000000201000', 0x1000);
    const asked = callsOn({ memory }, made.value, rulesOf('v7.3'), page);
    const invalid = asked.find((s) => s.call.fn === 'set_direct_map_invalid_noflush');
    expect(invalid).toMatchObject({ call: { pfn: '0xc0201' }, config: { physOffset: '0xc0000000' } });
    if (invalid === undefined) return;
    const run = runScenario(scenarioCalling({ ...scenario, memory }, invalid, 'v7.3'), made.value);
    if (!run.ok) throw new Error(run.error.message);
    // The worked example of one page in 1 GiB, and its own store.
    expect(summarizeRun(run.value)).toMatchObject({ tables: 2, stores: 1058 + 1 });
  });
});

describe('scenarioCalling', () => {
  it('can follow the calls that are there', () => {
    const [suggested] = callsOn(scenario, world, rulesOf('v7.3'), LINEAR);
    if (suggested === undefined) throw new Error('nothing');
    const made = scenarioCalling(scenario, suggested, 'v7.3', true);
    expect(made.contexts[0]?.calls.map((c) => c.fn)).toEqual(['kernel_page_present', 'set_memory_valid']);
    expect(made.title).toBe('set_memory_valid(ffff000041e05000, 3, false)');
  });
});

describe('runInSlices', () => {
  it('gives the run of runScenario, with pauses', () => {
    const whole = runOf('set_memory_ro', VMALLOC);
    const slices = runInSlices(whole.scenario, world);
    let pauses = 0;
    let next = slices.next();
    for (; next.done !== true; next = slices.next()) pauses++;
    expect(pauses).toBeGreaterThan(1);
    if (!next.value.ok) throw new Error(next.value.error.message);
    expect(next.value.value.steps).toEqual(whole.steps);
  });
});
