import { describe, expect, it } from 'vitest';
import { describeProblem } from '../base/result.ts';
import type { Ledger } from '../mm/ledger.ts';
import { worldFromListing } from './listing-world.ts';
import { LIBRARY } from './library.ts';
import { ledgerAt } from './run-ledger.ts';
import { runScenario } from './run-scenario.ts';
import type { Run } from './run.ts';
import type { Scenario, ScenarioCall, ScenarioConfig, ScenarioContext } from './schema.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from './schema.ts';

type Fails = NonNullable<ScenarioContext['failAllocation']>;

const MEMORY = {
  geometry: '4k48',
  roots: [
    { mm: 'init_mm' as const, pgd: '0x41000000' },
    { mm: 'efi_mm' as const, pgd: '0x41001000' },
    { mm: 'user' as const, pgd: '0x41002000' },
  ],
  tables: [],
};

function run(
  revision: string,
  calls: ScenarioCall[],
  failAllocation: Fails,
  config: ScenarioConfig = {},
): Run {
  const world = worldFromListing(MEMORY);
  if (!world.ok) throw new Error(describeProblem(world.error));
  const made = runScenario(
    {
      format: SCENARIO_FORMAT,
      version: SCENARIO_VERSION,
      title: 'no memory',
      revision,
      memory: MEMORY,
      config: { spinlock: 'rt', ...config },
      contexts: [{ cpu: 0, calls, failAllocation }],
    },
    world.value,
    { fold: 'always' },
  );
  if (!made.ok) throw new Error(describeProblem(made.error));
  return made.value;
}

const books = (made: Run): Ledger => ledgerAt(made, made.steps.length);
/** What the call returned; `BUG in f` or `panic in f` where it did not come back, `what in f` after a violation. */
function ended(made: Run): string {
  const ret = made.results[0]?.rets.at(-1);
  if (ret !== null && ret !== undefined) return String(ret);
  const last = made.steps.at(-1);
  if (last?.ev === 'bug') return `${last.panic === true ? 'panic' : 'BUG'} in ${last.fn}`;
  return last?.ev === 'violation' ? `${last.what} in ${last.fn}` : '?';
}
/** Tables by level and what has become of them. */
const states = (made: Run): string[] => books(made).tables.map((t) => `${t.level} ${t.state}`);

describe('a table of a process', () => {
  const user: ScenarioCall[] = [{ fn: 'pte_alloc', mm: 'user', virt: '0x400000' }];

  it.each([
    [1, []],
    [2, ['pud linked']],
    [3, ['pud linked', 'pmd linked']],
  ])('no page for table %i: -ENOMEM, and what was linked stays', (table, left) => {
    const made = run('v7.3', user, { table });
    expect([ended(made), states(made)]).toEqual(['-12', left]);
    expect(books(made).nrPageTable).toBe(left.length);
    expect(made.steps.some((s) => s.ev === 'lock' && s.fn === '__pte_alloc')).toBe(false);
  });

  it.each([
    [1, ['pud linked', 'pmd freed']],
    [2, ['pud linked', 'pmd linked', 'pte freed']],
  ])('no memory for lock %i: the constructor has done nothing, the page is freed, -ENOMEM', (lock, left) => {
    for (const revision of ['v6.12', 'base', 'ctor-p2', 'v6.16', 'v7.3', 'j26']) {
      const made = run(revision, user, { lock });
      expect([revision, ended(made), states(made)]).toEqual([revision, '-12', left]);
      const { nrPageTable, expected, lockObjects, faults, pgtablesBytes } = books(made);
      expect([nrPageTable, expected, lockObjects, faults]).toEqual([lock, lock, lock - 1, []]);
      // Only what was linked is the mm's.
      expect(pgtablesBytes).toEqual({ user: 4096 * lock });
      const tail = made.steps.slice(-3);
      expect(tail.map((s) => s.ev)).toEqual(['ctor', 'free', 'return']);
      expect(tail[0]).toMatchObject({ failed: true });
      // pagetable_free(), not the destructor.
      expect(made.steps.some((s) => s.ev === 'dtor')).toBe(false);
    }
  });

  it('nothing can fail where locks lie in their pages', () => {
    expect(ended(run('v7.3', user, { lock: 1 }, { spinlock: 'plain' }))).toBe('0');
    expect(ended(run('v7.3', user, { lock: 1 }, { splitPte: false, splitPmd: false }))).toBe('0');
  });
});

describe('a table of the kernel', () => {
  const kernel: ScenarioCall[] = [{ fn: 'pte_alloc', mm: 'init_mm', virt: '0xffff800080000000' }];

  it.each([
    ['v6.12', '-12'],
    ['ctor-p5', '-12'],
    ['ctor-p6', '0'],
    ['v7.3', '0'],
  ])('%s: its lock may be missing only as long as it has one', (revision, how) => {
    expect(ended(run(revision, kernel, { lock: 1 }))).toBe(how);
  });

  it.each([1, 2, 3])('no page for table %i: -ENOMEM', (table) => {
    expect(ended(run('v6.12', kernel, { table }))).toBe('-12');
    expect(ended(run('v7.3', kernel, { table }))).toBe('-12');
  });
});

