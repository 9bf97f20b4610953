import type { EntryFormat } from '../arch/format.ts';
import { formatOf } from '../arch/formats.ts';
import type { Geometry } from '../arch/geometry.ts';
import { findRevision } from '../revision/revisions.ts';
import type { WalkRules } from '../revision/rules.ts';
import type { Run } from '../scenario/run.ts';
import type { Step } from '../step/step.ts';

/** What a sentence about a step may look at besides the step. */
export interface NarrationContext {
  readonly geo: Geometry;
  readonly format: EntryFormat;
  /** Do `pmd_leaf()` and its like read the entry once, or anew for each part of the test? */
  readonly valueTests: WalkRules['valueTests'];
  /** Step `n` (1…) of the same run; undefined where there is none. */
  stepAt(n: number): Step | undefined;
}

export function narrationContext(run: Pick<Run, 'steps' | 'world' | 'revision'>): NarrationContext {
  const { geo } = run.world;
  return {
    geo,
    format: formatOf(geo),
    valueTests: findRevision(run.revision)?.rules.walk.valueTests ?? 'function',
    stepAt: (n) => run.steps[n - 1],
  };
}
