import type { EntryClass, TablePage } from '../../src-core/index.ts';
import { foldRows } from '../../src-core/index.ts';
import type { LeafGroup } from './group-look.ts';
import { leafGroups } from './group-look.ts';
import type { MapInput } from './input.ts';
import { comingIn, currentIn, selectedIn, violationIn } from './input.ts';
import { shownChanges } from './segments.ts';

/** One row of a folded leaf table: a group, a band of groups that look the same, or groups left out. */
export interface LeafRow {
  readonly first: number;
  readonly n: number;
  readonly is: EntryClass | undefined;
  /** Contiguous groups, or as many entries, that the row stands for. */
  readonly groups: number;
  readonly kind: 'group' | 'band' | 'more';
  /** Drawn tall, with cells that can be told apart. */
  readonly open: boolean;
  readonly y: number;
  readonly h: number;
}

export interface LeafBox {
  readonly page: TablePage;
  /** Entry on the focus path. */
  readonly idx: number | undefined;
  /** Entries in a row. */
  readonly size: number;
  /** Lines that an open row takes. */
  readonly lines: number;
}

/** Tables of more groups than this are drawn in bands. */
const MOST_GROUPS = 64;
/** More open rows than this and the picture is lost. */
const MOST_OPEN = 4;

export function openRowHeight(lines: number): number {
  return lines * (lines === 1 ? 14 : 8) + 7;
}

function weightOf(input: MapInput, box: LeafBox, g: LeafGroup, changed: ReadonlySet<number>): number {
  const { pa } = box.page;
  if (violationIn(input, pa, g.first, g.n) !== undefined) return 6;
  const now = currentIn(input, pa, g.first, g.n);
  // A run over many groups is shown as a range, not by opening all of them.
  if (now !== undefined && (now.count ?? 1) <= 2 * box.size) return 5;
  if (box.idx !== undefined && box.idx >= g.first && box.idx < g.first + g.n) return 4;
  if (selectedIn(input, pa, g.first, g.n)) return 3;
  if (changed.has(g.first / box.size)) return 2;
  return comingIn(input, pa, g.first, g.n) === undefined ? 0 : 1;
}

/** The rows of a leaf table in at most `room` pixels, the first at y = 0. */
export function leafRows(input: MapInput, box: LeafBox, room: number): readonly LeafRow[] {
  const groups = leafGroups(input, box.page);
  const changed = new Set([...shownChanges(input, box.page.pa).keys()].map((i) => Math.floor(i / box.size)));
  const weights = groups.map((g) => weightOf(input, box, g, changed));
  const opened = new Set(
    groups
      .map((_, i) => i)
      .filter((i) => (weights[i] ?? 0) > 0)
      .sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b)
      .slice(0, MOST_OPEN),
  );
  const tall = openRowHeight(box.lines);
  const rows =
    groups.length <= MOST_GROUPS ? single(groups, opened) : banded(groups, opened, Math.floor(room / 8));
  const flat = rows.filter((r) => !r.open);
  const left = room - (rows.length - flat.length) * tall;
  const pitch = Math.max(2.5, Math.min(groups.length <= 16 ? 10 : 7, left / Math.max(1, flat.length)));
  const share = left / flat.reduce((sum, r) => sum + Math.sqrt(r.groups), 1);
  let y = 0;
  return rows.map((r) => {
    // A band is taller the more it stands for, so that there is room for its words.
    const h = r.open
      ? tall
      : r.kind === 'group'
        ? pitch
        : Math.max(8, Math.min(64, share * Math.sqrt(r.groups)));
    const at = y;
    y += h;
    return { ...r, y: at, h };
  });
}

type Unplaced = Omit<LeafRow, 'y' | 'h'>;

function single(groups: readonly LeafGroup[], opened: ReadonlySet<number>): readonly Unplaced[] {
  return groups.map((g, i) => ({ ...g, groups: 1, kind: 'group', open: opened.has(i) }));
}

/** Neighbours that look the same become one band; if that is still too many rows, those far from what is open are left out. */
function banded(
  groups: readonly LeafGroup[],
  opened: ReadonlySet<number>,
  most: number,
): readonly Unplaced[] {
  const bands: Unplaced[] = [];
  for (const [i, g] of groups.entries()) {
    const last = bands[bands.length - 1];
    if (last !== undefined && !last.open && !opened.has(i) && g.is !== undefined && last.is === g.is) {
      bands[bands.length - 1] = { ...last, n: last.n + g.n, groups: last.groups + 1, kind: 'band' };
    } else bands.push({ ...g, groups: 1, kind: 'group', open: opened.has(i) });
  }
  return foldRows(bands.length, Math.max(6, most - opened.size * 2), (i) =>
    bands[i]?.open === true ? 1 : 0,
  ).map((row) => {
    if (row.kind === 'item')
      return bands[row.index] ?? { first: 0, n: 0, is: undefined, groups: 0, kind: 'more', open: false };
    const from = bands[row.from];
    const to = bands[row.from + row.n - 1];
    const first = from?.first ?? 0;
    const n = (to?.first ?? 0) + (to?.n ?? 0) - first;
    return {
      first,
      n,
      is: undefined,
      groups: Math.round(n / (groups[0]?.n ?? 1)),
      kind: 'more',
      open: false,
    };
  });
}
