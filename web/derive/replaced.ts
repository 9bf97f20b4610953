import { formatOf, U64 } from '../engine.ts';
import type { Run, Step } from '../engine.ts';
import type { MapReplaced } from '../map/types.ts';

/** A store by which a table takes the place of a leaf, or a leaf that of a table; undefined for any other step. */
export function replacedBy(run: Run, step: Step | undefined): MapReplaced | undefined {
  if (step?.ev !== 'set' || step.count !== undefined) return undefined;
  const { geo } = run.world;
  const format = formatOf(geo);
  const [old, now] = [U64.hex(step.old), U64.hex(step.new)];
  const [before, after] = [format.kind(geo, step.hw, old), format.kind(geo, step.hw, now)];
  const leaf = (kind: typeof before): boolean => kind === 'block' || kind === 'invalid';
  const entry = { table: Number(step.table), idx: step.idx, step: step.n };
  if (leaf(before) && after === 'table')
    return { ...entry, how: 'unfolds', child: format.address(geo, step.hw, now) };
  if (before === 'table' && leaf(after))
    return { ...entry, how: 'folds', child: format.address(geo, step.hw, old) };
  return undefined;
}
