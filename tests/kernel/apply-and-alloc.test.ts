import { describe, expect, it } from 'vitest';
import type { Row } from './run.ts';
import { lines, runCall, runContexts, tableAt } from './run.ts';

const EFI = 'efi_mm';
const USER = 'user';
const PAGE = '0xe8000041000f03';
const TABLES: readonly Row[] = [
  [EFI, 0, '0x0', 1, tableAt(0x21000), '0x0'],
  [EFI, 1, '0x0', 1, tableAt(0x22000), '0x0'],
  [EFI, 2, '0x200000', 1, tableAt(0x23000), '0x0'],
  [EFI, 3, '0x200000', 1, PAGE, '0x0'],
  [EFI, 2, '0x400000', 1, '0xe8000041400f01', '0x0'],
];
const apply = (
  fn: string,
  mm: string,
  addr: string,
  size: string,
  more: object = { set: '0x80' },
): object => ({
  fn,
  mm,
  addr,
  size,
  ...more,
});
const told = (call: object, setting: object = {}): string[] =>
  lines(runCall({ tables: TABLES, ...setting }, call).steps);

describe.each(['v6.12', 'v7.3'])('apply_to_page_range() in %s', (revision) => {
  it('takes the PTE lock of efi_mm, and calls its function for empty PTEs too', () => {
    const barriers = ['dsb', 'isb'];
    // A valid kernel entry: v6.12 has its barriers at once, v7.3 at the end of lazy MMU mode.
    const [atOnce, atEnd] = revision === 'v6.12' ? [barriers, []] : [[], barriers];
    expect(told(apply('apply_to_page_range', EFI, '0x200000', '0x2000'), { revision })).toEqual([
      'lock rcu',
      'lock ptl',
      'lazy on',
      'set pte[0] 0xe8000041000f03 -> 0xe8000041000f83',
      ...atOnce,
      'set pte[1] 0x0 -> 0x80',
      ...atEnd,
      'lazy off',
      'unlock ptl',
      'unlock rcu',
      'return 0',
    ]);
  });

  it('takes no lock for init_mm’s PTEs, and builds what is missing under its page_table_lock', () => {
    const run = told(apply('apply_to_page_range', 'init_mm', '0xffff000000200000', '0x1000'), { revision });
    expect(run.filter((l) => /lock|alloc|return/.test(l))).toEqual([
      'alloc pud',
      'lock page_table_lock',
      'unlock page_table_lock',
      'alloc pmd',
      'lock page_table_lock',
      'unlock page_table_lock',
      'alloc pte',
      'lock page_table_lock',
      'unlock page_table_lock',
      'return 0',
    ]);
  });

  it('builds a PTE table of another mm under the PMD lock, constructed', () => {
    const run = told(apply('apply_to_page_range', EFI, '0x600000', '0x1000'), { revision });
    expect(run.filter((l) => /lock|alloc|ctor|return/.test(l))).toEqual([
      'alloc pte',
      'ctor pte',
      'lock pmd_lock',
      'unlock pmd_lock',
      'lock rcu',
      'lock ptl',
      'unlock ptl',
      'unlock rcu',
      'return 0',
    ]);
  });

  it('refuses a block with a warning', () => {
    for (const fn of ['apply_to_page_range', 'apply_to_existing_page_range'])
      expect(told(apply(fn, EFI, '0x400000', '0x200000'), { revision })).toEqual(['warn', 'return -22']);
  });

  it('of the existing range only, steps over holes and empty PTEs', () => {
    const run = told(apply('apply_to_existing_page_range', EFI, '0x1ff000', '0x3000'), { revision });
    expect(run.filter((l) => /set|alloc|return/.test(l))).toEqual([
      'set pte[0] 0xe8000041000f03 -> 0xe8000041000f83',
      'return 0',
    ]);
    expect(told(apply('apply_to_existing_page_range', EFI, '0x40000000', '0x1000'), { revision })).toEqual([
      'return 0',
    ]);
  });

  it('without a function only builds', () => {
    const run = told(apply('apply_to_page_range', EFI, '0x600000', '0x1000', {}), { revision });
    expect(run.filter((l) => /set|lazy|return/.test(l))).toEqual([
      expect.stringMatching(/^set pmd\[3\]/),
      'lazy on',
      'lazy off',
      'return 0',
    ]);
  });
});

