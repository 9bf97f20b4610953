import { U64 } from '../base/u64.ts';

/**
 * One page table in physical memory: 8-byte entries kept as pairs of int32 lanes. Only this file and its neighbours index
 * the lanes.
 */
export class TablePage {
  /** Physical address of entry 0, in bytes. A small root table need not be page aligned. */
  readonly pa: number;
  /** `pa` as steps write it. */
  readonly name: string;
  /** Hardware lookup level of its entries. */
  readonly hw: number;
  /** Name of the mm whose tree it was found in, or was allocated for. */
  readonly mm: string;
  /** Virtual address that entry 0 translates; undefined while no linked table points here. */
  readonly va: U64 | undefined;
  /** hi at 2i, lo at 2i+1. */
  readonly lanes: Int32Array;
  /** Who may write `lanes` in place; anyone else copies first. */
  readonly epoch: number;
  /** Rises with each write, so that whatever was computed from the page can be kept until then. */
  version: number;

  constructor(
    pa: number,
    hw: number,
    mm: string,
    va: U64 | undefined,
    lanes: Int32Array,
    epoch: number,
    version = 0,
  ) {
    this.pa = pa;
    this.name = `0x${pa.toString(16)}`;
    this.hw = hw;
    this.mm = mm;
    this.va = va;
    this.lanes = lanes;
    this.epoch = epoch;
    this.version = version;
  }

  get entries(): number {
    return this.lanes.length >> 1;
  }

  get(idx: number): U64 {
    return new U64(this.hi(idx), this.lo(idx));
  }

  hi(idx: number): number {
    return this.lanes[2 * idx] ?? 0;
  }

  lo(idx: number): number {
    return this.lanes[2 * idx + 1] ?? 0;
  }

  set(idx: number, hi: number, lo: number): void {
    this.lanes[2 * idx] = hi;
    this.lanes[2 * idx + 1] = lo;
    this.version++;
  }

  /** Makes all entries what they were when `lanes` was copied from here. */
  restore(lanes: Int32Array): void {
    this.lanes.set(lanes);
    this.version++;
  }

  isZero(idx: number): boolean {
    return (this.hi(idx) | this.lo(idx)) === 0;
  }

  /** Do `n` entries from `idx` on all have the same value? */
  alike(idx: number, n: number): boolean {
    for (let i = idx + 1; i < idx + n; i++)
      if (this.hi(i) !== this.hi(idx) || this.lo(i) !== this.lo(idx)) return false;
    return true;
  }

  /** Entries that are not all zero bits. */
  used(): number {
    let n = 0;
    for (let i = 0; i < this.lanes.length; i += 2)
      if (((this.lanes[i] ?? 0) | (this.lanes[i + 1] ?? 0)) !== 0) n++;
    return n;
  }
}
