import { PTE_PXN, PTE_RDONLY } from '../arch/arm64/bits.ts';
import { U64 } from '../base/u64.ts';
import type { Rules } from '../revision/rules.ts';
import { Tlbi } from '../step/op-barrier.ts';
import { Lock, Unlock } from '../step/op-lock.ts';
import { Store, StoreRun } from '../step/op-memory.ts';
import type { Claim } from './claim.ts';
import { must, mustBe } from './claim.ts';
import {
  addresses,
  attributes,
  callsOf,
  count,
  rets,
  stepsOf,
  tablesAt,
  translated,
  valid,
} from './evidence.ts';
import { outline } from './outline.ts';

/** The change walks by apply_to_page_range(), as Linux 6.12 did. */
function byApply(rules: Rules): Rules {
  return { ...rules, pageattr: { ...rules.pageattr, walker: 'apply_to_page_range' } };
}

/** Changing permissions on arm64. */
export const PERMISSION_CLAIMS: readonly Claim[] = [
  {
    id: 'P1',
    says: 'The same call on a whole 2 MiB block warns, changes nothing and returns -EINVAL in 6.12; in 7.3 the block is changed.',
    scenarios: ['whole-blocks', 'whole-block'],
    check(stage) {
      for (const id of ['whole-blocks', 'whole-block']) {
        const before = stage.run(id, { revision: 'v6.12' });
        mustBe(`${id} at v6.12 returns`, rets(before), [-22]);
        mustBe('warnings', count(before.steps, 'warn'), 1);
        mustBe('stores', count(before.steps, 'set'), 0);
        const after = stage.run(id, { revision: 'v7.3' });
        mustBe(`${id} at v7.3 returns`, rets(after), [0]);
        mustBe('warnings', count(after.steps, 'warn'), 0);
        const block = tablesAt(after).entry(
          id === 'whole-block' ? '0xffff000042000000' : '0xffff000041a00000',
        );
        must(block.hw === 2 && !valid(block), 'the block was not made invalid');
      }
    },
    mutation: {
      name: 'permission change walks by apply_to_page_range()',
      because: 'at v7.3 returns: [-22]',
      rules: byApply,
    },
  },
  {
    id: 'P2',
    says: 'At PMD and PUD level alike a block that the range covers in part warns and ends the walk with -EINVAL; the block changed before it stays changed.',
    scenarios: ['half-changed', 'part-of-a-gigabyte'],
    check(stage) {
      for (const id of ['half-changed', 'part-of-a-gigabyte']) {
        const run = stage.run(id);
        mustBe(`${id} returns`, rets(run), [-22]);
        mustBe(`warnings of ${id}`, count(run.steps, 'warn'), 1);
      }
      const run = stage.run('half-changed');
      const [before, after] = [tablesAt(run, 0), tablesAt(run)];
      must(!valid(after.entry('0xffff000041a00000')), 'the block changed first was put back');
      const second = '0xffff000041c00000';
      mustBe('the block covered in part', after.entry(second), before.entry(second));
      const posted = stage.run('half-changed', {
        revision: 'perm-v4',
        with: ({ config: _, ...scenario }) => scenario,
      });
      mustBe('as posted, where splitting is the caller’s business', rets(posted), [-22]);
      must(
        !valid(tablesAt(posted).entry('0xffff000041a00000')),
        'as posted, the block changed first was put back',
      );
      const gigabyte = stage.run('part-of-a-gigabyte');
      mustBe('stores into the block of 1 GiB', count(gigabyte.steps, 'set'), 0);
      mustBe('who warns', stepsOf(gigabyte.steps, 'warn')[0]?.fn, 'pageattr_pud_entry');
    },
    mutation: {
      name: 'a partly covered block is refused without a warning',
      because: 'warnings of half-changed: 0',
      op: (op, fn) => (op.op === 'warn' && fn.startsWith('pageattr_') ? [] : [op]),
    },
  },
  {
    id: 'P3',
    says: 'Blocks are split at start, then at end, before anything changes; new tables are constructed, and every page outside the range keeps its memory and its attributes.',
    scenarios: ['both-ends', 'one-page-in-a-block', 'page-in-a-gigabyte'],
    check(stage) {
      const run = stage.run('both-ends', { fold: 'always' });
      const { steps } = run;
      mustBe('returned', rets(run), [0]);
      mustBe('what happened', outline(steps), [
        'lock lazy+',
        'alloc ctor pte*512 dsb pmd',
        'alloc ctor pte*512 dsb pmd pte*16 dsb isb',
        'lazy- unlock lazy+',
        'pte*16 pmd*2 pte*8',
        'lazy- tlbi',
      ]);
      mustBe(
        'constructed for',
        stepsOf(steps, 'ctor').map((s) => s.mm),
        ['init_mm', 'init_mm'],
      );
      const [before, after] = [tablesAt(run, 0), tablesAt(run)];
      // Every page of the four blocks.
      for (const va of addresses('0xffff000041800000', 4 * 512, 4096)) {
        const [was, is] = [before.entry(va), after.entry(va)];
        mustBe(`where ${va} leads`, translated(run, is, va), translated(run, was, va));
        const inside =
          U64.hex('0xffff0000419f0000').le(U64.hex(va)) && U64.hex(va).lt(U64.hex('0xffff000041e08000'));
        must(valid(is) !== inside, `${va} is ${valid(is) ? '' : 'in'}valid`);
        if (!inside) mustBe(`attributes of ${va}`, attributes(run, is), attributes(run, was));
      }
      // A contiguous run stays one, but for the group the end cuts.
      must(after.entry('0xffff000041800000').value.bit(52), 'the new pages are not contiguous runs');
      must(!after.entry('0xffff000041e08000').value.bit(52), 'the run that the end cuts is still contiguous');

      const one = stage.run('one-page-in-a-block');
      mustBe('tables for one page of a 2 MiB block', count(one.steps, 'ctor'), 1);
      const gigabyte = stage.run('page-in-a-gigabyte');
      mustBe(
        'tables for one page of a 1 GiB block',
        stepsOf(gigabyte.steps, 'ctor').map((s) => s.level),
        ['pmd', 'pte'],
      );
      mustBe('stores for it', count(gigabyte.steps, 'set'), 1059);
    },
    mutation: {
      name: 'a split block’s pages lose the bit that forbids execution',
      because: 'attributes of 0xffff000041800000',
      op: (op) =>
        op.op === 'storeRun' ? [new StoreRun(op.at, op.n, op.first.andNot(PTE_PXN), op.step)] : [op],
    },
  },
  {
    id: 'P4',
    says: 'On a page of the KFENCE pool the change takes no lock and allocates nothing; on any other page the split before it takes a mutex.',
    scenarios: ['kfence-page'],
    check(stage) {
      const run = stage.run('kfence-page');
      mustBe('returned', rets(run), [0]);
      mustBe(
        'locks taken',
        stepsOf(run.steps, 'lock').map((s) => s.name),
        [],
      );
      mustBe('allocations', count(run.steps, 'alloc'), 0);
      mustBe('stores', count(run.steps, 'set'), 1);
      mustBe('flushes', count(run.steps, 'tlbi'), 1);
      const elsewhere = stage.run('kfence-page', { with: ({ config: _, ...scenario }) => scenario });
      mustBe(
        'locks taken outside the pool',
        stepsOf(elsewhere.steps, 'lock').map((s) => s.name),
        ['pgtable_split_lock'],
      );
    },
    mutation: {
      name: 'the walk takes the mmap lock of init_mm',
      because: 'locks taken: ["mmap:init_mm"]',
      op: (op, fn) => {
        if (op.op !== 'lazy' || fn !== 'update_range_prot') return [op];
        return op.on ? [new Lock('mmap:init_mm', 'read'), op] : [op, new Unlock('mmap:init_mm')];
      },
    },
  },
  {
    id: 'P6',
    says: '64 valid entries cost one pair of barriers, inside the bracket and after the last store; without batching, in 6.12, they cost 64.',
    scenarios: ['batched-barriers'],
    check(stage) {
      const { steps } = stage.run('batched-barriers');
      mustBe('stores', count(steps, 'set'), 64);
      mustBe('barriers in v7.3', [count(steps, 'dsb'), count(steps, 'isb')], [1, 1]);
      const last = steps.findLastIndex((s) => s.ev === 'set');
      const barrier = steps.findIndex((s) => s.ev === 'dsb');
      const off = steps.findLastIndex((s) => s.ev === 'lazy');
      must(
        last < barrier && barrier < off,
        'the barriers do not come between the last store and the bracket’s end',
      );
      const before = stage.run('batched-barriers', { revision: 'v6.12' }).steps;
      mustBe('stores in v6.12', count(before, 'set'), 64);
      mustBe('barriers in v6.12', [count(before, 'dsb'), count(before, 'isb')], [64, 64]);
    },
    mutation: {
      name: 'there is no bracket',
      because: 'barriers in v7.3: [64,64]',
      op: (op) => (op.op === 'lazy' ? [] : [op]),
    },
  },
  {
    id: 'P7',
    says: 'set_memory_valid() flushes the page it makes invalid, and flushes nothing when it makes the page valid again.',
    scenarios: ['invalid-and-back'],
    check(stage) {
      const [away = [], back = []] = callsOf(stage.run('invalid-and-back'));
      mustBe('flushes when the page is made valid', count(back, 'tlbi'), 0);
      const [flush, more] = stepsOf(away, 'tlbi');
      must(flush !== undefined && more === undefined, 'making it invalid flushes not exactly once');
      mustBe('flushed', [flush.start, flush.end], ['0xffff000041e05000', '0xffff000041e06000']);
      const store = away.findLastIndex((s) => s.ev === 'set');
      must(away.indexOf(flush) > store, 'the flush comes before the store it is for');
    },
    mutation: {
      name: 'every permission change ends with a flush',
      because: 'flushes when the page is made valid',
      op: (op, fn) =>
        op.op === 'lazy' && !op.on && fn === 'update_range_prot' ? [op, new Tlbi(U64.ZERO, U64.ONE)] : [op],
    },
  },
  {
    id: 'P8',
    says: 'set_direct_map_invalid_noflush() and set_direct_map_default_noflush() change a read-only page’s entry by exactly their clear and set masks, in 6.12 and in 7.3.',
    scenarios: ['direct-map-page'],
    check(stage) {
      const stores = (variation: Parameters<typeof stage.run>[1]): readonly string[] =>
        stepsOf(stage.run('direct-map-page', variation).steps, 'set').flatMap((s) => [s.old, s.new]);
      const readOnly = '0xe000004171c787';
      // Valid away, present-invalid in its place; then valid and writable, read-only and present-invalid away.
      const away = '0xe000004171cf86';
      mustBe('in v7.3', stores({}), [readOnly, away, away, '0xe800004171c707']);
      const cleared = '0xe000004171c786';
      mustBe('in v6.12', stores({ revision: 'v6.12' }), [readOnly, cleared, cleared, '0xe800004171c707']);
      const global = stores({ with: (scenario) => ({ ...scenario, config: { useNg: true } }) });
      mustBe('with entries that are not global', global, [readOnly, away, away, '0xe800004171cf07']);
    },
    mutation: {
      name: 'the default does not clear the read-only bit',
      because: 'in v7.3',
      op: (op, fn) =>
        op.op === 'store' && fn === 'pageattr_pte_entry' ? [new Store(op.at, op.to.or(PTE_RDONLY))] : [op],
    },
  },
  {
    id: 'P9',
    says: 'walk_kernel_page_table_range_lockless() returns -EINVAL, having read nothing, for an empty range, a reversed one, and install_pte.',
    scenarios: ['empty-range', 'no-install'],
    check(stage) {
      const cases = {
        'an empty range': stage.run('empty-range'),
        'a reversed range': stage.run('empty-range', {
          with: (scenario) => ({
            ...scenario,
            contexts: scenario.contexts.map((c) => ({
              ...c,
              calls: c.calls.map((call) => ('end' in call ? { ...call, end: '0xffff000000000000' } : call)),
            })),
          }),
        }),
        install_pte: stage.run('no-install'),
      };
      for (const [what, run] of Object.entries(cases)) {
        mustBe(`${what} returns`, rets(run), [-22]);
        mustBe(`loads with ${what}`, count(run.steps, 'load'), 0);
      }
    },
    mutation: {
      name: 'install_pte is let through',
      because: 'install_pte returns',
      rules: (rules) => ({ ...rules, walk: { ...rules.walk, refusesInstallPte: false } }),
    },
  },
  {
    id: 'P10',
    says: 'Each whole block changes in one store from its callback, after which the walk does not look at that entry again and reads no PTE.',
    scenarios: ['whole-blocks'],
    check(stage) {
      const { steps } = stage.run('whole-blocks');
      const sets = stepsOf(steps, 'set');
      mustBe(
        'stores',
        sets.map((s) => [s.fn, s.level, s.va]),
        [
          ['pageattr_pmd_entry', 'pmd', '0xffff000041a00000'],
          ['pageattr_pmd_entry', 'pmd', '0xffff000041c00000'],
        ],
      );
      for (const set of sets) {
        const again = stepsOf(steps, 'load').find((s) => s.n > set.n && s.va === set.va);
        must(again === undefined, `${again?.fn ?? ''} looks again at ${set.va ?? ''}`);
      }
      must(!stepsOf(steps, 'load').some((s) => s.level === 'pte'), 'a PTE is read');
    },
    mutation: {
      name: 'ACTION_CONTINUE is looked at after the leaf test only',
      because: 'looks again at',
      rules: (rules) => ({ ...rules, walk: { ...rules.walk, continueChecked: 'after-leaf-test' } }),
    },
  },
  {
    id: 'P12',
    says: 'The same two stores are reached by walk_page_range_novma() with the mode, by walk_kernel_page_table_range() with it, by the lockless function under ___change_memory_common(), and under update_range_prot().',
    scenarios: ['four-postings'],
    check(stage) {
      const wanted: Readonly<Record<string, readonly string[]>> = {
        'nolock-v1': ['walk_page_range_novma'],
        'nolock-review': ['walk_page_range_novma'],
        'nolock-v2': ['___change_memory_common', 'walk_kernel_page_table_range'],
        'perm-v3': ['___change_memory_common', 'walk_kernel_page_table_range_lockless'],
        'perm-v4': ['update_range_prot', 'walk_kernel_page_table_range_lockless'],
      };
      for (const [revision, functions] of Object.entries(wanted)) {
        const run = stage.run('four-postings', { revision });
        mustBe(`returned at ${revision}`, rets(run), [0]);
        mustBe(`assertions at ${revision}`, count(run.steps, 'assert'), 0);
        const sets = stepsOf(run.steps, 'set');
        mustBe(
          `stores at ${revision}`,
          sets.map((s) => [s.level, s.va, s.new]),
          [
            ['pmd', '0xffff000041a00000', '0xe8000041a00704'],
            ['pmd', '0xffff000041c00000', '0xe8000041c00704'],
          ],
        );
        const stack = run.stackAt(sets[0]?.n ?? 0).map((f) => f.fn);
        const between = stack.slice(
          stack.indexOf('walk_pgd_range') + 1,
          stack.indexOf('__change_memory_common'),
        );
        mustBe(`called at ${revision}`, between.toReversed(), functions);
      }
    },
    mutation: {
      name: 'the range is changed under the name of the third posting',
      because: 'called at perm-v4: ["___change_memory_common"',
      rules: (rules) =>
        rules.pageattr.rangeChange === 'update_range_prot'
          ? { ...rules, pageattr: { ...rules.pageattr, rangeChange: '___change_memory_common' } }
          : rules,
    },
  },
];
