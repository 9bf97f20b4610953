import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../base/result.ts';
import type { Ledger } from '../../mm/ledger.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from '../../scenario/format.ts';
import { worldFromListing } from '../../scenario/listing-world.ts';
import { ledgerAt } from '../../scenario/run-ledger.ts';
import { runScenario } from '../../scenario/run-scenario.ts';
import type { Run } from '../../scenario/run.ts';
import type { ScenarioCall, ScenarioConfig } from '../../scenario/schema.ts';

const PAGE = 0xe8000041000703n;
const READ_ONLY = 0xe0000041000783n;
const VMALLOC = '0xffff800080000000';

type Row = ['init_mm', number, string, number, string, string];
const row = (level: number, va: string, n: number, value: string, step = '0x0'): Row => [
  'init_mm',
  level,
  va,
  n,
  value,
  step,
];
const UPPER = [row(0, '0xffff000000000000', 1, '0x41003003'), row(1, '0xffff000040000000', 1, '0x41004003')];
/** The direct map of the 2 MiB that tables lie in: by pages, by a block, by a contiguous run, or not at all. */
const DIRECT_MAP = {
  pages: [
    ...UPPER,
    row(2, '0xffff000041000000', 1, '0x41005003'),
    row(3, '0xffff000041000000', 512, `0x${PAGE.toString(16)}`, '0x1000'),
  ],
  block: [...UPPER, row(2, '0xffff000041000000', 1, '0xe8000041000701')],
  contiguous: [
    ...UPPER,
    row(2, '0xffff000041000000', 1, '0x41005003'),
    row(3, '0xffff000041000000', 512, '0xf8000041000703', '0x1000'),
  ],
  none: [],
};

function run(
  map: keyof typeof DIRECT_MAP,
  calls: ScenarioCall[],
  revision = 'v7.3',
  config: ScenarioConfig = {},
): Run {
  const memory = {
    geometry: '4k48',
    roots: [
      { mm: 'init_mm' as const, pgd: '0x41000000' },
      { mm: 'user' as const, pgd: '0x41001000' },
    ],
    tables: DIRECT_MAP[map],
  };
  const world = worldFromListing(memory);
  if (!world.ok) throw new Error(describeProblem(world.error));
  const made = runScenario(
    {
      format: SCENARIO_FORMAT,
      version: SCENARIO_VERSION,
      title: 'hook',
      revision,
      memory,
      config: { ctorHook: 'write-protect', ...config },
      contexts: [{ cpu: 0, calls }],
    },
    world.value,
  );
  if (!made.ok) throw new Error(describeProblem(made.error));
  return made.value;
}

const books = (made: Run): Ledger => ledgerAt(made, made.steps.length);
const hooks = (made: Run): string[] =>
  made.steps.flatMap((s) => (s.ev === 'hook' ? [`${s.level} ${s.does} ${s.how}`] : []));
/** Stores into the direct map's PTEs, and what those of all other pages are: untouched. */
const stores = (made: Run): string[] =>
  made.steps.flatMap((s) =>
    s.ev === 'set' && s.table === '0x41005000' ? [`${s.idx} ${s.old} -> ${s.new}`] : [],
  );
const life = (keep: boolean, rest: object = {}): ScenarioCall =>
  ({ fn: 'table_life', allocator: 'pte_alloc_one', level: 'pte', mm: 'user', keep, ...rest }) as ScenarioCall;
const hex = (value: bigint, page: number): string => `0x${(value + 0x1000n * BigInt(page)).toString(16)}`;

