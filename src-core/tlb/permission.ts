import { PTE_AF, PTE_PXN, PTE_RDONLY, PTE_VALID, PTE_WRITE, TABLE_PXN } from '../arch/arm64/bits.ts';
import { U64 } from '../base/u64.ts';

/** What the kernel does with memory at an address. */
export type AccessKind = 'load' | 'store' | 'fetch';

/** What table descriptors on the way take away from everything below them (PXNTable, APTable). */
export interface Limits {
  readonly noExec: boolean;
  readonly readOnly: boolean;
}

export const NO_LIMITS: Limits = { noExec: false, readOnly: false };

/** APTable[1]: no write access below. */
const TABLE_RDONLY = U64.bit(62);

export function withTable(limits: Limits, table: U64): Limits {
  return {
    noExec: limits.noExec || table.intersects(TABLE_PXN),
    readOnly: limits.readOnly || table.intersects(TABLE_RDONLY),
  };
}

/**
 * May the kernel (EL1) do this by a leaf entry of arm64 stage 1? An entry that is not valid, or was never accessed, faults. A
 * writable entry that is read-only until written (DBM) lets the hardware write. What user bits add is not modelled.
 */
export function allows(kind: AccessKind, leaf: U64, limits: Limits): boolean {
  if (!leaf.intersects(PTE_VALID) || !leaf.intersects(PTE_AF)) return false;
  switch (kind) {
    case 'load':
      return true;
    case 'store':
      return !limits.readOnly && (!leaf.intersects(PTE_RDONLY) || leaf.intersects(PTE_WRITE));
    case 'fetch':
      return !limits.noExec && !leaf.intersects(PTE_PXN);
  }
}
