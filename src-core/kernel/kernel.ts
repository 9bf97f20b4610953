import type { Geometry } from '../arch/geometry.ts';
import type { Rules } from '../revision/rules.ts';
import type { Mm, MmName } from '../mm/mm.ts';

/**
 * What a kernel function knows without asking the machine: what it was compiled with, and which mms exist. Constant for a
 * whole run.
 */
export interface Kernel {
  readonly geo: Geometry;
  readonly rules: Rules;
  /** Throws if the run has no such mm: scenarios are checked before they run. */
  mm(name: MmName): Mm;
}

/** The errno values the simulated functions return. */
export const EINVAL = 22;
export const ENOMEM = 12;
export const EBUSY = 16;
