import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../../../base/result.ts';
import { worldFromListing } from '../../../../scenario/listing-world.ts';
import { runScenario } from '../../../../scenario/run-scenario.ts';
import type { Run } from '../../../../scenario/run.ts';
import type { ScenarioCall } from '../../../../scenario/schema.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from '../../../../scenario/schema.ts';

function run(revision: string, ...contexts: ScenarioCall[][]): Run {
  const memory = {
    geometry: '4k48' as const,
    roots: [
      { mm: 'init_mm' as const, pgd: '0x41000000' },
      { mm: 'efi_mm' as const, pgd: '0x41001000' },
    ],
    tables: [],
  };
  const world = worldFromListing(memory);
  if (!world.ok) throw new Error(describeProblem(world.error));
  const made = runScenario(
    {
      format: SCENARIO_FORMAT,
      version: SCENARIO_VERSION,
      title: 'the firmware is called',
      revision,
      memory,
      contexts: contexts.map((calls, cpu) => ({ cpu, calls })),
    },
    world.value,
  );
  if (!made.ok) throw new Error(describeProblem(made.error));
  return made.value;
}

const said = (made: Run): string[] =>
  made.steps.flatMap((s) => {
    if (s.ev === 'switch_mm') return [`${s.fn} ${s.mm ?? '-'}`];
    return s.ev === 'lock' || s.ev === 'unlock' ? [`${s.ev} ${s.name}`] : [];
  });

const call = (kthread?: boolean): ScenarioCall[] => {
  const how = kthread === undefined ? {} : { kthread };
  return [
    { fn: 'arch_efi_call_virt_setup', ...how },
    { fn: 'arch_efi_call_virt_teardown', ...how },
  ];
};

describe('a call of the firmware', () => {
  const LOCKED = ['efi_set_pgd efi_mm', 'lock efi_rt_lock', 'unlock efi_rt_lock', 'efi_set_pgd -'];

  it.each([
    ['v6.12', false, LOCKED],
    ['v6.12', true, LOCKED],
    ['v6.16', true, LOCKED],
    ['v7.3', false, ['efi_set_pgd efi_mm', 'efi_set_pgd -']],
    ['v7.3', true, ['kthread_use_mm efi_mm', 'kthread_unuse_mm -']],
  ] as const)('%s, by a kernel thread: %s', (revision, kthread, steps) => {
    expect(said(run(revision, call(kthread)))).toEqual(steps);
    if (!kthread) expect(said(run(revision, call()))).toEqual(steps);
  });

  it('what may sleep is a violation under the raw spinlock, and none in a kernel thread of v7.3', () => {
    const [setup, teardown] = call(true);
    const sleeps: ScenarioCall = {
      fn: 'pte_alloc',
      mm: 'efi_mm',
      virt: '0x400000',
      locks: [{ name: 'mmap:efi_mm', mode: 'read' }],
    };
    const violations = (revision: string): string[] =>
      run(
        revision,
        [setup, sleeps, teardown].filter((c) => c !== undefined),
      ).steps.flatMap((s) => (s.ev === 'violation' ? [`${s.what}: ${s.detail}`] : []));
    expect(violations('v6.12')[0]).toBe('sleep: mmap_read_lock() may sleep, under the spinlock efi_rt_lock');
    expect(violations('v7.3')).toEqual([]);
  });

  it('is not ended before it has begun', () => {
    const [setup, teardown] = call();
    if (setup === undefined || teardown === undefined) throw new Error('no calls');
    expect(() => run('v6.12', [teardown])).toThrow('arch_efi_call_virt_setup comes first');
    expect(() => run('v6.12', [setup, teardown, teardown])).toThrow('calls[2]');
    expect(said(run('v6.12', [setup, teardown, setup, teardown]))).toHaveLength(8);
  });

  it('a second caller waits for the first while there is the lock', () => {
    const [setup] = call();
    const left = (revision: string): unknown[] =>
      setup === undefined ? [] : run(revision, [setup], [setup]).results.map((r) => r.rets);
    expect(left('v6.12')).toEqual([[0], []]);
    expect(left('v7.3')).toEqual([[0], [0]]);
  });
});
