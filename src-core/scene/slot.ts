/** One entry: the physical address of its table in bytes, and its index. */
export interface SlotAddress {
  readonly table: number;
  readonly idx: number;
}
