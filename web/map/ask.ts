import type { EntryClasses, TableNode, TableTree } from '../../src-core/index.ts';
import { levelName } from '../../src-core/index.ts';
import type { Choice } from './range.ts';
import { entriesOf, rangeOf } from './range.ts';
import type { Entries, Spot } from './spot.ts';
import type { MapAsk, SlotRef } from './types.ts';
import { levelWord, paWord, rangeWord } from './words.ts';

/** What a person asks about, where it is one of the linked tables: entries of it, or (`entries` undefined) all of it. */
export interface Asked {
  readonly node: TableNode;
  readonly entries: Entries | undefined;
}

/** What lies at a spot: the range that was chosen, if the spot is in it, else the row or the cell, or the table of a strip. */
export function askedAt(tree: TableTree, spot: Spot, range: Choice | null): Asked | undefined {
  if (spot.on === 'strip') return { node: spot.node, entries: undefined };
  const node = tree.byPa.get(spot.item.table);
  if (node === undefined) return undefined;
  const chosen = range?.table === node.pa ? entriesOf(range) : undefined;
  const inside = chosen !== undefined && spot.idx >= chosen.idx && spot.idx < chosen.idx + chosen.n;
  return { node, entries: inside ? chosen : { idx: spot.idx, n: spot.n } };
}

/** The range that was chosen, or else the entry that is selected. */
export function askedBySelection(
  tree: TableTree,
  range: Choice | null,
  selected: SlotRef | null,
): Asked | undefined {
  const table = range?.table ?? selected?.table;
  const node = table === undefined ? undefined : tree.byPa.get(table);
  if (node === undefined) return undefined;
  if (range !== null) return { node, entries: entriesOf(range) };
  return selected === null ? undefined : { node, entries: { idx: selected.idx, n: 1 } };
}

/** The question in the words and addresses of the screen. */
export function askOf({ geo }: EntryClasses, { node, entries }: Asked): Pick<MapAsk, 'range' | 'label'> {
  const level = levelWord(levelName(geo, node.hw));
  const label =
    entries === undefined
      ? `${level} table ${paWord(node.pa)}`
      : `${level}[${rangeWord(entries.idx, entries.n)}]`;
  return { range: rangeOf(geo, node, entries ?? { idx: 0, n: node.entries }), label };
}
