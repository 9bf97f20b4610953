import type { Step } from '../step/step.ts';
import type { Frame } from './context.ts';

/** 4 GiB of blocks split into pages; 32 MiB of journal. */
const MAX_STORES_IN_RUNS = 2 ** 20;

/** Keeps what happened. A machine without one is searching, and makes no steps at all. */
export class Recorder {
  readonly steps: Step[] = [];
  /** frames[i] is the call stack just after steps[i]. */
  readonly frames: (Frame | undefined)[] = [];
  readonly max: number;
  /** Single stores behind the steps that are runs of them. Each is in the journal, so these are bounded too. */
  storesInRuns = 0;

  constructor(max: number) {
    this.max = max;
  }

  get full(): boolean {
    return this.steps.length >= this.max || this.storesInRuns >= MAX_STORES_IN_RUNS;
  }
}
