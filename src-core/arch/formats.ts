import type { U64 } from '../base/u64.ts';
import { unreachable } from '../base/unreachable.ts';
import { ARM64 } from './arm64/format.ts';
import type { EntryFormat, Permission } from './format.ts';
import type { Geometry } from './geometry.ts';
import { X86 } from './x86/format.ts';

/** How the entries of this geometry's architecture are encoded. */
export function formatOf(geo: Geometry): EntryFormat {
  switch (geo.arch) {
    case 'arm64':
      return ARM64;
    case 'x86':
      return X86;
    default:
      return unreachable(geo.arch);
  }
}

/** `RW NX`, `RO NX`, `RO X`, `RW X`: writing, then execution, for the one the entry is for. */
export function permissionWords(permission: Permission): string {
  switch (permission) {
    case 'RW':
      return 'RW NX';
    case 'RO':
      return 'RO NX';
    case 'RX':
      return 'RO X';
    case 'RWX':
      return 'RW X';
    default:
      return unreachable(permission);
  }
}

/**
 * An entry in a few words, as a row of the map has it: `none`, `table`, `block RW NX`, `page RO NX cont`, `INV RW NX`,
 * `not present`, `bad`. No address.
 */
export function describeEntry(geo: Geometry, format: EntryFormat, hw: number, value: U64): string {
  const kind = format.kind(geo, hw, value);
  switch (kind) {
    case 'none':
    case 'table':
    case 'bad':
      return kind;
    case 'nonpresent':
      return 'not present';
    case 'block':
    case 'page':
    case 'invalid': {
      const name = kind === 'invalid' ? 'INV' : kind;
      const cont = format.contiguous(value) ? ' cont' : '';
      return `${name} ${permissionWords(format.permission(value))}${cont}`;
    }
    default:
      return unreachable(kind);
  }
}
