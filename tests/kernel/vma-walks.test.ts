import { describe, expect, it } from 'vitest';
import type { Row } from './run.ts';
import { lines, runCall, runContexts, tableAt } from './run.ts';

const USER = 'user';
const PAGE = '0xe8000041000f43';
const BLOCK = '0xe8000040000f41';
const MMAP_R = [{ name: 'mmap:user', mode: 'read' }];
const VMA = { start: '0x200000', end: '0x600000', flags: [] };

/** PGD, PUD and PMD tables over the first GiB; PMD 1 has a PTE table with pages 0 and 2. */
const TABLES: readonly Row[] = [
  [USER, 0, '0x0', 1, tableAt(0x31000), '0x0'],
  [USER, 1, '0x0', 1, tableAt(0x32000), '0x0'],
  [USER, 2, '0x200000', 1, tableAt(0x33000), '0x0'],
  [USER, 3, '0x200000', 1, PAGE, '0x0'],
  [USER, 3, '0x202000', 1, PAGE, '0x0'],
];

describe('a stale ACTION_AGAIN', () => {
  // The first pmd_entry empties its PMD, so that mapping the PTE table fails; what is left of the PUD's range is holes.
  const call = {
    fn: 'walk_page_range',
    start: '0x200000',
    end: '0x600000',
    walkLock: 0,
    ops: {
      callbacks: ['pud', 'pmd', 'pte', 'hole'],
      rules: [{ cb: 'pmd', n: 2, ret: 0, action: null, write: '0x0' }],
    },
  };
  const two: readonly Row[] = [
    ...TABLES,
    [USER, 2, '0x400000', 1, tableAt(0x34000), '0x0'],
    [USER, 3, '0x400000', 1, PAGE, '0x0'],
  ];
  const callbacks = (revision: string): string[] =>
    lines(runCall({ tables: two, vmas: [VMA], revision }, call, MMAP_R).steps).filter((l) =>
      /^(pud|pmd|hole)/.test(l),
    );
  const once = ['pud_entry 0x200000', 'pmd_entry 0x200000', 'pmd_entry 0x400000', 'hole 0x400000 3'];

  it('makes v6.12 walk the whole PUD range again, callbacks and all', () => {
    expect(callbacks('v6.12')).toEqual([
      ...once,
      'pud_entry 0x200000',
      'pmd_entry 0x200000',
      'hole 0x400000 3',
    ]);
  });

  it.each(['v6.12.0', 'v6.16', 'v6.18', 'v7.3'])('%s walks it once', (revision) => {
    expect(callbacks(revision)).toEqual(once);
  });
});

describe('install_pte', () => {
  const call = (callbacks: readonly string[], rules: readonly object[] = []): object => ({
    fn: 'walk_page_range_mm_unsafe',
    start: '0x200000',
    end: '0x203000',
    walkLock: 0,
    ops: { callbacks, rules },
  });
  const setting = { tables: TABLES, vmas: [VMA] };

  it('fills what is empty, and has pte_entry called for the rest; no hole is told of', () => {
    const { steps, results } = runCall(setting, call(['pte', 'install', 'hole']), MMAP_R);
    expect(results[0]?.rets).toEqual([0]);
    expect(lines(steps).filter((l) => /entry|install|set|hole/.test(l))).toEqual([
      'pte_entry 0x200000',
      'install_pte 0x201000',
      'set pte[1] 0x0 -> 0x47c0',
      'pte_entry 0x202000',
    ]);
  });

  it('installs what a rule gives, and ends with what it returns', () => {
    const rules = [
      { cb: 'install', n: 1, ret: 0, action: null, write: '0xe8000042000f43' },
      { cb: 'install', n: 2, ret: -14, action: null, write: null },
    ];
    const run = runCall(setting, { ...call(['pte', 'install'], rules), end: '0x204000' }, MMAP_R);
    expect(run.results[0]?.rets).toEqual([-14]);
    expect(lines(run.steps).filter((l) => l.startsWith('set'))).toEqual([
      'set pte[1] 0x0 -> 0xe8000042000f43',
    ]);
  });

  it('builds missing tables, from the top down, each linked under its lock', () => {
    const run = runCall({ vmas: [VMA] }, { ...call(['pte', 'install']), end: '0x201000' }, MMAP_R);
    expect(run.results[0]?.rets).toEqual([0]);
    expect(lines(run.steps).filter((l) => /alloc|lock|set/.test(l))).toEqual([
      'alloc pud',
      'lock page_table_lock',
      expect.stringMatching(/^set p4d\[0\] 0x0 -> 0x8000000000[0-9a-f]+403$/),
      'unlock page_table_lock',
      'alloc pmd',
      'lock page_table_lock',
      expect.stringMatching(/^set pud\[0\]/),
      'unlock page_table_lock',
      'alloc pte',
      'lock pmd_lock',
      expect.stringMatching(/^set pmd\[1\]/),
      'unlock pmd_lock',
      'lock rcu',
      'lock ptl',
      'set pte[0] 0x0 -> 0x47c0',
      'unlock ptl',
      'unlock rcu',
    ]);
  });

  it('calls a null pointer where a PTE is not empty and there is no pte_entry', () => {
    const run = runCall(setting, call(['install']), MMAP_R);
    expect(lines(run.steps).at(-1)).toBe('bug');
    expect(run.results[0]?.rets).toEqual([null]);
  });

  it('does not split a huge page that it would only fill around', () => {
    const tables: readonly Row[] = [...TABLES.slice(0, 2), [USER, 2, '0x200000', 1, BLOCK, '0x0']];
    const run = runCall({ tables, vmas: [VMA] }, call(['install']), MMAP_R);
    expect(run.results[0]?.rets).toEqual([0]);
    expect(run.steps.some((s) => s.ev === 'split_huge' || s.ev === 'set')).toBe(false);
  });

  it('is refused with -EINVAL in hugetlb VMAs, before pre_vma', () => {
    const vmas = [{ ...VMA, flags: ['HUGETLB'] }];
    const run = runCall({ tables: TABLES, vmas }, call(['pte', 'install', 'pre_vma']), MMAP_R);
    expect(run.results[0]?.rets).toEqual([-22]);
    expect(run.steps.some((s) => s.ev === 'pre_vma')).toBe(false);
  });
});

