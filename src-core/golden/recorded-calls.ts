import type { CallName } from '../scenario/calls.ts';

/** At which revisions a call is held against the kernel itself. */
export interface RecordedCall {
  /** Its events, return value and final tables were recorded from the kernel's own code. */
  readonly traces: readonly string[];
  /** Its loads and stores were, and what it comes to when several run at once. */
  readonly accesses: readonly string[];
}

const BOTH: readonly string[] = ['v6.12', 'v7.3'];
const NEW: readonly string[] = ['v7.3'];
const NONE: readonly string[] = [];

/**
 * Calls with recorded (golden) data. A call that is not here, and any call at another revision, is simulated from how it is documented
 * to behave, and nothing recorded vouches for it.
 */
export const RECORDED_CALLS: Readonly<Partial<Record<CallName, RecordedCall>>> = {
  __create_pgd_mapping: { traces: NEW, accesses: NEW },
  __remove_pgd_mapping: { traces: NONE, accesses: BOTH },
  kernel_page_present: { traces: BOTH, accesses: BOTH },
  range_split_to_ptes: { traces: NEW, accesses: NEW },
  retract_page_tables: { traces: NONE, accesses: BOTH },
  set_direct_map_default_noflush: { traces: BOTH, accesses: BOTH },
  set_direct_map_invalid_noflush: { traces: NEW, accesses: BOTH },
  set_direct_map_valid_noflush: { traces: NEW, accesses: NEW },
  set_memory_nx: { traces: BOTH, accesses: NEW },
  set_memory_ro: { traces: BOTH, accesses: NEW },
  set_memory_rox: { traces: BOTH, accesses: NEW },
  set_memory_rw: { traces: BOTH, accesses: NEW },
  set_memory_valid: { traces: BOTH, accesses: BOTH },
  set_memory_x: { traces: BOTH, accesses: NEW },
  split_kernel_leaf_mapping: { traces: NEW, accesses: NEW },
  update_range_prot: { traces: NEW, accesses: NEW },
  vmap_try_huge_pmd: { traces: NONE, accesses: BOTH },
  vmap_try_huge_pud: { traces: NONE, accesses: ['v6.12'] },
  walk_kernel_page_table_range: { traces: BOTH, accesses: BOTH },
  walk_kernel_page_table_range_lockless: { traces: NEW, accesses: NEW },
  walk_page_range: { traces: BOTH, accesses: BOTH },
  walk_page_range_debug: { traces: BOTH, accesses: BOTH },
  walk_page_range_vma: { traces: BOTH, accesses: NEW },
};

/** What vouches for a call at a revision: recorded traces, recorded accesses only, or nothing recorded. */
export function recordedAt(fn: CallName, revision: string): 'traces' | 'accesses' | 'nothing' {
  const recorded = RECORDED_CALLS[fn];
  if (recorded?.traces.includes(revision) === true) return 'traces';
  return recorded?.accesses.includes(revision) === true ? 'accesses' : 'nothing';
}
