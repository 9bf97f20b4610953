import { describe, expect, it } from 'vitest';
import { describeProblem } from '../base/result.ts';
import type { LevelName } from '../arch/geometry.ts';
import type { Ledger, LedgerRow } from '../mm/ledger.ts';
import { ledgerAt, tableLedger } from './run-ledger.ts';
import type { Run } from './run.ts';
import { runScenario } from './run-scenario.ts';
import type { ScenarioCall, ScenarioConfig } from './schema.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from './schema.ts';
import { worldFromListing } from './listing-world.ts';

const MEMORY = {
  geometry: '4k48',
  roots: [
    { mm: 'init_mm' as const, pgd: '0x41000000' },
    { mm: 'efi_mm' as const, pgd: '0x41001000' },
    { mm: 'user' as const, pgd: '0x41002000' },
  ],
  tables: [],
};
const world = worldFromListing(MEMORY);
if (!world.ok) throw new Error(describeProblem(world.error));
const ground = world.value;

function run(
  revision: string,
  calls: readonly ScenarioCall[],
  config: ScenarioConfig = {},
  maxSteps = 400_000,
): Run {
  const made = runScenario(
    {
      format: SCENARIO_FORMAT,
      version: SCENARIO_VERSION,
      title: 'books',
      revision,
      memory: MEMORY,
      config,
      contexts: [{ cpu: 0, calls: [...calls] }],
    },
    ground,
    { fold: 'always', maxSteps },
  );
  if (!made.ok) throw new Error(describeProblem(made.error));
  if (made.value.cutAt !== undefined) throw new Error('too many steps');
  return made.value;
}

const books = (...args: Parameters<typeof run>): Ledger => {
  const made = run(...args);
  return ledgerAt(made, made.steps.length);
};

const row = (r: LedgerRow): string =>
  `${r.level} ${r.owner ?? '-'}: ${r.allocated} ctor ${r.ctors} dtor ${r.dtors} locks ${r.locks} NR ${r.counted}`;

const RT: ScenarioConfig = { spinlock: 'rt' };
const VMALLOC = '0xffff800080000000';
const USER = '0x400000';

describe('tables of one mm from the root down', () => {
  const kernel: ScenarioCall[] = [{ fn: 'pte_alloc', mm: 'init_mm', virt: VMALLOC }];
  const user: ScenarioCall[] = [{ fn: 'pte_alloc', mm: 'user', virt: USER }];

  /** revision; constructor calls of PTE, PMD and PUD tables of init_mm; NR_PAGETABLE; lock objects. */
  it.each([
    ['hist-user-pte', [0, 0, 0], 0, 0],
    ['hist-user-pmd', [0, 1, 0], 0, 1],
    ['hist-acct-pte', [0, 1, 0], 0, 1],
    ['v6.12', [0, 1, 1], 2, 1],
    ['base', [0, 1, 1], 2, 1],
    ['ctor-p1', [0, 1, 1], 2, 1],
    ['ctor-p2', [1, 1, 1], 3, 1],
    ['ctor-p5', [1, 1, 1], 3, 1],
    ['ctor-p6', [1, 1, 1], 3, 0],
    ['ctor-p11', [1, 1, 1], 3, 0],
    ['v7.3', [1, 1, 1], 3, 0],
    ['j26', [0, 0, 0], 3, 0],
  ] as const)('%s: the kernel’s', (revision, ctors, nr, locks) => {
    const { rows, nrPageTable, lockObjects, lockBytes, expected } = books(revision, kernel, RT);
    expect(['pte', 'pmd', 'pud'].map((l) => rows.find((r) => r.level === l)?.ctors)).toEqual(ctors);
    expect([nrPageTable, expected, lockObjects, lockBytes]).toEqual([nr, nr, locks, 32 * locks]);
  });

  it.each([
    ['hist-user-pte', 0, 1],
    ['hist-acct-pte', 1, 2],
    ['v6.12', 3, 2],
    ['v7.3', 3, 2],
    ['j26', 3, 2],
  ] as const)('%s: a process’s', (revision, nr, locks) => {
    const { nrPageTable, lockObjects, pgtablesBytes } = books(revision, user, RT);
    expect([nrPageTable, lockObjects]).toEqual([nr, locks]);
    // VmPTE: the root is no part of it.
    expect(pgtablesBytes).toEqual({ user: 12288 });
  });

  it('embedded locks are no objects, and where locks are not split there are none', () => {
    expect(books('v6.12', user).lockObjects).toBe(0);
    expect(books('v6.12', user).rows.map((r) => r.locks)).toEqual([1, 1, 0]);
    expect(books('v6.12', user, { splitPte: false }).rows.map((r) => r.locks)).toEqual([0, 0, 0]);
    expect(books('v6.12', user, { splitPmd: false }).rows.map((r) => r.locks)).toEqual([1, 0, 0]);
  });
});

