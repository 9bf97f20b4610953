import { describe, expect, it } from 'vitest';
import { tablesAt } from '../../claims/evidence.ts';
import { ANONYMOUS, HUGE_IN_CACHE } from '../../scenario/library/worlds-user.ts';
import type { ListingMemory } from '../../scenario/listing-world.ts';
import { worldFromListing } from '../../scenario/listing-world.ts';
import { runScenario } from '../../scenario/run-scenario.ts';
import type { Run } from '../../scenario/run.ts';
import type { ScenarioCall, ScenarioConfig } from '../../scenario/schema.ts';

const HUGE = '0x60000049400f41';
const COLLAPSE: ScenarioCall = { fn: 'madvise_collapse', addr: '0x40000000', size: '0x200000', entry: HUGE };
const FILE: ScenarioCall = {
  fn: 'madvise_collapse',
  addr: '0x200000',
  size: '0x200000',
  entry: '0x6000004a000f41',
};
/** Split locks: every table has its own. */
const SPLIT: ScenarioConfig = { nrCpus: 8 };

function run(memory: ListingMemory, calls: ScenarioCall[], revision = 'v7.3', config = SPLIT): Run {
  const world = worldFromListing(memory);
  if (!world.ok) throw new Error(world.error.message);
  const made = runScenario(
    {
      format: 'pagewalk/scenario',
      version: 1,
      title: 'A test',
      revision,
      memory,
      config,
      contexts: [{ cpu: 0, calls }],
    },
    world.value,
  );
  if (!made.ok) throw new Error(`${made.error.path}: ${made.error.message}`);
  expect(made.value.steps.filter((s) => s.ev === 'violation' || s.ev === 'bug')).toEqual([]);
  expect(made.value.steps.filter((s) => s.ev === 'assert' && !s.ok)).toEqual([]);
  return made.value;
}

/** What a run did, entries of unlinked tables included; locks by kind. */
function story({ steps }: Run): string[] {
  return steps.flatMap((s) => {
    switch (s.ev) {
      case 'lock':
      case 'unlock':
        return [`${s.ev} ${s.name.replace(/[@:].*$/, '')} ${s.mode}`];
      case 'vmalock':
        return [s.name];
      case 'set':
        return [`${s.atomic === true ? 'exchange' : 'set'} ${s.level} ${s.new}`];
      case 'tlbi':
        return ['flush'];
      case 'gp':
        return [`grace period ${s.phase}`];
      case 'free':
        return [`free ${s.table}`];
      case 'deposit':
        return [`${s.withdrawn === true ? 'withdraw' : 'deposit'} ${s.table}`];
      default:
        return [];
    }
  });
}

const after = (of: Run, mark: string): string[] => story(of).slice(story(of).indexOf(mark));

