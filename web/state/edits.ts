import { create } from 'zustand';
import type { Scene } from './session.ts';

/** What undo goes back to: scenes are immutable, so they are kept as they were. */
export interface Edit {
  readonly scene: Scene;
  readonly cursor: number;
}

/** Changes of scenario or revision, for undo and redo. */
export const useEdits = create<{ readonly past: readonly Edit[]; readonly future: readonly Edit[] }>(() => ({
  past: [],
  future: [],
}));
