import { U64 } from '../base/u64.ts';
import type { ScenarioCall } from './schema.ts';

/** Calls that change the tables of the user mm, or are about who meets such a change. */
const USER_CALLS = [
  'munmap',
  'exit_mmap',
  'do_madvise',
  'unmap_mapping_pages',
  'do_page_fault',
  'collapse_file',
  'move_vma',
  'look_up_pte',
  'mfill_atomic_copy',
  'madvise_collapse',
  'try_to_unmap',
] as const;

export type UserCall = Extract<ScenarioCall, { fn: (typeof USER_CALLS)[number] }>;

export function isUserCall(call: ScenarioCall): call is UserCall {
  return (USER_CALLS as readonly string[]).includes(call.fn);
}

/** Of the calls above, those that take VMAs away. */
export function changesVmas(call: ScenarioCall): boolean {
  return call.fn === 'munmap' || call.fn === 'exit_mmap' || call.fn === 'move_vma';
}

/** May it put a table aside for a huge PMD? */
export function deposits(call: ScenarioCall): boolean {
  return call.fn === 'madvise_collapse';
}

/** The first virtual address such a call is about; undefined where it names a file that nothing maps. */
export function userCallStart(
  call: UserCall,
  vmas: readonly { readonly start: U64; readonly file?: number }[],
): U64 | undefined {
  if ('addr' in call) return U64.hex(call.addr);
  return 'file' in call ? vmas.find((vma) => vma.file === call.file)?.start : (vmas[0]?.start ?? U64.ZERO);
}
