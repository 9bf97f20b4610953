import { create } from 'zustand';
import type { LibraryEntry } from '../engine.ts';
import { FIRST_CHAPTER, loadLibrary } from '../engine.ts';

/** What there is of the library: its first chapter at once, the others a moment later. */
export const useLibrary = create<{ readonly entries: readonly LibraryEntry[] }>(() => ({
  entries: FIRST_CHAPTER,
}));

/** Resolves once the whole library is there. */
export async function wholeLibrary(): Promise<void> {
  const { LIBRARY } = await loadLibrary();
  if (useLibrary.getState().entries !== LIBRARY) useLibrary.setState({ entries: LIBRARY });
}

/** The entry a scene is of; undefined without one, or while it is not there yet. */
export function useEntry(id: string | undefined): LibraryEntry | undefined {
  return useLibrary(({ entries }) => entries.find((entry) => entry.id === id));
}
