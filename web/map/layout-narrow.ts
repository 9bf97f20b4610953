import type { FocusTable } from '../../src-core/index.ts';
import { focusTables, levelName, tableContents } from '../../src-core/index.ts';
import { callouts } from './callout.ts';
import { cardGroup, cardHeight } from './card.ts';
import { LINE_HEADER, lineHeader } from './header.ts';
import type { MapInput } from './input.ts';
import { leafTable } from './leaf.ts';
import { looseNode, looseTables } from './loose.ts';
import type { Group, MapLayout, Strip } from './marks.ts';
import { rowsOf } from './rows.ts';
import { stripsOf, without } from './strips.ts';
import { rowsHeight, tableGroups } from './table-groups.ts';

const SIDE = 12;

/** The map as a list: a card a level, the last table in full width. It grows downwards as it needs. */
export function narrowLayout(input: MapInput): MapLayout {
  const mm = input.mms.find((m) => m.name === input.focus.mm) ?? input.mms[0];
  const path = mm === undefined ? [] : focusTables(input.classes, input.memory, mm, input.focus.va);
  const w = input.width - 2 * SIDE;
  const groups: Group[] = [];
  const strips: Strip[] = [];
  const last = path[path.length - 1];
  let y = 6;
  const cards = path.filter((t) => t.page.hw < 3);
  for (const [i, table] of cards.entries()) {
    groups.push(cardGroup(input, table, i, { x: SIDE, y, w }, mm?.name ?? ''));
    y += cardHeight(input, table) + 4;
  }
  y += 2;
  const stray = looseTables(input).find((p) => p.hw === 3);
  const leaf: FocusTable | undefined = last?.page.hw === 3 ? last : undefined;
  const page = leaf?.page ?? stray ?? last?.page;
  if (page !== undefined) {
    const level = levelName(input.geo, page.hw);
    const va = leaf?.va ?? (stray === undefined ? last?.va : stray.va);
    const contents = tableContents(input.classes, page);
    groups.push(
      lineHeader(input, {
        key: 'head:list',
        level,
        x: SIDE,
        y,
        w,
        focus: true,
        table: { page, va, contents },
      }),
    );
    y += LINE_HEADER;
    if (page.hw === 3) {
      const made = leafTable(input, {
        page,
        va,
        level,
        idx: leaf?.idx,
        x: SIDE,
        y,
        w,
        h: Math.max(160, input.height - y - 12),
        depth: path.length,
        bare: true,
      });
      groups.push(...made.groups);
      y += made.height + 8;
    } else {
      const below = (['p4d', 'pud', 'pmd', 'pte'] as const)[page.hw + 1];
      const box = { page, va, level, below, idx: last?.idx, x: SIDE, y, w, pitch: 18, depth: path.length };
      const rows = rowsOf(input, box, Math.max(12 * 18, input.height - y - 70), 30);
      groups.push(...tableGroups(input, box, rows));
      y += rowsHeight(rows) + 10;
    }
    const nodes = without(
      [
        ...(input.tree.levels[page.hw + 1] ?? []),
        ...looseTables(input)
          .filter((p) => p.hw === page.hw)
          .map((p) => looseNode(input, p)),
      ],
      new Set([page]),
    );
    const made = stripsOf(input, {
      hw: page.hw,
      level,
      x: SIDE,
      y,
      w,
      h: Math.max(60, input.height - y - 8),
      nodes,
      more: true,
    });
    if (made.strips.length > 0) {
      groups.push(...made.groups);
      strips.push(...made.strips);
      const end = made.strips[made.strips.length - 1];
      y = Math.max(y, (end?.y ?? y) + (end?.h ?? 0) + 10);
    }
  }
  groups.push(...callouts({ ...input, height: Math.max(input.height, y) }, groups));
  return {
    width: input.width,
    height: Math.max(input.height, Math.ceil(y)),
    narrow: true,
    columns: [],
    groups,
    strips,
  };
}
