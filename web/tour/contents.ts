import { loadWalkthroughs } from '../engine.ts';

/** The walkthroughs, once they are here: modules that import this wait for them. */
export const { WALKTHROUGHS, findStep, findWalkthrough, resolveStops } = await loadWalkthroughs();
