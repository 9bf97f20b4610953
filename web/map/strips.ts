import type { LevelName, TableNode, TablePage } from '../../src-core/index.ts';
import { sameRuns } from '../../src-core/index.ts';
import type { MapInput } from './input.ts';
import type { Group, Mark, Strip } from './marks.ts';
import { hexWidth, Pen, rect } from './marks.ts';
import { badgeMarks, badgeWidth } from './notes.ts';
import { levelWord, lookWord } from './words.ts';

/** Where the context strips of a level go. */
export interface StripsBox {
  readonly hw: number;
  readonly level: LevelName;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  /** Room, heading included. */
  readonly h: number;
  /** The level's tables that are not drawn in full, in the order they are shown. */
  readonly nodes: readonly TableNode[];
  /** Some table of the level is drawn in full. */
  readonly more: boolean;
}

export const STRIPS_HEADING = 18;
/** Room that strips are not squeezed below, heading included. */
export const LEAST_STRIPS = 42;
const GAP_BETWEEN_MMS = 4;
/** Least height of a band that has words on it. */
const BAND = 15;
/** Side of the dot that stands for letters, and how many there are at most. */
const DOT = 4;
const MOST_DOTS = 40;
/** So many tables that look the same are always one band. */
const LONG_BAND = 16;

/** The strips of a level and their words. Strips themselves are drawn on the canvas. */
export function stripsOf(
  input: MapInput,
  box: StripsBox,
): { readonly groups: readonly Group[]; readonly strips: readonly Strip[] } {
  if (box.nodes.length === 0 || box.h < STRIPS_HEADING + 4) return { groups: [], strips: [] };
  const pen = new Pen(input.measure);
  const heading = pen.fit(headings(box), 'sans', box.w);
  const head: Group[] =
    heading === undefined
      ? []
      : [
          {
            key: `strips:${box.hw}`,
            x: box.x,
            y: box.y,
            w: box.w,
            h: STRIPS_HEADING,
            c: 'strips',
            marks: [pen.text(0, 12, heading, 'sans', 'd')],
          },
        ];
  const inner = { ...box, y: box.y + STRIPS_HEADING, h: box.h - STRIPS_HEADING };
  const labelled = labelledStrips(input, pen, inner);
  const made = labelled ?? plainStrips(inner) ?? bandedStrips(input, pen, inner);
  const dots = labelled === undefined ? knownDots(input, made.strips) : [];
  return { groups: [...head, ...made.groups, ...dots, ...marked(input, made.strips)], strips: made.strips };
}

interface Made {
  readonly groups: readonly Group[];
  readonly strips: readonly Strip[];
}

/** `5 more PMD tables in init_mm · 2 in efi_mm`, and shorter. */
function headings(box: StripsBox): readonly string[] {
  const counts = new Map<string, number>();
  for (const node of box.nodes) counts.set(node.mm, (counts.get(node.mm) ?? 0) + 1);
  const list = [...counts];
  const [first] = list;
  if (first === undefined) return [];
  const [mm, n] = first;
  const more = box.more ? ' more' : '';
  const rest = list
    .slice(1)
    .map(([name, k]) => ` · ${k} in ${name}`)
    .join('');
  const word = levelWord(box.level);
  const table = n === 1 ? 'table' : 'tables';
  const own = box.nodes.length - n;
  return [
    `${n}${more} ${word} ${table} in ${mm}${rest}`,
    `${n}${more} in ${mm}${rest}`,
    box.more ? `${n} more${rest}` : `${n} ${table}${rest}`,
    own === 0 ? `${n}${more}` : `${n}${more} · ${own}`,
  ];
}

/** Extra room above a strip where another mm begins. */
function gapBefore(nodes: readonly TableNode[], i: number): number {
  return i > 0 && nodes[i - 1]?.mm !== nodes[i]?.mm ? GAP_BETWEEN_MMS : 0;
}

function mmGaps(nodes: readonly TableNode[]): number {
  return nodes.reduce((sum, _, i) => sum + gapBefore(nodes, i), 0);
}

