import type { BuildRules, CtorRules, TableLevel } from './ctor-rules.ts';

/**
 * Constructors, locks and accounting by revision. Each row changes the one it stands on; this line of descent is its own, because the
 * walk and permission sides of a revision may come from elsewhere.
 */
interface CtorRow {
  /** The row whose rules hold where `sets` is silent. */
  readonly on?: string;
  readonly sets: Partial<CtorRules>;
}

const PTE_PMD: readonly TableLevel[] = ['pte', 'pmd'];
const TO_PUD: readonly TableLevel[] = ['pte', 'pmd', 'pud'];
const TO_P4D: readonly TableLevel[] = ['pte', 'pmd', 'pud', 'p4d'];
const ALL: readonly TableLevel[] = ['pte', 'pmd', 'pud', 'p4d', 'pgd'];

const V6_12: CtorRules = {
  constructs: TO_PUD,
  counts: TO_PUD,
  locks: PTE_PMD,
  kernelPte: false,
  mmArgument: false,
  skipsLock: [],
  arm64Kernel: [],
  arm64Special: PTE_PMD,
  riscvLate: PTE_PMD,
  archKernelPte: ['s390', 'm68k'],
  archUpper: false,
  x86HugeFree: 'raw',
  x86Cpa: false,
  kernelFlag: false,
  dtor: 'by-level',
  hotRemoveDtor: false,
  freeResetsType: false,
  gatherDtor: 'at-unlink',
  countedBy: 'ctor',
  kernelMms: 'init_mm',
};

/** By revision id. */
const CTOR_ROWS: Readonly<Record<string, CtorRow>> = {
  'v6.12': { sets: V6_12 },
  'v6.12.0': { on: 'v6.12', sets: {} },
  'hist-acct-pud': { on: 'v6.12', sets: {} },
  'hist-acct-pte': { on: 'hist-acct-pud', sets: { constructs: PTE_PMD, counts: ['pte'] } },
  'hist-user-pmd': { on: 'hist-acct-pte', sets: { counts: [] } },
  'hist-user-pte': {
    on: 'hist-user-pmd',
    sets: {
      constructs: ['pte'],
      locks: ['pte'],
      arm64Special: ['pte'],
      riscvLate: ['pte'],
    },
  },
  base: { on: 'v6.12', sets: { constructs: ALL, counts: ALL, archUpper: true, dtor: 'one' } },
  'ctor-p1': { on: 'base', sets: { mmArgument: true } },
  'ctor-p2': {
    on: 'ctor-p1',
    sets: {
      kernelPte: true,
      skipsLock: ['pte'],
      archKernelPte: ['s390', 'm68k', 'csky', 'microblaze', 'openrisc'],
    },
  },
  'ctor-p3': {
    on: 'ctor-p2',
    sets: { archKernelPte: ['s390', 'm68k', 'csky', 'microblaze', 'openrisc', 'm68k-coldfire'] },
  },
  'ctor-p4': {
    on: 'ctor-p3',
    sets: { archKernelPte: ['s390', 'm68k', 'csky', 'microblaze', 'openrisc', 'm68k-coldfire', 'powerpc'] },
  },
  'ctor-p5': {
    on: 'ctor-p4',
    sets: {
      archKernelPte: [
        's390',
        'm68k',
        'csky',
        'microblaze',
        'openrisc',
        'm68k-coldfire',
        'powerpc',
        'sparc64',
      ],
    },
  },
  'ctor-p6': { on: 'ctor-p5', sets: { skipsLock: PTE_PMD } },
  'ctor-p7': { on: 'ctor-p6', sets: {} },
  'ctor-p8': { on: 'ctor-p7', sets: { arm64Kernel: PTE_PMD } },
  'ctor-p9': { on: 'ctor-p8', sets: {} },
  'ctor-p10': { on: 'ctor-p9', sets: { arm64Kernel: TO_P4D, arm64Special: TO_P4D } },
  'ctor-p11': { on: 'ctor-p10', sets: { riscvLate: TO_P4D } },
  'v6.16': { on: 'ctor-p11', sets: { x86HugeFree: 'dtor' } },
  'v6.18': { on: 'v6.16', sets: { freeResetsType: true } },
  'v7.3': {
    on: 'v6.18',
    sets: { x86Cpa: true, kernelFlag: true, hotRemoveDtor: true, gatherDtor: 'at-free' },
  },
  'v7.2': { on: 'v7.3', sets: {} },
  j26: {
    on: 'v7.3',
    sets: {
      constructs: PTE_PMD,
      counts: [],
      countedBy: 'alloc',
      kernelMms: 'flag',
      arm64Kernel: [],
      arm64Special: [],
      hotRemoveDtor: false,
    },
  },
  'what-if-locked': { on: 'v7.3', sets: {} },
  'what-if-key': { on: 'v7.3', sets: {} },
  // Series about walks and permissions, posted on top of what v6.16 had.
  'nolock-v1': { on: 'v6.16', sets: {} },
  'nolock-review': { on: 'v6.16', sets: {} },
  'nolock-v2': { on: 'v6.16', sets: {} },
  'perm-v3': { on: 'v6.16', sets: {} },
  'perm-v4': { on: 'v6.16', sets: {} },
};

/** Constructor rules of a revision. Throws RangeError if the id has none. */
export function ctorRulesOf(id: string): CtorRules {
  const row = CTOR_ROWS[id];
  if (row === undefined) throw new RangeError(`there are no constructor rules of ${id}`);
  const inherited = row.on === undefined ? V6_12 : ctorRulesOf(row.on);
  return Object.freeze({ ...inherited, ...row.sets });
}

const BUILD_V6_12: BuildRules = {
  tableAf: false,
  keepsTables: false,
  checksGroups: false,
  contIsUnsafe: true,
  returnsErrors: false,
  efiClearsWrite: false,
  efiCall: 'rt-lock',
};

const BUILD_V7_3: BuildRules = {
  tableAf: true,
  keepsTables: true,
  checksGroups: true,
  contIsUnsafe: false,
  returnsErrors: true,
  efiClearsWrite: true,
  efiCall: 'kthread',
};

/** Revisions whose mapping code is that of v7.3. */
const BUILDS_AS_V7_3: readonly string[] = ['v7.3', 'j26', 'what-if-locked', 'what-if-key'];

/** How a revision builds kernel mappings. */
export function buildRulesOf(id: string): BuildRules {
  if (id === 'v7.2') return { ...BUILD_V7_3, efiClearsWrite: false };
  return BUILDS_AS_V7_3.includes(id) ? BUILD_V7_3 : BUILD_V6_12;
}
