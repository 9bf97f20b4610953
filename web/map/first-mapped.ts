import type { Geometry, TableNode, U64 } from '../../src-core/index.ts';
import { slotVa } from '../../src-core/index.ts';

/** The first address below a table that leads anywhere: down its first table, to the first entry that is not none. */
export function firstMapped(geo: Geometry, node: TableNode): U64 {
  const used = node.contents.runs.find((run) => run.is.kind !== 'none');
  if (used === undefined) return node.va;
  const child =
    used.is.kind === 'table' ? node.children.find((c) => c.parent?.idx === used.first) : undefined;
  return child === undefined ? slotVa(geo, node.hw, node.va, used.first) : firstMapped(geo, child);
}
