import { describe, expect, it } from 'vitest';
import type { Scenario, ScenarioCall } from '../engine.ts';
import { findRevision } from '../engine.ts';
import { missingCall, replacementAt } from './replacement.ts';

const OPS = { callbacks: ['pte' as const] };
const RANGE = { start: '0xffff000041e00000', end: '0xffff000041e04000', ops: OPS };

function at(revision: string, ...calls: readonly object[]): ReturnType<typeof replacementAt> {
  const scenario = {
    format: 'pagewalk/scenario',
    version: 1,
    title: 'A walk',
    revision: 'v7.3',
    memory: { capture: 'x4-4k-48' },
    contexts: [{ cpu: 0, calls }],
  } as unknown as Scenario;
  const found = findRevision(revision);
  if (found === undefined) throw new Error(`there is no ${revision}`);
  const instead = replacementAt(scenario, found);
  if (instead !== undefined) expect(missingCall(instead.scenario, found)).toBeUndefined();
  return instead;
}
const calls = (instead: ReturnType<typeof replacementAt>): readonly ScenarioCall[] | undefined =>
  instead?.scenario.contexts[0]?.calls;

describe('what can be run instead at a revision', () => {
  it.each([
    ['v6.12', 'walk_kernel_page_table_range', {}],
    ['v6.12.0', 'walk_page_range_novma', { mm: 'init_mm' }],
    ['nolock-v1', 'walk_page_range_novma', { mm: 'init_mm' }],
  ])('%s: for the lockless walk, %s with the lock', (revision, fn, mm) => {
    const lockless = { fn: 'walk_kernel_page_table_range_lockless', ...RANGE };
    expect(calls(at(revision, lockless))).toEqual([
      { fn, ...mm, ...RANGE, locks: [{ name: 'mmap:init_mm', mode: 'read' }] },
    ]);
  });

  it('for walks of any mm, the function of that time', () => {
    const novma = { fn: 'walk_page_range_novma', mm: 'efi_mm', pgd: null, ...RANGE };
    expect(calls(at('v7.3', novma))).toEqual([{ ...novma, fn: 'walk_page_range_debug' }]);
    expect(calls(at('v6.12.0', { ...novma, fn: 'walk_page_range_debug' }))).toEqual([novma]);
    expect(calls(at('v7.3', { ...novma, mm: 'init_mm' }))).toEqual([
      { fn: 'walk_kernel_page_table_range', pgd: null, ...RANGE },
    ]);
  });

  it('nothing where all is there, or where no function comes near', () => {
    expect(at('v7.3', { fn: 'walk_kernel_page_table_range', ...RANGE })).toBeUndefined();
    const split = { fn: 'split_kernel_leaf_mapping', start: RANGE.start, end: RANGE.end };
    expect(at('v6.12', split)).toBeUndefined();
    expect(at('v6.12', { fn: 'walk_kernel_page_table_range_lockless', ...RANGE }, split)).toBeUndefined();
  });
});
