import { useEffect, useState } from 'react';

const loaded = new Map<unknown, unknown>();

/** Brings a part before anybody wants it, so that it is there at once then. */
export async function preload(get: () => Promise<unknown>): Promise<void> {
  try {
    loaded.set(get, await get());
  } catch {
    // Who wants it asks again.
  }
}

/**
 * A part of the page that comes when it is asked for (see `later.ts`): undefined until it is there, and while it is not wanted. One
 * that could not be loaded is asked for again by the next that wants it.
 */
export function useLater<T>(get: () => Promise<T>, wanted = true): T | undefined {
  // Every part is a module, and stays what it is once it is there.
  const [brought, setPart] = useState<T>();
  // It may have come meanwhile without anybody here asking.
  const part = brought ?? (loaded.get(get) as T | undefined);
  useEffect(() => {
    if (!wanted || part !== undefined) return undefined;
    let here = true;
    get().then(
      (made) => {
        loaded.set(get, made);
        if (here) setPart(made);
      },
      // Without it the screen says what it can without it.
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [get, wanted, part]);
  return wanted ? part : undefined;
}
