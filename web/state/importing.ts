import { create } from 'zustand';

/** An import under way: shown when it lasts. */
export interface Importing {
  readonly what: string;
  /** 0…1, or undefined where it can't be known. */
  readonly progress: number | undefined;
  readonly cancel: () => void;
}

export const useImporting = create<{ readonly now: Importing | undefined; readonly dragging: boolean }>(
  () => ({
    now: undefined,
    dragging: false,
  }),
);
