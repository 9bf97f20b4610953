import { create } from 'zustand';
import type { Scene } from './session.ts';

/** A schedule that was left by choosing otherwise, and where the person stood. */
export interface Fork {
  readonly scene: Scene;
  readonly cursor: number;
}

export interface Forks {
  /** Newest first. */
  readonly kept: readonly Fork[];
  /** The schedule that is being made by hand: its steps up to `upTo` were chosen, what follows was not. */
  readonly hand: { readonly scene: Scene; readonly upTo: number } | undefined;
}

export const useForks = create<Forks>(() => ({ kept: [], hand: undefined }));