describe('hugetlb VMAs', () => {
  const tables: readonly Row[] = [
    ...TABLES.slice(0, 2),
    [USER, 2, '0x200000', 1, BLOCK, '0x0'],
    [USER, 2, '0x400000', 1, tableAt(0x33000), '0x0'],
  ];
  const vmas = [{ start: '0x200000', end: '0x800000', flags: ['HUGETLB'] }];
  const walk = (callbacks: readonly string[], rules: readonly object[] = []): string[] =>
    lines(
      runCall(
        { tables, vmas },
        { fn: 'walk_page_vma', vma: 0, walkLock: 0, ops: { callbacks, rules } },
        MMAP_R,
      ).steps,
    );

  it('are walked page by page under the hugetlb VMA lock; without a table for a page, a hole of unknown depth', () => {
    expect(walk(['hugetlb', 'hole', 'pre_vma', 'post_vma', 'pmd'])).toEqual([
      'pre_vma 0x200000',
      'lock hugetlb_vma:0',
      'hugetlb_entry 0x200000',
      // A PTE table stands where the huge page would be.
      'hole 0x400000 -1',
      // Empty: the entry is there for it.
      'hugetlb_entry 0x600000',
      'unlock hugetlb_vma:0',
      'post_vma',
      'return 0',
    ]);
  });

  it('are skipped in silence without hugetlb_entry, between pre_vma and post_vma', () => {
    expect(walk(['pmd', 'pte', 'hole', 'pre_vma', 'post_vma'])).toEqual([
      'pre_vma 0x200000',
      'post_vma',
      'return 0',
    ]);
  });

  it('give the lock back when a callback ends the walk, and post_vma runs', () => {
    const rules = [{ cb: 'hugetlb', n: 1, ret: 7, action: null, write: null }];
    expect(walk(['hugetlb', 'post_vma'], rules).slice(-4)).toEqual([
      'hugetlb_entry 0x200000',
      'unlock hugetlb_vma:0',
      'post_vma',
      'return 7',
    ]);
  });

  it('have pages of the size they say', () => {
    const cont = [{ start: '0x400000', end: '0x420000', flags: ['HUGETLB'], hugePage: 'cont-pte' }];
    const run = runCall(
      { tables, vmas: cont },
      { fn: 'walk_page_vma', vma: 0, walkLock: 0, ops: { callbacks: ['hugetlb'] } },
      MMAP_R,
    );
    expect(lines(run.steps).filter((l) => l.startsWith('huge'))).toEqual([
      'hugetlb_entry 0x400000',
      'hugetlb_entry 0x410000',
    ]);
  });
});

describe('walk_page_mapping()', () => {
  const vmas = [
    { start: '0x200000', end: '0x204000', flags: [], file: 5, pgoff: 10 },
    { start: '0x300000', end: '0x302000', flags: [], file: 5, pgoff: 2 },
    { start: '0x400000', end: '0x402000', flags: [], file: 6, pgoff: 2 },
  ];
  const walk = (first: number, nr: number, rules: readonly object[] = []): string[] =>
    lines(
      runCall(
        { vmas },
        {
          fn: 'walk_page_mapping',
          file: 5,
          first,
          nr,
          walkLock: 0,
          ops: { callbacks: ['test_walk', 'pre_vma'], rules },
        },
        [{ name: 'i_mmap:5', mode: 'read' }],
      ).steps,
    );

  it('visits the VMAs of the file by page offset, cut to the range; test_walk is asked about the whole VMA', () => {
    expect(walk(3, 9)).toEqual([
      'test_walk 0x300000',
      'pre_vma 0x301000',
      'test_walk 0x200000',
      'pre_vma 0x200000',
      'return 0',
    ]);
  });

  it('ends when test_walk skips a VMA', () => {
    expect(walk(0, 100, [{ cb: 'test_walk', n: 1, ret: 1, action: null, write: null }])).toEqual([
      'test_walk 0x300000',
      'return 0',
    ]);
  });
});

