import type { Ink } from './canvas.ts';
import { drawStrips, readInk } from './canvas.ts';
import { patternDefs } from './draw.ts';
import type { MapLayout } from './marks.ts';
import type { Measure } from './measure.ts';
import { canvasMeasure } from './measure.ts';
import type { View } from './zoom-view.ts';

const SVG = 'http://www.w3.org/2000/svg';

/**
 * The nodes that the map is drawn on: a canvas for the strips, an SVG over it. Knows how much room there is and what the
 * stylesheet says, and tells when either changes. Nothing here asks the document for sizes while a step is drawn: that
 * would lay out the page once more in the middle of it.
 */
export class Stage {
  readonly box = document.createElement('div');
  readonly root = document.createElementNS(SVG, 'g');
  readonly context: CanvasRenderingContext2D | null;
  /** Room in CSS pixels. */
  width: number;
  height: number;

  private readonly host: HTMLElement;
  private readonly canvas = document.createElement('canvas');
  private readonly svg = document.createElementNS(SVG, 'svg');
  private readonly stop = new AbortController();
  private readonly resized: ResizeObserver;
  private readonly themed: MutationObserver;
  private readonly changed: () => void;
  private kept: { ink?: Ink; measure?: Measure } = {};
  private drawn: { readonly width: number; readonly height: number } | undefined;

  /** `changed` is called when the room or the theme is another. */
  constructor(host: HTMLElement, id: string, changed: () => void) {
    this.host = host;
    this.changed = changed;
    this.width = host.clientWidth;
    this.height = host.clientHeight;
    this.box.className = 'map-stage';
    this.box.setAttribute('role', 'presentation');
    this.canvas.setAttribute('aria-hidden', 'true');
    this.svg.setAttribute('role', 'presentation');
    this.root.setAttribute('role', 'presentation');
    this.svg.append(patternDefs(id), this.root);
    this.box.append(this.canvas, this.svg);
    host.append(this.box);
    this.context = this.canvas.getContext('2d');
    this.resized = new ResizeObserver((entries) => this.measured(entries[entries.length - 1]));
    this.resized.observe(host);
    this.themed = new MutationObserver(() => this.restyle());
    this.themed.observe(document.documentElement, {
      attributes: true,
      attributeFilter: ['data-theme', 'class', 'style'],
    });
    const { signal } = this.stop;
    matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => this.restyle(), { signal });
    void document.fonts.ready.then(() => {
      if (!signal.aborted) this.restyle();
    });
  }

  destroy(): void {
    this.stop.abort();
    this.resized.disconnect();
    this.themed.disconnect();
    this.box.remove();
  }

  private measured(entry: ResizeObserverEntry | undefined): void {
    if (entry === undefined) return;
    const width = Math.round(entry.contentRect.width);
    const height = Math.round(entry.contentRect.height);
    if (width === this.width && height === this.height) return;
    this.width = width;
    this.height = height;
    this.changed();
  }

  private restyle(): void {
    this.kept = {};
    this.changed();
  }

  /** Widths of texts in the faces of the stylesheet. */
  measure(): Measure {
    if (this.kept.measure === undefined) {
      const style = getComputedStyle(this.host);
      this.kept.measure = canvasMeasure(
        style.getPropertyValue('--sans') || 'sans-serif',
        style.getPropertyValue('--mono') || 'monospace',
      );
    }
    return this.kept.measure;
  }

  /** Colours of the canvas; undefined where there is no canvas. */
  ink(): Ink | undefined {
    if (this.context === null) return undefined;
    this.kept.ink ??= readInk(this.host, this.context, window.devicePixelRatio);
    return this.kept.ink;
  }

  /** Takes the size of a layout. Answers whether it is another than before. */
  fit({ width, height }: MapLayout): boolean {
    if (this.drawn?.width === width && this.drawn.height === height) return false;
    this.drawn = { width, height };
    this.box.style.height = `${height}px`;
    this.svg.setAttribute('width', String(width));
    this.svg.setAttribute('height', String(height));
    return true;
  }

  /** Draws the strips as they look through `transform`. */
  drawCanvas(layout: MapLayout, { k, x, y }: View): void {
    const { context, canvas } = this;
    if (context === null) return;
    const ratio = window.devicePixelRatio;
    const width = Math.round(layout.width * ratio);
    const height = Math.round(layout.height * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = `${layout.width}px`;
      canvas.style.height = `${layout.height}px`;
      delete this.kept.ink;
    }
    const ink = this.ink();
    if (ink === undefined) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(k * ratio, 0, 0, k * ratio, x * ratio, y * ratio);
    drawStrips(context, ink, layout.strips, k * ratio, -y / k, (layout.height - y) / k);
  }
}
