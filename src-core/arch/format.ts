import type { U64 } from '../base/u64.ts';
import type { Geometry } from './geometry.ts';

/**
 * What an entry is, as the hardware and the kernel's tests see it.
 * `none`: all bits zero. `table`: points to the next level. `block`, `page`: a valid leaf. `invalid`: a leaf made
 * invalid that the kernel still counts as present (arm64 present-invalid). `nonpresent`: other non-zero entries that map
 * nothing. `bad`: an encoding neither the hardware nor the kernel accepts at this level.
 */
export type EntryKind = 'none' | 'table' | 'block' | 'page' | 'invalid' | 'nonpresent' | 'bad';

/** Permission of a leaf for the kernel itself (EL1, ring 0). */
export type Permission = 'RW' | 'RO' | 'RX' | 'RWX';

/** One named field of a descriptor. */
export interface Field {
  /** Highest and lowest bit, inclusive. */
  readonly high: number;
  readonly low: number;
  /** Name as the kernel has it (`PTE_RDONLY`, `PTE_WRITE`), or the architecture's where the kernel has none. */
  readonly name: string;
  /** What this value of it means, in a few words: `block`, `tagged`, `read-only`. */
  readonly meaning: string;
  /** The field's value, lower-case hex with 0x for addresses, binary digits otherwise. */
  readonly text: string;
}

/** How one architecture encodes entries. Pure; `hw` is the hardware lookup level. */
export interface EntryFormat {
  kind(geo: Geometry, hw: number, value: U64): EntryKind;
  /** Physical address a table entry points to, or a leaf maps, in bytes. */
  address(geo: Geometry, hw: number, value: U64): number;
  /** Permission of a leaf; for the kernel's half or the user's by the entry's own bits. */
  permission(value: U64): Permission;
  /** The entry is part of a contiguous group. */
  contiguous(value: U64): boolean;
  /** Every bit of the descriptor, high to low, named. */
  fields(geo: Geometry, hw: number, value: U64): readonly Field[];
}
