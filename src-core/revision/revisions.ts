import { BEFORE_V6_12, CTOR_SERIES } from './ctor-history.ts';
import { buildRulesOf, ctorRulesOf } from './ctor-rows.ts';
import type { PageattrRules, PtdumpRules, Rules, UserRules, VmapRules, WalkRules } from './rules.ts';

/** release: a tree that booted; tree: what a series starts from; patch, list: as posted; history: described in words; what-if: never so. */
export type RevisionKind = 'release' | 'tree' | 'patch' | 'list' | 'history' | 'what-if';

/** One point in the kernel's history, and the rules it resolves to. */
export interface Revision {
  readonly id: string;
  readonly kind: RevisionKind;
  /** One line: what this revision is. */
  readonly title: string;
  /** What a person should know before trusting a detail of it; empty if nothing. */
  readonly caveat: string;
  readonly rules: Rules;
}

interface Row {
  readonly id: string;
  /** Only a base for other rows so far: what it changes elsewhere, or the functions that tell it apart, are not in yet. */
  readonly incomplete?: true;
  readonly kind: RevisionKind;
  readonly title: string;
  readonly caveat?: string;
  /** The revision this one changes; its rules hold where `sets` is silent. */
  readonly on?: string;
  readonly sets: {
    readonly walk?: Partial<WalkRules>;
    readonly pageattr?: Partial<PageattrRules>;
    readonly vmap?: Partial<VmapRules>;
    readonly ptdump?: Partial<PtdumpRules>;
    readonly user?: Partial<UserRules>;
  };
}

const V6_12_0_WALK: WalkRules = {
  noVmaEntry: 'novma',
  locklessHelper: 'absent',
  kernelRangeAsserts: 'after-checks',
  debugAsserts: 'own-mm',
  lockMode3: 'absent',
  refusesInstallPte: false,
  installingWalk: 'absent',
  actionReset: 'after-none-test',
  continueChecked: 'after-leaf-test',
  pudRecheck: 'none-test',
  valueTests: 'macro',
  mapRefusesNonPresent: false,
  vmaWriteAssertion: 'bug',
  folioWalkMigration: true,
};

const V6_12_PAGEATTR: PageattrRules = {
  walker: 'apply_to_page_range',
  rangeChange: 'none',
  splits: false,
  callbacks: 'pud-pmd-pte',
  pteAccessors: 'plain',
  skipsFlushOfValidation: false,
  directMap: 'apply_to_page_range',
  invalidEncoding: 'valid-cleared',
  refusesHugeVmap: false,
  aliasScope: 'whole-area',
  realm: false,
  lazyBatchesBarriers: false,
  takesMmapLock: false,
};

const V6_12_0_VMAP: VmapRules = {
  hugeTakesMmapLock: false,
  freeWaitsByKey: false,
  hugeOffWithPtdump: true,
  contPtes: false,
};

const V6_12_0_PTDUMP: PtdumpRules = {
  hotplugLock: 'ptdump_show',
  initMmToo: false,
  pteRead: 'ptep_get_lockless',
};

const V6_12_USER: UserRules = { nolockRechecksPmd: false, zapReclaimsTables: false };

const UNTRACED = 'Reconstructed from mails and change logs: no trace of this tree was recorded.';

const ON_MAILS = `${UNTRACED} Vmalloc areas that may hold huge mappings are taken to be accepted, as in v6.12.`;

/** The generic walker of mid-2025, which the posted versions changed. */
const MID_2025_WALK: Partial<WalkRules> = {
  refusesInstallPte: true,
  installingWalk: 'walk_page_range_mm',
  continueChecked: 'before-leaf-test',
};