describe('folio_walk_start()', () => {
  const tables: readonly Row[] = [
    ...TABLES,
    [USER, 2, '0x400000', 1, BLOCK, '0x0'],
    [USER, 2, '0x600000', 1, '0x1800', '0x0'],
    [USER, 1, '0x40000000', 1, BLOCK, '0x0'],
  ];
  const vmas = [{ start: '0x200000', end: '0x80000000', flags: [] }];
  const walk = (addr: string, more: object = {}, flags = 0): string[] =>
    lines(runCall({ tables, vmas, ...more }, { fn: 'folio_walk', vma: 0, addr, flags }, MMAP_R).steps);

  it.each([
    ['a PTE', '0x200000', ['lock rcu', 'lock ptl', 'unlock ptl', 'unlock rcu', 'return 1']],
    ['a PMD leaf', '0x412000', ['lock pmd_lock', 'unlock pmd_lock', 'return 1']],
    ['a PUD leaf', '0x40345000', ['lock page_table_lock', 'unlock page_table_lock', 'return 1']],
    ['an empty PTE', '0x201000', ['lock rcu', 'lock ptl', 'unlock ptl', 'unlock rcu', 'return 0']],
    ['an empty PMD', '0x800000', ['return 0']],
    ['an address outside the VMA', '0x1000', ['warn', 'return 0']],
  ])('%s', (_what, addr, wanted) => {
    expect(walk(addr)).toEqual(wanted);
  });

  it('gives a migration entry only where it is asked for, in kernels that can be asked', () => {
    const migrating: readonly Row[] = [...TABLES, [USER, 3, '0x203000', 1, '0x41000600', '0x0']];
    const at = (revision: string, flags: number): string | undefined =>
      walk('0x203000', { tables: migrating, revision }, flags).at(-1);
    expect([at('v6.12', 0), at('v6.12', 1), at('v7.3', 1)]).toEqual(['return 0', 'return 1', 'return 0']);
  });

  it('gives the zero page only where it is asked for', () => {
    const zero: readonly Row[] = [...TABLES, [USER, 3, '0x203000', 1, '0x1e8000045000f43', '0x0']];
    const at = (flags: number): string | undefined =>
      walk('0x203000', { tables: zero, config: { zeroPage: '0x45000000' } }, flags).at(-1);
    expect([at(0), at(1)]).toEqual(['return 0', 'return 1']);
  });

  it('never gives special entries', () => {
    const special: readonly Row[] = [...TABLES, [USER, 3, '0x203000', 1, '0x1e8000045000f43', '0x0']];
    expect(walk('0x203000', { tables: special }, 1).at(-1)).toBe('return 0');
  });
});

describe('locks of VMAs', () => {
  const vmas = [{ start: '0x200000', end: '0x203000', flags: [] }];
  const walk = (walkLock: number): object => ({
    fn: 'walk_page_vma',
    vma: 0,
    walkLock,
    ops: { callbacks: ['pte'] },
    locks: [{ name: 'mmap:user', mode: 'write' }],
  });

  it('vma_start_write() waits for a reader, and is ended by mmap_write_unlock()', () => {
    const reader = {
      fn: 'walk_page_vma',
      vma: 0,
      walkLock: 3,
      ops: { callbacks: ['pte'] },
      locks: [{ name: 'vma:0', mode: 'read' }],
    };
    const run = runContexts({ tables: TABLES, vmas }, [{ calls: [walk(1)] }, { calls: [reader] }], {
      // The reader takes the VMA's lock, then the writer goes as far as it can.
      schedule: 'ba40b40',
    });
    const order = run.steps.flatMap((s) =>
      s.ev === 'vmalock' || ((s.ev === 'lock' || s.ev === 'unlock') && /vma:|mmap:/.test(s.name))
        ? [`${'ab'.charAt(s.ctx)} ${s.ev === 'vmalock' ? s.name : `${s.ev} ${s.name}`}`]
        : [],
    );
    expect(order).toEqual([
      'b lock vma:0',
      'a lock mmap:user',
      'b vma_assert_locked',
      'b unlock vma:0',
      'a vma_start_write',
      'a unlock mmap:user',
    ]);
    expect(run.steps.find((s) => s.ev === 'vmalock' && s.name === 'vma_start_write')?.held).toContain(
      'vma:0/write',
    );
    expect(run.steps.at(-1)?.held).toEqual([]);
  });

  it('with CONFIG_DEBUG_VM a failed vma_assert_write_locked() ends v6.12, and not v7.3', () => {
    const last = (revision: string, debugVm: boolean): string | undefined =>
      lines(runCall({ tables: TABLES, vmas, revision, config: { debugVm } }, walk(2)).steps).findLast((l) =>
        /bug|return/.test(l),
      );
    expect([last('v6.12', true), last('v6.12', false), last('v7.3', true)]).toEqual([
      'bug',
      'return 0',
      'return 0',
    ]);
  });
});
