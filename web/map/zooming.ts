import type { D3ZoomEvent, ZoomBehavior, ZoomTransform } from 'd3';
import { select, zoom, zoomIdentity } from 'd3';
import type { MapLayout } from './marks.ts';

/** A rectangle in layout coordinates. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const CLOSEST = 4;
/** At least this share of the view is a table, or all of the table where it is smaller. */
const LEAST_SHARE = 0.4;

/** The tables of a layout: those shown as rows or cells, and the strips. */
export function tableBoxes(layout: MapLayout): readonly Box[] {
  const tables = new Map<number, Box>();
  for (const { item, x, y, w, h } of layout.groups) {
    if (item === undefined) continue;
    const had = tables.get(item.table) ?? { x, y, w, h };
    const [left, top] = [Math.min(had.x, x), Math.min(had.y, y)];
    const [right, bottom] = [Math.max(had.x + had.w, x + w), Math.max(had.y + had.h, y + h)];
    tables.set(item.table, { x: left, y: top, w: right - left, h: bottom - top });
  }
  return [...tables.values(), ...layout.strips];
}

/** How far `view` must move, in layout coordinates, until enough of one of the boxes is in it. */
export function wayBack(view: Box, boxes: readonly Box[]): { readonly dx: number; readonly dy: number } {
  let best = { dx: 0, dy: 0 };
  let least = Infinity;
  for (const b of boxes) {
    const dx = along(view.x, view.w, b.x, b.w, Math.min(LEAST_SHARE * view.w, b.w));
    const dy = along(view.y, view.h, b.y, b.h, Math.min(LEAST_SHARE * view.h, b.h));
    const far = dx * dx + dy * dy;
    if (far < least) [best, least] = [{ dx, dy }, far];
    if (far === 0) break;
  }
  return best;
}

/** The move of an interval that makes it share `least` with another. */
function along(from: number, size: number, otherFrom: number, otherSize: number, least: number): number {
  if (otherFrom + otherSize - from < least) return otherFrom + otherSize - from - least;
  if (from + size - otherFrom < least) return otherFrom + least - from - size;
  return 0;
}

/** Zoom and pan of the map: up to four times, towards the pointer, and never away from all tables. */
export class Zooming {
  transform: ZoomTransform = zoomIdentity;
  enabled = false;

  private readonly host: HTMLElement;
  private readonly zoomer: ZoomBehavior<HTMLElement, unknown>;
  private boxes: readonly Box[] = [];
  private pointer: [number, number] | undefined;

  /** `moved` is called after every change; `byHand`: a person panned. */
  constructor(host: HTMLElement, moved: (byHand: boolean) => void) {
    this.host = host;
    this.zoomer = zoom<HTMLElement, unknown>();
    const withinWhole = this.zoomer.constrain();
    this.zoomer
      .scaleExtent([1, CLOSEST])
      .clickDistance(4)
      .filter((e: Event) => this.wants(e))
      .constrain((transform, extent, whole) => {
        const held = withinWhole(transform, extent, whole);
        const { dx, dy } = wayBack(viewOf(held, extent), this.boxes);
        return dx === 0 && dy === 0 ? held : held.translate(-dx, -dy);
      })
      .on('zoom', (e: D3ZoomEvent<HTMLElement, unknown>) => {
        const before = this.transform;
        this.transform = e.transform;
        const hand = e.sourceEvent instanceof MouseEvent || e.sourceEvent instanceof TouchEvent;
        const panned =
          before.k === e.transform.k && (before.x !== e.transform.x || before.y !== e.transform.y);
        moved(hand && panned);
      });
    select(host).call(this.zoomer).on('dblclick.zoom', null);
  }

  destroy(): void {
    select(this.host).on('.zoom', null);
  }

  get zoomed(): boolean {
    return this.transform.k !== 1;
  }

  /** The wheel always; a drag only where there is something to pan: else it selects. */
  private wants(e: Event): boolean {
    if (!this.enabled) return false;
    if (!(e instanceof MouseEvent) || e.type === 'wheel') return true;
    return this.zoomed && e.button === 0 && !e.ctrlKey && !e.shiftKey;
  }

  /** What there is to see. A view that the new layout leaves empty moves to the nearest table. */
  show(layout: MapLayout): void {
    this.boxes = this.enabled ? tableBoxes(layout) : [];
    const whole: [[number, number], [number, number]] = [
      [0, 0],
      [layout.width, layout.height],
    ];
    this.zoomer.extent(whole).translateExtent(whole);
    if (!this.zoomed) return;
    if (!this.enabled) this.fit();
    else {
      const { dx, dy } = wayBack(viewOf(this.transform, whole), this.boxes);
      if (dx !== 0 || dy !== 0) this.zoomer.translateBy(select(this.host), -dx, -dy);
    }
  }

  /** Shows all of the map. */
  fit(): void {
    this.zoomer.transform(select(this.host), zoomIdentity);
  }

  /** Closer or further by a factor, towards the pointer if it is on the map. */
  by(factor: number): void {
    this.zoomer.scaleBy(select(this.host), factor, this.pointer);
  }

  /** Where the pointer is, in pixels of the host; undefined when it leaves. */
  pointAt(place: [number, number] | undefined): void {
    this.pointer = place;
  }
}

function viewOf(t: ZoomTransform, [[x0, y0], [x1, y1]]: [[number, number], [number, number]]): Box {
  const [x, y] = t.invert([x0, y0]);
  return { x, y, w: (x1 - x0) / t.k, h: (y1 - y0) / t.k };
}
