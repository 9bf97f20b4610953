import type { Walkthrough } from './walkthrough.ts';
import { GROUP_IN_USE_TOUR } from './walkthroughs/group-in-use.ts';
import { KFENCE_INTERRUPTS_OFF_TOUR } from './walkthroughs/kfence-interrupts-off.ts';
import { KFENCE_IN_SOFTIRQ_TOUR } from './walkthroughs/kfence-in-softirq.ts';
import { DUMP_AND_OWNER_TOUR } from './walkthroughs/dump-and-owner.ts';
import { EFI_PTE_LOCK_TOUR } from './walkthroughs/efi-pte-lock.ts';
import { VMA_KEPT_STABLE_TOUR } from './walkthroughs/vma-kept-stable.ts';
import { BLOCK_INVALID_AND_BACK_TOUR } from './walkthroughs/block-invalid-and-back.ts';
import { FOUR_POSTINGS_TOUR } from './walkthroughs/four-postings.ts';
import { NOLOCK_WITH_A_VMA_TOUR } from './walkthroughs/nolock-with-a-vma.ts';
import { NOLOCK_ENTRY_FUNCTIONS_TOUR } from './walkthroughs/nolock-entry-functions.ts';
import { NOLOCK_INIT_MM_ONLY_TOUR } from './walkthroughs/nolock-init-mm-only.ts';
import { NOLOCK_USER_WALK_TOUR } from './walkthroughs/nolock-user-walk.ts';
import { READ_ONLY_ALIAS_TOUR } from './walkthroughs/read-only-alias.ts';
import { EFI_DEBUG_WALK_TOUR } from './walkthroughs/efi-debug-walk.ts';
import { FOLDED_LEVELS_TOUR } from './walkthroughs/folded-levels.ts';
import { ALWAYS_LOCKLESS_TOUR } from './walkthroughs/always-lockless.ts';
import { BATCHED_BARRIERS_TOUR } from './walkthroughs/batched-barriers.ts';
import { BOTH_ENDS_TOUR } from './walkthroughs/both-ends.ts';
import { DIRECT_MAP_PAGE_TOUR } from './walkthroughs/direct-map-page.ts';
import { BLOCK_AND_SPLIT_TOUR } from './walkthroughs/block-and-split.ts';
import { DUMP_AND_PROMOTION_TOUR } from './walkthroughs/dump-and-promotion.ts';
import { EFI_DUMP_TOUR } from './walkthroughs/efi-dump-and-promotion.ts';
import { COLLAPSE_FILE_TOUR, COLLAPSE_TOUR } from './walkthroughs/huge-pages.ts';
import { VFREE_TOUR } from './walkthroughs/vfree-and-neighbour.ts';
import { HOT_REMOVE_TOUR } from './walkthroughs/hot-remove-and-walk.ts';
import { LOCKLESS_WALK_AND_PROMOTION_TOUR } from './walkthroughs/lockless-walk-and-promotion.ts';
import { NESTED_READER_TOUR } from './walkthroughs/nested-reader.ts';
import { READER_AND_PROMOTION_TOUR } from './walkthroughs/reader-and-promotion.ts';
import { FIRST_WALK_TOUR } from './walkthroughs/first-walk.ts';
import { HALF_CHANGED_TOUR } from './walkthroughs/half-changed.ts';
import { HOLES_TOUR } from './walkthroughs/holes-in-the-range.ts';
import { INVALID_AND_BACK_TOUR } from './walkthroughs/invalid-and-back.ts';
import { KFENCE_PAGE_TOUR } from './walkthroughs/kfence-page.ts';
import { LOCKED_WALK_TOUR } from './walkthroughs/locked-walk.ts';
import { LOCKS_BY_LEVEL_TOUR } from './walkthroughs/locks-by-level.ts';
import { ONE_PAGE_TOUR } from './walkthroughs/one-page-in-a-block.ts';
import { OWN_RANGES_TOUR } from './walkthroughs/own-ranges.ts';
import { REFUSED_TOUR } from './walkthroughs/refused.ts';
import { SPLIT_IN_USE_TOUR } from './walkthroughs/split-in-use.ts';
import { STALE_AGAIN_TOUR } from './walkthroughs/stale-again.ts';
import { WHOLE_BLOCKS_TOUR } from './walkthroughs/whole-blocks.ts';
import { KERNEL_TABLES_TOUR } from './walkthroughs/kernel-tables-made.ts';
import { TABLES_BY_OWNER_TOUR } from './walkthroughs/tables-by-owner.ts';
import { LOCK_SAVED_TOUR } from './walkthroughs/lock-saved.ts';
import { BOOT_TABLES_TOUR } from './walkthroughs/boot-tables.ts';
import { ONE_BUILDER_TOUR } from './walkthroughs/one-builder.ts';
import { EFI_BUILT_TOUR } from './walkthroughs/efi-built.ts';
import { CTOR_HOOK_TOUR } from './walkthroughs/ctor-hook.ts';
import { EFI_WITHOUT_CTOR_TOUR } from './walkthroughs/efi-without-ctor.ts';
import { MEMORY_COMES_AND_GOES_TOUR } from './walkthroughs/memory-comes-and-goes.ts';
import {
  MOVE_TOUR,
  POPULATE_TOUR,
  RETRACT_TOUR,
  WRITER_TOUR,
  ZAP_TOUR,
} from './walkthroughs/user-changes.ts';
import {
  NOLOCK_MEETS_MUNMAP_TOUR,
  READ_LOCK_TOUR,
  READ_ONCE_TOUR,
  STALE_EMPTY_TABLE_TOUR,
} from './walkthroughs/user-walks.ts';

