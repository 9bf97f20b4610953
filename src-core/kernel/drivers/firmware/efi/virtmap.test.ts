import { expect, it } from 'vitest';
import { describeProblem } from '../../../../base/result.ts';
import { worldFromListing } from '../../../../scenario/listing-world.ts';
import { runScenario } from '../../../../scenario/run-scenario.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from '../../../../scenario/schema.ts';

it('a call of the firmware switches to efi_mm and back, at every revision', () => {
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
  for (const revision of ['v6.12', 'v7.3']) {
    const run = runScenario(
      {
        format: SCENARIO_FORMAT,
        version: SCENARIO_VERSION,
        title: 'the firmware is called',
        revision,
        memory,
        contexts: [{ cpu: 0, calls: [{ fn: 'efi_virtmap_load' }, { fn: 'efi_virtmap_unload' }] }],
      },
      world.value,
    );
    if (!run.ok) throw new Error(describeProblem(run.error));
    const said = run.value.steps.flatMap((s) => (s.ev === 'switch_mm' ? [`${s.fn} ${s.mm ?? '-'}`] : []));
    expect(said).toEqual(['efi_set_pgd efi_mm', 'efi_set_pgd -']);
  }
});
