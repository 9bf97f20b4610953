import type { U64 } from '../base/u64.ts';

/** The address spaces a machine can have. `user` is any process's. */
export type MmName = 'init_mm' | 'efi_mm' | 'user';

export const MM_NAMES: readonly MmName[] = ['init_mm', 'efi_mm', 'user'];

/** What the simulation keeps of a `struct mm_struct`. */
export interface Mm {
  readonly name: MmName;
  /** `mm->pgd`: physical address of the root table, in bytes. */
  readonly pgd: number;
  /** First address the root translates: the upper half for init_mm, 0 for the others. */
  readonly base: U64;
}

/** The tables a run starts from, and whose they are. */
export interface AddressSpaces {
  /** init_mm first. */
  readonly mms: readonly Mm[];
}
