import type * as Links from './link.ts';

let asked: Promise<typeof Links> | undefined;

/**
 * Links and the checks of what comes from outside: a part of the page of its own, that the first picture does not wait for. One that
 * could not be loaded is asked for again the next time.
 */
export function links(): Promise<typeof Links> {
  asked ??= import('./link.ts').catch((error: unknown) => {
    asked = undefined;
    throw error;
  });
  return asked;
}
