import { U64 } from '../base/u64.ts';
import { unreachable } from '../base/unreachable.ts';
import type { Kernel } from '../kernel/kernel.ts';
import {
  walkKernelPageTableRange,
  walkKernelPageTableRangeLockless,
  walkPageRange,
  walkPageMapping,
  walkPageRangeDebug,
  walkPageRangeMm,
  walkPageRangeMmUnsafe,
  walkPageRangeNovma,
  walkPageRangeVma,
  walkPageRangeVmaUnsafe,
  walkPageVma,
} from '../kernel/mm/pagewalk.ts';
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
import { folioWalk } from '../kernel/mm/folio-walk.ts';
import type { PteFn } from '../kernel/mm/memory.ts';
import { applyToExistingPageRange, applyToPageRange } from '../kernel/mm/memory.ts';
import { createPgdMapping } from '../kernel/arch/arm64/mm/create-mapping.ts';
import { rangeSplitToPtes, splitKernelLeafMapping } from '../kernel/arch/arm64/mm/mmu.ts';
import { archAddMemory, archRemoveMemory } from '../kernel/arch/arm64/mm/hot-add.ts';
import { removePgdMapping } from '../kernel/arch/arm64/mm/hotplug.ts';
import { kernelPgtableWorkFunc } from '../kernel/include/asm-generic/pgalloc.ts';
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
import type { CallPlan } from '../machine/context.ts';
import type { MmName } from '../mm/mm.ts';
import type { Rules } from '../revision/rules.ts';
import type { KernelCall } from '../step/walker.ts';
import { efiRegions } from './calls-efi.ts';
import { changesVmas, isUserCall, startUserCall } from './calls-user.ts';
import { probeOps } from './probe-ops.ts';
import { promisesOf } from './promises.ts';
import type { ScenarioCall } from './schema.ts';
import { startRacingCall } from './calls-racing.ts';
import { access } from './what-if/access.ts';
import { setPtesAt } from './what-if/set-ptes.ts';
import { splitPmdBbm } from './what-if/split-pmd-bbm.ts';

/** Kernel functions a scenario can call. */
export type CallName = ScenarioCall['fn'];

export const CALL_NAMES: readonly CallName[] = [
  'walk_kernel_page_table_range_lockless',
  'walk_kernel_page_table_range',
  'walk_page_range_debug',
  'walk_page_range',
  'walk_page_range_vma',
  'walk_page_vma',
  'set_memory_ro',
  'set_memory_rw',
  'set_memory_x',
  'set_memory_nx',
  'set_memory_rox',
  'set_memory_valid',
  'set_direct_map_invalid_noflush',
  'set_direct_map_default_noflush',
  'set_direct_map_valid_noflush',
  'kernel_page_present',
  'update_range_prot',
  'split_kernel_leaf_mapping',
  'range_split_to_ptes',
  '__create_pgd_mapping',
  'vmap_try_huge_pmd',
  'vmap_try_huge_pud',
  '__remove_pgd_mapping',
  'retract_page_tables',
  'linear_map_maybe_split_to_ptes',
  'access',
  'split_pmd_bbm',
  'walk_page_range_novma',
  'walk_page_range_mm',
  'walk_page_range_mm_unsafe',
  'walk_page_range_vma_unsafe',
  'walk_page_mapping',
  'folio_walk',
  'apply_to_page_range',
  'apply_to_existing_page_range',
  'efi_virtmap_init',
  'arch_add_memory',
  'arch_remove_memory',
  'table_life',
  'pte_alloc',
  'set_memory_encrypted',
  'set_memory_decrypted',
  'set_ptes_at',
  'vmap_range_noflush',
  'vmap_pages_range_noflush',
  'vunmap_range',
  'ptdump_show',
  'ptdump_walk_pgd',
  'kfence_guarded_alloc',
  'kfence_guarded_free',
  'offline_and_remove_memory',
  'munmap',
  'exit_mmap',
  'do_madvise',
  'unmap_mapping_pages',
  'do_page_fault',
  'collapse_file',
  'move_vma',
  'look_up_pte',
  'mfill_atomic_copy',
  'kernel_pgtable_work_func',
  'efi_virtmap_load',
  'efi_virtmap_unload',
];

/** Functions that came with the splitting of live blocks. */
const NEEDS_SPLITTING: readonly CallName[] = [
  'split_kernel_leaf_mapping',
  'range_split_to_ptes',
  'linear_map_maybe_split_to_ptes',
];