describe('a hook in constructors and destructors', () => {
  it('makes the page of each table it sees read-only, and flushes it', () => {
    const made = run('pages', [{ fn: 'pte_alloc', mm: 'init_mm', virt: VMALLOC }]);
    expect(hooks(made)).toEqual(['pud protect entry', 'pmd protect entry', 'pte protect entry']);
    expect(stores(made)).toEqual([6, 7, 8].map((i) => `${i} ${hex(PAGE, i)} -> ${hex(READ_ONLY, i)}`));
    expect(made.steps.filter((s) => s.ev === 'tlbi').map((s) => [s.start, s.end])).toEqual([
      ['0xffff000041006000', '0xffff000041007000'],
      ['0xffff000041007000', '0xffff000041008000'],
      ['0xffff000041008000', '0xffff000041009000'],
    ]);
    expect(books(made).guards).toEqual({ protected: 3, open: 0, missed: [], lost: 0 });
  });

  it('does so before the table is linked', () => {
    const made = run('pages', [{ fn: 'pte_alloc', mm: 'init_mm', virt: VMALLOC }]);
    const at = (ev: string, rest: object): number =>
      made.steps.findIndex(
        (s) => s.ev === ev && Object.entries(rest).every(([k, v]) => Reflect.get(s, k) === v),
      );
    expect(at('hook', { level: 'pte' })).toBeGreaterThan(at('ctor', { level: 'pte' }));
    expect(at('hook', { level: 'pte' })).toBeLessThan(at('set', { level: 'pmd' }));
  });

  it('makes it writable again when the table is destructed', () => {
    const made = run('pages', [life(false)]);
    expect(hooks(made)).toEqual(['pte protect entry', 'pte release entry']);
    expect(stores(made)).toEqual([
      `6 ${hex(PAGE, 6)} -> ${hex(READ_ONLY, 6)}`,
      `6 ${hex(READ_ONLY, 6)} -> ${hex(PAGE, 6)}`,
    ]);
    expect(books(made).guards).toEqual({ protected: 0, open: 0, missed: [], lost: 0 });
    expect(books(made).faults).toEqual([]);
  });

  it.each(['block', 'contiguous'] as const)(
    'splits nothing: a %s stays as it is, and the table open',
    (map) => {
      const made = run(map, [life(false)]);
      expect(hooks(made)).toEqual(['pte protect block', 'pte release block']);
      expect(made.steps.some((s) => s.ev === 'set')).toBe(false);
      expect(books(run(map, [life(true)])).guards).toEqual({ protected: 0, open: 1, missed: [], lost: 0 });
    },
  );

  it('says where the tables don’t map the page at all', () => {
    expect(hooks(run('none', [life(true)]))).toEqual(['pte protect unmapped']);
    expect(books(run('none', [life(true)])).guards?.open).toBe(1);
  });

  it('reaches all pages of a table of four', () => {
    const made = run('pages', [life(true, { allocator: 'crst_table_alloc', level: 'pmd' })], 'v7.3', {
      arch: 's390',
    });
    expect(stores(made).map((s) => s.split(' ')[0])).toEqual(['6', '7', '8', '9']);
    const freed = run('pages', [life(false, { allocator: 'crst_table_alloc', level: 'pmd' })], 'v7.3', {
      arch: 's390',
    });
    expect(stores(freed).map((s) => s.split(' ')[0])).toEqual(['6', '7', '8', '9', '6', '7', '8', '9']);
  });

  it('never sees a table whose allocator runs no constructor', () => {
    const made = run('pages', [life(true, { allocator: 'early_pgtable_alloc', mm: 'init_mm' })]);
    expect(hooks(made)).toEqual([]);
    expect(books(made).guards?.missed.map((t) => t.by)).toEqual(['early_pgtable_alloc']);
  });

  it('a page freed without the destructor stays read-only, and the books say so', () => {
    const made = run(
      'pages',
      [life(false, { allocator: 'alloc_pud_late', level: 'pud', mm: 'init_mm' })],
      'v7.3',
      {
        arch: 'riscv',
      },
    );
    expect(hooks(made)).toEqual(['pud protect entry']);
    const { guards, faults } = books(made);
    expect(guards?.lost).toBe(1);
    expect(faults.map((f) => f.kind)).toEqual(['freed-read-only']);
    expect(faults[0]?.words).toContain('back to the page allocator write-protected');
    expect(faults[0]?.words).toContain('NR_PAGETABLE stays too high');
  });

  it('is not there unless a scenario registers it', () => {
    const made = run('pages', [life(false)], 'v7.3', { ctorHook: 'none' });
    expect([hooks(made), stores(made), books(made).guards]).toEqual([[], [], undefined]);
  });
});
