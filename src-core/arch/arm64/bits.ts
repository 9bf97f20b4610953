import { U64 } from '../../base/u64.ts';

/** Stage 1 descriptor bits under the kernel's names (arch/arm64/include/asm/pgtable-hwdef.h, pgtable-prot.h). */
export const PTE_VALID = U64.bit(0);
/** Bits 1:0 of a table or page descriptor. */
export const PTE_TYPE_MASK = U64.from(3);
export const PTE_TYPE_PAGE = U64.from(3);
export const PMD_TYPE_SECT = U64.from(1);
export const PTE_USER = U64.bit(6);
export const PTE_RDONLY = U64.bit(7);
export const PTE_SHARED = U64.from(3).shl(8);
export const PTE_AF = U64.bit(10);
export const PTE_NG = U64.bit(11);
/** v7.3: bit 11 of an entry that is not valid marks it present all the same. */
export const PTE_PRESENT_INVALID = PTE_NG;
export const PTE_GP = U64.bit(50);
/** DBM, which Linux uses as its writable bit. */
export const PTE_WRITE = U64.bit(51);
export const PTE_CONT = U64.bit(52);
export const PTE_PXN = U64.bit(53);
export const PTE_UXN = U64.bit(54);
export const PTE_DIRTY = U64.bit(55);
export const PTE_SPECIAL = U64.bit(56);
/** Bits software may use: 63 and 58:55 (v7.3). */
export const PTE_SWBITS_MASK = U64.hex('0x8780000000000000');
export const PTE_ATTRINDX_MASK = U64.from(7).shl(2);
export const TABLE_AF = U64.bit(10);
export const TABLE_PXN = U64.bit(59);
export const TABLE_UXN = U64.bit(60);
