import { KFENCE_ALLOC_AND_DUMP, KFENCE_FREE_AND_DUMP, KFENCE_FREE_LOCKED } from './library/kfence-races.ts';
import { HOT_REMOVE_AND_DUMP, HOT_REMOVE_AND_WALK, HOT_REMOVE_IN_USE } from './library/hot-remove.ts';
import {
  BLOCK_AND_SPLIT,
  DUMP_AND_KEY,
  DUMP_AND_PROMOTION,
  DUMP_AND_PROMOTION_FIXED,
  EFI_DUMP_AND_PROMOTION,
  EFI_DUMP_AND_PROMOTION_FIXED,
  LOCKLESS_WALK_AND_PROMOTION,
  NESTED_READER,
  NESTED_READER_FIXED,
  READER_AND_PROMOTION,
  READER_OF_ITS_OWN,
  TWO_BLOCKS_OF_A_GROUP,
  TWO_DUMPS_ONE_KEY,
  TWO_PAGES_OF_A_BLOCK,
  TWO_PAGES_OF_A_GROUP,
} from './library/kernel-races.ts';
import {
  ALWAYS_LOCKLESS,
  BATCHED_BARRIERS,
  BOTH_ENDS,
  DIRECT_MAP_PAGE,
  EMPTY_PTE_READ_ONLY,
  HALF_CHANGED,
  HOLES_IN_THE_RANGE,
  KFENCE_IN_SOFTIRQ,
  KFENCE_INTERRUPTS_OFF,
  KFENCE_PAGE,
  MMAP_LOCK_IN_SOFTIRQ,
  OWN_RANGES,
  PAGE_IN_A_GIGABYTE,
  PART_OF_A_GIGABYTE,
  READ_ONLY_ALIAS,
  SHARED_RANGE,
  WHOLE_BLOCKS,
} from './library/blocks.ts';
import {
  BOOT_TABLES,
  CTOR_HOOK,
  EFI_BUILT,
  EFI_WITHOUT_CTOR,
  KERNEL_TABLES_MADE,
  LOCK_SAVED,
  MEMORY_COMES_AND_GOES,
  ONE_BUILDER,
  TABLES_BY_OWNER,
} from './library/constructors.ts';
import {
  INVALID_AND_BACK,
  LINEAR_RO_REFUSED,
  ONE_PAGE_IN_A_BLOCK,
  WHOLE_BLOCK,
} from './library/permissions.ts';
import { FOLDED_LEVELS } from './library/levels.ts';
import {
  BLOCK_INVALID_AND_BACK,
  FOUR_POSTINGS,
  NOLOCK_ENTRY_FUNCTIONS,
  NOLOCK_INIT_MM_ONLY,
  NOLOCK_USER_WALK,
  NOLOCK_WITH_A_VMA,
} from './library/nolock.ts';
import {
  EFI_PTE_LOCK,
  LOCKS_BY_LEVEL,
  MAP_OR_MAP_LOCK,
  STALE_AGAIN,
  VMA_KEPT_STABLE,
  VMA_NOT_STABLE,
} from './library/process.ts';
import { EMPTY_RANGE, NO_INSTALL } from './library/refusals.ts';
import { BROKEN_BEFORE_MADE, GROUP_IN_USE, SPLIT_IN_USE } from './library/uses.ts';
import {
  DUMP_AND_LOCKED_WALK,
  DUMP_AND_OWNER,
  EFI_DEBUG_WALK,
  FIRST_WALK,
  FORGOT_THE_LOCK,
  LOCKED_WALK,
  V612_WALK,
} from './library/walks.ts';
import { NOLOCK_MEETS_MUNMAP, USER_RACES } from './library/user-races.ts';
import type { Scenario } from './schema.ts';

/** A scenario that comes with Pagewalk. Its id is part of links: it is never renamed or reused. */
export interface LibraryEntry {
  /** Lower case, words joined by `-`, 40 characters at most. */
  readonly id: string;
  readonly title: string;
  /** At most 60 words, for a reader who knows little. */
  readonly summary: string;
  /** Index into CHAPTERS, from 1. */
  readonly chapter: number;
  readonly scenario: Scenario;
}

