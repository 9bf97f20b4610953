import { expect, it } from 'vitest';
import { describeProblem } from '../base/result.ts';
import { worldFromListing } from '../scenario/listing-world.ts';
import { prepareScenario } from '../scenario/prepare.ts';
import type { Scenario } from '../scenario/schema.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from '../scenario/schema.ts';
import { searchScenario } from './search.ts';
import type { Verdict } from './verdict.ts';

const MEMORY = {
  geometry: '4k48' as const,
  roots: [{ mm: 'init_mm' as const, pgd: '0x41000000' }],
  tables: [],
};
const life = {
  fn: 'table_life' as const,
  allocator: 'pte_alloc_one_kernel',
  level: 'pte' as const,
  mm: 'init_mm' as const,
  keep: false,
};

function search(contexts: Scenario['contexts']): Verdict {
  const world = worldFromListing(MEMORY);
  if (!world.ok) throw new Error(describeProblem(world.error));
  const prepared = prepareScenario(
    {
      format: SCENARIO_FORMAT,
      version: SCENARIO_VERSION,
      title: 'freed later',
      revision: 'v7.3',
      memory: MEMORY,
      config: { asyncFree: true },
      contexts,
    },
    world.value,
  );
  if (!prepared.ok) throw new Error(describeProblem(prepared.error));
  return searchScenario(prepared.value);
}

it('two workers never free the same table, in any interleaving, and what is queued is not lost', () => {
  const verdict = search([
    { cpu: 0, calls: [life] },
    { cpu: 1, calls: [{ fn: 'kernel_pgtable_work_func' }] },
  ]);
  expect(verdict).toMatchObject({ verdict: 'safe', complete: true, findings: [] });
  // The other worker comes before the table is queued, between that and this context's own worker, or after both.
  expect(verdict.traces).toBe(3);
});
