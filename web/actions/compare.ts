import { firstDifference, projectEvent, REVISIONS, runScenario } from '../engine.ts';
import type { Revision } from '../engine.ts';
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

/** Longer runs are not run again and again only to find a revision where they differ. */
const SHORT = 3000;

/** The walkthrough's own choice, or the nearest before where something else happens, or after; else the nearest release. */
function otherRevision(scene: Scene): string {
  const { scenario, world, schedule, fold, run } = scene;
  const { tour } = useTour.getState();
  const wanted = tour?.scene.run === run ? tour.walkthrough.compareWith : undefined;
  if (wanted !== undefined) return wanted;
  const able = REVISIONS.filter((r) => r.id === run.revision || missingCall(scenario, r) === undefined);
  const at = able.findIndex((r) => r.id === run.revision);
  const differs = ({ id }: Revision): boolean => {
    const other = runScenario(scenario, world, { revision: id, schedule, fold });
    return other.ok && firstDifference(run.steps, other.value.steps, projectEvent) !== undefined;
  };
  const isRelease = (r: Revision): boolean => r.kind === 'release';
  const nearest = (wanted: (r: Revision) => boolean): Revision | undefined =>
    able.slice(0, at).findLast(wanted) ?? able.slice(at + 1).find(wanted);
  const found = run.steps.length <= SHORT ? nearest(differs) : undefined;
  return (found ?? nearest(isRelease) ?? nearest(() => true))?.id ?? run.revision;
}
