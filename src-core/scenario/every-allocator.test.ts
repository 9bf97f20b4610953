import { expect, it } from 'vitest';
import { describeProblem } from '../base/result.ts';
import { ALLOCATORS } from '../mm/allocators.ts';
import { worldFromListing } from './listing-world.ts';
import { ledgerAt } from './run-ledger.ts';
import { runScenario } from './run-scenario.ts';
import type { ScenarioCall, ScenarioConfig } from './schema.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from './schema.ts';

const MEMORY = {
  geometry: '4k48',
  roots: [
    { mm: 'init_mm' as const, pgd: '0x41000000' },
    { mm: 'efi_mm' as const, pgd: '0x41001000' },
    { mm: 'user' as const, pgd: '0x41002000' },
  ],
  tables: [],
};
const REVISIONS = ['v6.12', 'base', 'ctor-p2', 'v6.16', 'v7.3'] as const;

/** Allocators that make tables for one kind of mm only; others are tried with the kernel's and a process's. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  user: ['pte_alloc_one', 'preallocate_pmds', 'get_pointer_table_upper', 'crst_table_alloc'],
  efi_mm: ['pgd_pgtable_alloc_special_mm', 'late_alloc', 'efi_alloc_page_tables'],
};

/** Faults of the books over one table's life, from its allocator to its free path, by revision. */
function faults(arch: string, allocator: string, level: string, mm: string): string[] {
  const world = worldFromListing(MEMORY);
  if (!world.ok) throw new Error(describeProblem(world.error));
  return REVISIONS.map((revision) => {
    const made = runScenario(
      {
        format: SCENARIO_FORMAT,
        version: SCENARIO_VERSION,
        title: 'a life',
        revision,
        memory: MEMORY,
        config: { arch: arch as NonNullable<ScenarioConfig['arch']>, spinlock: 'rt' },
        contexts: [
          { cpu: 0, calls: [{ fn: 'table_life', allocator, level, mm, keep: false } as ScenarioCall] },
        ],
      },
      world.value,
    );
    if (!made.ok) throw new Error(describeProblem(made.error));
    const books = ledgerAt(made.value, made.value.steps.length);
    return books.faults.map((f) => f.kind).join(' ') || 'ok';
  });
}

/** What real kernels get wrong, or do on purpose, at v6.12, base, ctor-p2, v6.16 and v7.3. Everything else balances. */
const KNOWN = `
arm64 vmemmap_alloc_block_zero pte init_mm | ok | ok | ok | ok | dtor-without-ctor
arm64 vmemmap_alloc_block_zero pmd init_mm | ok | ok | ok | ok | dtor-without-ctor
arm64 vmemmap_alloc_block_zero pud init_mm | ok | ok | ok | ok | dtor-without-ctor
arm64 vmemmap_alloc_block_zero p4d init_mm | ok | ok | ok | ok | dtor-without-ctor
arm64 pgd_pgtable_alloc_init_mm pte init_mm | ok | ok | ok | freed-without-dtor | ok
arm64 pgd_pgtable_alloc_init_mm pmd init_mm | ok | ok | ok | freed-without-dtor | ok
arm64 pgd_pgtable_alloc_init_mm pud init_mm | ok | ok | ok | freed-without-dtor | ok
arm64 pgd_pgtable_alloc_init_mm p4d init_mm | ok | ok | ok | freed-without-dtor | ok
riscv alloc_pte_late pte init_mm | ok | ok | wasted-lock | wasted-lock | wasted-lock
riscv alloc_pmd_late pmd init_mm | ok | ok | ok | wasted-lock | wasted-lock
riscv alloc_pud_late pud init_mm | ok | ok | ok | freed-without-dtor | freed-without-dtor
x86 split_large_page pte init_mm | ok | ok | ok | ok | freed-without-dtor
x86 split_large_page pmd init_mm | ok | ok | ok | ok | freed-without-dtor
`;

it('every allocator’s tables balance over their lives, but for what is documented', () => {
  const found = ALLOCATORS.flatMap((a) => {
    const arch = a.arch === 'generic' ? 'arm64' : a.arch;
    const kind = Object.entries(OWN).find(([, names]) => names.includes(a.name))?.[0];
    const mms =
      kind === undefined
        ? a.shared === true || a.ctor === 'generic'
          ? ['init_mm', 'user']
          : ['init_mm']
        : [kind];
    return a.levels.flatMap((level) =>
      mms.map((mm) => {
        const row = faults(arch, a.name, level, mm);
        return row.every((cell) => cell === 'ok')
          ? ''
          : `${arch} ${a.name} ${level} ${mm} | ${row.join(' | ')}`;
      }),
    );
  }).filter((line) => line !== '');
  expect(found).toEqual(
    KNOWN.trim()
      .split('\n')
      .filter((line) => line !== ''),
  );
});