/** Does this function exist at a revision with these rules? */
export function callExists(fn: CallName, rules: Rules): boolean {
  const { walk, pageattr } = rules;
  switch (fn) {
    case 'walk_page_range_novma':
      return walk.noVmaEntry === 'novma';
    case 'walk_kernel_page_table_range':
    case 'walk_page_range_debug':
      return walk.noVmaEntry === 'kernel-and-debug';
    case 'walk_kernel_page_table_range_lockless':
      return walk.locklessHelper !== 'absent';
    case 'walk_page_range_mm':
    case 'walk_page_range_mm_unsafe':
      return walk.installingWalk === fn;
    case 'walk_page_range_vma_unsafe':
      return walk.installingWalk === 'walk_page_range_mm_unsafe';
    case 'kernel_pgtable_work_func':
      return rules.ctor.kernelFlag;
    case 'set_memory_encrypted':
    case 'set_memory_decrypted':
      return pageattr.realm;
    case 'update_range_prot':
      return pageattr.rangeChange === 'update_range_prot';
    case 'set_direct_map_valid_noflush':
      return pageattr.walker !== 'apply_to_page_range';
    default:
      return !NEEDS_SPLITTING.includes(fn) || pageattr.splits;
  }
}

/** Binds a scenario's call to the kernel function: the only place that does. */
export function planCall(k: Kernel, call: ScenarioCall): CallPlan {
  return {
    args: describeArguments(call, k.rules),
    locks: call.locks ?? [],
    promises: promisesOf(call),
    accesses: call.fn === 'access',
    irqsOff: call.fn.startsWith('kfence_'),
    stops: call.fn === 'linear_map_maybe_split_to_ptes',
    changesVmas: changesVmas(call),
    unmapsPages: call.fn === 'unmap_mapping_pages',
    start: () => startCall(k, call),
  };
}

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

function startCall(k: Kernel, call: ScenarioCall): KernelCall<number> {
  if (isUserCall(call)) return startUserCall(k, call);
  const pgdOf = (mm: MmName | null | undefined): number | undefined =>
    mm === undefined || mm === null ? undefined : k.mm(mm).pgd;
  switch (call.fn) {
    case 'walk_kernel_page_table_range':
      return walkKernelPageTableRange(
        k,
        U64.hex(call.start),
        U64.hex(call.end),
        probeOps(call.ops, call.walkLock),
        pgdOf(call.pgd),
      );
    case 'walk_kernel_page_table_range_lockless':
      return walkKernelPageTableRangeLockless(
        k,
        U64.hex(call.start),
        U64.hex(call.end),
        probeOps(call.ops, call.walkLock),
        pgdOf(call.pgd),
      );
    case 'walk_page_range_debug':
      return walkPageRangeDebug(
        k,
        k.mm(call.mm),
        U64.hex(call.start),
        U64.hex(call.end),
        probeOps(call.ops, call.walkLock),
        pgdOf(call.pgd),
      );
    case 'walk_page_range_novma':
      return walkPageRangeNovma(
        k,
        k.mm(call.mm),
        U64.hex(call.start),
        U64.hex(call.end),
        probeOps(call.ops, call.walkLock),
        pgdOf(call.pgd),
      );
    case 'walk_page_range_mm':
    case 'walk_page_range_mm_unsafe': {
      const walk = call.fn === 'walk_page_range_mm' ? walkPageRangeMm : walkPageRangeMmUnsafe;
      const ops = probeOps(call.ops, call.walkLock);
      return walk(k, k.mm('user'), U64.hex(call.start), U64.hex(call.end), ops);
    }
    case 'folio_walk':
      return folioWalk(k, k.mm('user'), k.vma(call.vma), U64.hex(call.addr), call.flags);
    case 'apply_to_page_range':
    case 'apply_to_existing_page_range': {
      const apply = call.fn === 'apply_to_page_range' ? applyToPageRange : applyToExistingPageRange;
      return apply(k, k.mm(call.mm), U64.hex(call.addr), U64.hex(call.size), changeBits(call));
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

/** `enum page_walk_lock` at a revision; a number it does not have stays one. */
export function walkLockName(value: number, rules: Rules): string {
  const { lockMode3 } = rules.walk;
  if (value === 3 && lockMode3 === 'absent') return '3';
  const third = lockMode3 === 'vma-read-verify' ? 'PGWALK_VMA_RDLOCK_VERIFY' : 'PGWALK_NOLOCK';
  return ['PGWALK_RDLOCK', 'PGWALK_WRLOCK', 'PGWALK_WRLOCK_VERIFY', third][value] ?? '';
}

/** A call's own arguments, in the order the kernel takes them. */
function describeArguments(call: ScenarioCall, rules: Rules): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(call)) {
    if (name === 'fn' || name === 'locks' || value === undefined) continue;
    // A root of null is the mm's own; any other null is NULL.
    if (value === null && name === 'pgd') continue;
    if (name === 'ops') {
      const { callbacks } = value as { callbacks: readonly string[] };
      out['ops'] = callbacks.length === 0 ? 'none' : callbacks.join(' ');
    } else if (name === 'walkLock') out['walk_lock'] = walkLockName(Number(value), rules);
    else if (Array.isArray(value)) out[name] = `${value.length}`;
    else out[name] = value === null ? 'NULL' : String(value);
  }
  return out;
}