describe('the firmware’s tables', () => {
  const RUNTIME = '0x8000000000000008';
  /** Code, data and I/O as in the documented example; the addresses are those it works out. */
  const init: ScenarioCall = {
    fn: 'efi_virtmap_init',
    regions: [
      { type: 5, phys: '0x40010000', pages: 256, attr: RUNTIME, virt: '0x20000000' },
      { type: 6, phys: '0x40200000', pages: 1024, attr: RUNTIME, virt: '0x20200000' },
      { type: 11, phys: '0x9010000', pages: 16, attr: '0x8000000000000001', virt: '0x20600000' },
    ],
  };

  it.each([
    ['v6.12', 5, 5, 5],
    ['base', 6, 6, 5],
    ['ctor-p9', 6, 6, 5],
    ['ctor-p10', 7, 7, 5],
    ['v7.3', 7, 7, 5],
    ['j26', 0, 7, 0],
  ] as const)('%s: the worked example', (revision, ctors, nr, locks) => {
    const ledger = books(revision, [init], RT);
    const sum = (of: (r: LedgerRow) => number): number => ledger.rows.reduce((n, r) => n + of(r), 0);
    expect(sum((r) => r.allocated)).toBe(7);
    expect([sum((r) => r.ctors), ledger.nrPageTable, ledger.lockObjects, ledger.lockBytes]).toEqual([
      ctors,
      nr,
      locks,
      32 * locks,
    ]);
    expect(ledger.pgtablesBytes).toEqual({});
    expect(ledger.tables.every((t) => t.state !== 'freed')).toBe(true);
    expect(ledger.faults).toEqual([]);
  });

  it('what if efi_mm counted as a kernel mm: no locks, all else the same', () => {
    expect(books('v7.3', [init], { ...RT, efiAsKernel: true }).lockBytes).toBe(0);
    expect(books('v7.3', [init], { ...RT, efiAsKernel: true }).nrPageTable).toBe(7);
  });

  const tighten: ScenarioCall = {
    ...init,
    attributes: [{ type: 5, phys: '0x40010000', pages: 16, attr: '0x8000000000004000' }],
  };
  const violations = (config: ScenarioConfig): unknown[] =>
    run('v7.3', [tighten], { nrCpus: 8, ...config }).steps.filter((s) => s.ev === 'violation');

  it('without a constructor the PTE lock is an oops where it is allocated apart, and silence where not', () => {
    expect(violations({ efiCtor: true, spinlock: 'rt' })).toEqual([]);
    expect(violations({ efiCtor: false, splitPte: false })).toEqual([]);
    const apart = run('v7.3', [tighten], { nrCpus: 8, efiCtor: false, spinlock: 'rt' });
    expect(apart.results[0]?.rets).toEqual([null]);
    expect(ledgerAt(apart, apart.steps.length).faults.map((f) => f.kind)).toEqual(['lock-not-initialised']);
    const embedded = run('v7.3', [tighten], { nrCpus: 8, efiCtor: false });
    expect(embedded.results[0]?.rets).toEqual([1]);
    expect(ledgerAt(embedded, embedded.steps.length).faults[0]?.words).toContain('nothing is noticed');
  });
});

