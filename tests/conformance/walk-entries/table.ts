/**
 * What every page-walk entry function checks, by revision: written from the documented behaviour of each release and posted version, not
 * from the code. Each cell is what happens in order, and what is returned:
 *
 *   R mm, W mm    mmap_assert_locked(mm), mmap_assert_write_locked(mm)
 *   F             find_vma(), which asserts R user
 *   start         vma_start_write(), which asserts W user first
 *   verify        vma_assert_write_locked(), likewise
 *   any           vma_assert_locked(); where the VMA is not locked for read, W user follows
 *   I             lockdep_assert_held(i_mmap_rwsem), with lockdep only
 *   ptl           the PTE lock is taken
 *   warn          a WARN
 *   a number      the return value, last
 *
 * No row for a function at a revision: it does not exist there.
 */
export interface EntryRow {
  readonly fn: string;
  readonly revisions: readonly string[];
  /** The mms it is called for, where it takes one. */
  readonly mms?: readonly string[];
  /** Values of enum page_walk_lock it is called with; absent: it takes none. */
  readonly modes?: readonly number[];
  /** A range with one page mapped. `mm` stands for the mm it was called for. */
  readonly walk: string;
  /** Start and end are the same. Absent: it takes no range. */
  readonly empty?: string;
  /** With an install_pte member, over a range with one page mapped. Absent: it takes no ops. */
  readonly install?: string;
}

/** Walk functions as in v6.12 when it was released: the history before it, and the constructor series on top of v6.14. */
const OF_6_12_0: readonly string[] = [
  'hist-user-pte',
  'hist-user-pmd',
  'hist-acct-pte',
  'hist-acct-pud',
  'v6.12.0',
  'base',
  ...Array.from({ length: 11 }, (_, i) => `ctor-p${i + 1}`),
];
const OF_6_12: readonly string[] = [...OF_6_12_0, 'v6.12'];
/** Kernels with install_pte and walk_page_range_mm(). */
const MID_2025: readonly string[] = [
  'v6.16',
  'nolock-v1',
  'nolock-review',
  'nolock-v2',
  'perm-v3',
  'perm-v4',
  'v6.18',
];
/** The last two ask what if, on top of v7.3, whose walks they leave alone. */
const OF_7: readonly string[] = ['v7.2', 'v7.3', 'j26', 'what-if-locked', 'what-if-key'];
export const TABLE_REVISIONS: readonly string[] = [...OF_6_12, ...MID_2025, ...OF_7];

const without = (list: readonly string[], ...gone: readonly string[]): readonly string[] =>
  list.filter((id) => !gone.includes(id));

const MODES: readonly number[] = [0, 1, 2, 3];
/** All but PGWALK_NOLOCK. */
const LOCKED: readonly number[] = [0, 1, 2];
const MMS: readonly string[] = ['init_mm', 'efi_mm', 'user'];
const OTHER_MMS: readonly string[] = ['efi_mm', 'user'];

