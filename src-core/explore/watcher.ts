import type { Machine } from '../machine/machine.ts';
import type { Happening } from './wakeup.ts';

/** Looks on while executions are explored. */
export interface StepWatcher {
  /** A new execution starts. */
  begin(machine: Machine): void;
  before(machine: Machine, step: Happening): void;
  after(machine: Machine, step: Happening): void;
}
