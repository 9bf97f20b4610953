import { REVISIONS } from '../engine.ts';
import { missingCall } from '../derive/replacement.ts';
import { closeCompare, useCompare } from '../state/compare.ts';
import { usePlayback } from '../state/playback.ts';
import type { Scene } from '../state/session.ts';
import { useSession } from '../state/session.ts';
import { useTour } from '../state/tour.ts';
import { writeHash } from './history.ts';
import { pause } from './transport.ts';

/** Puts another revision beside the scene's: the one that is given, or the nearest that has its functions. */
export function openCompare(revision?: string): void {
  const { scene } = useSession.getState();
  if (scene === undefined || scene.run.steps.length === 0) return;
  pause();
  const other = revision ?? otherRevision(scene);
  if (other === useCompare.getState().revision) return;
  useCompare.setState({ revision: other, made: undefined, row: 0 });
  writeHash(scene, usePlayback.getState().cursor, 'push');
}

/** Back to one run, at the step that was looked at. */
export function leaveCompare(): void {
  const { scene } = useSession.getState();
  closeCompare();
  if (scene !== undefined) writeHash(scene, usePlayback.getState().cursor, 'push');
}

/** The walkthrough's own choice, or the nearest release before that has the scenario's functions, or after. */
function otherRevision({ scenario, run }: Scene): string {
  const { tour } = useTour.getState();
  const wanted = tour?.scene.run === run ? tour.walkthrough.compareWith : undefined;
  if (wanted !== undefined) return wanted;
  const able = REVISIONS.filter((r) => r.id === run.revision || missingCall(scenario, r) === undefined);
  const at = able.findIndex((r) => r.id === run.revision);
  const isRelease = (r: (typeof able)[number]): boolean => r.kind === 'release';
  const other =
    able.slice(0, at).findLast(isRelease) ??
    able.slice(at + 1).find(isRelease) ??
    able[at - 1] ??
    able[at + 1];
  return other?.id ?? run.revision;
}
