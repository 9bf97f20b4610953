import type { LevelName } from '../../src-core/index.ts';
import type { TableNode } from '../../src-core/index.ts';
import type { Measure, Face } from './measure.ts';

/** How an area is filled: a permission, each with its own pattern. */
export type Paint = 'rw' | 'ro' | 'rx' | 'rwx' | 'inv' | 'bad';

/** One SVG element, relative to its group's corner, in CSS pixels. `y` of a text is its baseline. */
export type Mark = TextMark | RectMark | PathMark;

export interface TextMark {
  readonly t: 'text';
  readonly x: number;
  readonly y: number;
  readonly s: string;
  readonly face: Face;
  /** Class for the colour: `v` value, `d` label, `f` index, `now`, a level name, … */
  readonly c: string;
  readonly anchor: 'start' | 'end' | 'middle';
  /** Measured, with the room between hex groups. */
  readonly w: number;
  /** Hex digits are set in groups of four by spacing, so that what is copied is a plain number. */
  readonly hex: boolean;
}

export interface RectMark {
  readonly t: 'rect';
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly c: string;
  readonly r?: number;
  readonly paint?: Paint;
}

export interface PathMark {
  readonly t: 'path';
  readonly d: string;
  readonly c: string;
  readonly paint?: Paint;
}

/** What a group of marks stands for, where it can be pointed at: `n` entries from `idx` of a table. */
export interface Item {
  readonly table: number;
  readonly idx: number;
  readonly n: number;
  /** Place in the tree, from 1. */
  readonly level: number;
  /** For someone who can't see it, whole: `PMD 15, block, RW NX, ffff000041e00000`. */
  readonly label: string;
  readonly selected: boolean;
  /** Entries laid out left to right inside the group, when single ones can be pointed at. */
  readonly cells?: { readonly x: number; readonly w: number; readonly lines: number };
  /** The table this entry points to, if it can become the focus. */
  readonly opens?: TableNode;
}

/** Marks that move together. Groups are drawn in order. */
export interface Group {
  /** Stable from step to step. */
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly c: string;
  readonly marks: readonly Mark[];
  readonly item?: Item;
}

/** A context table drawn on the canvas: one strip of its entries, to scale. */
export interface Strip {
  readonly node: TableNode;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  /** Tables that look the same and are drawn as one. */
  readonly tables: readonly TableNode[];
  readonly label: string;
}

/** One column of the map: a level, where it stands. */
export interface Column {
  readonly hw: number;
  readonly level: LevelName;
  readonly x: number;
  readonly w: number;
}

export interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly narrow: boolean;
  readonly columns: readonly Column[];
  readonly groups: readonly Group[];
  readonly strips: readonly Strip[];
}

const HEX_GAP = 3;

/** Where the groups of four begin in `n` digits, counted from the right: the first digit of the text is no beginning. */
export function hexBreaks(n: number): readonly number[] {
  const out: number[] = [];
  for (let i = n % 4 === 0 ? 4 : n % 4; i < n; i += 4) out.push(i);
  return out;
}

/** SVG `dx`: a little room before each group of four. */
export function hexDx(n: number): string {
  const at = new Set(hexBreaks(n));
  return Array.from({ length: n }, (_, i) => (at.has(i) ? HEX_GAP : 0)).join(' ');
}

export function hexWidth(measure: Measure, s: string, face: Face): number {
  return measure(s, face) + HEX_GAP * hexBreaks(s.length).length;
}

/** Builds text marks with their widths. */
export class Pen {
  readonly measure: Measure;

  constructor(measure: Measure) {
    this.measure = measure;
  }

  text(
    x: number,
    y: number,
    s: string,
    face: Face,
    c: string,
    anchor: TextMark['anchor'] = 'start',
  ): TextMark {
    return { t: 'text', x, y, s, face, c, anchor, w: this.measure(s, face), hex: false };
  }

  hex(
    x: number,
    y: number,
    s: string,
    face: Face,
    c: string,
    anchor: TextMark['anchor'] = 'start',
  ): TextMark {
    return { t: 'text', x, y, s, face, c, anchor, w: hexWidth(this.measure, s, face), hex: true };
  }

  /** The first of the variants that is at most `w` wide; undefined if none is. */
  pick(variants: readonly string[], face: Face, w: number): string | undefined {
    return variants.find((s) => this.measure(s, face) <= w);
  }

  /** The first of the variants that is at most `w` wide; the last one cut short if none is; undefined if there is no room at all. */
  fit(variants: readonly string[], face: Face, w: number): string | undefined {
    const whole = this.pick(variants, face, w);
    if (whole !== undefined) return whole;
    const last = variants[variants.length - 1] ?? '';
    for (let n = last.length - 1; n >= 3; n--) {
      const cut = `${last.slice(0, n).trimEnd()}…`;
      if (this.measure(cut, face) <= w) return cut;
    }
    return undefined;
  }
}

export function rect(
  x: number,
  y: number,
  w: number,
  h: number,
  c: string,
  r?: number,
  paint?: Paint,
): RectMark {
  return {
    t: 'rect',
    x,
    y,
    w,
    h,
    c,
    ...(r === undefined ? {} : { r }),
    ...(paint === undefined ? {} : { paint }),
  };
}

export function path(d: string, c: string, paint?: Paint): PathMark {
  return paint === undefined ? { t: 'path', d, c } : { t: 'path', d, c, paint };
}

/** A number for a path, with at most two decimals. */
export function px(n: number): string {
  return String(Math.round(n * 100) / 100);
}

/** A rectangle as part of a path. */
export function rectPath(x: number, y: number, w: number, h: number): string {
  return `M${px(x)} ${px(y)}h${px(w)}v${px(h)}h${px(-w)}z`;
}

/** A bar with round ends as part of a path. */
export function barPath(x: number, y: number, w: number, h: number): string {
  const r = Math.min(h / 2, w / 2);
  const a = (dx: number, dy: number): string => `a${px(r)} ${px(r)} 0 0 1 ${px(dx)} ${px(dy)}`;
  return `M${px(x + r)} ${px(y)}h${px(w - 2 * r)}${a(r, r)}v${px(h - 2 * r)}${a(-r, r)}h${px(2 * r - w)}${a(-r, -r)}v${px(2 * r - h)}${a(r, -r)}z`;
}
