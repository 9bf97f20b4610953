import type { FocusTable, Mm, TableNode, TablePage } from '../../src-core/index.ts';
import { countTables, focusTables, tableContents } from '../../src-core/index.ts';
import { callouts } from './callout.ts';
import { columnsOf } from './columns.ts';
import type { Edge } from './edges.ts';
import { edgeGroup } from './edges.ts';
import { HEADER_HEIGHT, HEADER_MIDDLE, headerGroup } from './header.ts';
import type { MapInput } from './input.ts';
import { leafTable } from './leaf.ts';
import { legendGroup, legendHeight } from './legend.ts';
import { looseNode, looseTables, whyAbsent } from './loose.ts';
import type { Column, Group, MapLayout, Strip } from './marks.ts';
import { Pen, rect } from './marks.ts';
import { notesGroup } from './notes.ts';
import type { Row, RowsBox } from './rows.ts';
import { rowsOf, wantedHeight } from './rows.ts';
import { rowsHeight, tableGroups } from './table-groups.ts';
import { LEAST_STRIPS, STRIPS_HEADING, stripsOf, without } from './strips.ts';

/** All focus headers share this top, so that an edge leaves its row, turns once and lands. */
const TOP = 28;
const BOTTOM = 10;
const MM_HEADING = 24;
const BETWEEN = 12;
/** Between a table and the heading of the strips below it. */
const ABOVE_STRIPS = 8;
/** Rows in all columns together, so that the live SVG stays small on any screen. */
const MOST_ROWS = 60;

/** Everything a column adds to the map. */
interface Drawn {
  readonly groups: Group[];
  readonly strips: Strip[];
  /** Right ends of rows that lead somewhere: by table and index. */
  readonly anchors: Map<string, { readonly x: number; readonly y: number }>;
  readonly edges: Edge[];
  rowsLeft: number;
}

export function wideLayout(input: MapInput): MapLayout {
  const columns = columnsOf(input.geo, input.width);
  const mm = input.mms.find((m) => m.name === input.focus.mm) ?? input.mms[0];
  const path = mm === undefined ? [] : focusTables(input.classes, input.memory, mm, input.focus.va);
  const loose = looseTables(input);
  const out: Drawn = { groups: [], strips: [], anchors: new Map(), edges: [], rowsLeft: MOST_ROWS };
  const drawn = new Set<TablePage>(path.map((t) => t.page));

  for (const [i, column] of columns.entries()) {
    if (i === 0) {
      rootColumn(input, column, mm, path[0], out);
      continue;
    }
    const share = Math.max(8, Math.floor(out.rowsLeft / (columns.length - i)));
    const table = path.find((t) => t.page.hw === column.hw);
    const stray = table === undefined ? loose.find((p) => p.hw === column.hw) : undefined;
    if (stray !== undefined) drawn.add(stray);
    const linked = input.tree.levels[column.hw + 1] ?? [];
    const nodes = without(
      [...linked, ...loose.filter((p) => p.hw === column.hw).map((p) => looseNode(input, p))],
      drawn,
    );
    tableColumn(input, column, i, path, table, stray, nodes, share, out);
  }
  link(columns, path, out);
  staleEdge(input, columns, path, loose, out);
  hairlines(out, columns);
  const callout = callouts(input, out.groups);
  return {
    width: input.width,
    height: input.height,
    narrow: false,
    columns,
    groups: [...out.edges.map(edgeGroup), ...out.groups, ...callout],
    strips: out.strips,
  };
}