/** In order of time. A row says only what it changes. */
const ROWS: readonly Row[] = [
  ...BEFORE_V6_12,
  {
    id: 'v6.12.0',
    kind: 'release',
    title: 'Linux 6.12 as first released',
    caveat: UNTRACED,
    sets: {
      walk: V6_12_0_WALK,
      pageattr: V6_12_PAGEATTR,
      vmap: V6_12_0_VMAP,
      ptdump: V6_12_0_PTDUMP,
      user: V6_12_USER,
    },
  },
  {
    id: 'v6.12',
    kind: 'release',
    title: 'Linux 6.12.107, a stable tree with later fixes carried back',
    on: 'v6.12.0',
    sets: {
      walk: { noVmaEntry: 'kernel-and-debug', debugAsserts: 'both-for-write', pudRecheck: 'in-pmd-range' },
      vmap: { hugeTakesMmapLock: true },
      ptdump: { hotplugLock: 'ptdump_walk_pgd', initMmToo: true },
    },
  },
  ...CTOR_SERIES,
  {
    id: 'v6.16',
    kind: 'release',
    title: 'Linux 6.16, with the series on constructors as merged: twelve patches',
    caveat: UNTRACED,
    on: 'v6.12.0',
    sets: { walk: { ...MID_2025_WALK, noVmaEntry: 'kernel-and-debug' } },
  },
  {
    id: 'nolock-v1',
    kind: 'list',
    title: 'mm: Allow pagewalk without locks, as first posted (May 2025)',
    caveat: `${ON_MAILS} Lazy MMU mode was to be entered by hooks around each PTE table, from another patch of the series.`,
    on: 'v6.12.0',
    sets: {
      walk: { ...MID_2025_WALK, lockMode3: 'nolock-anywhere' },
      pageattr: {
        walker: 'novma',
        pteAccessors: 'contpte',
        skipsFlushOfValidation: true,
        lazyBatchesBarriers: true,
      },
    },
  },
  {
    id: 'nolock-review',
    kind: 'list',
    title: 'The form asked for in review: without a lock only where the mm is init_mm',
    caveat: 'Never posted as a patch: it follows what the review asked for.',
    on: 'nolock-v1',
    sets: { walk: { lockMode3: 'nolock-init-mm-only' } },
  },
  {
    id: 'nolock-v2',
    kind: 'list',
    title: 'Second version (June 2025): without a lock only by walk_kernel_page_table_range()',
    caveat: ON_MAILS,
    on: 'nolock-v1',
    sets: {
      walk: { noVmaEntry: 'kernel-and-debug', lockMode3: 'nolock-kernel-walk-only' },
      pageattr: {
        walker: 'kernel-walk',
        rangeChange: '___change_memory_common',
        callbacks: 'every-level',
        pteAccessors: 'plain',
        directMap: 'same-way',
      },
    },
  },
  {
    id: 'perm-v3',
    kind: 'list',
    title: 'Third version (June 2025): a function of its own, walk_kernel_page_table_range_lockless()',
    caveat: ON_MAILS,
    on: 'nolock-v2',
    sets: {
      walk: { lockMode3: 'absent', locklessHelper: 'with-pgd' },
      pageattr: { walker: 'lockless-walk' },
    },
  },
  {
    id: 'perm-v4',
    kind: 'list',
    title: 'Enable permission change on arm64 kernel block mappings, fourth version (July 2025)',
    caveat: ON_MAILS,
    on: 'perm-v3',
    sets: {
      walk: { locklessHelper: 'without-pgd' },
      pageattr: { rangeChange: 'update_range_prot' },
    },
  },
  {
    id: 'v6.18',
    kind: 'release',
    title: 'Linux 6.18, with the lockless walk as it was merged',
    caveat: `${UNTRACED} Which release first had it is inferred from dates; splitting by the change itself is not told of it here.`,
    on: 'perm-v4',
    sets: {
      walk: { locklessHelper: 'with-pgd', kernelRangeAsserts: 'before-checks' },
      pageattr: { callbacks: 'pud-pmd-pte' },
      vmap: { freeWaitsByKey: true, hugeOffWithPtdump: false, contPtes: true },
      ptdump: { hotplugLock: 'ptdump_walk_pgd' },
    },
  },
  {
    id: 'v7.2',
    kind: 'release',
    title: 'Linux 7.2.13, the kernel the captures were taken from',
    caveat: 'Its walker is taken to be that of v7.3; no trace of it was recorded.',
    on: 'v6.12',
    sets: {
      walk: {
        locklessHelper: 'with-pgd',
        kernelRangeAsserts: 'before-checks',
        lockMode3: 'vma-read-verify',
        refusesInstallPte: true,
        installingWalk: 'walk_page_range_mm_unsafe',
        actionReset: 'at-label',
        continueChecked: 'before-leaf-test',
        valueTests: 'function',
        mapRefusesNonPresent: true,
        vmaWriteAssertion: 'warning',
        folioWalkMigration: false,
      },
      pageattr: {
        walker: 'lockless-walk',
        rangeChange: 'update_range_prot',
        splits: true,
        skipsFlushOfValidation: true,
        directMap: 'same-way',
        invalidEncoding: 'present-invalid',
        refusesHugeVmap: true,
        aliasScope: 'request',
        realm: true,
        lazyBatchesBarriers: true,
      },
      vmap: { hugeOffWithPtdump: false, contPtes: true },
      ptdump: { pteRead: 'ptep_get' },
      user: { nolockRechecksPmd: true, zapReclaimsTables: true },
    },
  },
  {
    id: 'v7.3',
    kind: 'release',
    title: 'Linux 7.3.4',
    on: 'v7.2',
    sets: {},
  },
  {
    id: 'j26',
    kind: 'list',
    title:
      'The reverse direction (July 2026): constructors for user tables only, counting in pagetable_alloc()',
    caveat: 'Follows a posted series that is in no release; other parts behave as in Linux 7.3.',
    on: 'v7.3',
    sets: {},
  },
  {
    id: 'what-if-locked',
    kind: 'what-if',
    title: 'What if permission changes held init_mm’s mmap_lock for write during their walk?',
    caveat:
      'As riscv has it. arm64 never did, and could not: KFENCE changes permissions where it must not sleep.',
    on: 'v7.3',
    sets: { pageattr: { takesMmapLock: true } },
  },
  {
    id: 'what-if-key',
    kind: 'what-if',
    title: 'What if the static key of v6.18 had stayed beside the trylock of 2026?',
    caveat: 'No release: the one came with the other gone.',
    on: 'v7.3',
    sets: { vmap: { freeWaitsByKey: true } },
  },
];

