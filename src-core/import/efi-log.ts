import { U64 } from '../base/u64.ts';

/** One line of the kernel log's EFI memory map or memory attributes table (`efi=debug`). */
export interface EfiLogRegion {
  /** EFI_MEMORY_TYPE */
  readonly type: number;
  readonly phys: U64;
  /** 4 KiB pages. */
  readonly pages: number;
  /** EFI_MEMORY_* bits, as far as the log names them. */
  readonly attr: U64;
}

/** What the kernel log says of the firmware's memory. */
export interface EfiLog {
  readonly map: readonly EfiLogRegion[];
  readonly attributes: readonly EfiLogRegion[];
}

/** `memory_type_name[]` (drivers/firmware/efi/efi.c): its index is the type. */
const TYPES: readonly string[] = [
  'Reserved',
  'Loader Code',
  'Loader Data',
  'Boot Code',
  'Boot Data',
  'Runtime Code',
  'Runtime Data',
  'Conventional',
  'Unusable',
  'ACPI Reclaim',
  'ACPI Mem NVS',
  'MMIO',
  'MMIO Port',
  'PAL Code',
  'Persistent',
  'Unaccepted',
];

/** Bit of each attribute by the letters of `efi_md_typeattr_format()`. */
const ATTRIBUTES: Readonly<Record<string, number>> = {
  UC: 0,
  WC: 1,
  WT: 2,
  WB: 3,
  UCE: 4,
  WP: 12,
  RP: 13,
  XP: 14,
  NV: 15,
  MR: 16,
  RO: 17,
  SP: 18,
  RUN: 63,
};

const LINE = /\befi: (memattr: )? +0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16}) \[([^|\]]*)\|([^\]]*)\]/;

/** Reads the regions out of a kernel log; lines about anything else are passed over. */
export function parseEfiLog(text: string): EfiLog {
  const map: EfiLogRegion[] = [];
  const attributes: EfiLogRegion[] = [];
  for (const line of text.split('\n')) {
    const [, memattr, first = '', last = '', name = '', words = ''] = LINE.exec(line) ?? [];
    const type = TYPES.indexOf(name.trim());
    if (first === '' || type < 0) continue;
    const phys = U64.hex(`0x${first}`);
    const pages = U64.hex(`0x${last}`).sub(phys).add(U64.ONE).shr(12).toNumber();
    const attr = words
      .split('|')
      .map((word) => ATTRIBUTES[word.trim()])
      .reduce<U64>((sum, bit) => (bit === undefined ? sum : sum.or(U64.bit(bit))), U64.ZERO);
    (memattr === undefined ? map : attributes).push({ type, phys, pages, attr });
  }
  return { map, attributes };
}
