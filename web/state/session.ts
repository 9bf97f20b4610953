import { create } from 'zustand';
import type { Problem, Run, Scenario, World } from '../engine.ts';

export type Fold = 'auto' | 'always' | 'never';

/** What is run besides the scenario itself. Its revision is the run's. */
export interface Variant {
  /** The library's id while the scenario is the library's own, unchanged. */
  readonly libraryId: string | undefined;
  /** Choices of who runs next, as `a3ba12`. */
  readonly schedule: string;
  /** Whether runs of like steps are one step. */
  readonly fold: Fold;
}

/** What is on the screen: a scenario, the tables it starts from, and its recorded run. Replaced as a whole. */
export interface Scene extends Variant {
  readonly scenario: Scenario;
  readonly world: World;
  readonly run: Run;
}

export interface Session {
  readonly scene: Scene | undefined;
  /** What is being loaded, in words; undefined when nothing is. */
  readonly loading: string | undefined;
  /** Why the first load failed, and what tries it again. */
  readonly failure: { readonly problem: Problem; readonly retry: () => void } | undefined;
}

/** The session: which scene, or what stands between the person and one. */
export const useSession = create<Session>(() => ({
  scene: undefined,
  loading: undefined,
  failure: undefined,
}));
