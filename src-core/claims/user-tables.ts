import type { ScenarioCall } from '../scenario/schema.ts';
import type { Step } from '../step/step.ts';
import type { Claim, Stage, Variation } from './claim.ts';
import { must, mustBe } from './claim.ts';
import { stepsOf, tablesAt } from './evidence.ts';

/** Every interleaving of the scenario is clean. */
function clean(stage: Stage, id: string, variation: Variation = {}, what = id): void {
  const { findings } = stage.search(id, variation);
  mustBe(what, findings.length === 0 ? 'safe' : `unsafe: ${findings[0]?.text ?? ''}`, 'safe');
}

/** Some interleaving ends in this violation; so many changes of the running context are enough, and fewer are not. */
function broken(stage: Stage, id: string, what: string, switches: number, variation: Variation = {}): void {
  const { findings } = stage.search(id, variation);
  const found = findings.filter((f) => f.what === what).map((f) => f.switches);
  must(found.length > 0, `${id}: no interleaving ends in ${what}`);
  mustBe(`${id}: fewest switches to ${what}`, Math.min(...found), switches);
}

/** One call of the scenario in another way. */
function calling(ctx: number, change: (call: ScenarioCall) => ScenarioCall): Variation {
  return {
    with: (scenario) => ({
      ...scenario,
      contexts: scenario.contexts.map((c, i) => (i === ctx ? { ...c, calls: c.calls.map(change) } : c)),
    }),
  };
}

/** What a context takes, releases, writes and frees, in order; locks by kind. */
function story(steps: readonly Step[], ctx: number): readonly string[] {
  return steps.flatMap((s) => {
    if (s.ctx !== ctx) return [];
    if (s.ev === 'lock' || s.ev === 'unlock') return [`${s.ev} ${s.name.replace(/[@:].*$/, '')} ${s.mode}`];
    if (s.ev === 'set') return [`${s.atomic === true ? 'exchange' : 'set'} ${s.level}`];
    if (s.ev === 'gp') return [`grace period ${s.phase}`];
    return s.ev === 'tlbi' || s.ev === 'free' ? [s.ev] : [];
  });
}

const PAGE = '0x200000';

/** The reader has mapped the table; it is retracted, and a fault puts a new one in its place; the reader goes on. */
const STALE_SCHEDULE = 'b6a37c29';
/** The writer has mapped the table, which is retracted before it has the lock. */
const RETRY_SCHEDULE = 'a15b17a4b';

