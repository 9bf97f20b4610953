import { useSyncExternalStore } from 'react';

const narrow = matchMedia('(max-width: 699px)');

function subscribe(changed: () => void): () => void {
  narrow.addEventListener('change', changed);
  return () => narrow.removeEventListener('change', changed);
}

/** The window is as narrow as a phone's: narrow.css has the same width. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => narrow.matches);
}
