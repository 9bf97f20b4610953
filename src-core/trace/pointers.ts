import { formatOf } from '../arch/formats.ts';
import { U64 } from '../base/u64.ts';
import type { Run } from '../scenario/run.ts';
import type { Slot, Step, StepBase } from '../step/step.ts';

/** A table that a context is about to use by a pointer it read before, and what became of it meanwhile. */
export interface PointerRead {
  readonly ctx: number;
  /** Physical address and hardware level of the table. */
  readonly table: number;
  readonly hw: number;
  /** Step that read the pointer. */
  readonly load: number;
  /** The entry that was read. */
  readonly from: { readonly table: number; readonly hw: number; readonly idx: number };
  /** The context's next step, which uses the table. */
  readonly use: number;
  /** The entry was changed since, and leads elsewhere. */
  readonly unlinked: { readonly n: number; readonly ctx: number } | undefined;
  /** The table was freed since. */
  readonly freed: { readonly n: number; readonly ctx: number } | undefined;
}

type SlotStep = StepBase & Slot & Extract<Step, { ev: 'load' | 'set' }>;

function usesSlot(step: Step | undefined): step is SlotStep {
  return step?.ev === 'load' || step?.ev === 'set';
}

/** How many steps are looked back at. */
const FAR = 20_000;

/**
 * After step `n`: for each context whose next use of a table goes by a pointer that it has read already, where it read it and whether
 * that still holds. Root tables need no pointer.
 */
export function pointerReads(
  run: Pick<Run, 'steps' | 'world' | 'scenario'>,
  n: number,
): readonly PointerRead[] {
  const found: PointerRead[] = [];
  for (let ctx = 0; ctx < run.scenario.contexts.length; ctx++) {
    const use = nextUse(run.steps, ctx, n);
    const read = use && pointerOf(run, use, n);
    if (read !== undefined) found.push(read);
  }
  return found;
}

/** The pointer by which step `use` came to its table, as things stood after step `n`; undefined where it read none before. */
export function pointerOf(
  run: Pick<Run, 'steps' | 'world'>,
  use: SlotStep,
  n: number,
): PointerRead | undefined {
  const table = Number(use.table);
  const { geo } = run.world;
  const format = formatOf(geo);
  const leads = (hw: number, value: string): boolean => {
    const v = U64.hex(value);
    return format.kind(geo, hw, v) === 'table' && format.address(geo, hw, v) === table;
  };
  for (let i = Math.min(n, use.n - 1); i > Math.max(0, n - FAR); i--) {
    const load = run.steps[i - 1];
    if (load?.ev !== 'load' || load.ctx !== use.ctx || load.hw !== use.hw - 1) continue;
    if (load.count !== undefined || !leads(load.hw, load.value)) continue;
    let unlinked: PointerRead['unlinked'];
    let freed: PointerRead['freed'];
    for (const step of run.steps.slice(load.n, n)) {
      if (step.ev === 'set' && step.table === load.table && step.idx === load.idx)
        unlinked = leads(step.hw, step.new) ? undefined : { n: step.n, ctx: step.ctx };
      if (step.ev === 'free' && Number(step.table) === table && step.deferred !== true)
        freed = { n: step.n, ctx: step.ctx };
    }
    const from = { table: Number(load.table), hw: load.hw, idx: load.idx };
    return { ctx: use.ctx, table, hw: use.hw, load: load.n, from, use: use.n, unlinked, freed };
  }
  return undefined;
}

/** The next step of a context that reads or writes an entry, unless its call ends before. */
function nextUse(steps: readonly Step[], ctx: number, n: number): SlotStep | undefined {
  for (let i = n; i < Math.min(steps.length, n + FAR); i++) {
    const step = steps[i];
    if (step?.ctx !== ctx) continue;
    if (step.ev === 'return' || step.ev === 'call') return undefined;
    if (usesSlot(step)) return step;
  }
  return undefined;
}

/** The read or write that a violation is about: the step before it, of the same context. */
export function culprit(steps: readonly Step[], violation: number): SlotStep | undefined {
  const ctx = steps[violation - 1]?.ctx;
  for (let i = violation - 2; i >= 0 && i >= violation - 8; i--) {
    const step = steps[i];
    if (step?.ctx === ctx && usesSlot(step)) return step;
  }
  return undefined;
}
