import { describe, expect, it } from 'vitest';
import { describeProblem } from '../base/result.ts';
import type { Rules } from '../revision/rules.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from '../scenario/format.ts';
import { worldFromListing } from '../scenario/listing-world.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import type { ScenarioCall, ScenarioConfig } from '../scenario/schema.ts';

/** One block of 2 MiB in the linear map. */
const MEMORY = {
  geometry: '4k48',
  roots: [
    { mm: 'init_mm' as const, pgd: '0x41000000' },
    { mm: 'user' as const, pgd: '0x41001000' },
  ],
  tables: [
    ['init_mm', 0, '0xffff000000000000', 1, '0x41003003', '0x0'],
    ['init_mm', 1, '0xffff000040000000', 1, '0x41004003', '0x0'],
    ['init_mm', 2, '0xffff000041000000', 1, '0xe8000041000701', '0x0'],
  ] as ['init_mm', number, string, number, string, string][],
};

function violations(
  call: ScenarioCall,
  config: ScenarioConfig,
  kind: 'task' | 'softirq' = 'task',
  rules: (rules: Rules) => Rules = (same) => same,
): string[] {
  const world = worldFromListing(MEMORY);
  if (!world.ok) throw new Error(describeProblem(world.error));
  const made = runScenario(
    {
      format: SCENARIO_FORMAT,
      version: SCENARIO_VERSION,
      title: 'sleeps',
      revision: 'v7.3',
      memory: MEMORY,
      config,
      contexts: [{ cpu: 0, kind, calls: [call] }],
    },
    world.value,
    { fold: 'always', mutation: { rules } },
  );
  if (!made.ok) throw new Error(describeProblem(made.error));
  return made.value.steps.flatMap((s) => (s.ev === 'violation' ? [`${s.fn} ${s.what}: ${s.detail}`] : []));
}

describe('a constructor may wait for memory for a lock', () => {
  const life: ScenarioCall = {
    fn: 'table_life',
    allocator: 'pte_alloc_one',
    level: 'pte',
    mm: 'user',
    keep: true,
  };

  it('in softirq only where the lock is an object of its own', () => {
    const sleeps = violations(life, { spinlock: 'rt' }, 'softirq');
    expect(sleeps).toContain('pte_alloc_one sleep: ptlock_alloc() may sleep, in softirq');
    expect(violations(life, { spinlock: 'rt' })).toEqual([]);
    expect(violations(life, {}, 'softirq').join()).not.toContain('ptlock_alloc');
  });

  // Its pages are asked for without sleeping, and init_mm's tables have no lock: that is what makes it right.
  it('while the machine is stopped it must not, and does not, for tables of init_mm have none', () => {
    const split: ScenarioCall = {
      fn: 'linear_map_maybe_split_to_ptes',
      start: '0xffff000042000000',
      end: '0xffff000042200000',
    };
    const config = { spinlock: 'rt', bbml3: false, linearReq: true } as const;
    expect(violations(split, config)).toEqual([]);
    const locked = (rules: Rules): Rules => ({ ...rules, ctor: { ...rules.ctor, skipsLock: [] } });
    expect(violations(split, config, 'task', locked)).toEqual([
      'pgd_pgtable_alloc_init_mm_gfp sleep: ptlock_alloc() may sleep, while the machine is stopped',
    ]);
  });
});
