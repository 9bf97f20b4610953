import type { LibraryEntry } from '../library.ts';
import type { Scenario, ScenarioCall, ScenarioMemory, ScenarioOps } from '../schema.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from '../format.ts';

export const HEADER = { format: SCENARIO_FORMAT, version: SCENARIO_VERSION } as const;

/** A small arm64 machine, captured running: blocks, contiguous runs, and blocks split while in use. */
export const CAPTURE = { capture: 'x4-4k-48' } as const;

/** The callbacks the kernel's own permission change sets, and one for holes. */
export const LOOK: ScenarioOps = { callbacks: ['pud', 'pmd', 'pte', 'hole'] };

/**
 * In the capture's linear map: the last four pages of a contiguous run, 26 blocks of 2 MiB, and a hole of one PMD entry.
 */
export const FIRST_RANGE = { start: '0xffff00007c7fc000', end: '0xffff00007fe00000' } as const;

/** init_mm's mmap_lock, as most walks of kernel tables hold it. */
export const INIT_MM_READ: NonNullable<ScenarioCall['locks']> = [{ name: 'mmap:init_mm', mode: 'read' }];

/** An entry whose one context makes these calls on CPU 0; what else its scenario has comes in `more`. */
export function oneContext(
  about: Omit<LibraryEntry, 'scenario'>,
  revision: string,
  memory: ScenarioMemory,
  calls: ScenarioCall[],
  more: Partial<Scenario> = {},
): LibraryEntry {
  return {
    ...about,
    scenario: { ...HEADER, title: about.title, revision, memory, contexts: [{ cpu: 0, calls }], ...more },
  };
}
