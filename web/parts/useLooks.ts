import { looksOf } from '../derive/tour.ts';
import { usePlayback } from '../state/playback.ts';
import { useSession } from '../state/session.ts';
import { useTour } from '../state/tour.ts';

/** The parts of the page that a walkthrough points at now, with spaces between. */
export function useLooks(): string {
  const tour = useTour((t) => t.tour);
  const scene = useSession((s) => s.scene);
  return usePlayback((p) => looksOf(tour, scene, p.cursor).join(' '));
}
