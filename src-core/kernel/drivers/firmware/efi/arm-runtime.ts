import { U64 } from '../../../../base/u64.ts';
import { SwitchMm } from '../../../../step/op-key.ts';
import type { FnInfo, Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import type { EfiState } from '../../../arch/arm64/kernel/efi.ts';
import { efiCreateMapping, efiSetMappingPermissions } from '../../../arch/arm64/kernel/efi.ts';
import type { Mm } from '../../../../mm/mm.ts';
import { allocateTable } from '../../../include/asm-generic/pgalloc.ts';
import type { Kernel } from '../../../kernel.ts';
import type { EfiRegion, MappedRegion } from './efi.ts';
import { regionSize, runtimeRegions } from './efi.ts';

/** drivers/firmware/efi/arm-runtime.c: efi_mm is built before the other CPUs start, and never freed. */

const info = (name: string, file = 'drivers/firmware/efi/arm-runtime.c'): FnInfo => ({
  name,
  file,
  lines: {},
});

const NEVER_MAPPED = U64.ZERO.sub(U64.ONE);

/** `pgd_alloc(&efi_mm)`: a root smaller than a page is a slab object, without a constructor. */
function* pgdAlloc(k: Kernel): Walker<Mm> {
  const slab = k.geo.rootIndexBits < k.geo.pageShift - 3;
  const mm = k.mm('efi_mm');
  const pgd = yield* allocateTable(
    k,
    slab ? 'pgd_alloc_slab' : 'pgd_alloc',
    'pgd',
    'efi_mm',
    'kernel',
    mm.pgd,
  );
  // Nobody looks whether there was a page: the first look into the root goes through NULL.
  return pgd === undefined ? { ...mm, pgd: 0 } : mm;
}

/** `efi_memattr_apply_permissions()`: each entry lies within one region, and has its virtual address by it. */
const efiMemattrApplyPermissions = kernelFunction(
  info('efi_memattr_apply_permissions', 'drivers/firmware/efi/memattr.c'),
  function* (k: Kernel, attributes: readonly EfiRegion[], regions: readonly MappedRegion[]): Walker<number> {
    for (const entry of attributes) {
      const region = regions.find(
        (r) => r.phys.le(entry.phys) && entry.phys.lt(r.phys.add(regionSize(r))) && r.type === entry.type,
      );
      if (region === undefined) continue;
      const virt = entry.phys.sub(region.phys).add(region.virt);
      const ret = yield* efiSetMappingPermissions(k, k.mm('efi_mm'), { ...entry, virt });
      if (ret !== 0) return ret;
    }
    return 0;
  },
);

/**
 * `efi_virtmap_init()`: efi_mm's root, a mapping for each runtime region of the memory map, and the memory attributes table's
 * permissions. Answers 1 (true), or 0 where it gives up; what was built then stays.
 */
export const efiVirtmapInit = kernelFunction(
  info('efi_virtmap_init'),
  function* (k: Kernel, map: readonly EfiRegion[], attributes: readonly EfiRegion[]): Walker<number> {
    const mm = yield* pgdAlloc(k);
    const regions = runtimeRegions(k.geo, map);
    const state: EfiState = { codeMisaligned: false };
    for (const region of regions) {
      if (region.virt.eq(NEVER_MAPPED)) return 0;
      if ((yield* efiCreateMapping(k, mm, region, state)) !== 0) return 0;
    }
    if (attributes.length === 0) return 1;
    return (yield* efiMemattrApplyPermissions(k, attributes, regions)) === 0 ? 1 : 0;
  },
);

/** `efi_set_pgd()`: the mm whose tables TTBR0 has; null: the task's own. */
const efiSetPgd = kernelFunction(
  info('efi_set_pgd', 'arch/arm64/include/asm/efi.h'),
  function* (mm: string | null): Walker<void> {
    yield* new SwitchMm(mm);
  },
);

/**
 * `efi_virtmap_load()`: the firmware is about to be called, in its own mappings. With preemption off, until
 * `efi_virtmap_unload()`. Answers 0: the kernel's function returns nothing.
 */
export const efiVirtmapLoad = kernelFunction(info('efi_virtmap_load'), function* (): Walker<number> {
  yield* efiSetPgd('efi_mm');
  return 0;
});

/** `efi_virtmap_unload()`: the firmware has answered. Answers 0, likewise. */
export const efiVirtmapUnload = kernelFunction(info('efi_virtmap_unload'), function* (): Walker<number> {
  yield* efiSetPgd(null);
  return 0;
});
