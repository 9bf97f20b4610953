import type { Run } from '../scenario/run.ts';
import type { ScenarioConfig } from '../scenario/schema.ts';
import { ARCHITECTURE_ROWS, constructed } from './architectures.ts';
import type { Claim } from './claim.ts';
import { must, mustBe } from './claim.ts';
import { books, calling, configured } from './constructor-evidence.ts';
import { count, lockKind, rets, stepsOf } from './evidence.ts';

/** Tables that are neither a process’s nor the running kernel’s own: the firmware’s, and those of memory that comes and goes. */
export const SPECIAL_TABLE_CLAIMS: readonly Claim[] = [
  {
    id: 'C7',
    says: 'In one builder efi_mm’s constructors are told NULL and added memory’s init_mm; arm’s and riscv’s late allocators tell NULL, x86 and s390 construct nothing of added memory; each architecture’s kernel PTE tables by its patch.',
    scenarios: ['one-builder', ...ARCHITECTURE_ROWS.map(([arch]) => `tables-of-${arch}`), 'tables-of-csky'],
    check(stage) {
      const told = (owner: 'efi_mm' | 'init_mm', revision: string): unknown => {
        const run = stage.run('one-builder', { revision });
        const mine = new Set(
          books(run)
            .tables.filter((t) => t.owner === owner)
            .map((t) => t.table),
        );
        const mms = stepsOf(run.steps, 'ctor')
          .filter((s) => mine.has(s.table) && (s.level === 'pte' || s.level === 'pmd'))
          .map((s) => s.mm);
        return [...new Set(mms)];
      };
      mustBe('told of efi_mm’s tables', told('efi_mm', 'v6.16'), [null]);
      mustBe('told of added memory’s', told('init_mm', 'v6.16'), ['init_mm']);
      mustBe('added memory before patch 8', told('init_mm', 'ctor-p7'), []);
      for (const [arch, before, after] of ARCHITECTURE_ROWS) {
        const id = `tables-of-${arch}`;
        const [was, is] = [before[0], after[0]].map((revision) => constructed(stage.run(id, { revision })));
        mustBe(`${arch} at ${before[0]}`, was, before.slice(1));
        mustBe(`${arch} at ${after[0]}`, is, after.slice(1));
      }
      for (const arch of ['csky', 'microblaze', 'openrisc', 'loongarch', 'mips', 'parisc'] as const) {
        const kernelPte = (revision: string): string | undefined =>
          constructed(stage.run('tables-of-csky', { revision, with: configured({ arch }) })).find(
            (said) => said.startsWith('pte') && said.includes('init_mm'),
          );
        mustBe(`${arch} before patch 2`, kernelPte('ctor-p1'), undefined);
        mustBe(`${arch} at patch 2`, kernelPte('ctor-p2'), 'pte init_mm: init_mm');
      }
    },
    mutation: {
      name: 'added memory’s tables are not constructed',
      because: 'told of added memory’s: []',
      rules: (rules) => ({ ...rules, ctor: { ...rules.ctor, arm64Kernel: [] } }),
    },
  },
  {
    id: 'C8',
    says: 'efi_mm’s tables without a constructor: taking the PTE lock of the first is a lock that was never initialised. With it: none.',
    scenarios: ['efi-without-ctor', 'efi-built'],
    check(stage) {
      const broken = stage.run('efi-without-ctor');
      const violations = stepsOf(broken.steps, 'violation');
      mustBe(
        'violations',
        violations.map((v) => v.what),
        ['ptlock'],
      );
      mustBe('where', violations[0]?.fn, 'pte_offset_map_lock');
      mustBe('returned', rets(broken), [null]);
      const whole = stage.run('efi-built');
      mustBe('with constructors', [count(whole.steps, 'violation'), ...rets(whole)], [0, 1]);
    },
    mutation: {
      name: 'efi_mm’s PTE locks are not taken',
      because: 'violations: []',
      op: (op) => ((op.op === 'lock' || op.op === 'unlock') && lockKind(op.name) === 'ptl' ? [] : [op]),
    },
  },
  {
    id: 'C9',
    says: 'Were efi_mm treated as a kernel mm, its PTE locks would not be taken and its tables have none: what they cost is saved, and the tables are the same.',
    scenarios: ['efi-built'],
    check(stage) {
      const cost = (run: Run): number[] => [
        stepsOf(run.steps, 'lock').filter((s) => lockKind(s.name) === 'ptl').length,
        books(run).lockObjects,
        books(run).lockBytes,
        books(run).nrPageTable,
      ];
      const now = stage.run('efi-built');
      const alike = stage.run('efi-built', { with: configured({ efiAsKernel: true }) });
      const [locks = 0, objects = 0, bytes, counted] = cost(now);
      must(locks > 0, 'no PTE lock is taken');
      mustBe('objects and bytes', [objects, bytes], [7, 224]);
      mustBe('treated as a kernel mm', cost(alike), [0, 0, 0, counted]);
      const stores = (run: Run): unknown[] => stepsOf(run.steps, 'set').map((s) => s.new);
      mustBe('stores', JSON.stringify(stores(alike)) === JSON.stringify(stores(now)), true);
    },
    mutation: {
      name: 'no lock is ever initialised',
      because: 'objects and bytes: [0,0]',
      rules: (rules) => ({ ...rules, ctor: { ...rules.ctor, locks: [] } }),
    },
  },
  {
    id: 'B5',
    says: 'At v7.3 hot-remove destructs a table of the memory map that was never constructed: one page too few a cycle, and the ledger names the step.',
    scenarios: ['memory-comes-and-goes'],
    check(stage) {
      const run = stage.run('memory-comes-and-goes');
      const { faults, nrPageTable } = books(run);
      mustBe(
        'faults',
        faults.map((f) => f.kind),
        ['dtor-without-ctor'],
      );
      const at = run.steps[(faults[0]?.step ?? 0) - 1];
      mustBe('the step', [at?.ev, at?.fn], ['dtor', 'free_hotplug_pgtable_page']);
      const added = books(
        stage.run('memory-comes-and-goes', {
          with: calling([{ fn: 'arch_add_memory', phys: '0x2000000000', size: '0x400000' }]),
        }),
      ).nrPageTable;
      mustBe('NR_PAGETABLE after a cycle', nrPageTable - added, -1);
      const leak = books(stage.run('memory-comes-and-goes', { revision: 'v6.16' }));
      must(leak.faults.length > 0, 'nothing leaks at v6.16');
      mustBe('faults at v6.16', [...new Set(leak.faults.map((f) => f.kind))], ['freed-without-dtor']);
      mustBe('faults at v6.12', books(stage.run('memory-comes-and-goes', { revision: 'v6.12' })).faults, []);
    },
    mutation: {
      name: 'hot-remove runs no destructor',
      because: 'faults: ["freed-without-dtor"',
      rules: (rules) => ({ ...rules, ctor: { ...rules.ctor, hotRemoveDtor: false } }),
    },
  },
  {
    id: 'B7',
    says: 'Tables of efi_mm without a constructor: an oops where locks are allocated apart, silence where they lie in the page, nothing at all where they are not split.',
    scenarios: ['efi-without-ctor'],
    check(stage) {
      const end = (config: ScenarioConfig): unknown => {
        const run = stage.run('efi-without-ctor', { with: configured(config) });
        return [count(run.steps, 'violation') > 0, rets(run)[0]];
      };
      for (const spinlock of ['rt', 'debug', 'lockdep'] as const)
        mustBe(`with ${spinlock}`, end({ spinlock }), [true, null]);
      mustBe('in the page', end({ spinlock: 'plain' }), [true, 1]);
      mustBe('not split', end({ splitPte: false }), [false, 1]);
    },
    mutation: {
      name: 'efi_mm’s PTE locks are not taken',
      because: 'with rt: [false,1]',
      op: (op) => ((op.op === 'lock' || op.op === 'unlock') && lockKind(op.name) === 'ptl' ? [] : [op]),
    },
  },
];
