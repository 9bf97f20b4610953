import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import type { Run } from './run.ts';
import type { Find } from './walkthrough-find.ts';
import { findStep } from './walkthrough-find.ts';

/**
 * A walkthrough: a scenario of the library, and stops in its run with a few words each. Plain data; a test over all of them
 * (walkthroughs.test.ts) runs the scenario and finds every stop, so that none says what does not happen.
 */
export interface Walkthrough {
  /** Part of links: lower case, words joined by `-`, 40 characters at most; never renamed or reused. */
  readonly id: string;
  /** Id of the library's entry whose scenario is run; its title, summary and chapter are the walkthrough's. */
  readonly library: string;
  /** Its own title, where one entry has several walkthroughs. */
  readonly title?: string;
  /** The revision to run at, where it is not the scenario's. */
  readonly revision?: string;
  /** Choices of who runs next, as `a3ba12`; the default order where absent. */
  readonly schedule?: string;
  /** Ids of the claims it shows: `N3`, `P7`, … */
  readonly claims: readonly string[];
  /** Another revision to show beside this one, same scenario and schedule. */
  readonly compareWith?: string;
  /** In the order of the run. */
  readonly stops: readonly Stop[];
  readonly breakIt?: BreakIt;
}

export interface Stop {
  /** Part of links, within its walkthrough: as the walkthrough's id. */
  readonly id: string;
  readonly find: Find;
  /** At most STOP_LIMITS.heading characters, no full stop. */
  readonly heading: string;
  /** At most STOP_LIMITS.words words. Kernel names are written plainly (`pmd_none()`): the page sets them apart. */
  readonly text: string;
  /** What to look at, the most important first. */
  readonly look: readonly Look[];
  /** Asked before the text is shown; who does not care to guess goes on. */
  readonly question?: Question;
}

export interface Question {
  /** One short sentence that ends with a question mark. */
  readonly ask: string;
  /** Two to four. */
  readonly options: readonly string[];
  /** Index of the right one. */
  readonly answer: number;
  /** One sentence, shown with the answer. */
  readonly because: string;
}

/** The one change that makes it fail. */
export interface BreakIt {
  /** An invitation in one sentence: what changes, and what to watch for. */
  readonly says: string;
  /** Another entry of the library; the walkthrough's own where absent. */
  readonly library?: string;
  readonly revision?: string;
  readonly schedule?: string;
  /** Where it fails: the page opens there, and the test over all walkthroughs finds it. */
  readonly at: Find;
}

/** Parts of the page that a stop can point at. */
export const LOOKS = [
  /** The address strip. */
  'address',
  'map',
  /** Cards of the inspector. */
  'entry',
  'table',
  'locks',
  'stack',
  'tlb',
  'ledger',
  'counters',
  'caption',
  'timeline',
  /** The revision bar. */
  'revisions',
] as const;
export type Look = (typeof LOOKS)[number];

export const STOP_LIMITS = { heading: 60, words: 60 } as const;

/**
 * The step of each stop, ascending; step 0 is the start of the run. A problem names the first stop that is not found, or would
 * come before the one before it.
 */
export function resolveStops(walkthrough: Walkthrough, run: Run): Result<readonly number[]> {
  const steps: number[] = [];
  for (const [i, stop] of walkthrough.stops.entries()) {
    const from = steps.at(-1) ?? 0;
    const step = findStep(stop.find, run, from);
    const path = `${walkthrough.id}.stops[${i}]`;
    if (step === undefined)
      return problem(path, `nothing in the run at ${run.revision} is like stop ${stop.id}`);
    if (step < from)
      return problem(path, `stop ${stop.id} is at step ${step}, before step ${from} of the stop before`);
    steps.push(step);
  }
  return ok(steps);
}

/** Words of a text, for limits. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}
