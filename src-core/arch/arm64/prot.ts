import { U64 } from '../../base/u64.ts';
import {
  PMD_TYPE_SECT,
  PTE_AF,
  PTE_CONT,
  PTE_DIRTY,
  PTE_GP,
  PTE_NG,
  PTE_PRESENT_INVALID,
  PTE_PXN,
  PTE_RDONLY,
  PTE_SHARED,
  PTE_TYPE_MASK,
  PTE_TYPE_PAGE,
  PTE_USER,
  PTE_UXN,
  PTE_VALID,
  PTE_WRITE,
  TABLE_AF,
  TABLE_PXN,
  TABLE_UXN,
} from './bits.ts';

/**
 * Protection constants, built from bit names as arch/arm64/include/asm/pgtable-prot.h (v7.3) builds them. They are whole
 * descriptors without an address.
 */

/** AttrIndx of the memory types, as Linux programs MAIR_EL1 (asm/memory.h). */
export const MT_NORMAL = 0;
export const MT_NORMAL_TAGGED = 1;
export const MT_NORMAL_NC = 2;
export const MT_DEVICE_nGnRnE = 3;
export const MT_DEVICE_nGnRE = 4;

/** `PTE_ATTRINDX(n)` */
export function attrIndx(type: number): U64 {
  return U64.from(type << 2);
}

/** What the booted kernel decides about every mapping. */
export interface ProtOptions {
  /** `arm64_use_ng_mappings`: the kernel's own mappings are not global (KPTI). */
  readonly ng: boolean;
  /** 52-bit addresses in the LPA2 layout: there are no shareability bits. */
  readonly lpa2: boolean;
}

function all(...bits: readonly U64[]): U64 {
  return bits.reduce((sum, b) => sum.or(b), U64.ZERO);
}

/** A constant without PTE_WRITE, with PTE_RDONLY. */
function readOnly(prot: U64): U64 {
  return prot.andNot(PTE_WRITE).or(PTE_RDONLY);
}

/** `pgprot_tagged()` and its like: the constant with another memory type. */
export function withAttrIndx(prot: U64, type: number): U64 {
  return prot.andNot(attrIndx(7)).or(attrIndx(type));
}

/** The same protection in a block: type 01 instead of 11 (`mk_pmd_sect_prot`, `mk_pud_sect_prot`). */
export function asBlock(prot: U64): U64 {
  return prot.andNot(PTE_TYPE_MASK).or(PMD_TYPE_SECT);
}

/** The kernel's constants, by name. */
export function kernelProtections({ ng, lpa2 }: ProtOptions) {
  const shared = lpa2 ? U64.ZERO : PTE_SHARED;
  const maybeNg = ng ? PTE_NG : U64.ZERO;
  const PROT_DEFAULT = all(PTE_TYPE_PAGE, PTE_AF, shared, maybeNg);
  const PROT_SECT_DEFAULT = all(PMD_TYPE_SECT, PTE_AF, shared, maybeNg);
  const normal = (type: number): U64 => all(PROT_DEFAULT, PTE_PXN, PTE_UXN, PTE_WRITE, attrIndx(type));
  const PROT_NORMAL = normal(MT_NORMAL);
  const PAGE_KERNEL = all(PROT_NORMAL, PTE_DIRTY);
  const PAGE_KERNEL_ROX = readOnly(PAGE_KERNEL).andNot(PTE_PXN);
  const PAGE_KERNEL_EXEC = PAGE_KERNEL.andNot(PTE_PXN);
  return {
    PROT_DEFAULT,
    PROT_SECT_DEFAULT,
    PROT_NORMAL,
    PROT_NORMAL_TAGGED: normal(MT_NORMAL_TAGGED),
    PROT_NORMAL_NC: normal(MT_NORMAL_NC),
    PROT_DEVICE_nGnRE: normal(MT_DEVICE_nGnRE),
    PROT_DEVICE_nGnRnE: normal(MT_DEVICE_nGnRnE),
    PROT_SECT_NORMAL: all(PROT_SECT_DEFAULT, PTE_PXN, PTE_UXN, PTE_WRITE, attrIndx(MT_NORMAL)),
    PROT_SECT_NORMAL_EXEC: all(PROT_SECT_DEFAULT, PTE_UXN, attrIndx(MT_NORMAL)),
    PROT_SECT_DEVICE_nGnRE: all(PROT_SECT_DEFAULT, PTE_PXN, PTE_UXN, attrIndx(MT_DEVICE_nGnRE)),
    PAGE_KERNEL,
    /** `pgprot_tagged(PAGE_KERNEL)`: the linear map. */
    PAGE_KERNEL_TAGGED: withAttrIndx(PAGE_KERNEL, MT_NORMAL_TAGGED),
    PAGE_KERNEL_RO: readOnly(PAGE_KERNEL),
    PAGE_KERNEL_ROX,
    /** PAGE_KERNEL_ROX where kernel code is BTI-guarded. */
    PAGE_KERNEL_ROX_GP: all(PAGE_KERNEL_ROX, PTE_GP),
    PAGE_KERNEL_ROX_CONT: all(PAGE_KERNEL_ROX, PTE_CONT),
    PAGE_KERNEL_EXEC,
    PAGE_KERNEL_EXEC_CONT: all(PAGE_KERNEL_EXEC, PTE_CONT),
  } as const satisfies Record<string, U64>;
}

