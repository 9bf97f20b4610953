import { runIndex, firstAfter, lastBefore } from '../derive/runIndex.ts';
import { moveToRow, useCompare } from '../state/compare.ts';
import type { Speed } from '../state/playback.ts';
import { SPEEDS, usePlayback } from '../state/playback.ts';
import { useSession } from '../state/session.ts';
import { useView } from '../state/view.ts';

/** Steps a second at speed 1. */
const STEPS_PER_SECOND = 2;

function length(): number {
  return useSession.getState().scene?.run.steps.length ?? 0;
}

/** Moves the cursor to a step, held within the run. */
export function goTo(step: number): void {
  const cursor = Math.max(0, Math.min(Math.round(step), length()));
  if (cursor !== usePlayback.getState().cursor) usePlayback.setState({ cursor });
}

/** Where the person is: a step, or a row while two runs are compared; and how many there are. */
function place(): { readonly at: number; readonly of: number } {
  const { made, row } = useCompare.getState();
  return made === undefined
    ? { at: usePlayback.getState().cursor, of: length() }
    : { at: row, of: made.rows.length };
}

/** To a step, or to a row while two runs are compared. */
function moveTo(to: number): void {
  if (useCompare.getState().made === undefined) goTo(to);
  else moveToRow(to);
}

export function stepBy(n: number): void {
  pause();
  moveTo(place().at + n);
}

export function goFirst(): void {
  pause();
  moveTo(0);
}

export function goLast(): void {
  pause();
  moveTo(place().of);
}

/** To the next or the previous step worth stopping at, or to the end of the run; of two runs, to where they part. */
export function goInteresting(direction: 1 | -1): void {
  pause();
  const { scene } = useSession.getState();
  if (scene === undefined) return;
  const { made, row } = useCompare.getState();
  if (made !== undefined) {
    const to = direction > 0 ? made.changes.find((n) => n > row) : made.changes.findLast((n) => n < row);
    if (to !== undefined) moveToRow(to);
    return;
  }
  const { interesting } = runIndex(scene.run);
  const { cursor } = usePlayback.getState();
  goTo(
    direction > 0 ? (firstAfter(interesting, cursor) ?? length()) : (lastBefore(interesting, cursor) ?? 0),
  );
}

let frame = 0;

/** Plays from the cursor, or from the start when the cursor is at the end. */
export function play(): void {
  if (usePlayback.getState().playing || length() === 0) return;
  if (place().at >= place().of) moveTo(0);
  usePlayback.setState({ playing: true });
  let due = performance.now() + 1000 / (STEPS_PER_SECOND * usePlayback.getState().speed);
  const tick = (now: number): void => {
    const { playing, speed } = usePlayback.getState();
    if (!playing) return;
    if (now >= due) {
      due = now + 1000 / (STEPS_PER_SECOND * speed);
      moveTo(place().at + 1);
      if (place().at >= place().of) {
        pause();
        return;
      }
    }
    frame = requestAnimationFrame(tick);
  };
  frame = requestAnimationFrame(tick);
}

export function pause(): void {
  cancelAnimationFrame(frame);
  if (usePlayback.getState().playing) usePlayback.setState({ playing: false });
}

export function togglePlay(): void {
  if (usePlayback.getState().playing) pause();
  else play();
}

export function nextSpeed(): void {
  const { speed } = usePlayback.getState();
  const next: Speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1;
  usePlayback.setState({ speed: next });
}

/** Lets the map follow the steps again, or stop. */
export function setFollow(follow: boolean): void {
  useView.setState((view) => ({
    follow,
    focus: follow ? undefined : view.focus,
    asked: follow ? undefined : view.asked,
    // What was selected by asking for an address goes with the question.
    selection: follow && view.asked !== undefined ? undefined : view.selection,
  }));
}
