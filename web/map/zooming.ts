import type { MapLayout } from './marks.ts';
import type { Box, View, ZoomDriver, ZoomOwner } from './zoom-view.ts';
import { tableBoxes, viewOf, wayBack, WHOLE } from './zoom-view.ts';

/**
 * Zoom and pan of the map: up to four times, towards the pointer, and never away from all tables. The gestures' code comes after
 * the first picture.
 */
export class Zooming implements ZoomOwner {
  transform: View = WHOLE;
  enabled = false;

  private driver: ZoomDriver | undefined;
  private gone = false;
  private readonly moved: (byHand: boolean) => void;
  private size: readonly [number, number] = [0, 0];
  private boxes: readonly Box[] = [];
  private pointer: [number, number] | undefined;

  /** `moved` is called after every change; `byHand`: a person panned. */
  constructor(host: HTMLElement, moved: (byHand: boolean) => void) {
    this.moved = moved;
    const load = async (): Promise<void> => {
      const { zoomer } = await import('./zoomer.ts');
      if (this.gone) return;
      this.driver = zoomer(host, this);
      this.driver.extent(...this.size);
    };
    // A map that can't be zoomed is still a map.
    requestAnimationFrame(() => setTimeout(() => void load().catch(() => undefined), 0));
  }

  destroy(): void {
    this.gone = true;
    this.driver?.destroy();
  }

  get zoomed(): boolean {
    return this.transform.k !== 1;
  }

  /** The wheel always; a drag only where there is something to pan: else it selects. */
  wants(e: Event): boolean {
    if (!this.enabled) return false;
    if (!(e instanceof MouseEvent) || e.type === 'wheel') return true;
    return this.zoomed && e.button === 0 && !e.ctrlKey && !e.shiftKey;
  }

  wayBack(view: Box): { readonly dx: number; readonly dy: number } {
    return wayBack(view, this.boxes);
  }

  changed(to: View, byHand: boolean): void {
    const before = this.transform;
    this.transform = to;
    this.moved(byHand && before.k === to.k && (before.x !== to.x || before.y !== to.y));
  }

  /** What there is to see. A view that the new layout leaves empty moves to the nearest table. */
  show(layout: MapLayout): void {
    this.boxes = this.enabled ? tableBoxes(layout) : [];
    this.size = [layout.width, layout.height];
    this.driver?.extent(...this.size);
    if (!this.zoomed) return;
    if (!this.enabled) this.fit();
    else {
      const { dx, dy } = wayBack(viewOf(this.transform, this.size), this.boxes);
      if (dx !== 0 || dy !== 0) this.driver?.moveBy(-dx, -dy);
    }
  }

  /** Shows all of the map. */
  fit(): void {
    this.driver?.reset();
  }

  /** Closer or further by a factor, towards the pointer if it is on the map. */
  by(factor: number): void {
    this.driver?.scaleBy(factor, this.pointer);
  }

  /** Where the pointer is, in pixels of the host; undefined when it leaves. */
  pointAt(place: [number, number] | undefined): void {
    this.pointer = place;
  }
}
