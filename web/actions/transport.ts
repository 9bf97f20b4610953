import { runIndex, firstAfter, lastBefore } from '../derive/runIndex.ts';
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

export function stepBy(n: number): void {
  pause();
  goTo(usePlayback.getState().cursor + n);
}

export function goFirst(): void {
  pause();
  goTo(0);
}

export function goLast(): void {
  pause();
  goTo(length());
}

/** To the next or the previous step worth stopping at, or to the end of the run. */
export function goInteresting(direction: 1 | -1): void {
  pause();
  const { scene } = useSession.getState();
  if (scene === undefined) return;
  const { interesting } = runIndex(scene.run);
  const { cursor } = usePlayback.getState();
  goTo(
    direction > 0 ? (firstAfter(interesting, cursor) ?? length()) : (lastBefore(interesting, cursor) ?? 0),
  );
}

/** To the next step that a context makes. */
export function stepContext(ctx: number): void {
  pause();
  const { scene } = useSession.getState();
  const own = scene && runIndex(scene.run).byContext.get(ctx);
  const next = own && firstAfter(own, usePlayback.getState().cursor);
  if (next !== undefined) goTo(next);
}

let frame = 0;

/** Plays from the cursor, or from the start when the cursor is at the end. */
export function play(): void {
  if (usePlayback.getState().playing || length() === 0) return;
  if (usePlayback.getState().cursor >= length()) goTo(0);
  usePlayback.setState({ playing: true });
  let due = performance.now() + 1000 / (STEPS_PER_SECOND * usePlayback.getState().speed);
  const tick = (now: number): void => {
    const { playing, speed, cursor } = usePlayback.getState();
    if (!playing) return;
    if (now >= due) {
      due = now + 1000 / (STEPS_PER_SECOND * speed);
      goTo(cursor + 1);
      if (cursor + 1 >= length()) {
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