const NOVMA: readonly EntryRow[] = [
  // walk_page_range_novma(): range, [ops,] then the lock: read for init_mm, write for any other mm.
  {
    fn: 'walk_page_range_novma',
    revisions: OF_6_12_0,
    mms: ['init_mm'],
    modes: MODES,
    walk: 'R init_mm, 0',
    empty: '-22',
    install: 'R init_mm, 0',
  },
  {
    fn: 'walk_page_range_novma',
    revisions: OF_6_12_0,
    mms: OTHER_MMS,
    modes: MODES,
    walk: 'W mm, 0',
    empty: '-22',
    install: 'W mm, 0',
  },
  {
    fn: 'walk_page_range_novma',
    revisions: ['nolock-v1', 'nolock-review'],
    mms: ['init_mm'],
    modes: LOCKED,
    walk: 'R init_mm, 0',
    empty: '-22',
    install: '-22',
  },
  {
    fn: 'walk_page_range_novma',
    revisions: ['nolock-v1', 'nolock-review'],
    mms: OTHER_MMS,
    modes: LOCKED,
    walk: 'W mm, 0',
    empty: '-22',
    install: '-22',
  },
  // PGWALK_NOLOCK: as posted for every mm, as reviewed for init_mm only.
  {
    fn: 'walk_page_range_novma',
    revisions: ['nolock-v1'],
    mms: MMS,
    modes: [3],
    walk: '0',
    empty: '-22',
    install: '-22',
  },
  {
    fn: 'walk_page_range_novma',
    revisions: ['nolock-review'],
    mms: ['init_mm'],
    modes: [3],
    walk: '0',
    empty: '-22',
    install: '-22',
  },
  {
    fn: 'walk_page_range_novma',
    revisions: ['nolock-review'],
    mms: OTHER_MMS,
    modes: [3],
    walk: 'W mm, 0',
    empty: '-22',
    install: '-22',
  },
  // walk_kernel_page_table_range()
  {
    fn: 'walk_kernel_page_table_range',
    revisions: ['v6.12'],
    modes: MODES,
    walk: 'R init_mm, 0',
    empty: '-22',
    install: 'R init_mm, 0',
  },
  {
    fn: 'walk_kernel_page_table_range',
    revisions: ['v6.16', 'perm-v3', 'perm-v4'],
    modes: MODES,
    walk: 'R init_mm, 0',
    empty: '-22',
    install: '-22',
  },
  {
    fn: 'walk_kernel_page_table_range',
    revisions: ['nolock-v2'],
    modes: LOCKED,
    walk: 'R init_mm, 0',
    empty: '-22',
    install: '-22',
  },
  {
    fn: 'walk_kernel_page_table_range',
    revisions: ['nolock-v2'],
    modes: [3],
    walk: '0',
    empty: '-22',
    install: '-22',
  },
  // As merged the assertion comes before all checks.
  {
    fn: 'walk_kernel_page_table_range',
    revisions: ['v6.18', ...OF_7],
    modes: MODES,
    walk: 'R init_mm, 0',
    empty: 'R init_mm, -22',
    install: 'R init_mm, -22',
  },
  {
    fn: 'walk_kernel_page_table_range_lockless',
    revisions: ['perm-v3', 'perm-v4', 'v6.18', ...OF_7],
    modes: MODES,
    walk: '0',
    empty: '-22',
    install: '-22',
  },
  // walk_page_range_debug(): both locks for write, before all checks; in its first form the mm's own, and init_mm by the kernel walk.
  {
    fn: 'walk_page_range_debug',
    revisions: ['v6.12'],
    mms: MMS,
    modes: MODES,
    walk: 'W mm, W init_mm, 0',
    empty: 'W mm, W init_mm, -22',
    install: 'W mm, W init_mm, 0',
  },
  {
    fn: 'walk_page_range_debug',
    revisions: OF_7,
    mms: MMS,
    modes: MODES,
    walk: 'W mm, W init_mm, 0',
    empty: 'W mm, W init_mm, -22',
    install: 'W mm, W init_mm, -22',
  },
  {
    fn: 'walk_page_range_debug',
    revisions: ['v6.16', 'nolock-v2', 'perm-v3', 'perm-v4', 'v6.18'],
    mms: OTHER_MMS,
    modes: MODES,
    walk: 'W mm, 0',
    empty: '-22',
    install: '-22',
  },
  {
    fn: 'walk_page_range_debug',
    revisions: ['v6.16', 'perm-v3', 'perm-v4'],
    mms: ['init_mm'],
    modes: MODES,
    walk: 'R init_mm, 0',
    empty: '-22',
    install: '-22',
  },
  {
    fn: 'walk_page_range_debug',
    revisions: ['v6.18'],
    mms: ['init_mm'],
    modes: MODES,
    walk: 'R init_mm, 0',
    empty: 'R init_mm, -22',
    install: 'R init_mm, -22',
  },
  {
    fn: 'walk_page_range_debug',
    revisions: ['nolock-v2'],
    mms: ['init_mm'],
    modes: LOCKED,
    walk: 'R init_mm, 0',
    empty: '-22',
    install: '-22',
  },
  // nolock-v2: the skip comes along with the delegation.
  {
    fn: 'walk_page_range_debug',
    revisions: ['nolock-v2'],
    mms: ['init_mm'],
    modes: [3],
    walk: '0',
    empty: '-22',
    install: '-22',
  },
];

/** Walks over the VMAs of a range: by mode, what is asserted of the mm and done about the VMA. */
const BY_RANGE: readonly (readonly [mode: number, walk: string])[] = [
  [0, 'R user, F, F, ptl, 0'],
  [1, 'W user, F, start, F, ptl, 0'],
  [2, 'W user, F, verify, F, ptl, 0'],
];
/** Walks of a VMA the caller names. */
const BY_VMA: readonly (readonly [mode: number, walk: string])[] = [
  [0, 'R user, ptl, 0'],
  [1, 'W user, start, ptl, 0'],
  [2, 'W user, verify, ptl, 0'],
];

/**
 * Mode 3 of the VMA walks. No such mode: the number falls through to the write assertion, and is no case of the VMA's switch. First
 * posted: the same by accident. Review and second version: -EINVAL, in the review's form with a warning where a VMA is at hand.
 */
interface Third {
  /** Without such a mode, and as first posted. */
  readonly old: string;
  /** PGWALK_VMA_RDLOCK_VERIFY. */
  readonly now: string;
  /** The caller hands in a VMA. */
  readonly handed: boolean;
}
const FINDS: Third = { old: 'W user, F, F, ptl, 0', now: 'F, any, F, ptl, 0', handed: false };
const HANDED: Third = { old: 'W user, ptl, 0', now: 'any, ptl, 0', handed: true };

