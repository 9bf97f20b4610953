import { openQuestion, whereabouts } from '../derive/tour.ts';
import { usePlayback } from '../state/playback.ts';
import { useSession } from '../state/session.ts';
import { useTour } from '../state/tour.ts';
import type { Command } from './command.ts';

/** What walkthroughs do comes with the first of them. */
const guide = () => import('../tour/guide.ts');
const inTour = (): boolean => useTour.getState().tour !== undefined;

export const TOUR_COMMANDS: readonly Command[] = [
  {
    id: 'next-stop',
    label: 'Next stop of the walkthrough',
    group: 'Walkthrough',
    keys: 'N',
    run: () => void guide().then((g) => g.nextStop()),
    enabled: inTour,
  },
  {
    id: 'previous-stop',
    label: 'Previous stop of the walkthrough',
    group: 'Walkthrough',
    keys: 'P',
    run: () => void guide().then((g) => g.previousStop()),
    enabled: inTour,
  },
  {
    id: 'back-to-stop',
    label: 'Back to the stop of the walkthrough',
    group: 'Walkthrough',
    run: () => void guide().then((g) => g.backToStop()),
    enabled: inTour,
  },
  {
    id: 'leave-tour',
    label: 'Leave the walkthrough',
    group: 'Walkthrough',
    run: () => void guide().then((g) => g.leaveTour()),
    enabled: inTour,
  },
];

/** A digit answers the question of a walkthrough that is open, and the arrows up and down go to its options. */
export function answersQuestion(event: KeyboardEvent): boolean {
  const { tour } = useTour.getState();
  const here =
    tour !== undefined &&
    whereabouts(tour, useSession.getState().scene, usePlayback.getState().cursor) === 'here';
  const question = here ? openQuestion(tour) : undefined;
  if (question === undefined || event.ctrlKey || event.metaKey || event.altKey) return false;
  const chosen = Number(event.key) - 1;
  if (question.options[chosen] !== undefined) {
    void guide().then((g) => g.answer(chosen));
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    document.querySelector<HTMLElement>('.player .options button')?.focus();
  } else return false;
  event.preventDefault();
  return true;
}
