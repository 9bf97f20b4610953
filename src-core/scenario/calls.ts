import type { Kernel } from '../kernel/kernel.ts';
import type { CallPlan } from '../machine/context.ts';
import type { Rules } from '../revision/rules.ts';
import { startCall } from './calls-bound.ts';
import { changesVmas, deposits } from './calls-user-names.ts';
import { promisesOf } from './promises.ts';
import type { ScenarioCall } from './schema.ts';

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
  'arch_efi_call_virt_setup',
  'arch_efi_call_virt_teardown',
  'madvise_collapse',
  'vmalloc',
  'vfree',
  'try_to_unmap',
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

/** What a context does for a scenario's call: the kernel function it is bound to, and what the machine is told about it. */
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
    deposits: deposits(call),
    start: () => startCall(k, call),
  };
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
