import type { RevisionKind } from './revisions.ts';

/** A revision that differs from others in constructors, locks and accounting only. */
interface CtorHistoryRow {
  readonly id: string;
  readonly kind: RevisionKind;
  readonly title: string;
  readonly caveat: string;
  /** Where its walk and permission sides come from. */
  readonly on: string;
  readonly sets: Record<string, never>;
}

const WORDS = 'Described in words by the series of 2025; other parts behave as in Linux 6.12.';
const SERIES =
  'Follows the patch as posted; other parts behave as in Linux 6.12. No trace of this tree was recorded.';

const row = (id: string, kind: RevisionKind, title: string, caveat: string): CtorHistoryRow => ({
  id,
  kind,
  title,
  caveat,
  on: 'v6.12.0',
  sets: {},
});

/** How constructors came to be, before 6.12. */
export const BEFORE_V6_12: readonly CtorHistoryRow[] = [
  row('hist-user-pte', 'history', 'Constructors for user PTE tables only: their split lock', WORDS),
  row('hist-user-pmd', 'history', 'PMD tables have a constructor too, again for the split lock', WORDS),
  row('hist-acct-pte', 'history', 'Constructors count PTE tables in NR_PAGETABLE', WORDS),
  row('hist-acct-pud', 'history', 'PMD and PUD tables are counted too', WORDS),
];

/** The series “Always call constructor for kernel page tables” (March 2025), patch by patch, and the tree it stands on. */
export const CTOR_SERIES: readonly CtorHistoryRow[] = [
  row(
    'base',
    'tree',
    'v6.14-rc7, where the series begins: constructors at all levels, but none for kernel PTE tables',
    SERIES,
  ),
  row('ctor-p1', 'patch', '1/11 mm: Pass mm down to pagetable_{pte,pmd}_ctor', SERIES),
  row('ctor-p2', 'patch', '2/11 mm: Call ctor/dtor for kernel PTEs', SERIES),
  row('ctor-p3', 'patch', '3/11 m68k: mm: Call ctor/dtor for kernel PTEs', SERIES),
  row('ctor-p4', 'patch', '4/11 powerpc: mm: Call ctor/dtor for kernel PTEs', SERIES),
  row('ctor-p5', 'patch', '5/11 sparc64: mm: Call ctor/dtor for kernel PTEs', SERIES),
  row('ctor-p6', 'patch', '6/11 mm: Skip ptlock_init() for kernel PMDs', SERIES),
  row('ctor-p7', 'patch', '7/11 arm64: mm: Use enum to identify pgtable level instead of *_SHIFT', SERIES),
  row('ctor-p8', 'patch', '8/11 arm64: mm: Always call PTE/PMD ctor in __create_pgd_mapping()', SERIES),
  row('ctor-p9', 'patch', '9/11 riscv: mm: Clarify ctor mm argument in alloc_{pte,pmd}_late', SERIES),
  row('ctor-p10', 'patch', '10/11 arm64: mm: Call PUD/P4D ctor in __create_pgd_mapping()', SERIES),
  row('ctor-p11', 'patch', '11/11 riscv: mm: Call PUD/P4D ctor in special kernel pgtable alloc', SERIES),
];
