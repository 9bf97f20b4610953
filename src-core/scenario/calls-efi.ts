import { U64 } from '../base/u64.ts';
import type { EfiRegion } from '../kernel/drivers/firmware/efi/efi.ts';
import type { ScenarioEfiRegion } from './schema.ts';

/** The lines of a scenario's EFI memory map as the kernel functions take them. */
export function efiRegions(regions: readonly ScenarioEfiRegion[] = []): EfiRegion[] {
  return regions.map(({ type, phys, pages, attr, virt }) => ({
    type,
    phys: U64.hex(phys),
    pages,
    attr: U64.hex(attr),
    ...(virt === undefined ? {} : { virt: U64.hex(virt) }),
  }));
}
