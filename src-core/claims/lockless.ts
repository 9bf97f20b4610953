import { U64 } from '../base/u64.ts';
import { Tlbi } from '../step/op-barrier.ts';
import { Lock, Unlock } from '../step/op-lock.ts';
import type { Claim, Stage } from './claim.ts';
import { must, mustBe } from './claim.ts';
import { count, rets, stepsOf, tablesAt } from './evidence.ts';

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
    id: 'N8',
    says: 'Two CPUs that change disjoint areas end with both changes however one interrupts the other; on the same page one change can be lost, with both calls returning 0.',
    scenarios: ['own-ranges', 'shared-range'],
    check(stage) {
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
      because: 'no order loses',
      op: (op, fn) => {
        if (fn !== 'pageattr_pte_entry') return [op];
        if (op.op === 'load') return [new Lock('ptl', 'write'), op];
        return op.op === 'store' ? [op, new Unlock('ptl')] : [op];
      },
    },
  },
  {
    id: 'N9',
    says: 'In v6.12 set_memory_x() changes four entries of init_mm without taking or asserting a lock.',
    scenarios: ['always-lockless'],
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
];
