import { create } from 'zustand';
import type { Walkthrough } from '../engine.ts';
import type { Scene } from './session.ts';
import { store, stored } from './stored.ts';

/** The index of the option that was chosen, or that a person went on without choosing. */
export type Answer = number | 'passed';

/** A walkthrough under way. It stays while the person looks around, and while another scene is on the screen. */
export interface Tour {
  readonly walkthrough: Walkthrough;
  /** The scene its stops were found in. */
  readonly scene: Scene;
  /** The step of each stop in that scene's run. */
  readonly steps: readonly number[];
  /** Index of the stop. */
  readonly at: number;
  /** By stop id. */
  readonly answers: ReadonlyMap<string, Answer>;
}

export interface TourState {
  readonly tour: Tour | undefined;
  /** Ids of the walkthroughs whose last stop was seen. Remembered between visits. */
  readonly toured: readonly string[];
}

export const useTour = create<TourState>(() => ({
  tour: undefined,
  toured: (stored('toured') ?? '').split(' ').filter((id) => id !== ''),
}));

useTour.subscribe((now, before) => {
  if (now.toured !== before.toured) store('toured', now.toured.join(' '));
});
