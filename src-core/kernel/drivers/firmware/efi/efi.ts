import type { Geometry } from '../../../../arch/geometry.ts';
import { U64 } from '../../../../base/u64.ts';

/** The EFI memory map and memory attributes table (include/linux/efi.h), as far as building efi_mm reads them. */
export interface EfiRegion {
  /** EFI_MEMORY_TYPE: 5 runtime services code, 6 data, 11 memory-mapped I/O. */
  readonly type: number;
  /** Physical address. */
  readonly phys: U64;
  /** Number of 4 KiB pages, whatever the kernel's page size. */
  readonly pages: number;
  /** EFI_MEMORY_* bits. */
  readonly attr: U64;
  /** Virtual address; undefined: as the boot stub lays regions out. All ones: the firmware was never told one. */
  readonly virt?: U64;
}

export const EFI_RUNTIME_SERVICES_CODE = 5;
export const EFI_RUNTIME_SERVICES_DATA = 6;
export const EFI_MEMORY_MAPPED_IO = 11;

export const EFI_MEMORY_WP = U64.bit(12);
export const EFI_MEMORY_RP = U64.bit(13);
export const EFI_MEMORY_XP = U64.bit(14);
export const EFI_MEMORY_RO = U64.bit(17);
export const EFI_MEMORY_RUNTIME = U64.bit(63);

/** A region with the virtual address it is mapped at. */
export interface MappedRegion extends EfiRegion {
  readonly virt: U64;
}

/** Bytes of a region. */
export function regionSize(region: EfiRegion): U64 {
  return U64.from(region.pages).shl(12);
}

/** `VA_BITS_MIN`: what a kernel of this build has to get along with. */
function vaBitsMin(geo: Geometry): number {
  if (geo.vaBitsBuild <= 48) return geo.vaBitsBuild;
  return geo.pageShift === 14 ? 47 : 48;
}

const FIRST_VIRT = U64.hex('0x20000000');
const ROUND = 16;
const ROUND_LARGE = 21;

function roundUp(v: U64, shift: number): U64 {
  return v.add(U64.mask(shift)).andNot(U64.mask(shift));
}

/**
 * Virtual addresses of the runtime regions, as the boot stub gives them (drivers/firmware/efi/libstub): their physical ones where a
 * kernel has 48 bits at least, else one after the other from 512 MiB on, in the order of the map, rounded to 64 KiB, or to 2 MiB where
 * that helps. A region that brings an address keeps it.
 */
export function runtimeRegions(geo: Geometry, map: readonly EfiRegion[]): MappedRegion[] {
  const flat = vaBitsMin(geo) >= 48;
  let next = FIRST_VIRT;
  return map
    .filter((region) => region.attr.intersects(EFI_MEMORY_RUNTIME))
    .map((region) => {
      if (region.virt !== undefined) return { ...region, virt: region.virt };
      if (flat) return { ...region, virt: region.phys };
      const phys = region.phys.andNot(U64.mask(ROUND));
      const size = roundUp(regionSize(region).add(region.phys.sub(phys)), ROUND);
      const large = !region.phys.intersects(U64.mask(ROUND_LARGE)) && !size.lt(U64.bit(ROUND_LARGE));
      const start = roundUp(next, large ? ROUND_LARGE : ROUND);
      next = start.add(size);
      return { ...region, virt: start.add(region.phys.sub(phys)) };
    });
}
