import type { PhysicalMemory } from '../../../src-core/index.ts';
import { entryClasses, tableTree, U64 } from '../../../src-core/index.ts';
import type { TestWorld } from '../../../src-core/scene/testing/worlds.ts';
import type { MapInput } from '../input.ts';
import type { Group, MapLayout, TextMark } from '../marks.ts';
import { roughMeasure } from '../measure.ts';

/** What a layout is computed from, at the size that the map has on a page of 1280 by 720. */
export function inputOf(w: TestWorld, more: Partial<MapInput> = {}): MapInput {
  const classes = entryClasses(w.geo, w.format);
  const memory: PhysicalMemory = more.memory ?? w.memory;
  return {
    geo: w.geo,
    classes,
    memory,
    mms: w.mms,
    tree: tableTree(classes, memory, w.mms),
    focus: { mm: 'init_mm', va: w.mms[0]?.base ?? U64.ZERO },
    current: null,
    changed: new Map(),
    coming: new Map(),
    stale: () => false,
    selected: null,
    range: null,
    violation: null,
    walkers: new Map(),
    tables: new Map(),
    width: 916,
    height: 408,
    measure: roughMeasure,
    ...more,
  };
}

/** SVG elements of a layout, the patterns aside. */
export function liveNodes(layout: MapLayout): number {
  return layout.groups.reduce((n, g) => n + 1 + g.marks.length, 0);
}

interface Box {
  readonly s: string;
  readonly key: string;
  readonly l: number;
  readonly r: number;
  readonly t: number;
  readonly b: number;
}

function textBoxes(layout: MapLayout): Box[] {
  return layout.groups.flatMap((g) =>
    g.marks
      .filter((m): m is TextMark => m.t === 'text')
      .map((m) => {
        const shift = m.anchor === 'end' ? m.w : m.anchor === 'middle' ? m.w / 2 : 0;
        const l = g.x + m.x - shift;
        return { s: m.s, key: g.key, l, r: l + m.w, t: g.y + m.y - 7.5, b: g.y + m.y + 1 };
      }),
  );
}

/** Texts that lie over each other, or leave the picture. */
export function badTexts(layout: MapLayout): string[] {
  const boxes = textBoxes(layout);
  const out: string[] = [];
  for (const [i, a] of boxes.entries()) {
    if (a.l < -0.5 || a.r > layout.width + 0.5 || a.t < -0.5 || a.b > layout.height + 0.5)
      out.push(`outside: ${a.key} ${a.s}`);
    for (const b of boxes.slice(0, i)) {
      if (a.l < b.r - 0.5 && b.l < a.r - 0.5 && a.t < b.b && b.t < a.b)
        out.push(`${a.key} ${a.s} over ${b.key} ${b.s}`);
    }
  }
  return out;
}

/** The group with this key. */
export const group = (layout: MapLayout, key: string): Group => {
  const found = layout.groups.find((g) => g.key === key);
  if (found === undefined) throw new Error(`no ${key} among ${layout.groups.map((g) => g.key).join(' ')}`);
  return found;
};
/** Its texts. */
export const words = (g: Group): string => g.marks.flatMap((m) => (m.t === 'text' ? [m.s] : [])).join('|');
