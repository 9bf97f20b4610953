import { describe, expect, it } from 'vitest';
import { worldFromListing } from '../scenario/listing-world.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import type { Run } from '../scenario/run.ts';
import type { ScenarioContext } from '../scenario/schema.ts';

const world = worldFromListing({
  geometry: '4k39',
  roots: [{ mm: 'init_mm', pgd: '0x1000' }],
  tables: [
    ['init_mm', 1, '0xffffffc000000000', 1, '0x2003', '0x0'],
    ['init_mm', 2, '0xffffffc000000000', 2, '0xe8000000000705', '0x200000'],
  ],
});

function run(contexts: ScenarioContext[], schedule = ''): Run {
  if (!world.ok) throw new Error(world.error.message);
  const done = runScenario(
    {
      format: 'pagewalk/scenario',
      version: 1,
      title: 'A test',
      revision: 'v7.3',
      memory: { capture: 'listing' },
      contexts,
    },
    world.value,
    { schedule },
  );
  if (!done.ok) throw new Error(done.error.message);
  return done.value;
}

const start = '0xffffffc000000000';
const end = '0xffffffc000200000';
const walk = (mode: 'read' | 'write'): ScenarioContext['calls'][number] => ({
  fn: 'walk_kernel_page_table_range',
  start,
  end,
  ops: { callbacks: ['pmd'] },
  locks: [{ name: 'mmap:init_mm', mode }],
});
const lockless: ScenarioContext['calls'][number] = {
  fn: 'walk_kernel_page_table_range_lockless',
  start,
  end,
  ops: { callbacks: ['pmd'] },
};
const found = (r: Run): readonly string[] =>
  r.steps.flatMap((s) => (s.ev === 'violation' ? [`${s.what}: ${s.detail}`] : []));

describe('a context that may not sleep', () => {
  it.each(['softirq', 'irqs-off'] as const)('is reported for an rwsem in %s, and goes on', (kind) => {
    const r = run([{ cpu: 0, kind, calls: [walk('read')] }]);
    expect(found(r)).toEqual([
      `sleep: mmap_read_lock() may sleep, ${kind === 'softirq' ? 'in softirq' : 'with interrupts off'}`,
    ]);
    expect(r.results[0]?.rets).toEqual([0]);
    expect(found(run([{ cpu: 0, kind, calls: [lockless] }]))).toEqual([]);
    expect(found(run([{ cpu: 0, calls: [walk('read')] }]))).toEqual([]);
  });

  it('ends where it would have to wait', () => {
    const r = run(
      [
        { cpu: 0, calls: [walk('write')] },
        { cpu: 1, kind: 'softirq', calls: [walk('read')] },
      ],
      'a2b9',
    );
    expect(found(r)).toEqual([
      'sleep: mmap_read_lock() may sleep, in softirq, and it would have to wait for context a, which holds it',
    ]);
    expect(r.results.map((c) => c.rets)).toEqual([[0], [null]]);
  });

  it('is reported for an allocation that may sleep, and for a lock under a spinlock', () => {
    const split = { fn: 'split_kernel_leaf_mapping', start, end: '0xffffffc000001000' } as const;
    const r = run([{ cpu: 0, kind: 'softirq', calls: [split] }]);
    expect(found(r)).toEqual([
      'sleep: mutex_lock() may sleep, in softirq',
      'sleep: an allocation with GFP_KERNEL may sleep, in softirq',
    ]);
    const locks = [{ name: 'kfence_meta_lock', mode: 'write' as const }];
    expect(found(run([{ cpu: 0, calls: [{ ...lockless, locks }] }]))).toEqual([]);
    const under = run([{ cpu: 0, calls: [{ ...split, locks }] }]);
    expect(found(under)[0]).toBe(
      'sleep: mutex_lock() may sleep, under the spinlock kfence_meta_lock, with interrupts off',
    );
  });

  it('keeps the task of its CPU from running until it is done, and no other', () => {
    const order = (cpu: number): string =>
      run(
        [
          { cpu: 0, calls: [lockless] },
          { cpu, kind: 'softirq', calls: [lockless] },
        ],
        'ab'.repeat(20),
      )
        .steps.map((s) => 'ab'.charAt(s.ctx))
        .join('');
    expect(order(0)).toMatch(/^ab+a+$/);
    expect(order(1)).toMatch(/^ababa/);
  });
});
