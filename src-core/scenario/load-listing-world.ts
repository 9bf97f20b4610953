import type * as listing from './listing-world.ts';

/** What makes tables of a scenario that spells them out: nobody needs it who starts from captured ones. */
export const loadListingWorld = (): Promise<typeof listing> => import('./listing-world.ts');
