import { U64 } from '../base/u64.ts';
import { unreachable } from '../base/unreachable.ts';
import { ptdumpShow } from '../kernel/arch/arm64/mm/ptdump.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { kfenceGuardedAlloc, kfenceGuardedFree } from '../kernel/mm/kfence/core.ts';
import { offlineAndRemoveMemory } from '../kernel/mm/memory_hotplug.ts';
import { ptdumpWalkPgd } from '../kernel/mm/ptdump.ts';
import { vfree, vmalloc } from '../kernel/mm/vmalloc-area.ts';
import { vmapPagesRangeNoflush, vmapRangeNoflush, vunmapRange } from '../kernel/mm/vmalloc-range.ts';
import type { KernelCall } from '../step/walker.ts';
import type { ScenarioCall } from './schema.ts';

/** Calls of the kernel that meet each other on init_mm's and efi_mm's tables. */
type RacingCall = Extract<
  ScenarioCall,
  {
    fn:
      | 'vmap_range_noflush'
      | 'vmap_pages_range_noflush'
      | 'vunmap_range'
      | 'vmalloc'
      | 'vfree'
      | 'ptdump_show'
      | 'ptdump_walk_pgd'
      | 'kfence_guarded_alloc'
      | 'kfence_guarded_free'
      | 'offline_and_remove_memory';
  }
>;

export function startRacingCall(k: Kernel, call: RacingCall): KernelCall<number> {
  switch (call.fn) {
    case 'vmap_range_noflush':
      return vmapRangeNoflush(
        k,
        U64.hex(call.addr),
        U64.hex(call.end),
        U64.hex(call.phys),
        U64.hex(call.prot),
        call.maxPageShift,
      );
    case 'vmap_pages_range_noflush':
      return vmapPagesRangeNoflush(
        k,
        U64.hex(call.addr),
        U64.hex(call.end),
        U64.hex(call.prot),
        U64.hex(call.phys),
        call.pageShift,
      );
    case 'vunmap_range':
      return vunmapRange(k, U64.hex(call.addr), U64.hex(call.end));
    case 'vmalloc':
      return vmalloc(k, U64.hex(call.addr), U64.hex(call.prot));
    case 'vfree':
      return vfree(k, U64.hex(call.addr));
    case 'ptdump_show':
      return ptdumpShow(k, k.mm(call.mm), U64.hex(call.start), U64.hex(call.end));
    case 'ptdump_walk_pgd':
      return ptdumpWalkPgd(
        k,
        k.mm(call.mm),
        U64.hex(call.start),
        U64.hex(call.end),
        call.pgd === undefined || call.pgd === null ? undefined : k.mm(call.pgd).pgd,
      );
    case 'kfence_guarded_alloc':
      return kfenceGuardedAlloc(k, U64.hex(call.addr));
    case 'kfence_guarded_free':
      return kfenceGuardedFree(k, U64.hex(call.addr));
    case 'offline_and_remove_memory':
      return offlineAndRemoveMemory(k, U64.hex(call.phys), U64.hex(call.size));
    default:
      return unreachable(call);
  }
}
