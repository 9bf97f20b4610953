import { PTE_GP, PTE_NG, PTE_PXN, PTE_RDONLY, PTE_WRITE } from '../../../../arch/arm64/bits.ts';
import { kernelProtections } from '../../../../arch/arm64/prot.ts';
import { U64 } from '../../../../base/u64.ts';
import type { Mm } from '../../../../mm/mm.ts';
import { readOnce } from '../../../../step/op-memory.ts';
import { Bug } from '../../../../step/op-walk.ts';
import type { EntryPtr } from '../../../../step/pointer.ts';
import type { FnInfo, Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import type { Kernel } from '../../../kernel.ts';
import { applyToPageRange } from '../../../mm/memory.ts';
import type { EfiRegion, MappedRegion } from '../../../drivers/firmware/efi/efi.ts';
import {
  EFI_MEMORY_MAPPED_IO,
  EFI_MEMORY_RO,
  EFI_MEMORY_RP,
  EFI_MEMORY_WP,
  EFI_MEMORY_XP,
  EFI_RUNTIME_SERVICES_CODE,
  EFI_RUNTIME_SERVICES_DATA,
  regionSize,
} from '../../../drivers/firmware/efi/efi.ts';
import { setPte } from '../include/asm/set_pte.ts';
import { createPgdMapping } from '../mm/create-mapping.ts';

/** arch/arm64/kernel/efi.c: the firmware's mappings. */

const info = (name: string): FnInfo => ({ name, file: 'arch/arm64/kernel/efi.c', lines: {} });

/** `region_is_misaligned()`: pages are larger than the firmware's, and the region does not fit them. */
function misaligned(k: Kernel, region: EfiRegion): boolean {
  return k.geo.pageShift > 12 && region.phys.or(regionSize(region)).intersects(U64.mask(k.geo.pageShift));
}

/** A misaligned region of code was seen: later misaligned ones may share its pages. */
export interface EfiState {
  codeMisaligned: boolean;
}

/** `create_mapping_protection()`: the first rule that fits. */
function mappingProtection(k: Kernel, region: EfiRegion, state: EfiState): U64 {
  const prot = kernelProtections({ ng: k.config.useNg, lpa2: k.geo.lpa2 });
  if (region.type === EFI_MEMORY_MAPPED_IO) return prot.PROT_DEVICE_nGnRE;
  if (misaligned(k, region)) {
    if (region.type === EFI_RUNTIME_SERVICES_CODE) state.codeMisaligned = true;
    return state.codeMisaligned ? prot.PAGE_KERNEL_EXEC : prot.PAGE_KERNEL;
  }
  const { attr } = region;
  const xp = attr.intersects(EFI_MEMORY_XP);
  if (attr.intersects(EFI_MEMORY_RO)) return xp ? prot.PAGE_KERNEL_RO : prot.PAGE_KERNEL_ROX;
  const only = attr.and(EFI_MEMORY_RP.or(EFI_MEMORY_WP).or(EFI_MEMORY_XP)).eq(EFI_MEMORY_XP);
  if (only || region.type !== EFI_RUNTIME_SERVICES_CODE) return prot.PAGE_KERNEL;
  return prot.PAGE_KERNEL_EXEC;
}

const NO_BLOCK_MAPPINGS = 1;
const NO_CONT_MAPPINGS = 2;

/** `efi_create_mapping()`: code and data page by page, so that their permissions can be tightened later; other regions as they fit. */
export const efiCreateMapping = kernelFunction(
  info('efi_create_mapping'),
  function* (k: Kernel, mm: Mm, region: MappedRegion, state: EfiState): Walker<number> {
    const pages =
      region.type === EFI_RUNTIME_SERVICES_CODE ||
      region.type === EFI_RUNTIME_SERVICES_DATA ||
      misaligned(k, region);
    const ret = yield* createPgdMapping(
      k,
      mm,
      region.phys,
      region.virt,
      regionSize(region),
      mappingProtection(k, region, state).or(PTE_NG),
      pages ? NO_BLOCK_MAPPINGS | NO_CONT_MAPPINGS : 0,
      true,
    );
    // create_pgd_mapping() is early_create_pgd_mapping() where errors are returned: nobody can go on without.
    if (ret !== 0) yield* new Bug(true);
    return ret;
  },
);

/** `set_permissions()`: it can only tighten. */
const setPermissions = kernelFunction(
  info('set_permissions'),
  function* (k: Kernel, entry: EntryPtr, attr: U64): Walker<number> {
    let pte = yield* readOnce(entry);
    if (attr.intersects(EFI_MEMORY_RO))
      pte = (k.rules.build.efiClearsWrite ? pte.andNot(PTE_WRITE) : pte).or(PTE_RDONLY);
    if (attr.intersects(EFI_MEMORY_XP)) pte = pte.or(PTE_PXN);
    else if (k.config.bti) pte = pte.or(PTE_GP);
    yield* setPte(entry, pte);
    return 0;
  },
);

/** `efi_set_mapping_permissions()`: by `apply_to_page_range()`, which takes the PTE lock of each table, for efi_mm is not init_mm. */
export const efiSetMappingPermissions = kernelFunction(
  info('efi_set_mapping_permissions'),
  function* (k: Kernel, mm: Mm, region: MappedRegion): Walker<number> {
    if (region.type !== EFI_RUNTIME_SERVICES_CODE && region.type !== EFI_RUNTIME_SERVICES_DATA)
      yield* new Bug();
    if (misaligned(k, region)) return 0;
    return yield* applyToPageRange(k, mm, region.virt, regionSize(region), function* (kernel, pte) {
      return yield* setPermissions(kernel, pte, region.attr);
    });
  },
);
