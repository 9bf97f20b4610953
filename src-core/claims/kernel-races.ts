import type { Mutation } from '../scenario/mutation.ts';
import type { Scenario } from '../scenario/schema.ts';
import { TryLock } from '../step/op-lock.ts';
import type { Verdict } from '../search/verdict.ts';
import type { Claim, Stage } from './claim.ts';
import { must, mustBe } from './claim.ts';
import { count, rets } from './evidence.ts';

/** What a complete search found, once each, with the fewest switches: `uaf 2`. Contexts apart, and what follows from it. */
function kinds(verdict: Verdict): readonly string[] {
  const fewest = new Map<string, number>();
  for (const { what, switches } of verdict.findings)
    fewest.set(what, Math.min(switches, fewest.get(what) ?? Infinity));
  return [...fewest].map(([what, switches]) => `${what} ${switches}`).sort();
}

function mustBeSafe(stage: Stage, ...ids: readonly string[]): void {
  for (const id of ids) {
    const verdict = stage.search(id);
    must(verdict.verdict === 'safe', `${id} is not safe: ${kinds(verdict).join(', ')}`);
  }
}

/** Without the lock, whoever takes it; who only tries for it goes on trying. */
function without(name: string): NonNullable<Mutation['op']> {
  return (op, fn) => {
    const takes = op.op === 'lock' || (op.op === 'unlock' && !fn.startsWith('vmap_try_huge'));
    return takes && op.name === name ? [] : [op];
  };
}

function withDebugfs(scenario: Scenario): Scenario {
  return { ...scenario, config: { ptdumpDebugfs: true } };
}