export type KernelProtections = ReturnType<typeof kernelProtections>;

/** What efi_mm's mappings use: the kernel's constants, never global. */
export function efiProtections(options: ProtOptions): KernelProtections {
  return kernelProtections({ ...options, ng: true });
}

/** User constants: always not global. `_PAGE_DEFAULT` and what is built on it. */
export function userProtections({ lpa2 }: Pick<ProtOptions, 'lpa2'>) {
  const base = all(PTE_TYPE_PAGE, PTE_AF, lpa2 ? U64.ZERO : PTE_SHARED, PTE_NG, attrIndx(MT_NORMAL));
  const PAGE_READONLY = all(base, PTE_USER, PTE_RDONLY, PTE_PXN, PTE_UXN);
  const PAGE_READONLY_EXEC = PAGE_READONLY.andNot(PTE_UXN);
  return {
    PAGE_SHARED: all(PAGE_READONLY, PTE_WRITE),
    PAGE_READONLY,
    PAGE_SHARED_EXEC: all(PAGE_READONLY_EXEC, PTE_WRITE),
    PAGE_READONLY_EXEC,
    PAGE_EXECONLY: all(base, PTE_RDONLY, PTE_PXN),
    PAGE_NONE: all(base, PTE_PRESENT_INVALID, PTE_RDONLY, PTE_PXN, PTE_UXN).andNot(PTE_VALID),
  } as const satisfies Record<string, U64>;
}

/** Table descriptors without an address, by who makes them (v7.3; v6.12 has no access flag in tables). */
export const TABLE_PROTECTIONS = {
  /** The linear map, and the split of a leaf that the kernel must not execute. */
  noExec: all(PTE_TYPE_PAGE, TABLE_AF, TABLE_UXN, TABLE_PXN),
  /** vmalloc, `pmd_populate_kernel()`, `update_mapping_prot()`. */
  kernel: all(PTE_TYPE_PAGE, TABLE_AF, TABLE_UXN),
  /** Kernel image tables, made before paging is fully set up (arch/arm64/kernel/pi/map_range.c). */
  image: all(PTE_TYPE_PAGE, TABLE_UXN),
  fixmap: all(PTE_TYPE_PAGE, TABLE_AF),
  user: all(PTE_TYPE_PAGE, TABLE_AF, TABLE_PXN),
  /** v6.12: the linear map. */
  noExec612: all(PTE_TYPE_PAGE, TABLE_UXN, TABLE_PXN),
} as const satisfies Record<string, U64>;
