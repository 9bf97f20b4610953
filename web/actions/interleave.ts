import { blockedWords, contextLetter, formatSchedule } from '../engine.ts';
import type { Run } from '../engine.ts';
import { nextStepOf, partingStep } from '../derive/interleave.ts';
import { useCompare } from '../state/compare.ts';
import type { Fork } from '../state/forks.ts';
import { useForks } from '../state/forks.ts';
import { notify } from '../state/notices.ts';
import { usePlayback } from '../state/playback.ts';
import { searchKey } from '../state/search.ts';
import type { Scene } from '../state/session.ts';
import { useSession } from '../state/session.ts';
import { sentence } from '../text/problems.ts';
import { rescheduled, showKept } from './scene.ts';
import { goTo, pause } from './transport.ts';

/** Turns that show nothing of themselves, before the step a person asked for. */
const SILENT = 64;
const MOST_FORKS = 8;

/**
 * Lets a context go on next, from where the person stands: along the run if it does so there, or by another schedule that parts from
 * this one here. The schedule that is left is kept.
 */
export function stepContext(ctx: number): void {
  pause();
  const { scene } = useSession.getState();
  if (scene === undefined || ctx >= scene.scenario.contexts.length) return;
  const { cursor } = usePlayback.getState();
  const next = nextStepOf(scene.run, ctx, cursor);
  if (next.kind === 'waits') notify('info', `${contextLetter(ctx)} ${blockedWords(next.wait.why)}.`);
  if (next.kind === 'along') {
    goTo(next.to);
    const { hand } = useForks.getState();
    if (hand?.scene === scene && cursor === hand.upTo) useForks.setState({ hand: { scene, upTo: next.to } });
  }
  if (next.kind !== 'fork' || useCompare.getState().revision !== undefined) return;
  const made = forked(scene, next.choice, ctx);
  if (made === undefined) return;
  const { hand, kept } = useForks.getState();
  // What follows the last step chosen by hand was nobody's choice: nothing is left by choosing it.
  const goesOn = hand?.scene === scene && cursor >= hand.upTo;
  if (!goesOn) useForks.setState({ kept: [{ scene, cursor }, ...kept].slice(0, MOST_FORKS) });
  const at = (scene.run.choices[next.choice]?.after ?? cursor) + 1;
  showKept(made, at, goesOn ? 'replace' : 'push');
  useForks.setState({ hand: { scene: made, upTo: at } });
}

/** The scene with `ctx` chosen at a choice, and again until that shows a step. */
function forked(scene: Scene, choice: number, ctx: number): Scene | undefined {
  const after = scene.run.choices[choice]?.after ?? 0;
  const taken = (run: Run, n: number): number[] => run.choices.slice(0, n).map((c) => c.taken);
  let schedule = [...taken(scene.run, choice), ctx];
  let made: Scene | undefined;
  for (let i = 0; i < SILENT; i++) {
    const tried = rescheduled(scene, formatSchedule(schedule));
    if (!tried.ok) {
      notify('bad', sentence(tried.error));
      return undefined;
    }
    made = tried.value;
    const { run } = made;
    if (run.steps[after]?.ctx === ctx) break;
    const again = run.choices.findIndex(
      (c, k) => k >= schedule.length && c.after === after && c.taken !== ctx && c.enabled.includes(ctx),
    );
    if (again < 0) break;
    schedule = [...taken(run, again), ctx];
  }
  return made;
}

/** A kept schedule, and where it parts from the one on the screen. */
export interface KeptFork extends Fork {
  readonly parts: number;
}

/** The schedules kept of this scenario that differ from the one on the screen. */
export function forksOf(scene: Scene, kept: readonly Fork[]): readonly KeptFork[] {
  const seen = new Set<string>();
  return kept.flatMap((fork) => {
    if (searchKey(fork.scene) !== searchKey(scene)) return [];
    const parts = partingStep(scene.run, fork.scene.run);
    const all = formatSchedule(fork.scene.run.choices.map((c) => c.taken));
    if (parts === undefined || seen.has(all)) return [];
    seen.add(all);
    return [{ ...fork, parts }];
  });
}

/** Goes back to a kept schedule; the one on the screen is kept instead. */
export function returnTo(fork: Fork): void {
  pause();
  const { scene } = useSession.getState();
  const { cursor } = usePlayback.getState();
  useForks.setState(({ kept }) => ({
    kept: [
      ...(scene === undefined ? [] : [{ scene, cursor }]),
      ...kept.filter((f) => f.scene !== fork.scene),
    ].slice(0, MOST_FORKS),
    hand: undefined,
  }));
  showKept(fork.scene, fork.cursor, 'push');
}
