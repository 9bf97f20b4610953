import type { Step } from '../step/step.ts';
import { rcuReadLock } from '../step/op-lock.ts';
import type { Claim } from './claim.ts';
import { must, mustBe } from './claim.ts';
import { count, lockKind, rets, stepsOf } from './evidence.ts';

/** What is taken, mapped and told around the PTEs of a walk, in order; the mmap lock left out. */
function mapping(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((s) => {
    if (s.ev === 'kmap') return [s.on ? 'kmap' : 'kunmap'];
    if (s.ev === 'cb') return s.level === 'pte' ? ['pte'] : [];
    return (s.ev === 'lock' || s.ev === 'unlock') && !s.name.startsWith('mmap:')
      ? [`${s.ev} ${lockKind(s.name)}`]
      : [];
  });
}

/** Rules of access. */
export const ACCESS_CLAIMS: readonly Claim[] = [
  {
    id: 'D2',
    says: 'In a walk of a VMA under the mmap lock, PUD and PMD callbacks run with that lock alone, and PTE callbacks under RCU and the PTE lock as well; so it is clean beside retract_page_tables(), which needs none of the walk’s locks to take a PTE table away. Without RCU it reads a freed one, even with the mmap lock held for write.',
    scenarios: ['locks-by-level', 'walk-meets-retract', 'write-lock-meets-retract', 'walk-without-rcu'],
    check(stage) {
      const run = stage.run('locks-by-level');
      mustBe('returned', rets(run), [0]);
      const callbacks = stepsOf(run.steps, 'cb');
      mustBe('callbacks', callbacks.map((s) => s.level).join(' '), 'pud pmd pte pte pte pte');
      for (const { level, held } of callbacks)
        mustBe(
          `held in ${level}_entry`,
          held.map(lockKind),
          level === 'pte' ? ['mmap:user', 'rcu', 'ptl'] : ['mmap:user'],
        );
      mustBe('beside retract_page_tables()', stage.search('walk-meets-retract').verdict, 'safe');
      mustBe('under RCU', stage.search('write-lock-meets-retract').verdict, 'safe');
      const bare = stage.search('walk-without-rcu');
      mustBe('without RCU', [bare.verdict, bare.findings[0]?.what], ['unsafe', 'uaf']);
    },
    mutation: {
      name: 'the PTE lock is not taken',
      because: 'held in pte_entry: ["mmap:user","rcu"]',
      op: (op) => ((op.op === 'lock' || op.op === 'unlock') && op.name.startsWith('ptl') ? [] : [op]),
    },
  },
  {
    id: 'D3',
    says: 'No walk takes a lock above the PTE level; a PTE table of another mm than init_mm is read under RCU, one of init_mm under nothing. Where PTE tables may lie in high memory, the table is mapped within the RCU section, and no upper one is.',
    scenarios: ['locks-by-level', 'map-or-map-lock', 'first-walk', 'highmem-ptes'],
    check(stage) {
      for (const id of ['locks-by-level', 'map-or-map-lock']) {
        const { steps } = stage.run(id);
        const taken = stepsOf(steps, 'lock').filter((s) => !s.name.startsWith('mmap:'));
        for (const { fn, name } of taken) must(fn.startsWith('pte_offset_map'), `${fn}() takes ${name}`);
        for (const { level, held } of stepsOf(steps, 'cb')) {
          const rcu = held.map(lockKind).includes('rcu');
          must(
            rcu === (level === 'pte'),
            `${id}: ${level}_entry runs ${rcu ? 'in an' : 'without an'} RCU section`,
          );
        }
      }
      mustBe('locks of a walk of init_mm', count(stage.run('first-walk').steps, 'lock'), 0);
      const high = stage.run('highmem-ptes').steps;
      mustBe('how a PTE table in high memory is reached', mapping(high), [
        'lock rcu',
        'kmap',
        'lock ptl',
        'pte',
        'pte',
        'unlock ptl',
        'kunmap',
        'unlock rcu',
      ]);
      const tables = new Set(stepsOf(high, 'kmap').map((s) => s.table));
      const read = stepsOf(high, 'load').filter((s) => tables.has(s.table));
      must(
        read.every((s) => s.hw === 3),
        'an upper table is mapped',
      );
      mustBe('mapped where all memory is', count(stage.run('locks-by-level').steps, 'kmap'), 0);
    },
    mutation: {
      name: 'PTE tables are mapped without RCU',
      because: 'pte_entry runs without an RCU section',
      op: (op) => ((op.op === 'lock' || op.op === 'unlock') && op.name === 'rcu' ? [] : [op]),
    },
  },
  {
    id: 'D8',
    says: 'pte_offset_map() takes RCU only; pte_offset_map_lock() takes RCU, then the PTE lock, and both are held until they are dropped in the opposite order.',
    scenarios: ['map-or-map-lock', 'locks-by-level'],
    check(stage) {
      const story = (id: string): readonly string[] =>
        stage
          .run(id)
          .steps.flatMap((s) =>
            (s.ev === 'lock' || s.ev === 'unlock') && !s.name.startsWith('mmap:')
              ? [`${s.ev} ${lockKind(s.name)}`]
              : s.ev === 'cb' && s.level === 'pte'
                ? ['pte']
                : [],
          );
      mustBe('pte_offset_map()', story('map-or-map-lock').join(', '), 'lock rcu, pte, pte, unlock rcu');
      mustBe(
        'pte_offset_map_lock()',
        story('locks-by-level').join(', '),
        'lock rcu, lock ptl, pte, pte, pte, pte, unlock ptl, unlock rcu',
      );
    },
    mutation: {
      name: 'the RCU section begins after the PTE lock is taken',
      because: 'pte_offset_map_lock()',
      op: (op, fn) => {
        if (op.op !== 'lock' || fn !== 'pte_offset_map_lock') return [op];
        return op.name === 'rcu' ? [] : [op, rcuReadLock()];
      },
    },
  },
];
