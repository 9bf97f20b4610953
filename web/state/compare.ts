import { create } from 'zustand';
import type { AlignedStep, Run } from '../engine.ts';
import { usePlayback } from './playback.ts';

/** Two runs of one scenario side by side, the left one is the scene's. */
export interface Comparison {
  readonly left: Run;
  readonly right: Run;
  readonly rows: readonly AlignedStep[];
  /** Where a stretch of differences begins: row numbers, from 1, ascending. */
  readonly changes: readonly number[];
}

export interface CompareState {
  /** The revision shown at the right; undefined while nothing is compared. */
  readonly revision: string | undefined;
  /** What is on the screen; undefined until it is made, or where it can't be. */
  readonly made: Comparison | undefined;
  /** The row that is looked at, from 1; 0 is before the first. */
  readonly row: number;
}

export const useCompare = create<CompareState>(() => ({ revision: undefined, made: undefined, row: 0 }));

/** Moves both sides to a row, held within the list. The page's own cursor goes with the left side. */
export function moveToRow(row: number): void {
  const { made } = useCompare.getState();
  if (made === undefined) return;
  const to = Math.max(0, Math.min(Math.round(row), made.rows.length));
  useCompare.setState({ row: to });
  const cursor = stepsAt(made, to).left;
  if (cursor !== usePlayback.getState().cursor) usePlayback.setState({ cursor });
}

/** How far each side has come at a row: its last step up to there. */
export function stepsAt(
  { rows }: Comparison,
  row: number,
): { readonly left: number; readonly right: number } {
  const last = (side: 'left' | 'right'): number => {
    for (let i = row - 1; i >= 0; i--) {
      const n = rows[i]?.[side];
      if (n !== undefined) return n;
    }
    return 0;
  };
  return { left: last('left'), right: last('right') };
}

/** Nothing is compared any more. */
export function closeCompare(): void {
  useCompare.setState({ revision: undefined, made: undefined, row: 0 });
}