/** Each with its address: beside the bar, or below it in a narrow column. */
function labelledStrips(input: MapInput, pen: Pen, box: StripsBox): Made | undefined {
  const n = box.nodes.length;
  const beside = box.w >= 220;
  const least = beside ? 12 : 24;
  const room = box.h - mmGaps(box.nodes);
  if (n * least > room) return undefined;
  const pitch = Math.min(beside ? 16 : 26, room / n);
  const digits = 12;
  const labelW = hexWidth(input.measure, '0'.repeat(digits), 'tinymono');
  const badges = box.nodes.map((node) => input.ledger?.(node.pa, node.hw));
  const badgeW = Math.max(
    0,
    ...badges.map((badge) => (badge === undefined ? 0 : badgeWidth(pen, badge) + 8)),
  );
  const barW = beside ? box.w - labelW - 12 - badgeW : box.w;
  const groups: Group[] = [];
  const strips: Strip[] = [];
  let y = box.y;
  for (const [i, node] of box.nodes.entries()) {
    y += gapBefore(box.nodes, i);
    const h = 6;
    const barY = beside ? y + (pitch - h) / 2 : y + 2;
    const va = node.va.toHex16().slice(0, digits);
    const marks: Mark[] = [];
    const badge = badges[i];
    if (beside) {
      marks.push(pen.hex(box.w - labelW, pitch / 2 + 4, va, 'tinymono', 'f'));
      if (badge !== undefined) marks.push(...badgeMarks(pen, badge, barW + 6, pitch / 2 - 6.5));
    } else {
      const count = node.children.length;
      const extra =
        node.parents > 1
          ? `×${node.parents} parents`
          : node.hw < 3
            ? `${count} ${count === 1 ? 'table' : 'tables'}`
            : `${node.contents.used} used`;
      const badged = badge === undefined ? 0 : badgeWidth(pen, badge) + 6;
      const text = pen.text(box.w - badged, 19, extra, 'tiny', 'f', 'end');
      const words = { w: text.w + badged };
      marks.push(text);
      if (badge !== undefined) marks.push(...badgeMarks(pen, badge, box.w - badged + 6, 9));
      for (const take of [12, 8, 4]) {
        const text = pen.hex(0, 19, va.slice(0, take), 'tinymono', 'f');
        if (text.w + (take < 12 ? 20 : 10) + words.w > box.w) continue;
        marks.push(text);
        if (take < 12) marks.push(pen.text(text.w + 1, 19, '…', 'tiny', 'f'));
        break;
      }
    }
    groups.push({ key: `strip:${node.pa}`, x: box.x, y, w: box.w, h: pitch, c: 'strip', marks });
    strips.push({ node, tables: [node], x: box.x, y: barY, w: barW, h, label: '' });
    y += pitch;
  }
  return { groups, strips };
}

/** A strip a table without words, at least two pixels apart. */
function plainStrips(box: StripsBox): Made | undefined {
  const room = box.h - mmGaps(box.nodes);
  const pitch = Math.min(9, room / box.nodes.length);
  if (pitch < 2 || bandsOf(box.nodes).some((band) => band.length >= LONG_BAND)) return undefined;
  const strips: Strip[] = [];
  let y = box.y;
  for (const [i, node] of box.nodes.entries()) {
    y += gapBefore(box.nodes, i);
    strips.push({
      node,
      tables: [node],
      x: box.x,
      y,
      w: box.w,
      h: pitch >= 3 ? pitch - 1 : pitch * 0.8,
      label: '',
    });
    y += pitch;
  }
  return { groups: [], strips };
}

/** Neighbours that look the same, together. */
function bandsOf(nodes: readonly TableNode[]): readonly (readonly TableNode[])[] {
  const bands: TableNode[][] = [];
  for (const node of nodes) {
    const band = bands[bands.length - 1];
    const first = band?.[0];
    const joins = first?.mm === node.mm && sameRuns(first.contents.runs, node.contents.runs);
    if (joins) band?.push(node);
    else bands.push([node]);
  }
  return bands;
}

