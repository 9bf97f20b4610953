import type { FocusTable, TableNode, TablePage } from '../../src-core/index.ts';
import { levelName, tableContents, U64 } from '../../src-core/index.ts';
import type { MapInput } from './input.ts';
import { kindWord, levelWord } from './words.ts';

/**
 * Tables that no entry points to, but that the run knows: not linked yet, detached, waiting for a grace period, freed. The
 * one of the step at the cursor comes first.
 */
export function looseTables(input: MapInput): readonly TablePage[] {
  const out: TablePage[] = [];
  const add = (pa: number | undefined): void => {
    if (pa === undefined || input.tree.byPa.has(pa)) return;
    const page = input.memory.page(pa);
    if (page !== undefined && !out.includes(page)) out.push(page);
  };
  add(input.violation?.table);
  add(input.current?.table);
  for (const [pa, badge] of input.tables) if (badge.state !== undefined) add(pa);
  return out;
}

/** A loose table as the strips take tables: it hangs nowhere. */
export function looseNode(input: MapInput, page: TablePage): TableNode {
  return {
    page,
    pa: page.pa,
    hw: page.hw,
    level: levelName(input.geo, page.hw),
    mm: page.mm,
    va: page.va ?? U64.ZERO,
    parent: undefined,
    parents: 0,
    contents: tableContents(input.classes, page),
    entries: page.entries,
    children: [],
  };
}

/** Why a level of the focus path has no table, longest wording first. */
export function whyAbsent(input: MapInput, last: FocusTable | undefined): readonly string[] {
  if (last === undefined) return ['no table'];
  const where = `${levelWord(levelName(input.geo, last.page.hw))}[${last.idx}]`;
  const what =
    last.kind === 'table'
      ? 'leads to no known table'
      : last.kind === 'block'
        ? 'is a block'
        : `is ${kindWord(last.kind)}`;
  return [`no table: ${where} ${what}`, `${where} ${what}`, 'no table'];
}
