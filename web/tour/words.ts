import { openQuestion, stopOf } from '../derive/tour.ts';
import type { Tour } from '../state/tour.ts';

/** How a question that was asked came out; undefined where it was passed over, or there was none. */
export function verdict(tour: Tour): { readonly right: boolean; readonly text: string } | undefined {
  const stop = stopOf(tour);
  const chosen = stop && tour.answers.get(stop.id);
  if (stop?.question === undefined || chosen === undefined || chosen === 'passed') return undefined;
  const { answer, options, because } = stop.question;
  const right = chosen === answer;
  return {
    right,
    text: right
      ? `Right. ${because}`
      : `Not “${options[chosen] ?? ''}”, but “${options[answer] ?? ''}”. ${because}`,
  };
}

/** What a screen reader is told when the stop changes, a question opens, or it is answered. */
export function announcement(tour: Tour): string {
  const stop = stopOf(tour);
  if (stop === undefined) return '';
  const place = `Stop ${tour.at + 1} of ${tour.walkthrough.stops.length}.`;
  const question = openQuestion(tour);
  if (question !== undefined) {
    const options = question.options.map((option, i) => `${i + 1}: ${option}.`);
    return [place, 'A question:', question.ask, ...options].join(' ');
  }
  return [place, verdict(tour)?.text ?? '', `${stop.heading}.`, stop.text].filter((t) => t !== '').join(' ');
}
