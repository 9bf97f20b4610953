import { describe, expect, it } from 'vitest';
import { describeProblem } from '../base/result.ts';
import { worldFromListing } from './listing-world.ts';
import { ledgerAt } from './run-ledger.ts';
import type { Run } from './run.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario, ScenarioCall } from './schema.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from './schema.ts';

const MEMORY = {
  geometry: '4k48' as const,
  roots: [{ mm: 'init_mm' as const, pgd: '0x41000000' }],
  tables: [],
};
const VMALLOC = '0xffff800080000000';
const TABLE: ScenarioCall = { fn: 'pte_alloc', mm: 'init_mm', virt: VMALLOC };
/** A block takes the place of the PTE table. */
const PROMOTE: ScenarioCall = {
  fn: 'vmap_range_noflush',
  addr: VMALLOC,
  end: '0xffff800080200000',
  phys: '0x80000000',
  prot: '0x68000000000703',
  maxPageShift: 21,
};
const WORK: ScenarioCall = { fn: 'kernel_pgtable_work_func' };

const scenario = (...contexts: readonly (readonly ScenarioCall[])[]): Scenario => ({
  format: SCENARIO_FORMAT,
  version: SCENARIO_VERSION,
  title: 'freed later',
  revision: 'v7.3',
  memory: MEMORY,
  config: { asyncFree: true },
  contexts: contexts.map((calls, cpu) => ({ cpu, calls: [...calls] })),
});

function run(of: Scenario, schedule = '', revision = 'v7.3'): Run {
  const world = worldFromListing(MEMORY);
  if (!world.ok) throw new Error(describeProblem(world.error));
  const made = runScenario(of, world.value, { schedule, revision });
  if (!made.ok) throw new Error(describeProblem(made.error));
  return made.value;
}

const frees = (made: Run): string[] =>
  made.steps.flatMap((s) => (s.ev === 'free' ? [`${s.fn} ${s.level}${s.deferred ? ' queued' : ''}`] : []));

describe('kernel tables that are freed later', () => {
  it('are queued by whoever frees them, and given back by the worker, all at once', () => {
    const made = run(scenario([TABLE, PROMOTE, WORK]));
    expect(made.results[0]?.rets).toEqual([0, 0, 0]);
    expect(frees(made)).toEqual(['pagetable_free_kernel pte queued', 'kernel_pgtable_work_func pte']);
    const at = (fn: string): number => made.steps.find((s) => s.ev === 'free' && s.fn === fn)?.n ?? 0;
    expect(ledgerAt(made, at('pagetable_free_kernel'))).toMatchObject({ deferred: 1, nrPageTable: 2 });
    expect(ledgerAt(made, at('kernel_pgtable_work_func'))).toMatchObject({ deferred: 0, nrPageTable: 2 });
  });

  it('stay held where no worker runs', () => {
    const made = run(scenario([TABLE, PROMOTE]));
    const books = ledgerAt(made, made.steps.length);
    expect([books.deferred, books.heldBytes, books.nrPageTable]).toEqual([1, 3 * 4096, 2]);
  });

  it('are freed once, however often the worker runs', () => {
    expect(frees(run(scenario([TABLE, PROMOTE, WORK, WORK])))).toHaveLength(2);
    expect(frees(run(scenario([WORK])))).toEqual([]);
  });

  it('are freed at once where the kernel was not built so', () => {
    const { config: _asyncFree, ...plain } = scenario([TABLE, PROMOTE, WORK]);
    expect(frees(run(plain))).toEqual(['pte_free_kernel pte']);
  });

  it('are not known before 7.3: there is no worker', () => {
    expect(() => run(scenario([WORK]), '', 'v6.12')).toThrow(
      'kernel_pgtable_work_func does not exist in v6.12',
    );
  });
});
