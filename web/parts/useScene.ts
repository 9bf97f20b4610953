import type { Step } from '../engine.ts';
import { stepAt } from '../derive/moment.ts';
import { usePlayback } from '../state/playback.ts';
import type { Scene } from '../state/session.ts';
import { useSession } from '../state/session.ts';

/** The scene on the screen. For components that are shown only with one. */
export function useScene(): Scene {
  const scene = useSession((s) => s.scene);
  if (scene === undefined) throw new Error('[engine bug] shown without a scene');
  return scene;
}

export interface Now extends Scene {
  readonly cursor: number;
  /** The step at the cursor; undefined before the first. */
  readonly step: Step | undefined;
}

/** The scene and where it stands. */
export function useNow(): Now {
  const scene = useScene();
  const cursor = Math.min(
    usePlayback((p) => p.cursor),
    scene.run.steps.length,
  );
  return { ...scene, cursor, step: stepAt(scene.run, cursor) };
}
