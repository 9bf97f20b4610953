import type { Run } from '../engine.ts';
import { useTour } from '../state/tour.ts';
import type { Scale } from './scale.ts';

/** Where the stops of the walkthrough under way are in its run. The player says it in words. */
export function StopMarks({
  run,
  scale,
  width,
}: {
  readonly run: Run;
  readonly scale: Scale;
  readonly width: number;
}) {
  const tour = useTour((t) => t.tour);
  if (tour?.scene.run !== run) return null;
  return tour.steps.map((step, i) => {
    const x = scale.x(step);
    return x < 0 || x > width ? null : (
      <i
        key={i}
        className={i === tour.at ? 'stop-mark at' : 'stop-mark'}
        aria-hidden="true"
        style={{ left: x }}
      />
    );
  });
}
