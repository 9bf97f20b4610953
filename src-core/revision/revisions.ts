import type { PageattrRules, Rules, WalkRules } from './rules.ts';

/** release: a tree that booted; tree: what a series starts from; patch, list: as posted; history: described in words. */
export type RevisionKind = 'release' | 'tree' | 'patch' | 'list' | 'history';

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
  readonly kind: RevisionKind;
  readonly title: string;
  readonly caveat?: string;
  /** The revision this one changes; its rules hold where `sets` is silent. */
  readonly on?: string;
  readonly sets: { readonly walk?: Partial<WalkRules>; readonly pageattr?: Partial<PageattrRules> };
}

const V6_12_WALK: WalkRules = {
  locklessHelper: false,
  kernelRangeAsserts: 'after-range-check',
  refusesInstallPte: false,
  actionReset: 'after-none-test',
  continueChecked: 'after-leaf-test',
  valueTests: 'macro',
  mapRefusesNonPresent: false,
};

const V6_12_PAGEATTR: PageattrRules = {
  walker: 'apply_to_page_range',
  invalidEncoding: 'valid-cleared',
  refusesHugeVmap: false,
  aliasScope: 'whole-area',
  lazyBatchesBarriers: false,
};

/** In order of time. A row says only what it changes. */
const ROWS: readonly Row[] = [
  {
    id: 'v6.12',
    kind: 'release',
    title: 'Linux 6.12.107, a stable tree with later fixes carried back',
    sets: { walk: V6_12_WALK, pageattr: V6_12_PAGEATTR },
  },
  {
    id: 'v7.2',
    kind: 'release',
    title: 'Linux 7.2.13, the kernel the captures were taken from',
    caveat: 'Its walker is taken to be that of v7.3; no trace of it was recorded.',
    on: 'v6.12',
    sets: {
      walk: {
        locklessHelper: true,
        kernelRangeAsserts: 'before-range-check',
        refusesInstallPte: true,
        actionReset: 'at-label',
        continueChecked: 'before-leaf-test',
        valueTests: 'function',
        mapRefusesNonPresent: true,
      },
      pageattr: {
        walker: 'lockless-walk',
        invalidEncoding: 'present-invalid',
        refusesHugeVmap: true,
        aliasScope: 'request',
        lazyBatchesBarriers: true,
      },
    },
  },
  {
    id: 'v7.3',
    kind: 'release',
    title: 'Linux 7.3.4',
    on: 'v7.2',
    sets: {},
  },
];

function resolve(row: Row): Rules {
  const base = ROWS.find((r) => r.id === row.on);
  const inherited = base === undefined ? { walk: V6_12_WALK, pageattr: V6_12_PAGEATTR } : resolve(base);
  return Object.freeze({
    walk: Object.freeze({ ...inherited.walk, ...row.sets.walk }),
    pageattr: Object.freeze({ ...inherited.pageattr, ...row.sets.pageattr }),
  });
}

/** Every revision known, oldest first. */
export const REVISIONS: readonly Revision[] = ROWS.map((row) => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  caveat: row.caveat ?? '',
  rules: resolve(row),
}));

export function findRevision(id: string): Revision | undefined {
  return REVISIONS.find((r) => r.id === id);
}
