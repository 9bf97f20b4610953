import { Lock, Unlock } from '../step/op-lock.ts';
import type { Claim, Stage } from './claim.ts';
import { must, mustBe } from './claim.ts';
import { callsOf, count, rets, stepsOf, tablesAt, valid, violations } from './evidence.ts';

/** Of all moments of the walk at which the other CPU could retract the table: how many end in pud_entry() told of one range twice. */
function momentsThatDouble(
  stage: Stage,
  revision: string,
): { readonly tried: number; readonly doubled: number } {
  const alone = stage.run('stale-again-race', { revision }).steps.filter((s) => s.ctx === 0).length;
  let doubled = 0;
  let tried = 0;
  for (let n = 1; n < alone; n++, tried++) {
    const { steps } = stage.run('stale-again-race', { revision, schedule: `a${n}b40` });
    if (stepsOf(steps, 'cb').filter((s) => s.level === 'pud').length > 1) doubled++;
  }
  return { tried, doubled };
}

/** Bugs and surprises. */
export const SURPRISE_CLAIMS: readonly Claim[] = [
  {
    id: 'B4',
    says: 'In v6.12 callbacks before the vanished PTE table run twice, pud_entry included; in v7.3 each runs once. So it is where another CPU retracts the table at the right moment, and in v7.3 at no moment.',
    scenarios: ['stale-again', 'stale-again-race'],
    check(stage) {
      const seen = (revision: string): readonly string[] =>
        stepsOf(stage.run('stale-again', { revision }).steps, 'cb').map((s) => `${s.level} ${s.addr}`);
      const once = ['pud 0x401fe000', 'pmd 0x401fe000', 'pte 0x401fe000', 'pte 0x401ff000'];
      mustBe('callbacks in v7.3', seen('v7.3'), [...once, 'pmd 0x40200000']);
      mustBe('callbacks in v6.12', seen('v6.12'), [...once, 'pmd 0x40200000', ...once]);
      const race = momentsThatDouble(stage, 'v6.12');
      must(
        race.doubled > 0,
        `the table is retracted at ${race.tried} moments, and nothing is doubled in v6.12`,
      );
      mustBe('moments that double callbacks in v7.3', momentsThatDouble(stage, 'v7.3').doubled, 0);
    },
    mutation: {
      name: 'the action is reset after the none test',
      because: 'callbacks in v7.3',
      rules: (rules) => ({ ...rules, walk: { ...rules.walk, actionReset: 'after-none-test' } }),
    },
  },
  {
    id: 'B6',
    says: 'Where blocks may not be split, the split returns 0 without a lock, and the range is left half changed, with a warning, -EINVAL and a flush.',
    scenarios: ['half-changed'],
    check(stage) {
      const run = stage.run('half-changed');
      mustBe('returned', rets(run), [-22]);
      mustBe('locks', count(run.steps, 'lock'), 0);
      mustBe('warnings', count(run.steps, 'warn'), 1);
      const tables = tablesAt(run);
      must(!valid(tables.entry('0xffff000041a00000')), 'the first block is as it was');
      must(valid(tables.entry('0xffff000041c00000')), 'the second block was changed');
      const flush = stepsOf(run.steps, 'tlbi')[0];
      mustBe('flushed', [flush?.start, flush?.end], ['0xffff000041a00000', '0xffff000041d00000']);
      const splits = stage.run('half-changed', { with: ({ config: _, ...scenario }) => scenario });
      mustBe('returned where blocks can be split', rets(splits), [0]);
    },
    mutation: {
      name: 'blocks are never stored to',
      because: 'the first block is as it was',
      op: (op, fn) => (op.op === 'store' && fn === 'pageattr_pmd_entry' ? [] : [op]),
    },
  },
  {
    id: 'B8',
    says: 'At perm-v4 a whole block made invalid is passed by when it shall become valid, with return value 0; at v7.3 it is valid again.',
    scenarios: ['block-invalid-and-back'],
    check(stage) {
      const block = '0xffff000041a00000';
      const posted = stage.run('block-invalid-and-back');
      mustBe('returned at perm-v4', rets(posted), [0, 0]);
      mustBe(
        'stores of each call at perm-v4',
        callsOf(posted).map((steps) => count(steps, 'set')),
        [1, 0],
      );
      must(!valid(tablesAt(posted).entry(block)), 'at perm-v4 the block is valid again');
      const now = stage.run('block-invalid-and-back', { revision: 'v7.3' });
      mustBe('returned at v7.3', rets(now), [0, 0]);
      mustBe(
        'stores of each call at v7.3',
        callsOf(now).map((steps) => count(steps, 'set')),
        [1, 1],
      );
      mustBe('the block at v7.3', tablesAt(now).entry(block), tablesAt(now, 0).entry(block));
    },
    mutation: {
      name: 'invalid means that the valid bit is cleared, no more',
      because: 'stores of each call at v7.3: [1,0]',
      rules: (rules) => ({ ...rules, pageattr: { ...rules.pageattr, invalidEncoding: 'valid-cleared' } }),
    },
  },
  {
    id: 'B9',
    says: 'With interrupts off, as under KFENCE’s raw spinlock, its change of a page of its pool does nothing that may sleep; a page outside the pool would need the split mutex, which is reported.',
    scenarios: ['kfence-interrupts-off', 'kfence-alloc-and-dump'],
    check(stage) {
      const run = stage.run('kfence-interrupts-off');
      const [set] = stepsOf(run.steps, 'set');
      mustBe('violations', violations(run), []);
      mustBe('held at the store', set?.held, []);
      const outside = stage.run('kfence-interrupts-off', { with: ({ config: _, ...scenario }) => scenario });
      mustBe('violations outside the pool', violations(outside), [
        'sleep: mutex_lock() may sleep, with interrupts off',
      ]);
      mustBe('an allocation and a dump', stage.search('kfence-alloc-and-dump').verdict, 'safe');
      const locked = stage.search('kfence-alloc-and-dump', { revision: 'what-if-locked' });
      must(
        locked.findings.some((f) => f.what === 'sleep'),
        'a mmap lock under the raw spinlock is not reported',
      );
    },
    mutation: {
      name: 'the walk holds off memory hot-remove',
      because: 'violations: ["sleep',
      op: (op, fn) => {
        if (op.op !== 'lazy' || fn !== 'update_range_prot') return [op];
        return op.on ? [op, new Lock('mem_hotplug', 'read')] : [new Unlock('mem_hotplug'), op];
      },
    },
  },
  {
    id: 'B10',
    says: 'For a hole in the range v6.12 allocates a table, v7.3 none; v7.3 changes the bits of empty PTEs, 0 to 0x800 by the one call and 0 to 0x80 by the other.',
    scenarios: ['holes-in-the-range', 'empty-pte-read-only'],
    check(stage) {
      const now = stage.run('holes-in-the-range');
      mustBe('tables allocated in v7.3', count(now.steps, 'alloc'), 0);
      mustBe(
        'stores in v7.3',
        [...new Set(stepsOf(now.steps, 'set').map((s) => `${s.old} ${s.new}`))],
        ['0x0 0x800'],
      );
      mustBe('returned', rets(now), [0]);
      const before = stage.run('holes-in-the-range', { revision: 'v6.12' });
      mustBe('tables allocated in v6.12', count(before.steps, 'alloc'), 1);
      mustBe('PTEs visited in v6.12', count(before.steps, 'set') - 1, 516);
      const readOnly = stepsOf(stage.run('empty-pte-read-only').steps, 'set');
      mustBe(
        'an empty entry made read-only',
        readOnly.map((s) => [s.old, s.new]),
        [['0x0', '0x80']],
      );
    },
    mutation: {
      name: 'permission change walks by apply_to_page_range()',
      because: 'tables allocated in v7.3: 1',
      rules: (rules) => ({ ...rules, pageattr: { ...rules.pageattr, walker: 'apply_to_page_range' } }),
    },
  },
];
