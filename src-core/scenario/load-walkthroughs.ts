/**
 * The walkthroughs and what finds their stops, in a module of their own: many words, which nobody needs before they ask to be led.
 */
export const loadWalkthroughs = (): Promise<typeof import('./walkthroughs.ts')> =>
  import('./walkthroughs.ts');
