import { findLibraryEntry } from '../engine.ts';
import type { Walkthrough } from '../engine.ts';
import { writeHash } from '../actions/history.ts';
import { openScenario, showScene } from '../actions/scene.ts';
import { pause } from '../actions/transport.ts';
import { openQuestion, stepOf, stopOf } from '../derive/tour.ts';
import { closeCompare } from '../state/compare.ts';
import { notify } from '../state/notices.ts';
import { usePlayback } from '../state/playback.ts';
import type { Scene } from '../state/session.ts';
import { useSession } from '../state/session.ts';
import type { Answer, Tour } from '../state/tour.ts';
import { useTour } from '../state/tour.ts';
import { findStep, findWalkthrough, resolveStops } from './contents.ts';
import type { CardName } from '../state/view.ts';
import { CARDS, useView } from '../state/view.ts';

/** What walkthroughs do. Loaded when the first one is asked for. */

/** The scene is the walkthrough's own: the library's scenario at its revision and with its choices. */
export function fits(walkthrough: Walkthrough, scene: Scene): boolean {
  return (
    scene.libraryId === walkthrough.library &&
    scene.run.revision === (walkthrough.revision ?? scene.scenario.revision) &&
    scene.schedule === (walkthrough.schedule ?? '')
  );
}

/** Opens a walkthrough at its first stop, with its scene if that is not on the screen. */
export async function startTour(id: string): Promise<void> {
  const walkthrough = findWalkthrough(id);
  const entry = walkthrough && findLibraryEntry(walkthrough.library);
  if (walkthrough === undefined || entry === undefined) return;
  const { scene } = useSession.getState();
  if (scene === undefined || !fits(walkthrough, scene)) {
    const opened = await openScenario(entry.scenario, {
      libraryId: entry.id,
      schedule: walkthrough.schedule ?? '',
      ...(walkthrough.revision !== undefined && { revision: walkthrough.revision }),
      address: 'keep',
    });
    if (!opened) return;
  }
  const now = useSession.getState().scene;
  if (now !== undefined && begin(walkthrough, now, 0, new Map())) arrive('push');
}

/**
 * Takes a walkthrough up again where a link says: the scene is on the screen. A question counts as answered where the link's step is
 * past it.
 */
export function resumeTour(
  named: { readonly walkthrough: string; readonly stop: string },
  step: number | undefined,
): void {
  const { scene } = useSession.getState();
  const walkthrough = findWalkthrough(named.walkthrough);
  if (scene === undefined) return;
  if (walkthrough === undefined || !fits(walkthrough, scene)) {
    notify(
      'info',
      `The link names the walkthrough ${named.walkthrough}, which this page does not have for this run.`,
    );
    return;
  }
  const at = walkthrough.stops.findIndex((stop) => stop.id === named.stop);
  if (at < 0) notify('info', `The walkthrough has no stop ${named.stop} any more: here is its first.`);
  const { tour } = useTour.getState();
  const answers = tour?.walkthrough === walkthrough ? tour.answers : new Map<string, Answer>();
  if (!begin(walkthrough, scene, Math.max(0, at), answers)) return;
  const begun = useTour.getState().tour;
  if (begun === undefined) return;
  if (at < 0 || step === undefined) {
    arrive('replace');
    return;
  }
  // Who comes back past the question has answered it, or was sent the answer.
  const stop = stopOf(begun);
  if (
    stop !== undefined &&
    openQuestion(begun) !== undefined &&
    step >= (begun.steps[begun.at] ?? 0) &&
    step > stepOf(begun)
  )
    useTour.setState({ tour: { ...begun, answers: new Map([...answers, [stop.id, 'passed']]) } });
  point();
}

function begin(
  walkthrough: Walkthrough,
  scene: Scene,
  at: number,
  answers: ReadonlyMap<string, Answer>,
): boolean {
  const steps = resolveStops(walkthrough, scene.run);
  if (!steps.ok) {
    notify('bad', `The walkthrough can’t be shown: ${steps.error.message}.`);
    return false;
  }
  useTour.setState({ tour: { walkthrough, scene, steps: steps.value, at, answers } });
  return true;
}

/** Brings the page to the stop: its scene, its step, and what it points at. */
function arrive(address: 'push' | 'replace'): void {
  const { tour } = useTour.getState();
  if (tour === undefined) return;
  pause();
  closeCompare();
  const step = stepOf(tour);
  if (useSession.getState().scene !== tour.scene) showScene(tour.scene, step, 'keep');
  useView.setState({
    selection: undefined,
    focus: undefined,
    asked: undefined,
    follow: true,
    side: 'inspector',
  });
  usePlayback.setState({ cursor: step });
  noteEnd(tour);
  point();
  // Where the page is one long column, the words are at its top.
  document.querySelector('.centre > .player')?.scrollIntoView({ block: 'start' });
  writeHash(tour.scene, step, address);
}