describe('hot-add and hot-remove', () => {
  const add: ScenarioCall = { fn: 'arch_add_memory', phys: '0x1000000000', size: '0x400000' };
  const remove: ScenarioCall = { ...add, fn: 'arch_remove_memory' };
  const PAGES: ScenarioConfig = { bbml3: false };

  it.each([
    ['v6.12', 0],
    ['base', 0],
    ['ctor-p8', 3],
    ['ctor-p10', 4],
    ['v6.16', 4],
    ['v7.3', 4],
  ] as const)('%s: 4 MiB as pages, %i tables counted', (revision, nr) => {
    const { rows, nrPageTable, lockObjects } = books(revision, [add], { ...PAGES, ...RT });
    // Two PTE tables, a PMD and a PUD table; the memory map: a PMD and a PUD table.
    expect(rows.map((r) => `${r.level} ${r.allocated}`)).toEqual(['pte 2', 'pmd 2', 'pud 2']);
    expect([nrPageTable, lockObjects]).toEqual([nr, 0]);
  });

  const cycle = (revision: string): Ledger => books(revision, [add, remove], PAGES);

  it('v6.12: nothing is counted, nothing leaks', () => {
    expect([cycle('v6.12').nrPageTable, cycle('v6.12').faults]).toEqual([0, []]);
  });

  it('between the series and the fix every table of the linear map leaks its count', () => {
    const { faults, nrPageTable } = cycle('v6.16');
    expect(nrPageTable).toBe(4);
    expect(faults).toHaveLength(4);
    expect(new Set(faults.map((f) => f.kind))).toEqual(new Set(['freed-without-dtor']));
    expect(faults[0]?.words).toContain('a bad page is reported');
    expect(cycle('v6.18').faults[0]?.words).toContain('reset silently');
  });

  it('v7.3: the memory map’s tables are destructed without having been constructed', () => {
    const made = run('v7.3', [add, remove], PAGES);
    const { faults, nrPageTable, expected } = ledgerAt(made, made.steps.length);
    expect(faults.map((f) => f.kind)).toEqual(['dtor-without-ctor', 'dtor-without-ctor']);
    expect(nrPageTable).toBe(-2);
    expect(expected).toBe(0);
    const step = made.steps[(faults[0]?.step ?? 0) - 1];
    expect([step?.ev, step?.fn]).toEqual(['dtor', 'free_hotplug_pgtable_page']);
  });

  it('j26: hot-remove gives pages back past the counting', () => {
    const { faults, nrPageTable, expected } = cycle('j26');
    expect([nrPageTable, expected]).toEqual([4, 0]);
    expect(new Set(faults.map((f) => f.kind))).toEqual(new Set(['freed-still-counted']));
  });

  it('v7.3: with the other tables of the memory map in use, one is lost a cycle', () => {
    // Other memory keeps the PUD tables of the linear map and of the memory map; its PMD tables are its own.
    const other: ScenarioCall = { fn: 'arch_add_memory', phys: '0x2000000000', size: '0x400000' };
    const before = books('v7.3', [other], PAGES).nrPageTable;
    const after = books('v7.3', [other, add, remove, add, remove], PAGES);
    expect(after.nrPageTable - before).toBe(-2);
    expect(after.faults).toHaveLength(2);
  });
});

describe('no page for a table', () => {
  /** The third allocation fails: the PTE table of the first range. */
  const failing = (revision: string): Run => {
    const made = runScenario(
      {
        format: SCENARIO_FORMAT,
        version: SCENARIO_VERSION,
        title: 'no memory',
        revision,
        memory: MEMORY,
        config: { bbml3: false },
        contexts: [{ cpu: 0, calls: [{ fn: 'arch_add_memory', phys: '0x1000000000', size: '0x400000' }] }],
      },
      { ...ground, allocation: { base: 0x50000000, failAt: 3 } },
    );
    if (!made.ok) throw new Error(describeProblem(made.error));
    return made.value;
  };

  it.each(['v6.12', 'v6.16'])('%s: a BUG, and what was built stays', (revision) => {
    const made = failing(revision);
    expect(made.results[0]?.rets).toEqual([null]);
    expect(made.steps.at(-1)?.ev).toBe('bug');
    expect(ledgerAt(made, made.steps.length).tables.map((t) => t.state)).toEqual(['linked', 'linked']);
  });

  it('v7.3: -ENOMEM, and everything is taken down with its destructor', () => {
    const made = failing('v7.3');
    expect(made.results[0]?.rets).toEqual([-12]);
    const { tables, nrPageTable, faults, heldBytes } = ledgerAt(made, made.steps.length);
    expect(tables.map((t) => t.state)).toEqual(['freed', 'freed']);
    expect([nrPageTable, faults, heldBytes]).toEqual([0, [], 0]);
  });
});