/** What meets on a process's tables, under every interleaving. */
export const USER_TABLE_CLAIMS: readonly Claim[] = [
  {
    id: 'N6',
    says: 'With mmap_lock held for read a walk of a process without VMAs can read a PMD table that munmap has freed, in three switches; held for write, or if munmap did not downgrade the lock, it can’t.',
    scenarios: ['read-lock-is-not-enough', 'write-lock-keeps-it-out'],
    check(stage) {
      clean(stage, 'write-lock-keeps-it-out');
      broken(stage, 'read-lock-is-not-enough', 'uaf', 3);
      const held = calling(0, (call) => (call.fn === 'munmap' ? { ...call, unlock: false } : call));
      clean(stage, 'read-lock-is-not-enough', held, 'without the downgrade');
    },
    mutation: {
      name: 'munmap keeps the lock for write',
      because: 'no interleaving ends in uaf',
      op: (op) => (op.op === 'downgrade' ? [] : [op]),
    },
  },
  {
    id: 'D1',
    says: 'The helper for areas without a VMA, walk_page_range_debug(), warns in every interleaving unless mmap_lock is held for write; a walk by VMAs is clean with the lock held for read.',
    scenarios: ['read-lock-is-not-enough', 'write-lock-keeps-it-out', 'vma-walk-meets-munmap'],
    check(stage) {
      mustBe('warnings with the read lock', stage.search('read-lock-is-not-enough').warnings, [
        'b: mmap_assert_write_locked in walk_page_range_debug()',
      ]);
      mustBe('warnings with the write lock', stage.search('write-lock-keeps-it-out').warnings, []);
      clean(stage, 'vma-walk-meets-munmap');
      mustBe('warnings of the walk by VMAs', stage.search('vma-walk-meets-munmap').warnings, []);
    },
    mutation: {
      name: 'munmap leaves its VMAs in the tree',
      because: 'vma-walk-meets-munmap: "unsafe',
      op: (op) => (op.op === 'changeVma' && op.change === 'erase' ? [] : [op]),
    },
  },
  {
    id: 'D4',
    says: 'Zapping beside munmap is clean in every interleaving under any one of the mmap, VMA and rmap locks; under none it reads a freed table.',
    scenarios: ['zap-under-nothing', 'zap-under-mmap-lock', 'zap-under-vma-lock', 'zap-under-rmap-lock'],
    check(stage) {
      for (const lock of ['mmap', 'vma', 'rmap']) clean(stage, `zap-under-${lock}-lock`);
      broken(stage, 'zap-under-nothing', 'uaf', 2);
    },
    mutation: {
      name: 'munmap does not wait for readers of its VMAs',
      because: 'zap-under-vma-lock: "unsafe',
      op: (op) => (op.op === 'vmaLock' && op.name === 'vma_start_write' ? [] : [op]),
    },
  },
  {
    id: 'D5',
    says: 'retract_page_tables() takes the file’s lock for read, the PMD lock and the PTE lock, clears the PMD in one exchange, and its table is freed after a grace period; MADV_COLLAPSE does the same with mmap_lock held for read. Without the PTE lock, or if it is dropped in between, a table is freed with an entry in it.',
    scenarios: [
      'retract-a-pte-table',
      'retract-without-the-pte-lock',
      'collapse-pte-mapped-file',
      'collapse-and-userfaultfd',
      'collapse-drops-the-pte-lock',
    ],
    check(stage) {
      const { steps } = stage.run('retract-a-pte-table', {
        with: (scenario) => ({
          ...scenario,
          contexts: [{ cpu: 0, calls: [{ fn: 'collapse_file', file: 0, first: 0, nr: 0 }] }],
        }),
      });
      mustBe('what it does', story(steps, 0), [
        'lock folio write',
        'lock i_mmap read',
        'lock pmd_lock write',
        'lock ptl write',
        'exchange pmd',
        'tlbi',
        'unlock ptl write',
        'unlock pmd_lock write',
        'grace period start',
        'unlock i_mmap read',
        'unlock folio write',
        'grace period end',
        'free',
      ]);
      clean(stage, 'retract-a-pte-table');
      broken(stage, 'retract-without-the-pte-lock', 'leftover', 2);
      const mapped = stage.run('collapse-and-userfaultfd', {
        with: (scenario) => ({ ...scenario, contexts: scenario.contexts.slice(0, 1) }),
      });
      const collapse = story(mapped.steps, 0);
      mustBe('what MADV_COLLAPSE does', collapse.slice(collapse.indexOf('lock pmd_lock write')), [
        'lock pmd_lock write',
        'lock rcu read',
        'lock ptl write',
        'exchange pte',
        'exchange pte',
        'exchange pmd',
        'tlbi',
        'unlock ptl write',
        'unlock rcu read',
        'unlock pmd_lock write',
        'grace period start',
        'lock pmd_lock write',
        'set pmd',
        'unlock pmd_lock write',
        'unlock folio write',
        'unlock mmap read',
        'lock mmap read',
        'unlock mmap read',
        'grace period end',
        'free',
      ]);
      clean(stage, 'collapse-pte-mapped-file');
      clean(stage, 'collapse-and-userfaultfd');
      broken(stage, 'collapse-drops-the-pte-lock', 'leftover', 2);
    },
    mutation: {
      name: 'the table is freed without a grace period',
      because: 'what it does',
      op: (op) => (op.op === 'gp' ? [] : [op]),
    },
  },
  {
    id: 'D6',
    says: 'A reader under RCU can see the empty entry of a table that was retracted while a new one with the page in it stands in its place; that is no violation, and none follows in any interleaving, unless the table is freed at once.',
    scenarios: ['stale-empty-table', 'retracted-and-freed-at-once', 'stale-table-behind-a-huge-page'],
    check(stage) {
      clean(stage, 'stale-empty-table');
      broken(stage, 'retracted-and-freed-at-once', 'uaf', 2);
      const run = stage.run('stale-empty-table', { schedule: STALE_SCHEDULE });
      const seen = stepsOf(run.steps, 'cb').filter((s) => s.ctx === 1);
      mustBe(
        'what the reader sees',
        seen.map((s) => s.val),
        ['0x0'],
      );
      const now = tablesAt(run, seen[0]?.n, 'user').entry(PAGE).value.toHex();
      mustBe('what is mapped meanwhile', now, '0xe8000049400f43');
      mustBe('violations', stepsOf(run.steps, 'violation').length, 0);
      clean(stage, 'stale-table-behind-a-huge-page');
    },
    mutation: {
      name: 'the table is freed without a grace period',
      because: 'stale-empty-table: "unsafe',
      op: (op) => (op.op === 'gp' ? [] : [op]),
    },
  },
  {
    id: 'D7',
    says: 'A writer that takes the PTE lock and looks at the PMD again never loses its entry; one that does not look again writes into a table that nothing points at, whether collapse took it away, in four switches, or zapping, in three.',
    scenarios: [
      'writer-does-not-look-again',
      'writer-looks-again',
      'zap-takes-the-table-too',
      'zapped-table-is-written',
    ],
    check(stage) {
      clean(stage, 'writer-looks-again');
      broken(stage, 'writer-does-not-look-again', 'lost', 4);
      clean(stage, 'zap-takes-the-table-too');
      broken(stage, 'zapped-table-is-written', 'lost', 3);
      const { steps } = stage.run('writer-looks-again', { schedule: RETRY_SCHEDULE });
      const writer = story(steps, 1).filter((s) => !s.includes('vma') && !s.includes('page_table_lock'));
      mustBe('a writer that finds the table detached', writer.slice(-4), [
        'unlock ptl write',
        'unlock rcu read',
        'lock rcu read',
        'unlock rcu read',
      ]);
    },
    mutation: {
      name: 'the table is retracted without its PTE lock',
      because: 'writer-looks-again: "unsafe',
      op: (op, fn) =>
        (op.op === 'lock' || op.op === 'unlock') && op.name === 'ptl' && fn === 'retract_page_tables'
          ? []
          : [op],
    },
  },
  {
    id: 'D9',
    says: 'An entry set with only the rmap lock held, between munmap’s clearing and its freeing, goes into a table that is freed with it; a fault under the VMA or the mmap lock is clean in every interleaving.',
    scenarios: ['populate-by-rmap', 'populate-under-vma-lock'],
    check(stage) {
      broken(stage, 'populate-by-rmap', 'doomed', 2);
      broken(stage, 'populate-by-rmap', 'leftover', 2);
      clean(stage, 'populate-under-vma-lock');
      const mmap = calling(1, (call) => (call.fn === 'do_page_fault' ? { ...call, by: 'mmap' } : call));
      clean(stage, 'populate-under-vma-lock', mmap, 'under the mmap lock');
    },
    mutation: {
      name: 'munmap does not wait for readers of its VMAs',
      because: 'populate-under-vma-lock: "unsafe',
      op: (op) => (op.op === 'vmaLock' && op.name === 'vma_start_write' ? [] : [op]),
    },
  },
  {
    id: 'D10',
    says: 'A PMD entry that is read once to be tested and again to be followed can lead to no table, in two switches; read once, every interleaving is clean.',
    scenarios: ['pmd-read-twice', 'pmd-read-once'],
    check(stage) {
      broken(stage, 'pmd-read-twice', 'wild', 2);
      clean(stage, 'pmd-read-once');
    },
    mutation: {
      name: 'the reader is in no RCU section',
      because: 'pmd-read-once: "unsafe',
      op: (op) => ((op.op === 'lock' || op.op === 'unlock') && op.name === 'rcu' ? [] : [op]),
    },
  },
  {
    id: 'D11',
    says: 'mremap’s move of a table, under rmap and PMD locks, is clean beside collapse and truncation; without the rmap lock a page stays mapped, without another look at the PMD a walk goes astray, and entries moved without the PTE locks are lost.',
    scenarios: [
      'move-a-table',
      'move-meets-truncate',
      'move-without-rmap-locks',
      'move-without-looking-again',
      'move-entries-without-their-lock',
    ],
    check(stage) {
      clean(stage, 'move-a-table');
      clean(stage, 'move-meets-truncate');
      broken(stage, 'move-without-rmap-locks', 'missed', 2);
      broken(stage, 'move-without-looking-again', 'wild', 2);
      broken(stage, 'move-entries-without-their-lock', 'lost', 3);
    },
    mutation: {
      name: 'tables move without the rmap lock',
      because: 'move-a-table: "unsafe',
      op: (op, fn) =>
        (op.op === 'lock' || op.op === 'unlock') && fn.startsWith('i_mmap_') && fn.endsWith('_write')
          ? []
          : [op],
    },
  },
];
