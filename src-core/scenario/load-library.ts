import type * as library from './library.ts';

/** The whole library, in a module of its own: its first chapter is there without it. */
export const loadLibrary = (): Promise<typeof library> => import('./library.ts');
