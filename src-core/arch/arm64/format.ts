import type { U64 } from '../../base/u64.ts';
import { unreachable } from '../../base/unreachable.ts';
import type { EntryFormat, EntryKind, Field, Permission } from '../format.ts';
import type { Geometry } from '../geometry.ts';
import { hwShift, levelName } from '../geometry.ts';
import { decodeLayout } from '../layout.ts';
import { PTE_CONT, PTE_PXN, PTE_RDONLY, PTE_USER, PTE_UXN, PTE_WRITE } from './bits.ts';
import { outputAddress, presentInvalid, table } from './entry.ts';
import { blockAllowed, leafSpecs, tableSpecs } from './fields.ts';

/**
 * What the entry is. A valid one is told by its type bits. `invalid` is v7.3's present-invalid: bit 0 clear and bit 11
 * set, whatever bit 1 says. `nonpresent` is any other non-zero entry with bit 0 clear: a swap entry, say, or what v6.12
 * leaves when it clears PTE_VALID alone. `bad` is type 01 where no block can be: in the last level, or too high up.
 */
function kind(geo: Geometry, hw: number, value: U64): EntryKind {
  if (value.isZero()) return 'none';
  if (!value.bit(0)) return presentInvalid(value) ? 'invalid' : 'nonpresent';
  if (table(value)) return hw === 3 ? 'page' : 'table';
  return blockAllowed(geo, hw) ? 'block' : 'bad';
}

/** Low bits that a block or table address can't have are dropped, as `pmd_pfn()` does. */
function address(geo: Geometry, hw: number, value: U64): number {
  const pa = outputAddress(geo, value);
  if (!usesLeafLayout(geo, hw, value)) return pa;
  const size = 2 ** hwShift(geo, hw);
  return Math.floor(pa / size) * size;
}

/**
 * Who may do what: bit 7 (RDONLY) decides writing, whatever the writable bit 51 says, as ptdump prints it. Execution is
 * the kernel's own (PXN); in an entry with the USER bit it is the user's (UXN), for such entries are looked at for what
 * the user may do.
 */
function permission(value: U64): Permission {
  const noExec = value.intersects(value.intersects(PTE_USER) ? PTE_UXN : PTE_PXN);
  if (value.intersects(PTE_RDONLY)) return noExec ? 'RO' : 'RX';
  return noExec ? 'RW' : 'RWX';
}

/** An entry that is no table, where a leaf can be, has the leaf's bits, valid or not. */
function usesLeafLayout(geo: Geometry, hw: number, value: U64): boolean {
  if (hw === 3) return true;
  return blockAllowed(geo, hw) && !(value.bit(0) && table(value));
}

function typeWords(geo: Geometry, hw: number, of: EntryKind): string {
  switch (of) {
    case 'none':
      return 'none';
    case 'table':
      return 'table';
    case 'block':
      return 'block';
    case 'page':
      return 'page';
    case 'invalid':
      return hw === 3 ? 'invalid page' : 'invalid block';
    case 'nonpresent':
      return 'not present';
    case 'bad':
      return hw === 3 ? 'reserved in a PTE' : `no block in a ${levelName(geo, hw).toUpperCase()}`;
    default:
      return unreachable(of);
  }
}

function addressWords(geo: Geometry, hw: number, of: EntryKind): string {
  if (of === 'table') return `${levelName(geo, hw + 1).toUpperCase()} table`;
  if (of === 'none') return 'none';
  return hw === 3 ? 'page' : 'block';
}

/** Every bit, named. An entry that is none or not present is read by the bits it would have if it were valid. */
function fields(geo: Geometry, hw: number, value: U64): readonly Field[] {
  const of = kind(geo, hw, value);
  const words = { type: typeWords(geo, hw, of), address: addressWords(geo, hw, of) };
  const valid = value.bit(0) || value.isZero();
  const specs = usesLeafLayout(geo, hw, value)
    ? leafSpecs(geo, hw, valid, value.intersects(PTE_WRITE), words)
    : tableSpecs(geo, valid, words);
  return decodeLayout(specs, value);
}

/** arm64 stage 1 descriptors: 4K, 16K and 64K granules, LPA2, and the 64K granule's 52-bit addresses. */
export const ARM64: EntryFormat = {
  kind,
  address,
  permission,
  contiguous: (value) => value.intersects(PTE_CONT),
  fields,
};