/** Allocator, and how it ends without a page and without a lock, at v6.12 and at v7.3. `-`: it asks for none. */
const ALLOCATORS = `
arm64         pte_alloc_one                 pte user    | -12 | -12 | -12 | -12
arm64         pmd_alloc_one                 pmd user    | -12 | -12 | -12 | -12
arm64         pgd_pgtable_alloc_special_mm  pte efi_mm  | BUG | BUG | -12 | BUG
arm64         pgd_pgtable_alloc_special_mm  pmd efi_mm  | BUG | BUG | -12 | BUG
arm64         pgd_pgtable_alloc_special_mm  pud efi_mm  | BUG | -   | -12 | -
arm64         pgd_pgtable_alloc_init_mm     pte init_mm | BUG | -   | -12 | -
arm64         early_pgtable_alloc           pte init_mm | panic | - | panic | -
arm           late_alloc                    pte efi_mm  | BUG | BUG | BUG | BUG
arm           early_alloc                   pte init_mm | panic | - | panic | -
riscv         alloc_pte_late                pte init_mm | BUG | BUG | BUG | BUG
riscv         alloc_pmd_late                pmd init_mm | BUG | BUG | BUG | BUG
riscv         alloc_pud_late                pud init_mm | BUG | -   | BUG | -
x86           preallocate_pmds              pmd user    | -12 | -12 | -12 | -12
s390          page_table_alloc              pte user    | -12 | -12 | -12 | -12
s390          page_table_alloc              pte init_mm | -12 | -12 | -12 | -
powerpc       pmd_fragment_alloc            pmd user    | -12 | -12 | -12 | -12
m68k          get_pointer_table             pte user    | -12 | -   | -12 | -
sparc64       pte_alloc_one                 pte user    | -12 | -12 | -12 | -12
sparc64       pte_alloc_one_kernel          pte init_mm | -12 | -   | -12 | -
loongarch     pmd_alloc_one                 pmd user    | -12 | -   | -12 | -
mips          pte_alloc_one                 pte user    | -12 | -12 | -12 | -12
parisc        pmd_alloc_one                 pmd user    | -12 | -   | -12 | -
`;

describe('each allocator’s way of failing, as documented', () => {
  it.each(ALLOCATORS.trim().split('\n'))('%s', (line) => {
    const [head = '', ...cells] = line.split('|').map((s) => s.trim());
    const [arch, allocator = '', level, mm] = head.split(/\s+/);
    const call = { fn: 'table_life', allocator, level, mm, keep: true } as ScenarioCall;
    const got = ['v6.12', 'v7.3'].flatMap((revision) =>
      ([{ table: 1 }, { lock: 1 }] as const).map((fails) => {
        const made = run(revision, [call], fails, { arch: arch as NonNullable<ScenarioConfig['arch']> });
        const locks = made.steps.some((s) => s.ev === 'ctor' && (s.failed === true || s.lock === 'kmem'));
        return 'lock' in fails && !locks ? '-' : ended(made).replace(` in ${allocator}`, '');
      }),
    );
    expect(got).toEqual(cells);
  });
});

describe('memory that is added', () => {
  const add: ScenarioCall[] = [{ fn: 'arch_add_memory', phys: '0x1000000000', size: '0x400000' }];
  const PAGES = { bbml3: false };

  it.each([
    ['v6.12', 'BUG in pgd_pgtable_alloc_init_mm'],
    ['v6.16', 'BUG in pgd_pgtable_alloc_init_mm'],
    ['v7.3', '-12'],
  ])('%s: no page for a table of its linear map', (revision, how) => {
    for (const table of [1, 2, 3, 4]) expect(ended(run(revision, add, { table }, PAGES))).toBe(how);
  });

  it.each(['v6.12', 'v7.3'])(
    '%s: no page for the memory map: -ENOMEM, and all of it is taken down',
    (revision) => {
      for (const table of [5, 6]) {
        const made = run(revision, add, { table }, PAGES);
        expect(ended(made)).toBe('-12');
        expect(new Set(books(made).tables.map((t) => t.state))).toEqual(new Set(['freed']));
      }
    },
  );
});

describe('the firmware’s tables', () => {
  const init: ScenarioCall[] = [
    {
      fn: 'efi_virtmap_init',
      regions: [{ type: 5, phys: '0x40010000', pages: 16, attr: '0x8000000000000008' }],
    },
  ];

  it.each([
    ['v6.12', 'BUG in pgd_pgtable_alloc_special_mm'],
    ['v6.16', 'BUG in pgd_pgtable_alloc_special_mm'],
    ['v7.3', 'panic in efi_create_mapping'],
  ])('%s: no page for a table', (revision, how) => {
    for (const table of [2, 3, 4]) expect(ended(run(revision, init, { table }))).toBe(how);
  });

  it.each(['v6.12', 'v6.16', 'v7.3'])('%s: no memory for a lock is a BUG', (revision) => {
    expect(ended(run(revision, init, { lock: 1 }))).toBe('BUG in pgd_pgtable_alloc_special_mm');
    expect(ended(run(revision, init, { lock: 2 }))).toBe('BUG in pgd_pgtable_alloc_special_mm');
  });

  it.each(['v6.12', 'v7.3'])('%s: no page for the root: nobody looks, and NULL is followed', (revision) => {
    const made = run(revision, init, { table: 1 });
    expect(ended(made)).toMatch(/^wild in /);
    expect(made.steps.at(-1)).toMatchObject({
      detail: expect.stringContaining('at 0x0, where no page table is'),
    });
  });
});

