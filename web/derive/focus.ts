import { U64 } from '../engine.ts';
import type { Run, World } from '../engine.ts';
import type { MapFocus } from '../map/types.ts';
import { isSlotStep, lastSlotStep, memoryAt, stepAt } from './moment.ts';

/** Where the walk of a context's first call begins. */
function startOf(run: Run, world: World, ctx: number): MapFocus | undefined {
  const call = run.scenario.contexts[ctx]?.calls[0];
  if (call === undefined) return undefined;
  const va = U64.parse(call.start);
  const mm = call.pgd ?? (call.fn === 'walk_page_range_debug' ? call.mm : 'init_mm');
  return va === undefined || !world.mms.some((m) => m.name === mm) ? undefined : { mm, va };
}

/** The path of the last step: the address whose walk the map shows at `cursor`, and whose fields light up. */
export function pathAt(run: Run, world: World, cursor: number): MapFocus {
  const first = world.mms[0];
  const slot = lastSlotStep(run, cursor);
  const start = startOf(run, world, stepAt(run, cursor)?.ctx ?? 0);
  if (slot?.va != null) {
    // A folded run keeps the address it began at; a table that two mms share belongs to the one being walked.
    const page = memoryAt(run, cursor).page(Number(slot.table));
    const walked = startOf(run, world, slot.ctx)?.mm;
    const step = stepAt(run, cursor);
    const va = U64.hex(slot.va);
    const within = step !== undefined && !isSlotStep(step) && 'addr' in step ? U64.hex(step.addr) : va;
    return { mm: walked ?? page?.mm ?? first?.name ?? 'init_mm', va: within.lt(va) ? va : within };
  }
  return start ?? { mm: first?.name ?? 'init_mm', va: first?.base ?? U64.ZERO };
}
