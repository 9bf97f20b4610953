import type { LibraryEntry } from '../library.ts';
import type { Scenario, ScenarioCall, ScenarioContext, ScenarioMemory } from '../schema.ts';
import { HEADER } from './common.ts';

type OmittedLock = NonNullable<ScenarioContext['omit']>[number];

/** An entry whose calls run on CPUs of their own, and what a search of it is to find. */
export function race(
  about: Omit<LibraryEntry, 'scenario' | 'chapter'> & { readonly chapter?: number },
  expect: 'safe' | 'unsafe',
  memory: ScenarioMemory,
  contexts: readonly ScenarioCall[][],
  more: Partial<Scenario> = {},
): LibraryEntry {
  return {
    chapter: 3,
    ...about,
    scenario: {
      ...HEADER,
      title: about.title,
      revision: 'v7.3',
      memory,
      expect,
      contexts: contexts.map((calls, cpu) => ({ cpu, calls })),
      ...more,
    },
  };
}

/** The same, with one context that does without a lock. */
export function without(entry: LibraryEntry, ctx: number, lock: OmittedLock): LibraryEntry {
  const contexts = entry.scenario.contexts.map((c, i) => (i === ctx ? { ...c, omit: [lock] } : c));
  return { ...entry, scenario: { ...entry.scenario, contexts } };
}
