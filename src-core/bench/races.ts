import { describeProblem, openScenario, parseJson, prepareScenario, searchScenario } from '../index.ts';
import type { Prepared, Verdict } from '../index.ts';
import { worldFromListing } from '../scenario/listing-world.ts';
import { promelaOf } from '../search/promela.ts';

/** Races that are also given to another checker: a scenario each, broken and fixed, in `bench/races`. */
export const RACES: readonly string[] = [
  'promotion-prefix',
  'promotion-fixed',
  'setmem-overlap',
  'setmem-disjoint',
  'retract-at-once',
  'retract-rcu',
  'split-no-mutex',
  'split-mutex',
];

/** A race's file, ready to run. Throws where it is no scenario with tables of its own. */
export function prepareRaceFile(text: string): Prepared {
  const json = parseJson(text);
  if (!json.ok) throw new Error(describeProblem(json.error));
  const scenario = openScenario(json.value);
  if (!scenario.ok) throw new Error(describeProblem(scenario.error));
  const { memory } = scenario.value;
  if (!('tables' in memory)) throw new Error('a race has tables of its own');
  const world = worldFromListing(memory);
  if (!world.ok) throw new Error(describeProblem(world.error));
  const prepared = prepareScenario(scenario.value, world.value);
  if (!prepared.ok) throw new Error(describeProblem(prepared.error));
  return prepared.value;
}

export interface TimedVerdict {
  readonly verdict: Verdict;
  /** Milliseconds to the first execution that goes wrong, the whole of the scenario's preparation included; undefined where none does. */
  readonly first: number | undefined;
  /** Milliseconds to the complete verdict. */
  readonly complete: number;
}

/** Times a search from the text of its file on. `now`: milliseconds. */
export function timeRace(text: string, now: () => number): TimedVerdict {
  const t0 = now();
  const quick = searchScenario(prepareRaceFile(text), { firstOnly: true });
  const t1 = now();
  const verdict = searchScenario(prepareRaceFile(text));
  const t2 = now();
  return { verdict, first: quick.verdict === 'unsafe' ? t1 - t0 : undefined, complete: t2 - t1 };
}

/** The race in Promela, and how many steps that has. */
export function racePromela(text: string): { readonly text: string; readonly nodes: number } {
  return promelaOf(prepareRaceFile(text));
}
