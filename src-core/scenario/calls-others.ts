import { U64 } from '../base/u64.ts';
import { unreachable } from '../base/unreachable.ts';
import type { Kernel } from '../kernel/kernel.ts';
import {
  bitChanger,
  kernelPagePresent,
  setDirectMapDefaultNoflush,
  setDirectMapInvalidNoflush,
  setDirectMapValidNoflush,
  setMemoryNx,
  setMemoryRo,
  setMemoryRox,
  setMemoryRw,
  setMemoryValid,
  setMemoryX,
  updateRangeProt,
} from '../kernel/arch/arm64/mm/pageattr.ts';
import {
  walkPageMapping,
  walkPageRange,
  walkPageRangeMm,
  walkPageRangeMmUnsafe,
  walkPageRangeVma,
  walkPageRangeVmaUnsafe,
  walkPageVma,
} from '../kernel/mm/pagewalk-vma.ts';
import { folioWalk } from '../kernel/mm/folio-walk.ts';
import type { PteFn } from '../kernel/mm/memory.ts';
import { applyToExistingPageRange, applyToPageRange } from '../kernel/mm/memory.ts';
import { createPgdMapping } from '../kernel/arch/arm64/mm/create-mapping.ts';
import { rangeSplitToPtes, splitKernelLeafMapping } from '../kernel/arch/arm64/mm/mmu.ts';
import { archAddMemory, archRemoveMemory } from '../kernel/arch/arm64/mm/hot-add.ts';
import { removePgdMapping } from '../kernel/arch/arm64/mm/hotplug.ts';
import { kernelPgtableWorkFunc } from '../kernel/include/asm-generic/pgalloc.ts';
import { archEfiCallVirtSetup, archEfiCallVirtTeardown } from '../kernel/arch/arm64/kernel/efi-call.ts';
import {
  efiVirtmapInit,
  efiVirtmapLoad,
  efiVirtmapUnload,
} from '../kernel/drivers/firmware/efi/arm-runtime.ts';
import { pteAllocAt } from '../kernel/mm/pte-alloc.ts';
import { tableLife } from '../kernel/mm/table-life.ts';
import { retractPageTables } from '../kernel/mm/khugepaged.ts';
import { vmapHuge } from '../kernel/mm/vmalloc.ts';
import { setMemoryDecrypted, setMemoryEncrypted } from '../kernel/arch/arm64/mm/mem-encrypt.ts';
import { linearMapMaybeSplitToPtes } from '../kernel/arch/arm64/mm/split-at-boot.ts';
import type { KernelCall } from '../step/walker.ts';
import { efiRegions } from './calls-efi.ts';
import { startRacingCall } from './calls-racing.ts';
import { startUserCall } from './calls-user.ts';
import { isUserCall } from './calls-user-names.ts';
import { probeOps } from './probe-ops.ts';
import type { BareWalkCall } from './calls-bare-walks.ts';
import type { ScenarioCall } from './schema.ts';
import { access } from './what-if/access.ts';
import { setPtesAt } from './what-if/set-ptes.ts';
import { splitPmdBbm } from './what-if/split-pmd-bbm.ts';

/** What `apply_to_page_range()` is to do to each PTE: change bits; nothing, if the call names none. */
function changeBits(call: {
  readonly set?: string | undefined;
  readonly clear?: string | undefined;
}): PteFn | undefined {
  if (call.set === undefined && call.clear === undefined) return undefined;
  return bitChanger({
    set: U64.hex(call.set ?? '0x0'),
    clear: U64.hex(call.clear ?? '0x0'),
  });
}

export { splitHugePmdAnon } from '../kernel/mm/huge_memory-split.ts';

