import type { U64 } from '../base/u64.ts';

/** What a walk needs of a `struct vm_area_struct`. */
export interface Vma {
  /** Its number in the scenario, in address order. */
  readonly id: number;
  readonly start: U64;
  /** First address after it. */
  readonly end: U64;
  readonly flags: readonly VmaFlag[];
}

export type VmaFlag = 'PFNMAP';