describe('collapse_huge_page()', () => {
  it('hides the table, empties it, and deposits it below the huge PMD', () => {
    const collapsed = run(ANONYMOUS, [COLLAPSE]);
    expect(collapsed.results).toEqual([{ rets: [0] }]);
    const pte = ['lock ptl write', 'exchange pte 0x0', 'unlock ptl write'];
    expect(story(collapsed)).toEqual([
      'lock mmap read',
      // hpage_collapse_scan_pmd()
      'lock rcu read',
      'lock ptl write',
      'unlock ptl write',
      'unlock rcu read',
      'unlock mmap read',
      // The huge page is allocated, and everything looked at again.
      'lock mmap read',
      'unlock mmap read',
      'lock mmap write',
      'vma_start_write',
      'lock anon_vma write',
      'lock pmd_lock write',
      'exchange pmd 0x0',
      'flush',
      'unlock pmd_lock write',
      // The table is this context's own now.
      'lock rcu read',
      'lock ptl write',
      'unlock ptl write',
      'unlock anon_vma write',
      ...pte,
      ...pte,
      'unlock rcu read',
      'lock pmd_lock write',
      'deposit 0x48015000',
      `set pmd ${HUGE}`,
      'unlock pmd_lock write',
      'unlock mmap write',
      'lock mmap read',
      'unlock mmap read',
    ]);
    expect(tablesAt(collapsed, collapsed.steps.length, 'user').entry('0x40000000').value.toHex()).toBe(HUGE);
  });

  it.each([
    ['isolate', -11],
    ['copy', -22],
  ] as const)('puts the table back if it can’t %s a page', (fails, ret) => {
    const failed = run(ANONYMOUS, [{ ...COLLAPSE, fails }]);
    expect(failed.results).toEqual([{ rets: [ret] }]);
    const told = story(failed).filter((s) => /^(set|exchange|deposit|free)/.test(s));
    expect(told).toEqual(['exchange pmd 0x0', 'set pmd 0x800000048015403']);
    const table = tablesAt(failed, failed.steps.length, 'user');
    expect(table.entry('0x40001000').value.toHex()).toBe('0xe8000049201f43');
  });

  it('a huge PMD that is zapped gives the deposited table back at once, under its lock', () => {
    const both = run(ANONYMOUS, [COLLAPSE, { fn: 'munmap', addr: '0x40000000', size: '0x200000' }]);
    expect(both.results).toEqual([{ rets: [0, 0] }]);
    const tail = after(both, 'deposit 0x48015000');
    const zap = tail.indexOf('withdraw 0x48015000');
    expect(tail.slice(zap - 2, zap + 3)).toEqual([
      'lock pmd_lock write',
      'exchange pmd 0x0',
      'withdraw 0x48015000',
      'free 0x48015000',
      'unlock pmd_lock write',
    ]);
    // What was above it is freed as ever.
    expect(tail.filter((s) => s.startsWith('free'))).toEqual([
      'free 0x48015000',
      'free 0x48014000',
      'free 0x48011000',
    ]);
  });

  it('a huge PMD of which a part goes is split into the deposited table', () => {
    const both = run(ANONYMOUS, [
      COLLAPSE,
      { fn: 'do_madvise', addr: '0x40001000', size: '0x1000', by: 'vma' },
    ]);
    const tail = after(both, 'deposit 0x48015000').slice(1);
    expect(tail.filter((s) => /pmd|withdraw|free/.test(s) && !s.includes('lock'))).toEqual([
      `set pmd ${HUGE}`,
      // pmdp_invalidate(): not valid, and present.
      'exchange pmd 0x60000049400f40',
      'withdraw 0x48015000',
      'set pmd 0x800000048015403',
    ]);
    const table = tablesAt(both, both.steps.length, 'user');
    // Its contiguous group is taken apart; the others stay together.
    expect(table.entry('0x40000000').value.toHex()).toBe('0x60000049400f43');
    expect(table.entry('0x40010000').value.toHex()).toBe('0x70000049410f43');
    expect(table.entry('0x40001000').value.isZero()).toBe(true);
    expect(table.entry('0x401ff000').value.toHex()).toBe('0x700000495fff43');
  });

  it('goes no further where there is nothing to collapse', () => {
    expect(run(ANONYMOUS, [COLLAPSE, COLLAPSE]).results).toEqual([{ rets: [0, 0] }]);
    const part: ScenarioCall = { ...COLLAPSE, addr: '0x40001000', size: '0x100000' };
    expect(run(ANONYMOUS, [part]).results).toEqual([{ rets: [-22] }]);
    expect(run(ANONYMOUS, [{ ...COLLAPSE, addr: '0x80000000' }]).results).toEqual([{ rets: [-12] }]);
  });
});