/** The roots of all mms, one under the other, and the legend. */
function rootColumn(
  input: MapInput,
  column: Column,
  focusMm: Mm | undefined,
  focus: FocusTable | undefined,
  out: Drawn,
): void {
  const roots = input.mms.flatMap((mm) => {
    const page = input.memory.page(mm.pgd);
    return page === undefined ? [] : [{ mm, page }];
  });
  const withLegend = input.height >= 330;
  const bottom = input.height - BOTTOM - (withLegend ? legendHeight(input) + 8 : 0);
  const pitch = 15;
  const frame = MM_HEADING + HEADER_HEIGHT;
  const wanted = roots.map((r) => wantedHeight(input, r.page, pitch));
  let room = bottom - 4 - roots.length * frame - (roots.length - 1) * BETWEEN;
  // The root in focus first; the others keep at least two rows each.
  const others = roots.length - 1;
  const isFocus = (i: number): boolean => roots[i]?.mm === focusMm;
  const rooms = roots.map((_, i) =>
    isFocus(i) ? Math.max(3 * pitch, Math.min(wanted[i] ?? 0, room - others * Math.min(4, 3) * pitch)) : 0,
  );
  room -= rooms.reduce((a, b) => a + b, 0);
  for (const [i] of roots.entries()) {
    if (isFocus(i)) continue;
    const part = Math.max(2 * pitch, Math.min(wanted[i] ?? 0, Math.floor(room / Math.max(1, others))));
    rooms[i] = part;
  }
  let y = TOP - MM_HEADING;
  for (const [i, { mm, page }] of roots.entries()) {
    out.groups.push(mmHeading(input, mm, column, y));
    y += MM_HEADING;
    const contents = tableContents(input.classes, page);
    out.groups.push(
      headerGroup(input, {
        key: `root:${mm.name}`,
        level: column.level,
        x: column.x,
        y,
        w: column.w,
        focus: isFocus(i),
        badge: true,
        table: { page, va: mm.base, contents },
      }),
    );
    y += HEADER_HEIGHT;
    const box = boxOf(column, page, mm.base, isFocus(i) ? focus?.idx : undefined, y, pitch, 1, input);
    const rows = rowsOf(input, box, rooms[i] ?? 0, Math.max(6, Math.floor(out.rowsLeft / 3)));
    place(input, box, rows, out);
    y += rowsHeight(rows) + BETWEEN;
  }
  if (withLegend && y <= input.height - BOTTOM - legendHeight(input) + 6) {
    out.groups.push(legendGroup(input, column.x, input.height - BOTTOM - legendHeight(input), column.w));
  }
}

function mmHeading(input: MapInput, mm: Mm, column: Column, y: number): Group {
  const pen = new Pen(input.measure);
  const name = pen.text(0, 14, mm.name, 'head', 'v');
  const n = countTables(input.tree, mm.name);
  const tables = `${n} ${n === 1 ? 'table' : 'tables'}`;
  const variants = mm.name === 'init_mm' ? ['swapper_pg_dir', tables] : [`own root, ${tables}`, tables];
  const words = pen.fit(variants, 'sans', column.w - name.w - 10);
  const marks = words === undefined ? [name] : [name, pen.text(column.w, 14, words, 'sans', 'd', 'end')];
  return { key: `mm:${mm.name}`, x: column.x, y, w: column.w, h: MM_HEADING, c: 'mm', marks };
}

function boxOf(
  column: Column,
  page: TablePage,
  va: RowsBox['va'],
  idx: number | undefined,
  y: number,
  pitch: number,
  depth: number,
  input: MapInput,
): RowsBox {
  const below = page.hw < 3 ? (['p4d', 'pud', 'pmd', 'pte'] as const)[page.hw + 1] : undefined;
  return {
    page,
    va,
    level: column.level,
    below: input.geo.rootHw === 3 ? undefined : below,
    idx,
    x: column.x,
    y,
    w: column.w,
    pitch,
    depth,
  };
}

/** Draws a table's rows and notes where each ends. */
function place(input: MapInput, box: RowsBox, rows: readonly Row[], out: Drawn): void {
  out.groups.push(...tableGroups(input, box, rows));
  out.rowsLeft -= rows.length;
  for (const row of rows) {
    if (row.segment?.is.kind !== 'table' && row.segment?.oldIs?.kind !== 'table') continue;
    const y = box.y + row.y + (row.segment.change === undefined ? row.h / 2 : (row.h * 3) / 4 - 1);
    out.anchors.set(`${box.page.pa}:${row.first}`, { x: box.x + box.w, y });
  }
}

