import type { U64 } from '../base/u64.ts';

/** What a walk needs of a `struct vm_area_struct`. */
export interface Vma {
  /** Its number in the scenario, in address order. */
  readonly id: number;
  readonly start: U64;
  /** First address after it. */
  readonly end: U64;
  readonly flags: readonly VmaFlag[];
  /** Number of the file it maps; undefined: anonymous memory. */
  readonly file?: number;
  /** `vm_pgoff`: page of the file that `start` maps. */
  readonly pgoff?: number;
  /** With HUGETLB: how large its pages are; undefined: one PMD. */
  readonly hugePage?: HugePage;
}

export type VmaFlag = 'PFNMAP' | 'HUGETLB';

/** The sizes of hugetlb pages on arm64: one entry of a level, or a contiguous group. */
export type HugePage = 'cont-pte' | 'pmd' | 'cont-pmd' | 'pud';

export const HUGE_PAGES: readonly HugePage[] = ['cont-pte', 'pmd', 'cont-pmd', 'pud'];
