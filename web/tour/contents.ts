import { loadWalkthroughs } from '../engine.ts';
import '../styles/tour.css';

/** The walkthroughs, once they are here: modules that import this wait for them. */
export const { WALKTHROUGHS, findStep, findWalkthrough, resolveStops } = await loadWalkthroughs();