describe('collapse_pte_mapped_thp()', () => {
  const locks = (revision: string, more: object = {}): string[] =>
    after(run(HUGE_IN_CACHE, [{ ...FILE, ...more } as ScenarioCall], revision), 'lock folio write');
  const scan = ['lock rcu read', 'lock ptl write', 'unlock ptl write', 'unlock rcu read'];
  const cleared = ['exchange pte 0x0', 'exchange pte 0x0'];
  const end = [
    'grace period start',
    'lock pmd_lock write',
    'set pmd 0x6000004a000f41',
    'unlock pmd_lock write',
    'unlock folio write',
    'unlock mmap read',
    'lock mmap read',
    'unlock mmap read',
    'grace period end',
    'free 0x48013000',
  ];

  it('clears the PTEs under their lock, then the PMD under both, and defers the free', () => {
    expect(locks('v6.12')).toEqual([
      'lock folio write',
      ...scan,
      'lock rcu read',
      'lock ptl write',
      ...cleared,
      'unlock rcu read',
      'unlock ptl write',
      'lock pmd_lock write',
      'lock ptl write',
      'exchange pmd 0x0',
      'flush',
      'unlock ptl write',
      'unlock pmd_lock write',
      ...end,
    ]);
  });

  it('v7.3 stays in the RCU section, and looks at the PMD after each lock', () => {
    const now = run(HUGE_IN_CACHE, [FILE]);
    const looks = (of: Run): number =>
      of.steps.filter((s) => s.ev === 'load' && s.by === 'pmd_same' && s.fn.endsWith('pte_mapped_thp'))
        .length;
    expect(looks(now)).toBe(2);
    expect(looks(run(HUGE_IN_CACHE, [FILE], 'v6.12'))).toBe(0);
    expect(locks('v7.3').slice(5, 15)).toEqual([
      'lock rcu read',
      'lock ptl write',
      ...cleared,
      'unlock ptl write',
      'lock pmd_lock write',
      'lock ptl write',
      'exchange pmd 0x0',
      'flush',
      'unlock ptl write',
    ]);
  });

  it('holds both locks all along where userfaultfd may set entries', () => {
    expect(locks('v7.3', { uffdPrivate: true }).slice(5, 14)).toEqual([
      'lock pmd_lock write',
      'lock rcu read',
      'lock ptl write',
      ...cleared,
      'exchange pmd 0x0',
      'flush',
      'unlock ptl write',
      'unlock rcu read',
    ]);
  });

  it('leaves a table alone that maps something else', () => {
    const other: ListingMemory = {
      ...HUGE_IN_CACHE,
      tables: [...HUGE_IN_CACHE.tables, ['user', 3, '0x205000', 1, '0xe8000049400f43', '0x0']],
    };
    const refused = run(other, [FILE]);
    expect(refused.results).toEqual([{ rets: [-22] }]);
    expect(refused.steps.filter((s) => s.ev === 'set')).toEqual([]);
  });
});

describe('try_to_unmap() of an anonymous page', () => {
  const swapOut: ScenarioCall = {
    fn: 'try_to_unmap',
    vma: 0,
    addr: '0x40001000',
    phys: '0x49201000',
    entry: '0x40100',
  };

  it('comes by the anon_vma, and looks at the PMD again once it has the PTE lock', () => {
    const out = run(ANONYMOUS, [swapOut]);
    expect(out.results).toEqual([{ rets: [1] }]);
    expect(story(out)).toEqual([
      'lock anon_vma read',
      'lock rcu read',
      'lock ptl write',
      'exchange pte 0x0',
      'flush',
      'set pte 0x40100',
      'unlock ptl write',
      'unlock rcu read',
      'unlock anon_vma read',
    ]);
    const looks = (of: Run): number => of.steps.filter((s) => s.ev === 'load' && s.by === 'pmd_same').length;
    expect(looks(out)).toBe(1);
    expect(looks(run(ANONYMOUS, [swapOut], 'v6.12'))).toBe(0);
  });

  it('leaves another page alone, and a VMA that rmap does not find any more', () => {
    expect(run(ANONYMOUS, [{ ...swapOut, phys: '0x49202000' }]).results).toEqual([{ rets: [0] }]);
    const gone = run(ANONYMOUS, [{ fn: 'munmap', addr: '0x40000000', size: '0x200000' }, swapOut]);
    expect(gone.results).toEqual([{ rets: [0, 0] }]);
  });

  it('keeps its table from being collapsed: a page that is swapped out ends the attempt', () => {
    expect(run(ANONYMOUS, [swapOut, COLLAPSE]).results).toEqual([{ rets: [1, -22] }]);
  });
});