const third = (fn: string, { old, now, handed }: Third, inMm: boolean): readonly EntryRow[] => {
  const range = fn === 'walk_page_vma' ? {} : { empty: '-22' };
  const refused = handed ? 'warn, -22' : '-22';
  return [
    ...(inMm ? [] : [{ fn, revisions: OF_6_12, modes: [3], walk: old, ...range, install: old }]),
    {
      fn,
      revisions: without(MID_2025, 'nolock-review', 'nolock-v2'),
      modes: [3],
      walk: old,
      ...range,
      install: inMm ? old : '-22',
    },
    {
      fn,
      revisions: ['nolock-review'],
      modes: [3],
      walk: refused,
      ...range,
      install: inMm ? refused : '-22',
    },
    { fn, revisions: ['nolock-v2'], modes: [3], walk: '-22', ...range, install: '-22' },
    { fn, revisions: OF_7, modes: [3], walk: now, ...range, install: inMm ? now : '-22' },
  ];
};

const exported = (
  fn: string,
  cells: readonly (readonly [number, string])[],
  range: { readonly empty?: string },
): readonly EntryRow[] =>
  cells.flatMap(([mode, walk]) => [
    { fn, revisions: OF_6_12, modes: [mode], walk, ...range, install: walk },
    { fn, revisions: [...MID_2025, ...OF_7], modes: [mode], walk, ...range, install: '-22' },
  ]);

/** Functions for use inside mm/ only: they take install_pte. */
const internal = (
  fn: string,
  revisions: readonly string[],
  cells: readonly (readonly [number, string])[],
): readonly EntryRow[] =>
  cells.map(([mode, walk]) => ({ fn, revisions, modes: [mode], walk, empty: '-22', install: walk }));

const EMPTY = { empty: '-22' };
const limitedTo = (rows: readonly EntryRow[], revisions: readonly string[]): readonly EntryRow[] =>
  rows
    .map((row) => ({ ...row, revisions: row.revisions.filter((id) => revisions.includes(id)) }))
    .filter((row) => row.revisions.length > 0);

const BY_VMAS: readonly EntryRow[] = [
  ...exported('walk_page_range', BY_RANGE, EMPTY),
  ...third('walk_page_range', FINDS, false),
  ...exported('walk_page_range_vma', BY_VMA, EMPTY),
  ...third('walk_page_range_vma', HANDED, false),
  ...exported('walk_page_vma', BY_VMA, {}),
  ...third('walk_page_vma', HANDED, false),
  ...internal('walk_page_range_mm', MID_2025, BY_RANGE),
  ...limitedTo(third('walk_page_range_mm', FINDS, true), MID_2025),
  ...internal('walk_page_range_mm_unsafe', OF_7, BY_RANGE),
  ...limitedTo(third('walk_page_range_mm_unsafe', FINDS, true), OF_7),
  ...internal('walk_page_range_vma_unsafe', OF_7, BY_VMA),
  ...limitedTo(third('walk_page_range_vma_unsafe', HANDED, true), OF_7),
  // walk_page_mapping(): only the file's lock, and only with lockdep. The mode is not looked at; the second version missed it.
  {
    fn: 'walk_page_mapping',
    revisions: OF_6_12,
    modes: MODES,
    walk: 'I, ptl, 0',
    empty: 'I, 0',
    install: 'I, ptl, 0',
  },
  {
    fn: 'walk_page_mapping',
    revisions: [...without(MID_2025, 'nolock-review'), ...OF_7],
    modes: MODES,
    walk: 'I, ptl, 0',
    empty: 'I, 0',
    install: '-22',
  },
  {
    fn: 'walk_page_mapping',
    revisions: ['nolock-review'],
    modes: LOCKED,
    walk: 'I, ptl, 0',
    empty: 'I, 0',
    install: '-22',
  },
  {
    fn: 'walk_page_mapping',
    revisions: ['nolock-review'],
    modes: [3],
    walk: '-22',
    empty: '-22',
    install: '-22',
  },
  { fn: 'folio_walk', revisions: TABLE_REVISIONS, walk: 'R user, ptl, 1' },
];

/**
 * No assertion of any kind, for any mm; every mm but init_mm has its PTE lock taken. The series of July 2026 counts efi_mm as a kernel mm.
 */
const APPLY: readonly EntryRow[] = ['apply_to_page_range', 'apply_to_existing_page_range'].flatMap((fn) => [
  { fn, revisions: TABLE_REVISIONS, mms: ['init_mm'], walk: '0', empty: 'warn, -22' },
  { fn, revisions: without(TABLE_REVISIONS, 'j26'), mms: OTHER_MMS, walk: 'ptl, 0', empty: 'warn, -22' },
  { fn, revisions: ['j26'], mms: ['efi_mm'], walk: '0', empty: 'warn, -22' },
  { fn, revisions: ['j26'], mms: ['user'], walk: 'ptl, 0', empty: 'warn, -22' },
]);

export const ENTRY_TABLE: readonly EntryRow[] = [...NOVMA, ...BY_VMAS, ...APPLY];
