import type { EntryFormat } from '../arch/format.ts';
import { formatOf } from '../arch/formats.ts';
import type { Geometry } from '../arch/geometry.ts';
import type { Run } from '../scenario/run.ts';
import type { Slot, Step } from '../step/step.ts';
import { storedAt } from '../step/store-run.ts';

/** What a sentence about a step may look at besides the step. */
export interface NarrationContext {
  readonly geo: Geometry;
  readonly format: EntryFormat;
  /** Step `n` (1…) of the same run; undefined where there is none. */
  stepAt(n: number): Step | undefined;
}

export function narrationContext(run: Pick<Run, 'steps' | 'world'>): NarrationContext {
  const { geo } = run.world;
  return { geo, format: formatOf(geo), stepAt: (n) => run.steps[n - 1] };
}

/** How many steps back a sentence remembers. */
const MEMORY = 64;

/** What a context last knew of a slot before step `n`, from its own load or store within the same call. */
export interface Recalled {
  readonly by: 'load' | 'set';
  readonly value: string;
}

/** Looks back from a step for the same context's last load or store of the slot. */
export function recall(step: Step & Slot, ctx: NarrationContext): Recalled | undefined {
  for (let n = step.n - 1; n >= Math.max(1, step.n - MEMORY); n--) {
    const earlier = ctx.stepAt(n);
    if (earlier === undefined) return undefined;
    if (earlier.ctx !== step.ctx) continue;
    if (earlier.ev === 'call') return undefined;
    if (earlier.ev !== 'load' && earlier.ev !== 'set') continue;
    // A value that could not matter is not known.
    if (earlier.ev === 'load' && earlier.dead) continue;
    const nth = step.idx - earlier.idx;
    if (earlier.table !== step.table || nth < 0 || nth >= (earlier.count ?? 1)) continue;
    if (earlier.ev === 'set') return { by: 'set', value: storedAt(earlier, nth).new.toHex() };
    // Of a run of loads only the first value is told.
    return nth === 0 ? { by: 'load', value: earlier.value } : undefined;
  }
  return undefined;
}