/** Dumps, promotions, removal of memory and splits, under every interleaving. */
export const KERNEL_RACE_CLAIMS: readonly Claim[] = [
  {
    id: 'N7',
    says: 'Under every interleaving a walk with init_mm’s mmap lock for read can read tables that hot-remove frees, in 2 switches; with pages of that memory in use it fails with -EBUSY, and against a dump, which locks memory hotplug out, it is safe.',
    scenarios: ['hot-remove-and-walk', 'hot-remove-in-use', 'hot-remove-and-dump'],
    check(stage) {
      mustBe('removal under the walk', kinds(stage.search('hot-remove-and-walk')), ['uaf 2', 'wild 2']);
      mustBeSafe(stage, 'hot-remove-in-use', 'hot-remove-and-dump');
      const inUse = stage.run('hot-remove-in-use');
      mustBe('returned with pages in use', [rets(inUse, 0), rets(inUse, 1)], [[0], [-16]]);
      mustBe('stores with pages in use', count(inUse.steps, 'set'), 0);
    },
    mutation: {
      name: 'memory hotplug is not locked out by anybody',
      because: 'hot-remove-and-dump is not safe: uaf 2',
      op: without('mem_hotplug'),
    },
  },
  {
    id: 'B1',
    says: 'Before 2026 a dump of init_mm can read a PTE table that vmap has freed, in 2 switches; with the trylock of v7.3 no interleaving goes wrong, and vmap keeps small pages where the dump is in progress.',
    scenarios: ['dump-and-promotion', 'dump-and-promotion-fixed', 'dump-and-key', 'two-dumps-one-key'],
    check(stage) {
      mustBe('before', kinds(stage.search('dump-and-promotion')), ['uaf 2', 'wild 2']);
      mustBeSafe(stage, 'dump-and-promotion-fixed');
      const refused = stage.run('dump-and-promotion-fixed', { schedule: 'a6b999' });
      mustBe('frees while the dump is in progress', count(refused.steps, 'free'), 0);
      mustBe('returned', [rets(refused, 0), rets(refused, 1)], [[0], [0]]);
      const off = { with: withDebugfs } as const;
      mustBe('where debugfs shows the tables, before', kinds(stage.search('dump-and-promotion', off)), []);
      const key = kinds(stage.search('dump-and-key'));
      must(!key.some((kind) => kind.startsWith('uaf')), `with the key and one dump: ${key.join(', ')}`);
      const two = kinds(stage.search('two-dumps-one-key'));
      must(two.includes('uaf 4'), `with the key and two dumps: ${two.join(', ')}`);
    },
    mutation: {
      name: 'the try for the lock is left out',
      because: 'dump-and-promotion-fixed is not safe: uaf 2',
      rules: (rules) => ({ ...rules, vmap: { ...rules.vmap, hugeTakesMmapLock: false } }),
    },
  },
  {
    id: 'B2',
    says: 'A dump of efi_mm that holds efi_mm’s lock alone can read a kernel table that vmap frees, in 2 switches, trylock or not; with init_mm’s lock as well no interleaving goes wrong.',
    scenarios: ['efi-dump-and-promotion', 'efi-dump-and-promotion-fixed'],
    check(stage) {
      const broken = stage.search('efi-dump-and-promotion');
      mustBe('efi_mm’s lock alone', kinds(broken), ['uaf 2', 'wild 2']);
      mustBe('warnings', broken.warnings, ['a: mmap_assert_write_locked in walk_page_range_debug()']);
      mustBeSafe(stage, 'efi-dump-and-promotion-fixed');
    },
    mutation: {
      name: 'dumps of other mms leave init_mm’s lock alone',
      because: 'efi-dump-and-promotion-fixed is not safe: uaf 2',
      rules: (rules) => ({ ...rules, ptdump: { ...rules.ptdump, initMmToo: false } }),
    },
  },
  {
    id: 'B3',
    says: 'With the static key beside the trylock and queued writers, a dump and vmap can wait for each other for ever, in 2 switches; without queueing, or without the key, they can’t.',
    scenarios: ['nested-reader', 'nested-reader-fixed'],
    check(stage) {
      const circle = stage.search('nested-reader');
      mustBe(
        'with the key',
        circle.findings.filter((f) => f.what === 'deadlock').map((f) => [f.switches, f.traces]),
        [[2, 1]],
      );
      const { text = '' } = circle.findings.find((f) => f.what === 'deadlock') ?? {};
      must(text.includes('a waits for mmap:init_mm for write'), `who waits: ${text}`);
      must(text.includes('b waits for mmap:init_mm for read'), `who waits: ${text}`);
      const unqueued = stage.search('nested-reader', { with: ({ config: _, ...scenario }) => scenario });
      mustBe('where writers do not queue', kinds(unqueued), []);
      mustBeSafe(stage, 'nested-reader-fixed');
    },
    mutation: {
      name: 'the key is never tested',
      because: 'with the key: []',
      op: (op) => (op.op === 'staticKey' && op.set === undefined ? [] : [op]),
    },
  },
  {
    id: 'B11',
    says: 'A change of a whole block and a split of it can undo each other, or lose the new table, in 2 switches; owners of different pages of a block or of a contiguous group, or of different blocks of one, never disturb each other.',
    scenarios: ['block-and-split', 'two-pages-of-a-block', 'two-pages-of-a-group', 'two-blocks-of-a-group'],
    check(stage) {
      mustBe('block and split', kinds(stage.search('block-and-split')), ['leaked 2', 'stale 2']);
      mustBeSafe(stage, 'two-pages-of-a-block', 'two-pages-of-a-group', 'two-blocks-of-a-group');
    },
    mutation: {
      name: 'splits are not serialised',
      because: 'two-pages-of-a-block is not safe: leaked 2',
      op: without('pgtable_split_lock'),
    },
  },
  {
    id: 'B12',
    says: 'A walk without a lock can follow an entry that has become data of a block, or nothing, between its test and its load, in 2 switches; a dump with the lock held for write can’t, since 2026.',
    scenarios: ['lockless-walk-and-promotion', 'dump-and-promotion-fixed'],
    check(stage) {
      const found = stage.search('lockless-walk-and-promotion');
      must(kinds(found).includes('wild 2'), `found: ${kinds(found).join(', ')}`);
      mustBeSafe(stage, 'dump-and-promotion-fixed');
    },
    mutation: {
      name: 'dumps take no mmap lock',
      because: 'dump-and-promotion-fixed is not safe: uaf 2, wild 2',
      op: without('mmap:init_mm'),
    },
  },
  {
    id: 'B13',
    says: 'Against the trylock of v7.3 a walk with the lock for read is as exposed as one without, a dump with the lock for write is safe, and so is a walk for read of a range of its own.',
    scenarios: [
      'reader-and-promotion',
      'lockless-walk-and-promotion',
      'dump-and-promotion-fixed',
      'reader-of-its-own',
    ],
    check(stage) {
      mustBe('for read', kinds(stage.search('reader-and-promotion')), ['uaf 2', 'wild 2']);
      mustBe('without a lock', kinds(stage.search('lockless-walk-and-promotion')), ['uaf 2', 'wild 2']);
      mustBeSafe(stage, 'dump-and-promotion-fixed', 'reader-of-its-own');
    },
    mutation: {
      name: 'vmap tries for the lock for write',
      because: 'for read: []',
      op: (op, fn) =>
        op.op === 'tryLock' && fn.startsWith('vmap_try_huge') ? [new TryLock(op.name, 'write')] : [op],
    },
  },
];
