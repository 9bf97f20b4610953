import { kernelProtections } from '../../../../arch/arm64/prot.ts';
import { upperHalf } from '../../../../arch/geometry.ts';
import { U64 } from '../../../../base/u64.ts';
import type { FnInfo, Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import type { Kernel } from '../../../kernel.ts';
import { vmemmapOf, vmemmapPopulate, vmemmapStart } from '../../../mm/sparse-vmemmap.ts';
import { createPgdMapping } from './create-mapping.ts';
import { freeEmptyTables, removePgdMapping, unmapHotplugRange } from './hotplug.ts';

/** Memory hot-add and hot-remove as their callers see them (arch/arm64/mm/mmu.c). The caller holds mem_hotplug_lock for write. */

const info = (name: string): FnInfo => ({ name, file: 'arch/arm64/mm/mmu.c', lines: {} });

const NO_BLOCK_MAPPINGS = 1;
const NO_CONT_MAPPINGS = 2;
const NO_EXEC_MAPPINGS = 4;

/** `force_pte_mapping()`, before v7 `can_set_direct_map()`: must the linear map be made of pages? */
function forcePages({ config, rules }: Kernel): boolean {
  if (config.debugPagealloc) return true;
  if (rules.build.returnsErrors && config.bbml3) return false;
  return config.rodataFull || config.kfenceDirect;
}

/** `__phys_to_virt()` */
function linear(k: Kernel, start: U64): U64 {
  return start.sub(k.config.physOffset).or(upperHalf(k.geo));
}

/** `vmemmap_free()`: the same two passes as for the linear map, within the bounds of the memory map. */
const vmemmapFree = kernelFunction(
  info('vmemmap_free'),
  function* (k: Kernel, start: U64, end: U64): Walker<void> {
    yield* unmapHotplugRange(k, start, end);
    yield* freeEmptyTables(k, start, end, {
      floor: vmemmapStart(k.geo),
      ceiling: U64.ZERO.sub(U64.bit(30)),
    });
  },
);

/** `arch_add_memory()`: the linear map first, then the memory map. */
export const archAddMemory = kernelFunction(
  info('arch_add_memory'),
  function* (k: Kernel, start: U64, size: U64): Walker<number> {
    const prot = kernelProtections({ ng: k.config.useNg, lpa2: k.geo.lpa2 }).PAGE_KERNEL;
    const flags = NO_EXEC_MAPPINGS | (forcePages(k) ? NO_BLOCK_MAPPINGS | NO_CONT_MAPPINGS : 0);
    const virt = linear(k, start);
    const ret = yield* createPgdMapping(k, k.mm('init_mm'), start, virt, size, prot, flags, false);
    if (ret !== 0) {
      yield* removePgdMapping(k, virt, size);
      return ret;
    }
    const map = vmemmapOf(k, start, size);
    const err = yield* vmemmapPopulate(k, map, start);
    if (err !== 0) {
      // section_deactivate() takes down what of the memory map there is, then arch_add_memory() the linear map.
      yield* vmemmapFree(k, map.start, map.end);
      yield* removePgdMapping(k, virt, size);
    }
    return err;
  },
);

/** `arch_remove_memory()`: the memory map first, then the linear map. */
export const archRemoveMemory = kernelFunction(
  info('arch_remove_memory'),
  function* (k: Kernel, start: U64, size: U64): Walker<number> {
    const map = vmemmapOf(k, start, size);
    yield* vmemmapFree(k, map.start, map.end);
    return yield* removePgdMapping(k, linear(k, start), size);
  },
);