describe('blocks that are split', () => {
  const memory = {
    geometry: '4k48',
    roots: [{ mm: 'init_mm' as const, pgd: '0x41000000' }],
    tables: [
      ['init_mm', 0, '0xffff000000000000', 1, '0x41003003', '0x0'],
      ['init_mm', 1, '0xffff000040000000', 1, '0x41004003', '0x0'],
      ['init_mm', 2, '0xffff000041000000', 2, '0xe8000041000701', '0x200000'],
    ] as ['init_mm', number, string, number, string, string][],
  };
  const split = (call: ScenarioCall, config: ScenarioConfig): Run => {
    const world = worldFromListing(memory);
    if (!world.ok) throw new Error(describeProblem(world.error));
    const made = runScenario(
      {
        format: SCENARIO_FORMAT,
        version: SCENARIO_VERSION,
        title: 'no memory',
        revision: 'v7.3',
        memory,
        config,
        contexts: [{ cpu: 0, calls: [call], failAllocation: { table: 1 } }],
      },
      world.value,
      { fold: 'always' },
    );
    if (!made.ok) throw new Error(describeProblem(made.error));
    return made.value;
  };

  it('while the kernel runs: -ENOMEM, and the block is as it was', () => {
    const call = {
      fn: 'split_kernel_leaf_mapping',
      start: '0xffff000041001000',
      end: '0xffff000041002000',
    } as const;
    const made = split(call, {});
    expect([ended(made), made.steps.filter((s) => s.ev === 'set').length]).toEqual(['-12', 0]);
  });

  it('at boot, with the machine stopped: a panic', () => {
    const call = {
      fn: 'linear_map_maybe_split_to_ptes',
      start: '0xffff000042000000',
      end: '0xffff000042200000',
    } as const;
    expect(ended(split(call, { bbml3: false }))).toBe('panic in linear_map_split_to_ptes');
  });
});

describe('a range of tables', () => {
  it.each(['v6.12', 'v7.3'])('%s: apply_to_page_range() keeps what it has built', (revision) => {
    const call: ScenarioCall = { fn: 'apply_to_page_range', mm: 'efi_mm', addr: '0x400000', size: '0x1000' };
    const made = run(revision, [call], { lock: 2 });
    expect([ended(made), states(made)]).toEqual(['-12', ['pud linked', 'pmd linked', 'pte freed']]);
  });

  it('each context counts its own', () => {
    const world = worldFromListing(MEMORY);
    if (!world.ok) throw new Error(describeProblem(world.error));
    const calls: ScenarioCall[] = [{ fn: 'pte_alloc', mm: 'user', virt: '0x400000' }];
    const made = runScenario(
      {
        format: SCENARIO_FORMAT,
        version: SCENARIO_VERSION,
        title: 'two',
        revision: 'v7.3',
        memory: MEMORY,
        contexts: [
          { cpu: 0, calls },
          {
            cpu: 1,
            calls: [{ fn: 'pte_alloc', mm: 'init_mm', virt: '0xffff800080000000' }],
            failAllocation: { table: 2 },
          },
        ],
      },
      world.value,
    );
    if (!made.ok) throw new Error(describeProblem(made.error));
    expect(made.value.results.map((r) => r.rets)).toEqual([[0], [-12]]);
  });
});

// Scenarios on captured tables are left out: their worlds are not here.
const OWN = LIBRARY.filter((e) => 'roots' in e.scenario.memory);

describe('whatever fails, a scenario of the library ends', () => {
  it.each(OWN.map((e) => [e.id, e.scenario] as const))('%s', { timeout: 60_000 }, (_id, scenario) => {
    if (!('roots' in scenario.memory)) return;
    const world = worldFromListing(scenario.memory);
    if (!world.ok) throw new Error(describeProblem(world.error));
    for (const failAllocation of [{ table: 1 }, { table: 2 }, { lock: 1 }, { lock: 2 }]) {
      const contexts = scenario.contexts.map((c) => ({ ...c, failAllocation }));
      const config = { ...scenario.config, spinlock: 'rt' as const };
      const { expect: _, ...rest } = scenario;
      const failing: Scenario = { ...rest, config, contexts };
      const made = runScenario(failing, world.value, { fold: 'always', maxSteps: 20_000 });
      if (!made.ok) throw new Error(describeProblem(made.error));
      const { faults } = ledgerAt(made.value, made.value.steps.length);
      // A table that was never constructed is not destructed for it.
      expect(faults.filter((f) => f.kind === 'double-dtor' || f.kind === 'double-ctor')).toEqual([]);
    }
  });
});
