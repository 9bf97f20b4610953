import { create } from 'zustand';

export const SPEEDS = [0.5, 1, 2, 4] as const;
export type Speed = (typeof SPEEDS)[number];

export interface PlaybackState {
  /** Step number: 0 is before the first step. */
  readonly cursor: number;
  readonly playing: boolean;
  readonly speed: Speed;
}

/** Where in the run the screen stands. */
export const usePlayback = create<PlaybackState>(() => ({ cursor: 0, playing: false, speed: 1 }));
