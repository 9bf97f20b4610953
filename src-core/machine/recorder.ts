import type { Step } from '../step/step.ts';
import type { Frame } from './context.ts';

/** Keeps what happened. A machine without one is searching, and makes no steps at all. */
export class Recorder {
  readonly steps: Step[] = [];
  /** frames[i] is the call stack just after steps[i]. */
  readonly frames: (Frame | undefined)[] = [];
  readonly max: number;

  constructor(max: number) {
    this.max = max;
  }

  get full(): boolean {
    return this.steps.length >= this.max;
  }
}