/** In reading order: by chapter, and within one as the library has them. */
export const WALKTHROUGHS: readonly Walkthrough[] = [
  FIRST_WALK_TOUR,
  FOLDED_LEVELS_TOUR,
  LOCKED_WALK_TOUR,
  EFI_DEBUG_WALK_TOUR,
  REFUSED_TOUR,
  NOLOCK_USER_WALK_TOUR,
  NOLOCK_MEETS_MUNMAP_TOUR,
  NOLOCK_INIT_MM_ONLY_TOUR,
  NOLOCK_ENTRY_FUNCTIONS_TOUR,
  NOLOCK_WITH_A_VMA_TOUR,
  VMA_KEPT_STABLE_TOUR,
  ALWAYS_LOCKLESS_TOUR,
  EFI_PTE_LOCK_TOUR,
  DIRECT_MAP_PAGE_TOUR,
  KFENCE_PAGE_TOUR,
  KFENCE_IN_SOFTIRQ_TOUR,
  DUMP_AND_OWNER_TOUR,
  OWN_RANGES_TOUR,
  VFREE_TOUR,
  HOT_REMOVE_TOUR,
  LOCKS_BY_LEVEL_TOUR,
  READ_LOCK_TOUR,
  ZAP_TOUR,
  RETRACT_TOUR,
  COLLAPSE_FILE_TOUR,
  COLLAPSE_TOUR,
  STALE_EMPTY_TABLE_TOUR,
  WRITER_TOUR,
  POPULATE_TOUR,
  READ_ONCE_TOUR,
  MOVE_TOUR,
  KERNEL_TABLES_TOUR,
  TABLES_BY_OWNER_TOUR,
  LOCK_SAVED_TOUR,
  BOOT_TABLES_TOUR,
  ONE_BUILDER_TOUR,
  EFI_BUILT_TOUR,
  CTOR_HOOK_TOUR,
  ONE_PAGE_TOUR,
  BOTH_ENDS_TOUR,
  READ_ONLY_ALIAS_TOUR,
  INVALID_AND_BACK_TOUR,
  BATCHED_BARRIERS_TOUR,
  FOUR_POSTINGS_TOUR,
  WHOLE_BLOCKS_TOUR,
  SPLIT_IN_USE_TOUR,
  GROUP_IN_USE_TOUR,
  HALF_CHANGED_TOUR,
  BLOCK_INVALID_AND_BACK_TOUR,
  KFENCE_INTERRUPTS_OFF_TOUR,
  EFI_WITHOUT_CTOR_TOUR,
  MEMORY_COMES_AND_GOES_TOUR,
  STALE_AGAIN_TOUR,
  HOLES_TOUR,
  DUMP_AND_PROMOTION_TOUR,
  EFI_DUMP_TOUR,
  NESTED_READER_TOUR,
  LOCKLESS_WALK_AND_PROMOTION_TOUR,
  READER_AND_PROMOTION_TOUR,
  BLOCK_AND_SPLIT_TOUR,
];

export function findWalkthrough(id: string): Walkthrough | undefined {
  return WALKTHROUGHS.find((walkthrough) => walkthrough.id === id);
}

export { resolveStops } from './walkthrough.ts';
export { findStep } from './walkthrough-find.ts';