/** Who has come to the last stop has walked through. */
function noteEnd({ walkthrough, at }: Tour): void {
  if (at + 1 < walkthrough.stops.length) return;
  useTour.setState(({ toured }) =>
    toured.includes(walkthrough.id) ? {} : { toured: [...toured, walkthrough.id] },
  );
}

/** Opens the card that the stop points at. */
function point(): void {
  const { tour } = useTour.getState();
  if (tour === undefined || openQuestion(tour) !== undefined) return;
  const card = stopOf(tour)?.look.find((look): look is Extract<CardName, typeof look> =>
    CARDS.some((c) => c === look),
  );
  if (card !== undefined) showCard(card);
}

/** Opens a card, brings it to the front where there are tabs, and into view. */
export function showCard(card: CardName): void {
  useView.setState(({ closedCards }) => ({
    tab: card,
    ...(closedCards.includes(card) && { closedCards: closedCards.filter((c) => c !== card) }),
  }));
  // Cards change their height with the step: the place is known once they are drawn.
  requestAnimationFrame(() => {
    const inspector = document.querySelector('.inspector');
    const shown = document.getElementById(`card-${card}`);
    if (inspector === null || shown === null || inspector.scrollHeight <= inspector.clientHeight) return;
    const top = shown.getBoundingClientRect().top - inspector.getBoundingClientRect().top;
    const room = inspector.clientHeight - shown.clientHeight;
    if (top < 0 || top > room) inspector.scrollTop += top - Math.max(0, Math.min(top, room));
  });
}

function change(next: Partial<Tour>): void {
  useTour.setState(({ tour }) => ({ tour: tour && { ...tour, ...next } }));
}

/** To the next stop; an open question is passed over first. */
export function nextStop(): void {
  const { tour } = useTour.getState();
  if (tour === undefined) return;
  if (openQuestion(tour) !== undefined) answer('passed');
  else if (tour.at + 1 < tour.walkthrough.stops.length) goToStop(tour.at + 1);
}

export function previousStop(): void {
  const { tour } = useTour.getState();
  if (tour !== undefined && tour.at > 0) goToStop(tour.at - 1);
}

export function goToStop(at: number): void {
  change({ at });
  arrive('push');
}

/** Answers the open question; what it asks about then happens. */
export function answer(chosen: Answer): void {
  const { tour } = useTour.getState();
  const stop = tour && stopOf(tour);
  const question = tour && openQuestion(tour);
  if (tour === undefined || stop === undefined || question === undefined) return;
  if (chosen !== 'passed' && question.options[chosen] === undefined) return;
  change({ answers: new Map([...tour.answers, [stop.id, chosen]]) });
  arrive('replace');
}

/** Back to the stop, from wherever the person looked. */
export function backToStop(): void {
  const { tour } = useTour.getState();
  if (tour === undefined) return;
  arrive(useSession.getState().scene === tour.scene ? 'replace' : 'push');
}

export function leaveTour(): void {
  const { scene } = useSession.getState();
  useTour.setState({ tour: undefined });
  if (scene !== undefined) writeHash(scene, usePlayback.getState().cursor, 'replace');
}

/** Opens what the walkthrough invites to break. */
export async function breakIt(): Promise<void> {
  const { tour } = useTour.getState();
  const broken = tour?.walkthrough.breakIt;
  const entry = tour && findLibraryEntry(broken?.library ?? tour.walkthrough.library);
  if (broken === undefined || entry === undefined) return;
  const opened = await openScenario(entry.scenario, {
    libraryId: entry.id,
    schedule: broken.schedule ?? '',
    ...(broken.revision !== undefined && { revision: broken.revision }),
    address: 'keep',
  });
  const { scene } = useSession.getState();
  if (!opened || scene === undefined) return;
  const step = findStep(broken.at, scene.run, 0) ?? 0;
  usePlayback.setState({ cursor: step });
  writeHash(scene, step, 'push');
}

// The same run again, opened anew or with its runs of steps folded otherwise: the stops are found in it, too.
useSession.subscribe(({ scene }, before) => {
  const { tour } = useTour.getState();
  if (tour === undefined || scene === undefined || scene === before.scene || scene === tour.scene) return;
  if (fits(tour.walkthrough, scene)) begin(tour.walkthrough, scene, tour.at, tour.answers);
});
