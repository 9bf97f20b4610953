import type { Run } from '../scenario/run.ts';
import type { ScenarioConfig } from '../scenario/schema.ts';
import { Ctor } from '../step/op-table.ts';
import type { Claim } from './claim.ts';
import { mustBe } from './claim.ts';
import { books, configured, ctors, one } from './constructor-evidence.ts';
import { rets, stepsOf } from './evidence.ts';

/** Who is constructed, counted and locked. */
export const CONSTRUCTOR_CLAIMS: readonly Claim[] = [
  {
    id: 'C1',
    says: 'Just before the series the PUD and PMD table of a kernel mapping are constructed and counted, its PTE table is neither.',
    scenarios: ['kernel-tables-made'],
    check(stage) {
      const before = stage.run('kernel-tables-made');
      mustBe('constructors of PTE, PMD, PUD', ctors(before, 'init_mm'), [0, 1, 1]);
      mustBe('NR_PAGETABLE', books(before).nrPageTable, 2);
    },
    mutation: {
      name: 'kernel PTE tables are constructed',
      because: 'constructors of PTE, PMD, PUD: [1,1,1]',
      rules: (rules) => ({ ...rules, ctor: { ...rules.ctor, kernelPte: true } }),
    },
  },
  {
    id: 'C2',
    says: 'From patch 2 on every table of a kernel mapping is constructed and counted: NR_PAGETABLE rises by 3, not 2.',
    scenarios: ['kernel-tables-made'],
    check(stage) {
      for (const revision of ['ctor-p2', 'v6.16', 'v7.3']) {
        const after = stage.run('kernel-tables-made', { revision });
        mustBe(`constructors at ${revision}`, ctors(after, 'init_mm'), [1, 1, 1]);
        mustBe(`NR_PAGETABLE at ${revision}`, books(after).nrPageTable, 3);
      }
      mustBe('NR_PAGETABLE before', books(stage.run('kernel-tables-made')).nrPageTable, 2);
    },
    mutation: {
      name: 'kernel PTE tables are not constructed',
      because: 'constructors at ctor-p2: [0,1,1]',
      rules: (rules) => ({ ...rules, ctor: { ...rules.ctor, kernelPte: false } }),
    },
  },
  {
    id: 'C3',
    says: 'At v7.3 no table of init_mm has a lock; the PTE and PMD tables of a process and of efi_mm have, those above have none.',
    scenarios: ['tables-by-owner', 'one-builder'],
    check(stage) {
      const locks = (run: Run, owner: string): number[] =>
        (['pte', 'pmd', 'pud'] as const).map(
          (level) => books(run).rows.find((r) => r.level === level && r.owner === owner)?.locks ?? 0,
        );
      const owners = stage.run('tables-by-owner');
      mustBe('locks of init_mm', locks(owners, 'init_mm'), [0, 0, 0]);
      mustBe('locks of the process', locks(owners, 'user'), [1, 1, 0]);
      const built = stage.run('one-builder');
      mustBe('locks of added memory', locks(built, 'init_mm'), [0, 0, 0]);
      // Code and I/O lie in different gigabytes: two PMD tables.
      mustBe('locks of efi_mm', locks(built, 'efi_mm'), [2, 2, 0]);
    },
    mutation: {
      name: 'constructors initialise the lock for any mm',
      because: 'locks of init_mm: [1,1,0]',
      rules: (rules) => ({ ...rules, ctor: { ...rules.ctor, skipsLock: [] } }),
    },
  },
  {
    id: 'C4',
    says: 'The constructor is told init_mm, the process, or NULL; told NULL it initialises the lock. Before patch 1 it is told nothing.',
    scenarios: ['tables-by-owner'],
    check(stage) {
      const seen = (revision: string): unknown[] =>
        stepsOf(stage.run('tables-by-owner', { revision }).steps, 'ctor')
          .filter((s) => s.level === 'pte')
          .map((s) => [s.mm === undefined ? 'no argument' : s.mm, s.lock ?? 'none']);
      mustBe('PTE constructors at v7.3', seen('v7.3'), [
        ['init_mm', 'none'],
        ['user', 'kmem'],
        [null, 'kmem'],
      ]);
      mustBe('PTE constructors before patch 1', seen('base'), [['no argument', 'kmem']]);
    },
    mutation: {
      name: 'NULL counts as init_mm',
      because: 'PTE constructors at v7.3',
      op: (op) => {
        if (op.op !== 'ctor' || op.mm !== null) return [op];
        Object.assign(op, { lock: undefined });
        return [op];
      },
    },
  },
  {
    id: 'C5',
    says: 'On a captured kernel a new PMD table costs one lock object of 32 bytes before patch 6 and none after; s390 saves one for each PTE table too. With it goes a way to fail.',
    scenarios: ['lock-saved', 'no-memory-for-a-lock'],
    check(stage) {
      const saved = (revision: string, config: ScenarioConfig = {}): number[] => {
        const { lockObjects, lockBytes } = books(
          stage.run('lock-saved', { revision, with: configured(config) }),
        );
        return [lockObjects, lockBytes];
      };
      mustBe('before patch 6', saved('ctor-p5'), [1, 32]);
      mustBe('from patch 6 on', saved('ctor-p6'), [0, 0]);
      mustBe('with lockdep', saved('ctor-p5', { spinlock: 'lockdep' }), [1, 64]);
      mustBe('locks in the page', saved('ctor-p5', { spinlock: 'plain' }), [0, 0]);
      const captured = [...stage.run('lock-saved').world.memory.pages()];
      mustBe(
        'PMD tables the captured kernel had',
        captured.filter((p) => p.mm === 'init_mm' && p.hw === 2).length,
        6,
      );
      mustBe(
        's390 before patch 2',
        one(stage, 'lock-saved', 'ctor-p1', 's390', 'page_table_alloc', 'pte'),
        '1 1',
      );
      mustBe(
        's390 from patch 2 on',
        one(stage, 'lock-saved', 'ctor-p2', 's390', 'page_table_alloc', 'pte'),
        '1 0',
      );
      const failing = (revision: string): unknown => {
        const run = stage.run('no-memory-for-a-lock', { revision });
        return [rets(run)[0], run.steps.some((s) => s.ev === 'ctor' && s.failed === true)];
      };
      mustBe('no memory for a lock, before patch 6', failing('ctor-p5'), [-12, true]);
      mustBe('no memory for a lock, from patch 6 on', failing('ctor-p6'), [0, false]);
    },
    mutation: {
      name: 'patch 6 is left out',
      because: 'from patch 6 on: [1,32]',
      rules: (rules) => ({
        ...rules,
        ctor: { ...rules.ctor, skipsLock: rules.ctor.skipsLock.filter((level) => level !== 'pmd') },
      }),
    },
  },
  {
    id: 'C6',
    says: 'In every revision tables from memblock stay unconstructed, uncounted and without a lock; a table made later is constructed.',
    scenarios: ['boot-tables'],
    check(stage) {
      for (const revision of ['v6.12', 'base', 'ctor-p11', 'v7.3']) {
        const { tables } = books(stage.run('boot-tables', { revision }));
        const early = tables.filter((t) => t.source === 'memblock');
        mustBe(
          `boot tables at ${revision}`,
          early.map((t) => [t.level, t.constructed ?? null, t.counted, t.lock]),
          [
            ['pud', null, 0, 'none'],
            ['pmd', null, 0, 'none'],
          ],
        );
      }
      const late = books(stage.run('boot-tables')).tables.at(-1);
      mustBe('the table made later', [late?.level, late?.counted], ['pte', 1]);
    },
    mutation: {
      name: 'every page for a table is constructed at once',
      because: 'boot tables at v6.12',
      op: (op, fn) =>
        op.op === 'load' && fn === 'table_life' && op.at.table > 0x41002000
          ? [new Ctor('pud', op.at.table, null), op]
          : [op],
    },
  },
];
