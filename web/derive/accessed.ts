import { entryClasses, focusTables, formatOf, U64 } from '../engine.ts';
import type { Run, Step, World } from '../engine.ts';
import type { SlotRef } from '../map/types.ts';
import { memoryAt } from './moment.ts';

/**
 * The entry at which a walk for a use of memory ends: what it used, or where it faulted. Uses are of the kernel’s own half. undefined
 * for other steps.
 */
export function accessedEntry(run: Run, world: World, step: Step | undefined): SlotRef | undefined {
  const root = world.mms.find((mm) => mm.name === 'init_mm');
  if (step?.ev !== 'access' || root === undefined) return undefined;
  const classes = entryClasses(world.geo, formatOf(world.geo));
  const way = focusTables(classes, memoryAt(run, step.n), root, U64.hex(step.addr));
  const hw = step.may.find((outcome) => outcome.from === 'walk')?.hw;
  const last = way.find(({ page }) => page.hw === hw) ?? way.at(-1);
  return last && { table: last.page.pa, idx: last.idx };
}
