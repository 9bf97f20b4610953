import { describe, expect, it } from 'vitest';
import { captureWorld } from '../../tests/support/page-runs.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import type { Run } from '../scenario/run.ts';
import type { ScenarioCall } from '../scenario/schema.ts';
import { summarizeRun } from './run-summary.ts';

const world = captureWorld();

function run(calls: ScenarioCall[], fold: 'always' | 'never' = 'never'): Run {
  const made = runScenario(
    {
      format: 'pagewalk/scenario',
      version: 1,
      title: 'summary',
      revision: 'v7.3',
      memory: { capture: 'x4-4k-48' },
      contexts: [{ cpu: 0, calls }],
    },
    world,
    { fold },
  );
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

const INVALID: ScenarioCall = {
  fn: 'set_memory_valid',
  addr: '0xffff000041e05000',
  numpages: 1,
  enable: false,
};
const VALID: ScenarioCall = { ...INVALID, enable: true };

describe('summarizeRun', () => {
  it('tells what one page in a 2 MiB block costs, folded or not', () => {
    for (const fold of ['never', 'always'] as const) {
      expect(summarizeRun(run([INVALID], fold))).toMatchObject({
        rets: [0],
        splits: [{ level: 'pmd', n: 1 }],
        joins: [],
        groups: 1,
        tables: 1,
        bytes: 4096,
        stores: 530,
        storesFor: { newTables: 512, links: 1, groups: 16, changes: 1 },
        tlbis: 1,
        warns: 0,
        violations: 0,
        cut: false,
      });
    }
  });

  it('tells one call from the others', () => {
    const both = run([INVALID, VALID]);
    const second = summarizeRun(both, { ctx: 0, call: 1 });
    expect(second).toMatchObject({ rets: [0], splits: [], tables: 0, stores: 1, tlbis: 0 });
    const first = summarizeRun(both, { ctx: 0, call: 0 });
    const all = summarizeRun(both);
    expect(first.stores + second.stores).toBe(all.stores);
    expect(first.dsb + second.dsb).toBe(all.dsb);
    expect(first.loads + second.loads).toBe(all.loads);
    expect(all.rets).toEqual([0, 0]);
  });

  it('says that a run was cut off', () => {
    const made = runScenario(run([INVALID]).scenario, world, { fold: 'never', maxSteps: 10 });
    if (!made.ok) throw new Error(made.error.message);
    expect(summarizeRun(made.value)).toMatchObject({ rets: [], cut: true });
  });
});
