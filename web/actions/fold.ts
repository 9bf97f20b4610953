import type { Run } from '../engine.ts';
import { firstSingle, foldedStep, singleSteps } from '../derive/unfolded.ts';
import { notify } from '../state/notices.ts';
import { useSession } from '../state/session.ts';
import { openScenario } from './scene.ts';

/** The engine keeps no more steps than this of one run. */
const MOST = 200_000;

/** Runs the scene again with every step by itself, and stands at the first of those that step `n` stood for. */
export function unfoldSteps(run: Run, n: number): void {
  const all = singleSteps(run);
  if (all > MOST) {
    const [many, most] = [all, MOST].map((count) => count.toLocaleString('en'));
    notify('info', `One by one this run has ${many} steps, and ${most} are the most that are kept.`);
    return;
  }
  again('never', firstSingle(run, n));
}

/** Runs the scene again with the filling of tables as one step each, and stands at the step that single step `n` is part of. */
export function foldSteps(n: number): void {
  again('auto', (run) => foldedStep(run, n));
}

function again(fold: 'auto' | 'never', cursor: number | ((run: Run) => number)): void {
  const { scene } = useSession.getState();
  if (scene === undefined) return;
  const { libraryId, schedule, run } = scene;
  void openScenario(scene.scenario, {
    libraryId,
    schedule,
    revision: run.revision,
    fold,
    cursor,
    edit: true,
  });
}