/** Chapter n is CHAPTERS[n - 1]. */
export const CHAPTERS: readonly string[] = [
  'How the kernel walks its tables',
  'Walking without locks',
  'Rules of access',
  'Constructors and page-table locks',
  'Changing permissions, splitting blocks',
  'Real bugs, each broken and fixed',
];

/** In reading order. */
export const LIBRARY: readonly LibraryEntry[] = [
  FIRST_WALK,
  FOLDED_LEVELS,
  LOCKED_WALK,
  FORGOT_THE_LOCK,
  EFI_DEBUG_WALK,
  EMPTY_RANGE,
  NO_INSTALL,
  V612_WALK,
  NOLOCK_USER_WALK,
  NOLOCK_MEETS_MUNMAP,
  NOLOCK_INIT_MM_ONLY,
  NOLOCK_ENTRY_FUNCTIONS,
  NOLOCK_WITH_A_VMA,
  VMA_KEPT_STABLE,
  VMA_NOT_STABLE,
  ALWAYS_LOCKLESS,
  EFI_PTE_LOCK,
  DIRECT_MAP_PAGE,
  KFENCE_PAGE,
  KFENCE_IN_SOFTIRQ,
  MMAP_LOCK_IN_SOFTIRQ,
  DUMP_AND_OWNER,
  DUMP_AND_LOCKED_WALK,
  OWN_RANGES,
  SHARED_RANGE,
  KFENCE_FREE_AND_DUMP,
  KFENCE_FREE_LOCKED,
  HOT_REMOVE_AND_WALK,
  HOT_REMOVE_IN_USE,
  HOT_REMOVE_AND_DUMP,
  LOCKS_BY_LEVEL,
  MAP_OR_MAP_LOCK,
  ...USER_RACES,
  KERNEL_TABLES_MADE,
  TABLES_BY_OWNER,
  LOCK_SAVED,
  BOOT_TABLES,
  ONE_BUILDER,
  EFI_BUILT,
  CTOR_HOOK,
  ONE_PAGE_IN_A_BLOCK,
  BOTH_ENDS,
  PAGE_IN_A_GIGABYTE,
  READ_ONLY_ALIAS,
  INVALID_AND_BACK,
  BATCHED_BARRIERS,
  FOUR_POSTINGS,
  WHOLE_BLOCKS,
  WHOLE_BLOCK,
  LINEAR_RO_REFUSED,
  SPLIT_IN_USE,
  BROKEN_BEFORE_MADE,
  GROUP_IN_USE,
  PART_OF_A_GIGABYTE,
  HALF_CHANGED,
  BLOCK_INVALID_AND_BACK,
  EFI_WITHOUT_CTOR,
  MEMORY_COMES_AND_GOES,
  KFENCE_INTERRUPTS_OFF,
  STALE_AGAIN,
  HOLES_IN_THE_RANGE,
  EMPTY_PTE_READ_ONLY,
  KFENCE_ALLOC_AND_DUMP,
  DUMP_AND_PROMOTION,
  DUMP_AND_PROMOTION_FIXED,
  DUMP_AND_KEY,
  TWO_DUMPS_ONE_KEY,
  EFI_DUMP_AND_PROMOTION,
  EFI_DUMP_AND_PROMOTION_FIXED,
  NESTED_READER,
  NESTED_READER_FIXED,
  LOCKLESS_WALK_AND_PROMOTION,
  READER_AND_PROMOTION,
  READER_OF_ITS_OWN,
  BLOCK_AND_SPLIT,
  TWO_PAGES_OF_A_BLOCK,
  TWO_PAGES_OF_A_GROUP,
  TWO_BLOCKS_OF_A_GROUP,
];

export function findLibraryEntry(id: string): LibraryEntry | undefined {
  return LIBRARY.find((entry) => entry.id === id);
}
