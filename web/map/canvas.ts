import type { EntryClass, TableNode } from '../../src-core/index.ts';
import type { Paint, Strip } from './marks.ts';
import { paintOf } from './words.ts';

/** Colours and patterns of the canvas, read from the stylesheet. */
export interface Ink {
  readonly ground: string;
  readonly tick: string;
  readonly solid: Readonly<Record<Paint, string>>;
  /** The same with its pattern, for areas tall enough to show one. */
  readonly pattern: Readonly<Record<Paint, string | CanvasPattern>>;
}

export function readInk(host: Element, context: CanvasRenderingContext2D, ratio: number): Ink {
  const style = getComputedStyle(host);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const gap = token('bg');
  const solid: Record<Paint, string> = {
    rw: token('rw'),
    ro: token('ro'),
    rx: token('rx'),
    rwx: token('bad'),
    inv: token('text'),
    bad: token('bad'),
  };
  const pattern = (size: number, draw: (c: CanvasRenderingContext2D) => void): CanvasPattern | undefined => {
    const tile = document.createElement('canvas');
    tile.width = tile.height = Math.max(1, Math.round(size * ratio));
    const c = tile.getContext('2d');
    if (c === null) return undefined;
    c.scale(tile.width / size, tile.height / size);
    draw(c);
    const made = context.createPattern(tile, 'repeat');
    made?.setTransform(new DOMMatrix().scale(size / tile.width));
    return made ?? undefined;
  };
  const box = (
    c: CanvasRenderingContext2D,
    fill: string,
    x: number,
    y: number,
    w: number,
    h: number,
  ): void => {
    c.fillStyle = fill;
    c.fillRect(x, y, w, h);
  };
  const lines = pattern(3, (c) => (box(c, solid.ro, 0, 0, 3, 3), box(c, gap, 0, 2, 3, 1)));
  const dotted = pattern(4, (c) => (box(c, solid.rx, 0, 0, 4, 4), box(c, gap, 1, 1, 1.4, 1.4)));
  const hot = pattern(4, (c) => (box(c, solid.rwx, 0, 0, 4, 4), box(c, gap, 1, 1, 1.4, 1.4)));
  const hatch = pattern(
    3,
    (c) => (
      box(c, gap, 0, 0, 3, 3),
      box(c, solid.inv, 0, 0, 1, 1),
      box(c, solid.inv, 1, 1, 1, 1),
      box(c, solid.inv, 2, 2, 1, 1)
    ),
  );
  return {
    ground: token('raised'),
    tick: token('dim'),
    solid,
    pattern: {
      ...solid,
      ro: lines ?? solid.ro,
      rx: dotted ?? solid.rx,
      rwx: hot ?? solid.rwx,
      inv: hatch ?? solid.inv,
    },
  };
}

/** Draws the strips that lie between `top` and `bottom` (layout coordinates). */
export function drawStrips(
  context: CanvasRenderingContext2D,
  ink: Ink,
  strips: readonly Strip[],
  scale: number,
  top: number,
  bottom: number,
): void {
  for (const s of strips) {
    if (s.y > bottom || s.y + s.h < top) continue;
    drawTable(context, ink, s.node, s.x, s.y, s.w, s.h, scale);
  }
}

/** One table to scale in a box: leaves in their colours, pointers as ticks. Nothing is narrower than a pixel. */
export function drawTable(
  context: CanvasRenderingContext2D,
  ink: Ink,
  node: TableNode,
  x: number,
  y: number,
  w: number,
  h: number,
  scale: number,
): void {
  const each = w / node.entries;
  const patterned = h * scale >= 4.5;
  context.fillStyle = ink.ground;
  context.fillRect(x, y, w, h);
  let is: EntryClass | undefined;
  for (const run of node.contents.runs) {
    if (run.is.kind === 'none') continue;
    if (run.is !== is) {
      is = run.is;
      const paint = paintOf(is);
      context.fillStyle = paint === undefined ? ink.tick : patterned ? ink.pattern[paint] : ink.solid[paint];
    }
    const left = Math.min(run.first * each, w - 1);
    context.fillRect(x + left, y, Math.max(1, run.n * each), h);
  }
}
