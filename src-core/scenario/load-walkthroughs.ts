import type * as walkthroughs from './walkthroughs.ts';

/**
 * The walkthroughs and what finds their stops, in a module of their own: many words, which nobody needs before they ask to be led.
 */
export const loadWalkthroughs = (): Promise<typeof walkthroughs> => import('./walkthroughs.ts');
