import type { Look, Question, Stop } from '../engine.ts';
import type { Scene } from '../state/session.ts';
import type { Tour } from '../state/tour.ts';

/** The stop the walkthrough is at. */
export function stopOf(tour: Tour): Stop | undefined {
  return tour.walkthrough.stops[tour.at];
}

/** The question that is still open there. */
export function openQuestion(tour: Tour): Question | undefined {
  const stop = stopOf(tour);
  return stop === undefined || tour.answers.has(stop.id) ? undefined : stop.question;
}

/**
 * The step a stop is shown at. While its question is open that is the step before, so that the answer can't be seen; never before
 * the stop before.
 */
export function stepOf(tour: Tour): number {
  const step = tour.steps[tour.at] ?? 0;
  if (openQuestion(tour) === undefined) return step;
  return Math.max(tour.steps[tour.at - 1] ?? 0, step - 1, 0);
}

/** Where the person is: at the stop, at another step of its run, or in another run. */
export function whereabouts(
  tour: Tour,
  scene: Scene | undefined,
  cursor: number,
): 'here' | 'away' | 'elsewhere' {
  if (scene !== tour.scene) return 'elsewhere';
  return cursor === stepOf(tour) ? 'here' : 'away';
}

/** The parts of the page to point at now. */
export function looksOf(tour: Tour | undefined, scene: Scene | undefined, cursor: number): readonly Look[] {
  if (tour === undefined || whereabouts(tour, scene, cursor) !== 'here') return [];
  return openQuestion(tour) === undefined ? (stopOf(tour)?.look ?? []) : [];
}
