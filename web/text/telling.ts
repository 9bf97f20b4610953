/** The sentences of steps, which come a moment after the first picture: before its first step a run has none. */
export { narrate, narrateRich } from '../engine.ts';
