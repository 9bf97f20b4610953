/** Brings what puts steps into sentences. Not in later.ts: parts that this brings want it, too. */
export const bringTelling = () => import('./telling.ts');
