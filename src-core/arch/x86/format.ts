import { U64 } from '../../base/u64.ts';
import type { EntryFormat, EntryKind, Field, Permission } from '../format.ts';
import type { Geometry } from '../geometry.ts';
import { hwShift, levelName } from '../geometry.ts';
import type { FieldSpec } from '../layout.ts';
import { NOTHING, decodeLayout, flag, ignored, reserved } from '../layout.ts';

/** _PAGE_PRESENT, _PAGE_RW, … (arch/x86/include/asm/pgtable_types.h, v7.3). */
const PRESENT = 1;
const RW = 2;
const PSE = 0x80;
/** In an entry that is not present, bit 8 is _PAGE_PROTNONE. */
const PROTNONE = 0x100;
const NX_BIT = 63;
/** PTE_PFN_MASK: bits 51:12. */
const ADDRESS = U64.mask(52).andNot(U64.mask(12));

/** 2M and 1G leaves only. */
function leafLevel(hw: number): boolean {
  return hw === 1 || hw === 2;
}

/**
 * What the entry is. An entry that is not present counts as present for the kernel, and is `invalid` here, with PROTNONE
 * in a PTE and with PROTNONE or PSE in a PMD (`pte_present`, `pmd_present`). `bad` is PSE in a level without leaves.
 */
function kind(_geo: Geometry, hw: number, value: U64): EntryKind {
  if (value.isZero()) return 'none';
  const { lo } = value;
  if ((lo & PRESENT) === 0) {
    if (hw === 3) return (lo & PROTNONE) !== 0 ? 'invalid' : 'nonpresent';
    return hw === 2 && (lo & (PROTNONE | PSE)) !== 0 ? 'invalid' : 'nonpresent';
  }
  if (hw === 3) return 'page';
  if ((lo & PSE) === 0) return 'table';
  return leafLevel(hw) ? 'block' : 'bad';
}

/** A non-zero entry that is not present keeps its address bits inverted (`__pte_needs_invert`, against L1TF). */
function inverted(value: U64): boolean {
  return !value.isZero() && (value.lo & PRESENT) === 0;
}

function address(geo: Geometry, hw: number, value: U64): number {
  const stored = inverted(value) ? value.not() : value;
  const pa = stored.and(ADDRESS).toNumber();
  if (!usesLargeLayout(hw, value)) return pa;
  const size = 2 ** hwShift(geo, hw);
  return Math.floor(pa / size) * size;
}

/** By RW and NX of the entry alone; the levels above can only take away. */
function permission(value: U64): Permission {
  const noExec = value.bit(NX_BIT);
  if ((value.lo & RW) === 0) return noExec ? 'RO' : 'RX';
  return noExec ? 'RW' : 'RWX';
}

function usesLargeLayout(hw: number, value: U64): boolean {
  return leafLevel(hw) && (value.lo & PSE) !== 0;
}

function addressSpec(geo: Geometry, hw: number, of: EntryKind, low: number, value: U64): FieldSpec {
  const words = (): string => {
    if (of === 'none') return 'none';
    if (inverted(value)) return `stored inverted: ${address(geo, hw, value).toString(16)}`;
    if (of === 'table') return `${levelName(geo, hw + 1).toUpperCase()} table`;
    return of === 'page' ? 'page' : 'block';
  };
  return { high: 51, low, name: 'address', meaning: words, address: true };
}

const TYPE_WORDS: Readonly<Record<EntryKind, string>> = {
  none: 'none',
  table: 'present',
  block: 'present',
  page: 'present',
  invalid: 'not present, still counted',
  nonpresent: 'not present',
  bad: 'present',
};

/** Bits 6:0 and 63, the same in tables and leaves but for D. */
function commonSpecs(of: EntryKind, isTable: boolean): FieldSpec[] {
  return [
    flag(NX_BIT, 'NX', 'exec', 'no exec'),
    isTable ? flag(6, 'DIRTY', NOTHING, 'no effect in a table') : flag(6, 'DIRTY', 'clean', 'dirty'),
    flag(5, 'ACCESSED', 'not accessed', 'accessed'),
    flag(4, 'PCD', NOTHING, 'cache disable'),
    flag(3, 'PWT', NOTHING, 'write through'),
    flag(2, 'USER', 'kernel only', 'user'),
    flag(1, 'RW', 'read-only', 'writable'),
    { high: 0, low: 0, name: 'PRESENT', meaning: () => TYPE_WORDS[of] },
  ];
}

/** What only software reads, in leaves and tables. */
function softwareSpecs(hw: number): FieldSpec[] {
  return [
    flag(58, 'SOFTW5 (sw)', NOTHING, hw === 3 ? 'saved dirty' : 'saved dirty or no PTI shadow'),
    flag(57, 'SOFTW4 (sw)', NOTHING, 'software bit'),
    ignored(56, 52),
    flag(11, 'SOFTW3 (sw)', NOTHING, 'soft-dirty, or kernel 4K'),
    flag(10, 'SOFTW2 (sw)', NOTHING, 'userfaultfd'),
    flag(9, 'SOFTW1 (sw)', NOTHING, 'special'),
  ];
}

function fields(geo: Geometry, hw: number, value: U64): readonly Field[] {
  const of = kind(geo, hw, value);
  const large = usesLargeLayout(hw, value);
  const leaf = hw === 3 || large;
  const present = value.isZero() || !inverted(value);
  const specs: FieldSpec[] = [...commonSpecs(of, !leaf), ...softwareSpecs(hw)];
  if (leaf) {
    specs.push({ high: 62, low: 59, name: 'PKEY', meaning: (v) => `protection key ${v}` });
    specs.push(
      present
        ? flag(8, 'GLOBAL', 'not global', 'global')
        : flag(8, 'PROTNONE', NOTHING, 'no access, still present'),
    );
  } else {
    specs.push(ignored(62, 59), present ? ignored(8, 8) : flag(8, 'PROTNONE', NOTHING, 'no access'));
  }
  if (large) {
    specs.push(flag(7, 'PSE', 'table', 'block'), flag(12, 'PAT_LARGE', NOTHING, 'PAT index + 4'));
    specs.push(reserved(hwShift(geo, hw) - 1, 13), addressSpec(geo, hw, of, hwShift(geo, hw), value));
  } else {
    specs.push(
      hw === 3 ? flag(7, 'PAT', NOTHING, 'PAT index + 4') : flag(7, 'PSE', 'table', 'no block here'),
      addressSpec(geo, hw, of, 12, value),
    );
  }
  return decodeLayout(specs, value);
}

/** x86-64 entries, 4 or 5 levels (48 or 57 bits of virtual address). */
export const X86: EntryFormat = { kind, address, permission, contiguous: () => false, fields };
