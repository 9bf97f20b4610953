import { PTE_RDONLY } from '../arch/arm64/bits.ts';
import type { LevelName } from '../arch/geometry.ts';
import { upperHalf } from '../arch/geometry.ts';
import { U64 } from '../base/u64.ts';
import type { Run } from '../scenario/run.ts';
import type { Claim, Stage } from './claim.ts';
import { must, mustBe } from './claim.ts';
import { books, calling, ctors, one } from './constructor-evidence.ts';
import { count, stepsOf, tablesAt } from './evidence.ts';

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

/** Tables of a run, allocated or freed in it, whose own page ends up writable, or read-only, in the direct map. */
function pagesOf(run: Run, ev: 'alloc' | 'free', how: 'writable' | 'read-only'): readonly LevelName[] {
  const { geo } = run.world;
  const ram = U64.hex(run.scenario.config?.physOffset ?? '0x0');
  const tables = tablesAt(run);
  return [...stepsOf(run.steps, 'alloc'), ...stepsOf(run.steps, 'free')]
    .filter((s) => s.ev === ev && s.table !== null)
    .filter(({ table }) => {
      const { hw, value } = tables.entry(
        U64.hex(table ?? '0x0')
          .sub(ram)
          .or(upperHalf(geo))
          .toHex(),
      );
      must(hw === 3 && value.bit(0), `the direct map has no entry of its own for ${table ?? ''}`);
      return value.intersects(PTE_RDONLY) === (how === 'read-only');
    })
    .map((s) => s.level);
}

/** How it came to be, and what it is good for. */
export const CONSTRUCTOR_HISTORY_CLAIMS: readonly Claim[] = [
  {
    id: 'C10',
    says: 'A hook in the constructor write-protects each table’s own page; the kernel PTE table stays writable before patch 2 and none after it. A page freed without its destructor stays read-only.',
    scenarios: ['ctor-hook', 'page-left-read-only'],
    check(stage) {
      const left = (revision: string): readonly LevelName[] =>
        pagesOf(stage.run('ctor-hook', { revision }), 'alloc', 'writable');
      mustBe('writable before', left('base'), ['pte']);
      mustBe('writable at patch 2', left('ctor-p2'), []);
      mustBe('writable at v7.3', left('v7.3'), []);
      const given = (revision: string): readonly LevelName[] =>
        pagesOf(stage.run('page-left-read-only', { revision }), 'free', 'read-only');
      mustBe('given back read-only at v6.16', given('v6.16'), ['pte', 'pmd']);
      mustBe('given back read-only at v7.3', given('v7.3'), []);
      const { guards, faults } = books(stage.run('page-left-read-only'));
      mustBe(
        'the books',
        [guards?.lost, faults.map((f) => f.kind)],
        [2, ['freed-read-only', 'freed-read-only']],
      );
    },
    mutation: {
      name: 'patch 2 is left out',
      because: 'writable at patch 2: ["pte"]',
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
