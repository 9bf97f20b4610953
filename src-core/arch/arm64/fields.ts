import type { Geometry } from '../geometry.ts';
import { hwShift } from '../geometry.ts';
import type { FieldSpec } from '../layout.ts';
import { NOTHING, flag, ignored } from '../layout.ts';

/**
 * The bits of arm64 stage 1 descriptors, level by level and geometry by geometry, under the kernel's names without their
 * prefix: the same bit is PTE_RDONLY in a page and PMD_SECT_RDONLY in a block. `(sw)` marks bits only software uses.
 * arch/arm64/include/asm/pgtable-hwdef.h and pgtable-prot.h, v6.12 and v7.3.
 */

/** Names of the memory types by AttrIndx, as Linux programs MAIR_EL1. */
const MEMORY_TYPES = ['normal', 'normal, tagged', 'normal, non-cacheable', 'device nGnRnE', 'device nGnRE'];

const SHAREABILITY = ['non-shareable', 'reserved value', 'outer shareable', 'inner shareable'];

/** 52-bit output addresses in a 64K kernel (FEAT_LPA): bits 15:12 hold address bits 51:48. */
export function lpa64k(geo: Geometry): boolean {
  return geo.pageShift === 16 && geo.vaBitsBuild === 52;
}

/** May the hardware find a block at this level? 4K: 1G, 2M; 16K: 32M; 64K: 512M; one level up with 52-bit addresses. */
export function blockAllowed(geo: Geometry, hw: number): boolean {
  if (hw >= 3) return false;
  const highest = geo.pageShift === 12 ? 1 : 2;
  return hw >= (geo.lpa2 || lpa64k(geo) ? highest - 1 : highest);
}

/** The output address: one field, or two where 52-bit addresses don't fit in one piece. `low`: its lowest bit. */
function addressSpecs(geo: Geometry, low: number, meaning: string): FieldSpec[] {
  const whole: FieldSpec = {
    high: geo.lpa2 ? 49 : 47,
    low,
    name: 'address',
    meaning: () => meaning,
    address: true,
  };
  const part = (high: number, lowBit: number, name: string): FieldSpec => ({
    high,
    low: lowBit,
    name,
    meaning: (v) => (v === 0 ? NOTHING : 'high address bits'),
  });
  if (geo.lpa2) return [whole, part(9, 8, 'address[51:50]')];
  if (lpa64k(geo)) return [whole, part(15, 12, 'address[51:48]')];
  return [whole];
}

/** Bit 11 is nG in a valid entry. In one that is not, it says that the kernel still counts the entry as present. */
function bit11(valid: boolean): FieldSpec {
  return valid
    ? flag(11, 'nG', 'global', 'not global')
    : flag(11, 'PRESENT_INVALID', NOTHING, 'present-invalid marker');
}

/** What `type` says, and where the address leads: words the caller knows from the entry's kind. */
export interface LayoutWords {
  readonly type: string;
  readonly address: string;
}

/** A page (hw 3) or a block (hw 0 … 2). `valid`: bit 0. `write`: bit 51, which changes what RDONLY means. */
export function leafSpecs(
  geo: Geometry,
  hw: number,
  valid: boolean,
  write: boolean,
  words: LayoutWords,
): FieldSpec[] {
  return [
    { high: 63, low: 63, name: 'sw', meaning: (v) => (v === 0 ? NOTHING : 'software bit') },
    {
      high: 62,
      low: 60,
      name: 'PO_IDX',
      meaning: (v) => (v === 0 ? NOTHING : `overlay key ${v}`),
    },
    flag(59, 'PBHA', NOTHING, 'hardware attribute'),
    flag(58, 'UFFD (sw)', NOTHING, 'userfaultfd'),
    flag(57, 'DEVMAP (sw)', NOTHING, 'device memory map'),
    flag(56, 'SPECIAL (sw)', NOTHING, 'special'),
    flag(55, 'DIRTY (sw)', 'clean', 'dirty'),
    flag(54, 'UXN', 'user exec', 'no user exec'),
    flag(53, 'PXN', 'kernel exec', 'no kernel exec'),
    flag(52, 'CONT', 'not contiguous', 'contiguous group'),
    flag(51, 'WRITE (DBM)', 'not marked writable', 'writable'),
    flag(50, 'GP', 'not guarded', 'guarded (BTI)'),
    ...addressSpecs(geo, hwShift(geo, hw), words.address),
    ...(hw < 3 ? [flag(16, 'nT', NOTHING, 'size is changing')] : []),
    bit11(valid),
    flag(10, 'AF', 'not accessed', 'accessed'),
    ...(geo.lpa2
      ? []
      : [{ high: 9, low: 8, name: 'SH', meaning: (v: number) => SHAREABILITY[v] ?? NOTHING }]),
    flag(7, 'RDONLY', 'not read-only', write ? 'read-only until written' : 'read-only'),
    flag(6, 'USER', 'kernel only', 'user'),
    flag(5, 'NS', NOTHING, 'non-secure'),
    {
      high: 4,
      low: 2,
      name: 'AttrIndx',
      meaning: (v) => MEMORY_TYPES[v] ?? `MAIR attribute ${v}`,
    },
    { high: 1, low: 0, name: 'type', meaning: () => words.type },
  ];
}

/** A table descriptor, or anything at a level where no block may be. */
export function tableSpecs(geo: Geometry, valid: boolean, words: LayoutWords): FieldSpec[] {
  const accessBelow = [NOTHING, 'no user access', 'read-only below', 'read-only, no user'];
  return [
    flag(63, 'NSTable', NOTHING, 'non-secure below'),
    { high: 62, low: 61, name: 'APTable', meaning: (v) => accessBelow[v] ?? NOTHING },
    flag(60, 'UXNTable', NOTHING, 'no user exec below'),
    flag(59, 'PXNTable', NOTHING, 'no kernel exec below'),
    ignored(58, 51),
    ...addressSpecs(geo, geo.pageShift, words.address),
    valid ? ignored(11, 11) : bit11(false),
    flag(10, 'AF', 'not accessed', 'accessed'),
    ignored(geo.lpa2 ? 7 : 9, 2),
    { high: 1, low: 0, name: 'type', meaning: () => words.type },
  ];
}
