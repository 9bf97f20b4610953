import type { LibraryEntry } from './library-entry.ts';
import { FOLDED_LEVELS } from './library/levels.ts';
import { EMPTY_RANGE, NO_INSTALL } from './library/refusals.ts';
import { EFI_DEBUG_WALK, FIRST_WALK, FORGOT_THE_LOCK, LOCKED_WALK, V612_WALK } from './library/walks.ts';

/** The chapter a first visitor has before them: there from the start, while the rest of the library is still on its way. */
export const FIRST_CHAPTER: readonly LibraryEntry[] = [
  FIRST_WALK,
  FOLDED_LEVELS,
  LOCKED_WALK,
  FORGOT_THE_LOCK,
  EFI_DEBUG_WALK,
  EMPTY_RANGE,
  NO_INSTALL,
  V612_WALK,
];
