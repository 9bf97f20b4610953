import { callStart, hwIndex, hwShift, U64 } from '../engine.ts';
import type { Run, Step, World } from '../engine.ts';
import type { MapFocus } from '../map/types.ts';
import { inHalfOf } from './address.ts';
import type { SlotStep } from './moment.ts';
import { lastWalkStep, memoryAt, stepAt } from './moment.ts';
import { countUpTo, runIndex } from './runIndex.ts';

/** Where the walk of a call begins: the call of context `ctx` that is under way at `cursor`, or its first. */
function startOf(run: Run, world: World, ctx: number, cursor: number): MapFocus | undefined {
  const begun = runIndex(run).calls.get(ctx);
  const at = begun === undefined ? 0 : Math.max(0, countUpTo(begun, cursor) - 1);
  const calls = run.scenario.contexts[ctx]?.calls;
  const call = calls?.[Math.min(at, calls.length - 1)];
  const start = call && callStart(call, run.scenario, world);
  const root = start && world.mms.find((m) => m.name === start.mm);
  return start === undefined || root === undefined
    ? undefined
    : { mm: start.mm, va: inHalfOf(world.geo, root.base, start.va) };
}

/** The address that a callback or a hole is told. */
function toldAddress(step: Step | undefined): U64 | undefined {
  return step?.ev === 'cb' || step?.ev === 'hole' ? U64.hex(step.addr) : undefined;
}

/**
 * The walk at `cursor`: the address it has come to, whose path the map shows and whose fields light up. It is told by the
 * table and the index that the walker used, not by the address it was given: a walk with the addresses of one mm over the
 * tables of another ignores the bits above the ones in use, and what is shown is the address that those tables translate.
 * Of an entry that covers the begin of the range, that begin is shown.
 */
export function pathAt(run: Run, world: World, cursor: number): MapFocus {
  const step = stepAt(run, cursor);
  const start = startOf(run, world, step?.ctx ?? 0, cursor);
  const slot = lastWalkStep(run, cursor);
  const there = slot && slotFocus(run, world, cursor, slot, start);
  if (there === undefined) {
    const first = world.mms[0];
    return start ?? { mm: first?.name ?? 'init_mm', va: first?.base ?? U64.ZERO };
  }
  const told = toldAddress(step);
  const base = world.mms.find((m) => m.name === there.mm)?.base;
  if (slot === undefined || told === undefined || base === undefined) return there;
  const va = inHalfOf(world.geo, base, told);
  return covers(world, slot, va) ? { mm: there.mm, va } : there;
}

/** The address of the entry that a step touched, in the mm its table belongs to; undefined while the table is not linked. */
function slotFocus(
  run: Run,
  world: World,
  cursor: number,
  slot: SlotStep,
  start: MapFocus | undefined,
): MapFocus | undefined {
  if (slot.va === null) return undefined;
  const owner = memoryAt(run, cursor).page(Number(slot.table))?.mm ?? start?.mm;
  const mm = world.mms.find((m) => m.name === owner);
  if (mm === undefined) return undefined;
  if (start?.mm === mm.name && covers(world, slot, start.va)) return start;
  return { mm: mm.name, va: U64.hex(slot.va) };
}

/** The entry is on the path of this address: at its index, and within what the entry maps. */
function covers(world: World, slot: SlotStep, va: U64): boolean {
  if (slot.va === null || hwIndex(world.geo, slot.hw, va) !== slot.idx) return false;
  const size = hwShift(world.geo, slot.hw);
  return va.shr(size).eq(U64.hex(slot.va).shr(size));
}
