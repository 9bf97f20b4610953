import type { Claim, Stage } from './claim.ts';
import { mustBe } from './claim.ts';
import { books, calling, ctors, one } from './constructor-evidence.ts';
import { count, stepsOf } from './evidence.ts';

const PATCHES = ['base', ...Array.from({ length: 11 }, (_, i) => `ctor-p${i + 1}`)];

/** What of the patches shows, at one revision: name, and what is seen. */
function signature(stage: Stage, revision: string): Readonly<Record<string, string>> {
  const tables = stage.run('kernel-tables-made', { revision });
  const user = stage.run('tables-by-owner', { revision });
  const added = stage.run('one-builder', { revision });
  const pmd = stepsOf(tables.steps, 'ctor').find((s) => s.level === 'pmd');
  return {
    'mm passed': String(stepsOf(user.steps, 'ctor').some((s) => s.mm !== undefined)),
    'kernel PTE': String(ctors(tables, 'init_mm')[0]),
    'm68k ColdFire': one(
      stage,
      'kernel-tables-made',
      revision,
      'm68k-coldfire',
      'pte_alloc_one_kernel',
      'pte',
    ),
    powerpc: one(stage, 'kernel-tables-made', revision, 'powerpc', 'pte_fragment_alloc', 'pte'),
    sparc64: one(stage, 'kernel-tables-made', revision, 'sparc64', 'pte_alloc_one_kernel', 'pte'),
    'kernel PMD lock': String(pmd?.lock ?? 'none'),
    'arm64 PTE, PMD': ctors(added, 'init_mm', ['pte', 'pmd']).join(),
    'arm64 PUD': [...ctors(added, 'init_mm', ['pud']), ...ctors(added, 'efi_mm', ['pud'])].join(),
    'riscv PUD': one(stage, 'kernel-tables-made', revision, 'riscv', 'alloc_pud_late', 'pud'),
  };
}

/** How it came to be, and what it is good for. */
export const CONSTRUCTOR_HISTORY_CLAIMS: readonly Claim[] = [
  {
    id: 'C10',
    says: 'A hook in the constructor misses the kernel PTE table before patch 2 and no table after it.',
    scenarios: ['ctor-hook'],
    check(stage) {
      const missed = (revision: string): string[] =>
        books(stage.run('ctor-hook', { revision }))
          .tables.filter((t) => !t.hooked)
          .map((t) => t.level);
      mustBe('missed before', missed('base'), ['pte']);
      mustBe('missed at patch 2', missed('ctor-p2'), []);
      mustBe('missed at v7.3', missed('v7.3'), []);
    },
    mutation: {
      name: 'patch 2 is left out',
      because: 'missed at patch 2: ["pte"]',
      rules: (rules) => ({ ...rules, ctor: { ...rules.ctor, kernelPte: false } }),
    },
  },
  {
    id: 'C11',
    says: 'User PTE tables first, then PMD; counted at PTE, then at PMD and PUD; then every level; then kernel PTE tables.',
    scenarios: ['tables-by-owner', 'kernel-tables-made'],
    check(stage) {
      const state = (revision: string): unknown => {
        const process = stage.run('tables-by-owner', {
          revision,
          with: calling([{ fn: 'pte_alloc', mm: 'user', virt: '0x400000' }]),
        });
        const root = stage.run('kernel-tables-made', {
          revision,
          with: calling([{ fn: 'table_life', allocator: 'pgd_alloc', level: 'pgd', mm: 'user', keep: true }]),
        });
        return [
          ctors(process, 'user'),
          books(process).nrPageTable,
          count(root.steps, 'ctor'),
          ctors(stage.run('kernel-tables-made', { revision }), 'init_mm')[0],
        ];
      };
      mustBe('user PTE', state('hist-user-pte'), [[1, 0, 0], 0, 0, 0]);
      mustBe('user PMD', state('hist-user-pmd'), [[1, 1, 0], 0, 0, 0]);
      mustBe('PTE counted', state('hist-acct-pte'), [[1, 1, 0], 1, 0, 0]);
      mustBe('PMD and PUD counted', state('hist-acct-pud'), [[1, 1, 1], 3, 0, 0]);
      mustBe('every level', state('base'), [[1, 1, 1], 3, 1, 0]);
      mustBe('kernel PTE', state('ctor-p2'), [[1, 1, 1], 3, 1, 1]);
    },
    mutation: {
      name: 'roots are never constructed',
      because: 'every level: [[1,1,1],3,0,0]',
      rules: (rules) => ({
        ...rules,
        ctor: { ...rules.ctor, constructs: rules.ctor.constructs.filter((level) => level !== 'pgd') },
      }),
    },
  },
  {
    id: 'C12',
    says: 'Each of the eleven patches changes what it says and nothing else; patches 7 and 9 change nothing.',
    scenarios: ['kernel-tables-made', 'tables-by-owner', 'one-builder'],
    check(stage) {
      const seen = PATCHES.map((revision) => signature(stage, revision));
      const changes = seen.slice(1).map((now, i) => {
        const before = seen[i] ?? {};
        return Object.keys(now).filter((key) => now[key] !== before[key]);
      });
      mustBe('changes by patch', changes, [
        ['mm passed'],
        ['kernel PTE'],
        ['m68k ColdFire'],
        ['powerpc'],
        ['sparc64'],
        ['kernel PMD lock'],
        [],
        ['arm64 PTE, PMD'],
        [],
        ['arm64 PUD'],
        ['riscv PUD'],
      ]);
    },
    mutation: {
      name: 'riscv’s upper tables are never constructed',
      because: 'changes by patch',
      rules: (rules) => ({ ...rules, ctor: { ...rules.ctor, riscvLate: ['pte', 'pmd'] } }),
    },
  },
];
