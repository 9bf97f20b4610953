import type { Run } from '../engine.ts';
import type { MapCurrent } from '../map/types.ts';
import type { SlotStep } from './moment.ts';
import { isSlotStep, lastWalkStep, stepAt } from './moment.ts';

/**
 * The entry that the step at `cursor` is about: the one it reads or writes. A callback and a hole are about the entry that
 * their context has read last in the same call.
 */
export function currentAt(run: Run, cursor: number): MapCurrent | null {
  const step = stepAt(run, cursor);
  if (isSlotStep(step))
    return { kind: step.ev === 'load' && step.dead ? 'ignored' : step.ev, step: step.n, ...entries(step) };
  if (step?.ev !== 'cb' && step?.ev !== 'hole') return null;
  const read = lastWalkStep(run, cursor);
  if (read === undefined) return null;
  if (step.ev === 'hole') return { kind: 'hole', step: step.n, table: Number(read.table), idx: read.idx };
  return { kind: 'callback', name: `${step.level}_entry`, step: step.n, ...entries(read) };
}

function entries(step: SlotStep): Pick<MapCurrent, 'table' | 'idx' | 'count'> {
  return {
    table: Number(step.table),
    idx: step.idx,
    ...(step.count !== undefined && { count: step.count }),
  };
}