/** Neighbours that look the same become one band; the rest share what room is left, a pixel or less each. */
function bandedStrips(input: MapInput, pen: Pen, box: StripsBox): Made {
  const bands = bandsOf(box.nodes);
  const gaps = mmGaps(box.nodes);
  const room = box.h - gaps;
  // The biggest bands get words, as many as leave two thirds of the room to the rest.
  const worded = new Set(
    [...bands.keys()]
      .filter((i) => (bands[i]?.length ?? 0) >= 4)
      .sort((a, b) => (bands[b]?.length ?? 0) - (bands[a]?.length ?? 0))
      .slice(0, Math.max(0, Math.min(6, Math.floor(room / 3 / BAND)))),
  );
  const plain = bands.length - worded.size;
  const pitch = Math.min(4, (room - worded.size * BAND) / Math.max(1, plain));
  const groups: Group[] = [];
  const strips: Strip[] = [];
  let y = box.y;
  for (const [i, band] of bands.entries()) {
    const [node] = band;
    if (node === undefined) continue;
    if (i > 0 && bands[i - 1]?.[0]?.mm !== node.mm) y += GAP_BETWEEN_MMS;
    const tall = worded.has(i);
    const h = tall ? BAND - 1 : Math.max(0.5, pitch >= 3 ? pitch - 1 : pitch);
    const label = tall ? bandWords(node, band.length) : '';
    strips.push({ node, tables: band, x: box.x, y, w: box.w, h, label });
    const words = tall ? pen.fit([label, `×${band.length}`], 'tiny', box.w - 20) : undefined;
    if (words !== undefined) {
      const text = pen.text(10, 10.5, words, 'tiny', 'v');
      const marks = [rect(5, 0.5, text.w + 10, BAND - 2, 'band-chip', 2), text];
      groups.push({ key: `strip:${node.pa}`, x: box.x, y, w: box.w, h, c: 'strip', marks });
    }
    y += tall ? BAND : pitch;
  }
  return { groups, strips };
}

/** `×480 tables RW NX`; `×480 tables` if each holds several things. */
function bandWords(node: TableNode, n: number): string {
  const [run, second] = node.contents.runs;
  if (run === undefined || second !== undefined) return `×${n} tables`;
  return run.is.kind === 'none' ? `×${n} empty tables` : `×${n} tables ${lookWord(run.is)}`;
}

/** Where letters have no room: a dot at the end of each strip with a table whose constructor and count the run tells of. */
function knownDots(input: MapInput, strips: readonly Strip[]): readonly Group[] {
  const sure = ({ pa, hw }: TableNode): boolean => {
    const badge = input.ledger?.(pa, hw);
    return badge !== undefined && !badge.inferred && badge.letters !== '?';
  };
  return strips
    .filter((strip) => strip.tables.some(sure))
    .slice(0, MOST_DOTS)
    .map((strip) => ({
      key: `known:${strip.node.pa}`,
      x: strip.x + strip.w - DOT,
      y: strip.y + (strip.h - DOT) / 2,
      w: DOT,
      h: DOT,
      c: 'strip-known',
      marks: [rect(0, 0, DOT, DOT, 'known-dot', 1)],
    }));
}

/** Orange at the strips that the run has written, and around the one of the step at the cursor. */
function marked(input: MapInput, strips: readonly Strip[]): readonly Group[] {
  const out: Group[] = [];
  for (const strip of strips) {
    const now = strip.tables.some((t) => t.pa === input.current?.table);
    const written = strip.tables.some((t) => (input.changed.get(t.pa)?.size ?? 0) > 0);
    if ((!now && !written) || out.length >= 12) continue;
    const h = Math.max(2, strip.h);
    const marks: Mark[] = written || input.current?.kind === 'set' ? [rect(-4, 0, 2.5, h, 'edge-now')] : [];
    if (now)
      marks.push(
        rect(-1.5, -1.5, strip.w + 3, h + 3, input.current?.kind === 'set' ? 'wrote-line' : 'read', 2),
      );
    out.push({ key: `mark:${strip.node.pa}`, x: strip.x, y: strip.y, w: strip.w, h, c: 'strip-mark', marks });
  }
  return out;
}

/** The table page that a strip stands for, by the place of the pointer within it: bands stand for many. */
export function stripTable(strip: Strip, y: number): TableNode {
  const at = Math.floor(((y - strip.y) / strip.h) * strip.tables.length);
  return strip.tables[Math.max(0, Math.min(strip.tables.length - 1, at))] ?? strip.node;
}

/** Tables of `nodes` that are not among `drawn`. */
export function without(nodes: readonly TableNode[], drawn: ReadonlySet<TablePage>): readonly TableNode[] {
  return nodes.filter((n) => !drawn.has(n.page));
}
