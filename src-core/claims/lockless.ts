import { U64 } from '../base/u64.ts';
import { Tlbi } from '../step/op-barrier.ts';
import { Lock, Unlock } from '../step/op-lock.ts';
import type { Claim, Stage, Variation } from './claim.ts';
import { must, mustBe } from './claim.ts';
import { callsOf, count, lockKind, rets, stepsOf, tablesAt, violations } from './evidence.ts';

/** More turns than any context here takes. */
const ALL = 999;

/**
 * The entry of a page after every run of a scenario of two contexts in which one is interrupted once, after any number of its steps,
 * by the whole of the other; both ways round.
 */
function outcomes(stage: Stage, id: string, pages: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [first, second] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    let before = '';
    for (let k = 1; ; k++) {
      const run = stage.run(id, { schedule: `${first}${k}${second}${ALL}${first}${ALL}` });
      const order = run.steps.map((s) => s.ctx).join('');
      if (order === before) break;
      before = order;
      mustBe(`${id} returns`, [rets(run, 0), rets(run, 1)], [[0], [0]]);
      const tables = tablesAt(run);
      found.add(pages.map((va) => tables.entry(va).value.toHex()).join(' '));
    }
  }
  return found;
}

/** Walking without locks. */
export const LOCKLESS_CLAIMS: readonly Claim[] = [
  {
    id: 'N1',
    says: 'In softirq taking the mmap lock is reported as sleeping where nothing may sleep; KFENCE’s change of the same page, lockless, is not, and completes.',
    scenarios: ['kfence-in-softirq', 'mmap-lock-in-softirq', 'kfence-free-and-dump', 'kfence-free-locked'],
    check(stage) {
      const lockless = stage.run('kfence-in-softirq');
      mustBe('violations of the lockless change', violations(lockless), []);
      mustBe('returned', rets(lockless), [0]);
      mustBe('stores', count(lockless.steps, 'set'), 1);
      mustBe('violations of the locked walk', violations(stage.run('mmap-lock-in-softirq')), [
        'sleep: mmap_read_lock() may sleep, in softirq',
      ]);
      const task = stage.run('mmap-lock-in-softirq', {
        with: (scenario) => ({
          ...scenario,
          contexts: scenario.contexts.map(({ kind: _, ...context }) => context),
        }),
      });
      mustBe('violations of the same walk by a task', violations(task), []);
      mustBe(
        'a free in softirq and a dump, every interleaving',
        stage.search('kfence-free-and-dump').verdict,
        'safe',
      );
      const locked = stage.search('kfence-free-locked').findings.map((f) => `${f.what} ${f.switches}`);
      must(locked.includes('sleep 1'), `the same with the mmap lock: ${locked.join(', ')}`);
    },
    mutation: {
      name: 'a permission change takes the mmap lock of init_mm',
      because: 'violations of the lockless change: ["sleep',
      op: (op, fn) => {
        if (op.op !== 'lazy' || fn !== 'update_range_prot') return [op];
        return op.on ? [new Lock('mmap:init_mm', 'read'), op] : [op, new Unlock('mmap:init_mm')];
      },
    },
  },
  {
    id: 'N2',
    says: 'At nolock-v1 walk_page_range_novma() with PGWALK_NOLOCK reads a process’s PTEs with nothing held, asserts nothing, and returns 0; beside munmap it reads a freed table, in two switches.',
    scenarios: ['nolock-user-walk', 'nolock-meets-munmap'],
    check(stage) {
      const run = stage.run('nolock-user-walk');
      mustBe('returned', rets(run), [0]);
      mustBe('assertions', count(run.steps, 'assert'), 0);
      mustBe('warnings', count(run.steps, 'warn'), 0);
      const pages = stepsOf(run.steps, 'cb').filter((s) => s.level === 'pte');
      mustBe('pages visited', pages.length, 4);
      for (const { held } of pages)
        must(!held.some((lock) => lock.startsWith('mmap:')), 'a mmap lock is held');
      const { findings } = stage.search('nolock-meets-munmap');
      const worst = findings.find((f) => f.what === 'uaf');
      mustBe('beside munmap', [worst?.text, worst?.switches], ['b reads a PMD table that has been freed', 2]);
    },
    mutation: {
      name: 'the mode is for init_mm only',
      because: 'assertions: 1',
      rules: (rules) => ({ ...rules, walk: { ...rules.walk, lockMode3: 'nolock-init-mm-only' } }),
    },
  },
  {
    id: 'N3',
    says: 'In the form asked for in review the same mode asserts nothing for init_mm and the lock for write for any other mm, which fails unless it is held so.',
    scenarios: ['nolock-init-mm-only', 'nolock-user-walk'],
    check(stage) {
      const asserted = (id: string, variation: Variation = {}): unknown =>
        callsOf(stage.run(id, variation)).map((steps) =>
          stepsOf(steps, 'assert').map((s) => `${s.name} ${s.mm} ${s.ok ? 'holds' : 'fails'}`),
        );
      mustBe('asserted for init_mm, then for a process', asserted('nolock-init-mm-only'), [
        [],
        ['mmap_assert_write_locked user fails'],
      ]);
      const holding = (mode: 'read' | 'write'): Variation => ({
        with: (scenario) => ({
          ...scenario,
          contexts: scenario.contexts.map((c) => ({ ...c, holds: [{ name: 'mmap:user', mode }] })),
        }),
      });
      mustBe('with the lock held for read', asserted('nolock-init-mm-only', holding('read')), [
        [],
        ['mmap_assert_write_locked user fails'],
      ]);
      mustBe('with the lock held for write', asserted('nolock-init-mm-only', holding('write')), [
        [],
        ['mmap_assert_write_locked user holds'],
      ]);
      const later = { revision: 'nolock-review' };
      mustBe('the first posting’s walk', asserted('nolock-user-walk', later), [
        ['mmap_assert_write_locked user fails'],
      ]);
    },
    mutation: {
      name: 'the mode skips the assertion for every mm',
      because: 'asserted for init_mm, then for a process: [[],[]]',
      rules: (rules) => ({ ...rules, walk: { ...rules.walk, lockMode3: 'nolock-anywhere' } }),
    },
  },
  {
    id: 'N4',
    says: 'With PGWALK_NOLOCK walk_page_range_novma() returns 0, the four entry functions with VMAs return -EINVAL, and those read no entry.',
    scenarios: ['nolock-entry-functions'],
    check(stage) {
      const run = stage.run('nolock-entry-functions');
      mustBe('returned', rets(run), [0, -22, -22, -22, -22]);
      const [, ...refused] = callsOf(run);
      mustBe(
        'loads of those refused',
        refused.map((steps) => count(steps, 'load')),
        [0, 0, 0, 0],
      );
    },
    mutation: {
      name: 'the other entry functions let the mode through',
      because: 'returned: [0,0,0,0,0]',
      rules: (rules) => ({ ...rules, walk: { ...rules.walk, lockMode3: 'nolock-anywhere' } }),
    },
  },
  {
    id: 'N5',
    says: 'In the form asked for in review a walk with a VMA and PGWALK_NOLOCK warns, naming the VMA, and is refused; as first posted it walks without a word.',
    scenarios: ['nolock-with-a-vma'],
    check(stage) {
      const run = stage.run('nolock-with-a-vma');
      mustBe(
        'warnings',
        stepsOf(run.steps, 'warn').map((s) => [s.fn, s.about]),
        [['process_vma_walk_lock', 'VMA 0 with PGWALK_NOLOCK']],
      );
      mustBe('returned', rets(run), [-22]);
      const before = stage.run('nolock-with-a-vma', { revision: 'nolock-v1' });
      mustBe('warnings at nolock-v1', count(before.steps, 'warn'), 0);
      mustBe('locks of the VMA at nolock-v1', count(before.steps, 'vmalock'), 0);
      mustBe('returned at nolock-v1', rets(before), [0]);
    },
    mutation: {
      name: 'a default: label swallows the mode',
      because: 'warnings: []',
      op: (op, fn) => (op.op === 'warn' && fn === 'process_vma_walk_lock' ? [] : [op]),
    },
  },
  {
    id: 'N8',
    says: 'Under every interleaving two CPUs that change disjoint areas end with both changes and no violation; on the same page one change can be lost, with both calls returning 0. The same where an area is given back meanwhile: its neighbour’s, or the very one.',
    scenarios: ['own-ranges', 'shared-range', 'vfree-and-neighbour', 'vfree-of-what-another-changes'],
    check(stage) {
      mustBe('every interleaving on disjoint areas', stage.search('own-ranges').verdict, 'safe');
      const same = stage.search('shared-range').findings.map((f) => `${f.what}, ${f.switches} switches`);
      mustBe('every interleaving on the same page', same, [
        // Either CPU may overwrite what the other has stored since it looked.
        'stale, 2 switches',
        'stale, 2 switches',
      ]);
      mustBe('vfree() of the neighbour', stage.search('vfree-and-neighbour').verdict, 'safe');
      const gone = stage.search('vfree-of-what-another-changes').findings;
      mustBe(
        'vfree() of what another changes',
        gone.map((f) => `${f.what}, ${f.switches} switches`),
        ['stale, 2 switches'],
      );
      const ours = ['0xffff800084330000', '0xffff800084331000', '0xffff800084335000', '0xffff800084336000'];
      mustBe(
        'what disjoint changes leave',
        [...outcomes(stage, 'own-ranges', ours)],
        ['0xe0000041c48783 0xe0000041c49783 0xc8000041d40703 0xc8000041d41703'],
      );
      const shared = outcomes(stage, 'shared-range', ['0xffff800084330000']);
      must(shared.has('0xc0000041c48783'), 'no order leaves both changes of the same page');
      must(shared.has('0xc8000041c48703'), 'no order loses the read-only bit');
    },
    mutation: {
      name: 'each PTE is changed under a lock',
      because: 'every interleaving on the same page: []',
      op: (op, fn) => {
        if (fn !== 'pageattr_pte_entry') return [op];
        if (op.op === 'load') return [new Lock('ptl', 'write'), op];
        return op.op === 'store' ? [op, new Unlock('ptl')] : [op];
      },
    },
  },
  {
    id: 'N9',
    says: 'In v6.12 set_memory_x() changes four entries of init_mm without taking or asserting a lock; the same function takes RCU and the PTE lock for efi_mm.',
    scenarios: ['always-lockless', 'efi-pte-lock'],
    check(stage) {
      const run = stage.run('always-lockless');
      mustBe('returned', rets(run), [0]);
      mustBe('stores', count(run.steps, 'set'), 4);
      mustBe(
        'locks taken',
        stepsOf(run.steps, 'lock').map((s) => s.name),
        [],
      );
      mustBe('assertions', count(run.steps, 'assert'), 0);
      for (const revision of ['v6.12', 'v7.3']) {
        const efi = stage.run('efi-pte-lock', { revision });
        const sets = stepsOf(efi.steps, 'set');
        mustBe(`stores to efi_mm at ${revision}`, sets.length, 2);
        for (const { held } of sets)
          mustBe(`held at a store to efi_mm at ${revision}`, held.map(lockKind), ['rcu', 'ptl']);
      }
    },
    mutation: {
      name: 'the PTE lock is taken for init_mm too',
      because: 'locks taken: ["ptl"',
      op: (op) => {
        if (op.op !== 'lazy') return [op];
        return op.on ? [new Lock('ptl', 'write'), op] : [op, new Unlock('ptl')];
      },
    },
  },
  {
    id: 'N10',
    says: 'The set_direct_map functions walk by the lockless helper, with nothing held, and flush no TLB.',
    scenarios: ['direct-map-page'],
    check(stage) {
      const run = stage.run('direct-map-page');
      mustBe('returned', rets(run), [0, 0]);
      mustBe('flushes', count(run.steps, 'tlbi'), 0);
      const sets = stepsOf(run.steps, 'set');
      mustBe('stores', sets.length, 2);
      for (const set of sets) {
        mustBe('held at the store', set.held, []);
        const stack = run.stackAt(set.n).map((f) => f.fn);
        must(stack.includes('walk_kernel_page_table_range_lockless'), 'another walk makes the store');
      }
    },
    mutation: {
      name: 'update_range_prot() ends with a flush',
      because: 'flushes: 2',
      op: (op, fn) =>
        op.op === 'lazy' && !op.on && fn === 'update_range_prot' ? [op, new Tlbi(U64.ZERO, U64.ONE)] : [op],
    },
  },
  {
    id: 'N11',
    says: 'Each of the four modes asserts what it asks for of the mmap lock and of the VMA’s own; with too little held an assertion fails in each, and every walk goes on.',
    scenarios: ['vma-kept-stable', 'vma-not-stable'],
    check(stage) {
      const failing = (id: string): unknown =>
        callsOf(stage.run(id)).map((steps) => [
          ...new Set(
            steps.flatMap((s) =>
              (s.ev === 'assert' || s.ev === 'vmalock') && s.ok === false ? [s.name] : [],
            ),
          ),
        ]);
      mustBe('what fails where the VMA is kept stable', failing('vma-kept-stable'), [[], [], [], []]);
      mustBe('what fails where it is not', failing('vma-not-stable'), [
        ['mmap_assert_locked'],
        ['vma_assert_write_locked'],
        ['vma_assert_locked', 'mmap_assert_write_locked'],
        ['mmap_assert_write_locked'],
      ]);
      for (const id of ['vma-kept-stable', 'vma-not-stable'])
        mustBe(`${id} returns`, rets(stage.run(id)), [0, 0, 0, 0]);
      const pages = stepsOf(stage.run('vma-kept-stable').steps, 'cb');
      mustBe(
        'held while the VMA is walked, but for RCU and the PTE lock',
        pages.filter((_, i) => i % 2 === 0).map((s) => s.held.slice(0, -2)),
        [
          ['mmap:user/read'],
          ['mmap:user/write', 'vma:1/write'],
          ['mmap:user/write', 'vma:1/write'],
          ['vma:1/read'],
        ],
      );
    },
    mutation: {
      name: 'PGWALK_RDLOCK asserts nothing',
      because: 'what fails where it is not: [[],',
      op: (op) => (op.op === 'assert' && op.name === 'mmap_assert_locked' ? [] : [op]),
    },
  },
  {
    id: 'N12',
    says: 'While a dump holds the mmap lock for write, a locked walk waits for all the rest of it; a lockless change of an owned page waits for none.',
    scenarios: ['dump-and-owner', 'dump-and-locked-walk'],
    check(stage) {
      // The dump takes its lock and makes some steps; then CPU 1 goes whenever it can.
      const waited = (id: string): number => {
        const run = stage.run(id, { schedule: `a20b${ALL}` });
        mustBe(`${id} returns`, [rets(run, 0), rets(run, 1)], [[0], [0]]);
        const last = run.steps.findLastIndex((s) => s.ctx === 1);
        return run.steps.slice(20, last).filter((s) => s.ctx === 0).length;
      };
      mustBe('steps the owner waits for', waited('dump-and-owner'), 0);
      const all = stage.run('dump-and-locked-walk').steps.filter((s) => s.ctx === 0).length;
      mustBe('steps the locked walk waits for', waited('dump-and-locked-walk'), all - 20);
    },
    mutation: {
      name: 'a permission change takes the mmap lock for read',
      because: 'steps the owner waits for',
      op: (op, fn) => {
        if (fn === 'split_kernel_leaf_mapping' && op.op === 'lock')
          return [new Lock('mmap:init_mm', 'read'), op];
        if (fn === 'split_kernel_leaf_mapping' && op.op === 'unlock') return [op, new Unlock('mmap:init_mm')];
        return [op];
      },
    },
  },
];
