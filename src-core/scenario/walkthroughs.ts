import type { Walkthrough } from './walkthrough.ts';
import { FIRST_WALK_TOUR } from './walkthroughs/first-walk.ts';
import { LOCKED_WALK_TOUR } from './walkthroughs/locked-walk.ts';
import { ONE_PAGE_TOUR } from './walkthroughs/one-page-in-a-block.ts';

/** In reading order: by chapter, and within one as the library has them. */
export const WALKTHROUGHS: readonly Walkthrough[] = [FIRST_WALK_TOUR, LOCKED_WALK_TOUR, ONE_PAGE_TOUR];

export function findWalkthrough(id: string): Walkthrough | undefined {
  return WALKTHROUGHS.find((walkthrough) => walkthrough.id === id);
}
