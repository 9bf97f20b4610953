import { create } from 'zustand';
import type { Finding, SearchProgress, Verdict } from '../engine.ts';
import type { Scene } from './session.ts';

/** How a search ended. */
export type Found =
  | { readonly kind: 'done'; readonly verdict: Verdict; readonly ms: number }
  /** By the person; what it had come to is told all the same. */
  | {
      readonly kind: 'cancelled';
      readonly progress: SearchProgress | undefined;
      readonly findings: readonly Finding[];
      readonly ms: number;
    }
  | { readonly kind: 'refused'; readonly why: string };

/** A search under way. */
export interface Searching {
  readonly key: string;
  readonly progress: SearchProgress | undefined;
  /** What was found by now, with witnesses. */
  readonly findings: readonly Finding[];
  readonly since: number;
}

export interface SearchState {
  readonly now: Searching | undefined;
  /** By what was searched: it stays with a scenario until that changes. */
  readonly found: ReadonlyMap<string, Found>;
  /** undefined: every interleaving. */
  readonly maxSwitches: number | undefined;
  /** Seconds. */
  readonly budget: number;
}

export const useSearch = create<SearchState>(() => ({
  now: undefined,
  found: new Map(),
  maxSwitches: undefined,
  budget: 60,
}));

/** What is certain of a search that has ended: something found is found, however it ended. */
export function verdictOf(found: Found | undefined): Verdict['verdict'] | undefined {
  if (found?.kind === 'done') return found.verdict.verdict;
  return found?.kind === 'cancelled' && found.findings.length > 0 ? 'unsafe' : undefined;
}

const keys = new WeakMap<Scene, string>();

/** What a search of a scene is about: the scenario and the revision, by whatever schedule it is run. */
export function searchKey(scene: Scene): string {
  let key = keys.get(scene);
  if (key === undefined) {
    key = `${scene.run.revision} ${JSON.stringify(scene.scenario)}`;
    keys.set(scene, key);
  }
  return key;
}