function resolve(row: Row): Rules {
  return Object.freeze({
    ...resolveCalls(row),
    ctor: ctorRulesOf(row.id),
    build: buildRulesOf(row.id),
  });
}

function resolveCalls(row: Row): Pick<Rules, 'walk' | 'pageattr' | 'vmap' | 'ptdump' | 'user'> {
  const base = ROWS.find((r) => r.id === row.on);
  const inherited =
    base === undefined
      ? {
          walk: V6_12_0_WALK,
          pageattr: V6_12_PAGEATTR,
          vmap: V6_12_0_VMAP,
          ptdump: V6_12_0_PTDUMP,
          user: V6_12_USER,
        }
      : resolveCalls(base);
  return Object.freeze({
    walk: Object.freeze({ ...inherited.walk, ...row.sets.walk }),
    pageattr: Object.freeze({ ...inherited.pageattr, ...row.sets.pageattr }),
    vmap: Object.freeze({ ...inherited.vmap, ...row.sets.vmap }),
    ptdump: Object.freeze({ ...inherited.ptdump, ...row.sets.ptdump }),
    user: Object.freeze({ ...inherited.user, ...row.sets.user }),
  });
}

/** Every revision that can be run, oldest first. */
export const REVISIONS: readonly Revision[] = ROWS.filter((row) => row.incomplete !== true).map((row) => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  caveat: row.caveat ?? '',
  rules: resolve(row),
}));

export function findRevision(id: string): Revision | undefined {
  return REVISIONS.find((r) => r.id === id);
}

/** The rules of any row, also of those not offered yet. Throws RangeError if there is no such row. */
export function rulesOf(id: string): Rules {
  const row = ROWS.find((r) => r.id === id);
  if (row === undefined) throw new RangeError(`there is no revision ${id}`);
  return resolve(row);
}