describe('one table’s life', () => {
  const life = (allocator: string, level: 'pte' | 'pmd' | 'pud', rest: object = {}): ScenarioCall =>
    ({ fn: 'table_life', allocator, level, mm: 'init_mm', keep: false, ...rest }) as ScenarioCall;

  it('goes through its states', () => {
    const made = run('v7.3', [
      { fn: 'pte_alloc', mm: 'init_mm', virt: VMALLOC },
      life('pte_alloc_one_kernel', 'pte', { virt: '0xffff800080200000' }),
    ]);
    const ledger = tableLedger(made);
    const states = made.steps.map((s) => ledger.at(s.n).tables[3]?.state);
    expect([...new Set(states)]).toEqual([
      undefined,
      'allocated',
      'constructed',
      'linked',
      'unlinked',
      'destructed',
      'freed',
    ]);
    expect(ledger.at(0).tables).toEqual([]);
  });

  it('a deferred free: destructed and counted no more, but held', () => {
    const made = run('v7.3', [life('pte_alloc_one_kernel', 'pte')], { arch: 'x86', asyncFree: true });
    const queued = made.steps.find((s) => s.ev === 'free');
    const ledger = tableLedger(made);
    const then = ledger.at(queued?.n ?? 0);
    expect([then.nrPageTable, then.deferred, then.heldBytes]).toEqual([0, 1, 4096]);
    expect(ledger.at(made.steps.length).heldBytes).toBe(0);
  });

  it('riscv’s late tables have a lock nobody takes', () => {
    const { faults, lockBytes } = books('v7.3', [life('alloc_pte_late', 'pte', { keep: true })], {
      arch: 'riscv',
      ...RT,
    });
    expect([faults.map((f) => f.kind), lockBytes]).toEqual([['wasted-lock'], 32]);
  });

  it('s390 loses a lock object per kernel PTE table with patch 2', () => {
    const bytes = (revision: string): number =>
      books(revision, [life('page_table_alloc', 'pte', { keep: true })], { arch: 's390', ...RT }).lockBytes;
    expect([bytes('ctor-p1'), bytes('ctor-p2')]).toEqual([32, 0]);
  });

  it('riscv’s hot-removed PUD tables leak their count since patch 11', () => {
    const faults = (revision: string): string[] =>
      books(revision, [life('alloc_pud_late', 'pud')], { arch: 'riscv' }).faults.map((f) => f.kind);
    expect([faults('ctor-p10'), faults('ctor-p11'), faults('v7.3')]).toEqual([
      [],
      ['freed-without-dtor'],
      ['freed-without-dtor'],
    ]);
  });

  it('boot tables are never constructed', () => {
    const { tables } = books('v7.3', [life('early_pgtable_alloc', 'pte', { keep: true })]);
    expect(tables.map((t) => [t.state, t.source, t.counted])).toEqual([['allocated', 'memblock', 0]]);
  });

  it('a hook in the constructor misses kernel PTE tables before patch 2, and none after', () => {
    const missed = (revision: string): string[] | undefined =>
      books(revision, [{ fn: 'pte_alloc', mm: 'init_mm', virt: VMALLOC }], {
        ctorHook: 'write-protect',
      }).guards?.missed.map((t) => t.level);
    expect([missed('base'), missed('ctor-p2'), missed('v7.3')]).toEqual([['pte'], [], []]);
  });

  it('are kept by the rules that the run was made with', () => {
    const made = (counts: readonly LevelName[]): number => {
      const ran = runScenario(
        {
          format: SCENARIO_FORMAT,
          version: SCENARIO_VERSION,
          title: 'books',
          revision: 'v7.3',
          memory: MEMORY,
          contexts: [{ cpu: 0, calls: [{ fn: 'pte_alloc', mm: 'init_mm', virt: VMALLOC }] }],
        },
        ground,
        { mutation: { rules: (rules) => ({ ...rules, ctor: { ...rules.ctor, counts } }) } },
      );
      if (!ran.ok) throw new Error(describeProblem(ran.error));
      return ledgerAt(ran.value, ran.value.steps.length).nrPageTable;
    };
    expect([made(['pte', 'pmd', 'pud']), made(['pte'])]).toEqual([3, 1]);
  });

  it('refuses an allocator of another architecture, and a level it does not make', () => {
    expect(() => run('v7.3', [life('alloc_pte_late', 'pte')])).toThrow('arm64 has no alloc_pte_late');
    expect(() => run('v7.3', [life('pte_alloc_one', 'pud')])).toThrow('makes tables of level pte');
  });

  it('one line a row', () => {
    const { rows } = books('v7.3', [life('pmd_alloc_one', 'pmd', { keep: true })]);
    expect(rows.map(row)).toEqual(['pmd init_mm: 1 ctor 1 dtor 0 locks 0 NR 1']);
  });
});

it('the course of the figures agrees with the books at every step', () => {
  const made = run(
    'base',
    [
      { fn: 'pte_alloc', mm: 'user', virt: '0x400000' },
      { fn: 'pte_alloc', mm: 'init_mm', virt: '0xffff800080000000' },
      { fn: 'table_life', allocator: 'pte_alloc_one', level: 'pte', mm: 'user', keep: false },
    ],
    { spinlock: 'rt' },
  );
  const ledger = tableLedger(made);
  const course = ledger.course();
  expect(course.length).toBeGreaterThan(10);
  expect(course.at(-1)?.nrPageTable).toBeGreaterThan(0);
  for (const { step, nrPageTable, lockObjects, lockBytes, pgtablesBytes } of course) {
    const at = ledger.at(step);
    expect([nrPageTable, lockObjects, lockBytes, pgtablesBytes]).toEqual([
      at.nrPageTable,
      at.lockObjects,
      at.lockBytes,
      Object.values(at.pgtablesBytes).reduce((a, b) => a + b, 0),
    ]);
  }
});