/** Binds every other call to its kernel function. */
export function startOther(k: Kernel, call: Exclude<ScenarioCall, BareWalkCall>): KernelCall<number> {
  if (isUserCall(call)) return startUserCall(k, call);
  switch (call.fn) {
    case 'walk_page_range_mm':
    case 'walk_page_range_mm_unsafe': {
      const walk = call.fn === 'walk_page_range_mm' ? walkPageRangeMm : walkPageRangeMmUnsafe;
      const ops = probeOps(call.ops, call.walkLock);
      return walk(k, k.mm('user'), U64.hex(call.start), U64.hex(call.end), ops);
    }
    case 'walk_page_mapping':
      return walkPageMapping(
        k,
        k.mm('user'),
        call.file,
        call.first,
        call.nr,
        probeOps(call.ops, call.walkLock),
      );
    case 'walk_page_range':
      return walkPageRange(
        k,
        k.mm('user'),
        U64.hex(call.start),
        U64.hex(call.end),
        probeOps(call.ops, call.walkLock),
      );
    case 'walk_page_range_vma':
    case 'walk_page_range_vma_unsafe': {
      const walk = call.fn === 'walk_page_range_vma' ? walkPageRangeVma : walkPageRangeVmaUnsafe;
      const ops = probeOps(call.ops, call.walkLock);
      return walk(k, k.mm('user'), k.vma(call.vma), U64.hex(call.start), U64.hex(call.end), ops);
    }
    case 'walk_page_vma':
      return walkPageVma(k, k.mm('user'), k.vma(call.vma), probeOps(call.ops, call.walkLock));
    case 'folio_walk':
      return folioWalk(k, k.mm('user'), k.vma(call.vma), U64.hex(call.addr), call.flags);
    case 'apply_to_page_range':
    case 'apply_to_existing_page_range': {
      const apply = call.fn === 'apply_to_page_range' ? applyToPageRange : applyToExistingPageRange;
      return apply(k, k.mm(call.mm), U64.hex(call.addr), U64.hex(call.size), changeBits(call));
    }
    case 'set_memory_ro':
      return setMemoryRo(k, U64.hex(call.addr), call.numpages);
    case 'set_memory_rw':
      return setMemoryRw(k, U64.hex(call.addr), call.numpages);
    case 'set_memory_x':
      return setMemoryX(k, U64.hex(call.addr), call.numpages);
    case 'set_memory_nx':
      return setMemoryNx(k, U64.hex(call.addr), call.numpages);
    case 'set_memory_rox':
      return setMemoryRox(k, U64.hex(call.addr), call.numpages);
    case 'set_memory_valid':
      return setMemoryValid(k, U64.hex(call.addr), call.numpages, call.enable);
    case 'set_direct_map_invalid_noflush':
      return setDirectMapInvalidNoflush(k, U64.hex(call.pfn));
    case 'set_direct_map_default_noflush':
      return setDirectMapDefaultNoflush(k, U64.hex(call.pfn));
    case 'set_direct_map_valid_noflush':
      return setDirectMapValidNoflush(k, U64.hex(call.pfn), call.nr, call.valid);
    case 'kernel_page_present':
      return kernelPagePresent(k, U64.hex(call.pfn));
    case 'update_range_prot':
      return updateRangeProt(
        k,
        U64.hex(call.start),
        U64.hex(call.size),
        U64.hex(call.set),
        U64.hex(call.clear),
      );
    case '__create_pgd_mapping':
      return createPgdMapping(
        k,
        k.mm(call.mm),
        U64.hex(call.phys),
        U64.hex(call.virt),
        U64.hex(call.size),
        U64.hex(call.prot),
        call.flags,
        call.specialAlloc,
      );
    case 'kernel_pgtable_work_func':
      return kernelPgtableWorkFunc();
    case 'efi_virtmap_load':
      return efiVirtmapLoad();
    case 'efi_virtmap_unload':
      return efiVirtmapUnload();
    case 'arch_efi_call_virt_setup':
      return archEfiCallVirtSetup(k, call.kthread === true);
    case 'arch_efi_call_virt_teardown':
      return archEfiCallVirtTeardown(k, call.kthread === true);
    case 'efi_virtmap_init':
      return efiVirtmapInit(k, efiRegions(call.regions), efiRegions(call.attributes));
    case 'arch_add_memory':
      return archAddMemory(k, U64.hex(call.phys), U64.hex(call.size));
    case 'arch_remove_memory':
      return archRemoveMemory(k, U64.hex(call.phys), U64.hex(call.size));
    case 'table_life':
      return tableLife(k, {
        allocator: call.allocator,
        level: call.level,
        mm: call.mm,
        virt: call.virt === undefined ? undefined : U64.hex(call.virt),
        keep: call.keep,
      });
    case 'pte_alloc':
      return pteAllocAt(k, k.mm(call.mm), U64.hex(call.virt));
    case 'vmap_try_huge_pmd':
      return vmapHuge(
        k,
        'pmd',
        U64.hex(call.addr),
        U64.hex(call.phys),
        U64.hex(call.prot),
        call.clearFirst ?? 0,
        call.trylock ?? k.rules.vmap.hugeTakesMmapLock,
      );
    case 'vmap_try_huge_pud':
      return vmapHuge(
        k,
        'pud',
        U64.hex(call.addr),
        U64.hex(call.phys),
        U64.hex(call.prot),
        0,
        call.trylock ?? k.rules.vmap.hugeTakesMmapLock,
      );
    case '__remove_pgd_mapping':
      return removePgdMapping(k, U64.hex(call.start), U64.hex(call.size));
    case 'retract_page_tables':
      return retractPageTables(k, k.mm('user'), U64.hex(call.addr), call.free === 'rcu');
    case 'split_kernel_leaf_mapping':
      return splitKernelLeafMapping(k, U64.hex(call.start), U64.hex(call.end));
    case 'range_split_to_ptes':
      return rangeSplitToPtes(k, U64.hex(call.start), U64.hex(call.end), call.atomic ? 'atomic' : 'kernel');
    case 'linear_map_maybe_split_to_ptes':
      return linearMapMaybeSplitToPtes(k, U64.hex(call.start), U64.hex(call.end));
    case 'set_memory_encrypted':
      return setMemoryEncrypted(k, U64.hex(call.addr), call.numpages, call.rsiFails ?? false);
    case 'set_memory_decrypted':
      return setMemoryDecrypted(k, U64.hex(call.addr), call.numpages, call.rsiFails ?? false);
    case 'set_ptes_at':
      return setPtesAt(k, k.mm(call.mm), U64.hex(call.addr), U64.hex(call.phys), U64.hex(call.prot), call.nr);
    case 'vmap_range_noflush':
    case 'vmap_pages_range_noflush':
    case 'vunmap_range':
    case 'vmalloc':
    case 'vfree':
    case 'ptdump_show':
    case 'ptdump_walk_pgd':
    case 'kfence_guarded_alloc':
    case 'kfence_guarded_free':
    case 'offline_and_remove_memory':
      return startRacingCall(k, call);
    case 'access':
      return access(k, call.kind, U64.hex(call.addr));
    case 'split_pmd_bbm':
      return splitPmdBbm(k, U64.hex(call.addr));
    default:
      return unreachable(call);
  }
}