describe('two contexts that miss the same table', () => {
  const call = apply('apply_to_page_range', EFI, '0x600000', '0x1000');

  it('each link or give back: one table is in the tree, and both changes are in it', () => {
    // Whatever the order, a schedule where b allocates between a's none test and a's lock has a loser.
    let losers = 0;
    for (let n = 1; n < 40; n++) {
      const run = runContexts(
        { tables: TABLES },
        [{ calls: [call] }, { calls: [{ ...call, addr: '0x601000' }] }],
        {
          schedule: `a${n}b200`,
        },
      );
      expect(run.results.map((r) => r.rets)).toEqual([[0], [0]]);
      const freed = run.steps.filter((s) => s.ev === 'free');
      const made = run.steps.filter((s) => s.ev === 'alloc');
      expect(made.length - freed.length).toBe(1);
      losers += freed.length;
      for (const step of freed) {
        // Outside the lock, after its destructor.
        expect(step.held).toEqual([]);
        expect(run.steps.some((s) => s.ev === 'dtor' && s.ctx === step.ctx)).toBe(true);
      }
      const stores = run.steps.filter((s) => s.ev === 'set' && s.level === 'pte');
      expect(new Set(stores.map((s) => (s.ev === 'set' ? s.table : ''))).size).toBe(1);
    }
    expect(losers).toBeGreaterThan(0);
  });
});

describe('which lock guards a table', () => {
  const walk = { fn: 'walk_page_vma', vma: 0, walkLock: 0, ops: { callbacks: ['pte'] } };
  const folio = { fn: 'folio_walk', vma: 0, addr: '0x412000', flags: 0 };
  const user: readonly Row[] = [
    [USER, 0, '0x0', 1, tableAt(0x31000), '0x0'],
    [USER, 1, '0x0', 1, tableAt(0x32000), '0x0'],
    [USER, 2, '0x200000', 1, tableAt(0x33000), '0x0'],
    [USER, 3, '0x200000', 1, PAGE, '0x0'],
    [USER, 2, '0x400000', 1, '0xe8000041400f41', '0x0'],
  ];
  const vmas = [{ start: '0x200000', end: '0x600000', flags: [] }];
  const locks = (call: object, config?: object, geometry?: string): string[] =>
    lines(
      runCall(
        geometry === undefined
          ? { tables: user, vmas, ...(config === undefined ? {} : { config }) }
          : { geometry, config: config ?? {} },
        call,
        [{ name: 'mmap:user', mode: 'read' }],
      ).steps,
    ).filter((l) => /^lock (?!rcu)/.test(l));

  it('one for all where nothing is said of the build', () => {
    expect(locks({ ...walk })).toEqual(['lock ptl']);
    expect(locks(folio)).toEqual(['lock pmd_lock']);
  });

  it('one a table from four CPUs on', () => {
    expect(locks(walk, { nrCpus: 4 })).toEqual(['lock ptl@0x33000']);
    expect(locks(folio, { nrCpus: 4 })).toEqual(['lock pmd_lock@0x32000']);
  });

  it('the mm’s page_table_lock below that, or where the build does not split', () => {
    expect(locks(walk, { nrCpus: 3 })).toEqual(['lock page_table_lock:user']);
    expect(locks(folio, { nrCpus: 3 })).toEqual(['lock page_table_lock:user']);
    expect(locks(walk, { nrCpus: 8, splitPte: false })).toEqual(['lock page_table_lock:user']);
    expect(locks(folio, { nrCpus: 8, splitPmd: false })).toEqual(['lock page_table_lock:user']);
  });

  it('never split above the PMD', () => {
    const call = apply('apply_to_page_range', EFI, '0x40000000', '0x1000');
    expect(locks(call, { nrCpus: 64 })).toEqual([
      'lock page_table_lock:efi_mm',
      'lock page_table_lock:efi_mm',
      expect.stringMatching(/^lock page_table_lock:efi_mm|^lock pmd_lock@0x/),
      expect.stringMatching(/^lock ptl@0x/),
    ]);
  });
});

describe('an efi_mm table without its constructor', () => {
  const build = {
    fn: '__create_pgd_mapping',
    mm: EFI,
    phys: '0x41600000',
    virt: '0x600000',
    size: '0x1000',
    prot: '0xe8000000000f03',
    flags: 3,
    specialAlloc: true,
  };
  const call = apply('apply_to_page_range', EFI, '0x600000', '0x1000');
  const violations = (config: object): string[] =>
    runContexts({ tables: TABLES, config }, [{ calls: [build, call] }]).steps.flatMap((s) =>
      s.ev === 'violation' ? [s.what] : [],
    );

  it('is noticed when apply_to_page_range() takes its lock, where locks are split', () => {
    expect(violations({ nrCpus: 4, efiCtor: true })).toEqual([]);
    expect(violations({ nrCpus: 4, efiCtor: false })).toEqual(['ptlock']);
    expect(violations({ nrCpus: 2, splitPte: false, efiCtor: false })).toEqual([]);
  });
});