/** One level below the roots: the focus table, or why there is none; below it the other tables of the level. */
function tableColumn(
  input: MapInput,
  column: Column,
  i: number,
  path: readonly FocusTable[],
  focus: FocusTable | undefined,
  stray: TablePage | undefined,
  nodes: readonly TableNode[],
  share: number,
  out: Drawn,
): void {
  const page = focus?.page ?? stray;
  const va = focus?.va ?? stray?.va;
  const bottom = input.height - BOTTOM;
  const header = {
    key: `head:${column.hw}`,
    level: column.level,
    x: column.x,
    y: TOP,
    w: column.w,
    focus: page !== undefined,
  };
  let y = TOP + HEADER_HEIGHT;
  if (page === undefined) {
    out.groups.push(headerGroup(input, { ...header, absent: whyAbsent(input, path[path.length - 1]) }));
  } else {
    const state = input.tables.get(page.pa)?.state;
    const ghost = state !== undefined && state !== 'new';
    const from = out.groups.length;
    out.groups.push(
      headerGroup(input, { ...header, table: { page, va, contents: tableContents(input.classes, page) } }),
    );
    const notes = notesGroup(input, page.pa, column, y);
    if (notes !== undefined) {
      out.groups.push(notes);
      y += notes.h;
    }
    const avail = bottom - y;
    const strips = stripsRoom(column, nodes.length, avail);
    if (page.hw === 3) {
      const leaf = leafTable(input, {
        page,
        va,
        level: column.level,
        idx: focus?.idx,
        x: column.x,
        y: y + 2,
        w: column.w,
        h: avail - strips - 4,
        depth: i + 1,
      });
      out.groups.push(...leaf.groups);
      out.rowsLeft -= 10;
      y += leaf.height + 2;
    } else {
      const pitch = wantedHeight(input, page, 15) <= avail - strips ? 15 : 14;
      const box = boxOf(column, page, va, focus?.idx, y, pitch, i + 1, input);
      const rows = rowsOf(input, box, avail - strips, share);
      place(input, box, rows, out);
      y += rowsHeight(rows);
    }
    if (ghost) {
      const frame: Group = {
        key: `ghost:${column.hw}`,
        x: column.x,
        y: TOP,
        w: column.w,
        h: y - TOP,
        c: 'ghost',
        marks: [rect(-7, -4, column.w + 14, y - TOP + 8, 'ghost-frame', 6)],
      };
      for (let k = from; k < out.groups.length; k++) out.groups[k] = asGhost(out.groups[k] ?? frame);
      out.groups.splice(from, 0, frame);
    }
    y += ABOVE_STRIPS;
  }
  const made = stripsOf(input, {
    hw: column.hw,
    level: column.level,
    x: column.x,
    y,
    w: column.w,
    h: bottom - y,
    nodes,
    more: page !== undefined,
  });
  out.groups.push(...made.groups);
  out.strips.push(...made.strips);
}

function asGhost(g: Group): Group {
  // What lies over the table says what happens now: that is no ghost.
  return g.c === 'tags' ? g : { ...g, c: `${g.c} ghosted` };
}

/** Room kept for the strips of a column, heading and space above included. */
function stripsRoom(column: Column, n: number, avail: number): number {
  if (n === 0) return 0;
  const each = column.hw === 3 ? 3 : column.w >= 220 ? 12 : 24;
  const want = STRIPS_HEADING + Math.max(20, n * each + (n > 1 ? 4 : 0));
  return ABOVE_STRIPS + Math.min(want, Math.max(LEAST_STRIPS, avail * 0.37));
}

/** The edges of the focus path. */
function link(columns: readonly Column[], path: readonly FocusTable[], out: Drawn): void {
  for (const [i, from] of path.entries()) {
    const next = columns[i + 1];
    const anchor = out.anchors.get(`${from.page.pa}:${from.idx}`);
    if (next === undefined || anchor === undefined || path[i + 1] === undefined) continue;
    out.edges.push({
      key: `edge:${next.hw}`,
      x0: anchor.x,
      y0: anchor.y,
      x1: next.x - 3,
      y1: TOP + HEADER_MIDDLE,
      turn: 0.62,
      level: next.level,
    });
  }
}

/** From an entry that no longer points there to the table that is shown although it is detached or freed. */
function staleEdge(
  input: MapInput,
  columns: readonly Column[],
  path: readonly FocusTable[],
  loose: readonly TablePage[],
  out: Drawn,
): void {
  const last = path[path.length - 1];
  const next = columns[path.length];
  const anchor = last === undefined ? undefined : out.anchors.get(`${last.page.pa}:${last.idx}`);
  const table = loose.find((p) => p.hw === next?.hw);
  const state = table === undefined ? undefined : input.tables.get(table.pa)?.state;
  if (
    next === undefined ||
    anchor === undefined ||
    table === undefined ||
    state === undefined ||
    state === 'new'
  )
    return;
  out.edges.push({
    key: `edge:${next.hw}`,
    x0: anchor.x,
    y0: anchor.y,
    x1: next.x - 3,
    y1: TOP + HEADER_MIDDLE,
    turn: 0.62,
    level: next.level,
    stale: input.violation?.table === table.pa ? 'broken' : 'gone',
  });
}

/** Hairlines to the strips that stand alone, where their parent's row is shown. */
function hairlines(out: Drawn, columns: readonly Column[]): void {
  for (const column of columns) {
    const alone = out.strips.filter((s) => s.x === column.x && s.h >= 5 && s.tables.length === 1);
    if (alone.length > 10) continue;
    let k = 0;
    for (const strip of alone) {
      const { parent } = strip.node;
      const anchor = parent === undefined ? undefined : out.anchors.get(`${parent.table}:${parent.idx}`);
      if (anchor === undefined || k >= 6) continue;
      out.edges.push({
        key: `hair:${strip.node.pa}`,
        x0: anchor.x + 2,
        y0: anchor.y,
        x1: strip.x - 3,
        y1: strip.y + strip.h / 2,
        turn: 0.72 - 0.11 * k++,
      });
    }
  }
}
