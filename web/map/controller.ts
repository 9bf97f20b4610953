import type { D3ZoomEvent, ZoomBehavior, ZoomTransform } from 'd3';
import { select, zoom, zoomIdentity } from 'd3';
import type { EntryClasses, TableNode, TableTree, World } from '../../src-core/index.ts';
import { entryClasses, formatOf, slotVa, tableTree } from '../../src-core/index.ts';
import type { Ink } from './canvas.ts';
import { drawStrips, readInk } from './canvas.ts';
import { drawGroups, groupOf, itemId, patternDefs } from './draw.ts';
import { firstMapped } from './first-mapped.ts';
import type { MapInput } from './input.ts';
import { moveTo } from './keys.ts';
import { mapLayout } from './layout.ts';
import type { Group, Item, MapLayout, Strip } from './marks.ts';
import type { Measure } from './measure.ts';
import { canvasMeasure } from './measure.ts';
import { stripTable } from './strips.ts';
import { Tip } from './tip.ts';
import type { MapHover, TableMapProps } from './types.ts';

const NOTHING: ReadonlyMap<never, never> = new Map<never, never>();
const SVG = 'http://www.w3.org/2000/svg';

/** What the pointer is on. */
type Spot =
  | {
      readonly on: 'item';
      readonly group: Group;
      readonly item: Item;
      readonly idx: number;
      readonly n: number;
    }
  | { readonly on: 'strip'; readonly strip: Strip; readonly node: TableNode; readonly idx: number };

/**
 * Owns everything inside one element: React never touches these nodes. A new layout is computed for each update, and only
 * what differs from the last one reaches the document, in the same frame.
 */
export class MapController {
  /** Told when the view is zoomed or panned, and when it is whole again. */
  onZoomed: (zoomed: boolean) => void = () => undefined;

  private readonly host: HTMLElement;
  private readonly id: string;
  private readonly stage = document.createElement('div');
  private readonly canvas = document.createElement('canvas');
  private readonly svg = document.createElementNS(SVG, 'svg');
  private readonly root = document.createElementNS(SVG, 'g');
  private readonly tip: Tip;
  private readonly context: CanvasRenderingContext2D | null;
  private readonly zoomer: ZoomBehavior<HTMLElement, unknown>;
  private readonly stop = new AbortController();
  private readonly resized: ResizeObserver;
  private readonly themed: MutationObserver;

  private props: TableMapProps | undefined;
  private world: World | undefined;
  private classes: EntryClasses | undefined;
  private tree: TableTree | undefined;
  private layout: MapLayout | undefined;
  private transform: ZoomTransform = zoomIdentity;
  private ink: Ink | undefined;
  private measure: Measure | undefined;
  private active: string | undefined;
  private hovered = '';
  private zoomable = false;

  constructor(host: HTMLElement, id: string) {
    this.host = host;
    this.id = id;
    this.stage.className = 'map-stage';
    this.stage.setAttribute('role', 'presentation');
    this.canvas.setAttribute('aria-hidden', 'true');
    this.svg.setAttribute('role', 'presentation');
    this.root.setAttribute('role', 'presentation');
    this.svg.append(patternDefs(id), this.root);
    this.stage.append(this.canvas, this.svg);
    host.append(this.stage);
    this.context = this.canvas.getContext('2d');
    this.tip = new Tip(host.parentElement ?? host);
    this.zoomer = zoom<HTMLElement, unknown>()
      .scaleExtent([1, 8])
      .clickDistance(4)
      .filter(
        (e: Event) =>
          this.zoomable &&
          (e.type === 'wheel' || ((e as MouseEvent).button === 0 && !(e as MouseEvent).ctrlKey)),
      )
      .on('zoom', (e: D3ZoomEvent<HTMLElement, unknown>) => this.zoomed(e));
    select(host).call(this.zoomer).on('dblclick.zoom', null);
    this.resized = new ResizeObserver(() => this.render());
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
    host.addEventListener('pointermove', (e) => this.pointed(e), { signal });
    host.addEventListener('pointerleave', () => this.left(), { signal });
    host.addEventListener('click', (e) => this.clicked(e), { signal });
    host.addEventListener('keydown', (e) => this.pressed(e), { signal });
    host.addEventListener('focus', () => this.markActive(true), { signal });
    host.addEventListener('blur', () => this.markActive(false), { signal });
  }

  destroy(): void {
    this.stop.abort();
    this.resized.disconnect();
    this.themed.disconnect();
    select(this.host).on('.zoom', null);
    this.tip.remove();
    this.stage.remove();
  }

  update(props: TableMapProps): void {
    this.props = props;
    this.render();
  }

  /** Shows all of the map. */
  fit(): void {
    this.zoomer.transform(select(this.host), zoomIdentity);
  }

  private restyle(): void {
    this.ink = undefined;
    this.measure = undefined;
    this.render();
  }

  private input(props: TableMapProps, width: number, height: number): MapInput {
    const { world, memory } = props;
    if (this.classes === undefined || this.world !== world) {
      this.classes = entryClasses(world.geo, formatOf(world.geo));
      this.world = world;
      this.tree = undefined;
    }
    this.tree = tableTree(this.classes, memory, world.mms, this.tree);
    if (this.measure === undefined) {
      const style = getComputedStyle(this.host);
      this.measure = canvasMeasure(
        style.getPropertyValue('--sans') || 'sans-serif',
        style.getPropertyValue('--mono') || 'monospace',
      );
    }
    return {
      geo: world.geo,
      classes: this.classes,
      memory,
      mms: world.mms,
      tree: this.tree,
      focus: props.focus,
      current: props.current ?? null,
      changed: props.changed ?? NOTHING,
      coming: props.coming ?? NOTHING,
      selected: props.selected ?? null,
      violation: props.violation ?? null,
      walkers: props.walkers ?? NOTHING,
      tables: props.tables ?? NOTHING,
      width,
      height,
      measure: this.measure,
    };
  }

  private render(): void {
    const { props, host } = this;
    const width = host.clientWidth;
    const height = host.clientHeight;
    if (props === undefined || width < 40 || height < 40) return;
    const layout = mapLayout(this.input(props, width, height));
    const resized = this.layout?.width !== layout.width || this.layout.height !== layout.height;
    this.layout = layout;
    this.zoomable = !layout.narrow && props.readOnly !== true;
    host.dataset['narrow'] = String(layout.narrow);
    host.dataset['still'] = String(props.still === true);
    if (resized) {
      this.stage.style.height = `${layout.height}px`;
      this.svg.setAttribute('width', String(layout.width));
      this.svg.setAttribute('height', String(layout.height));
      const whole: [[number, number], [number, number]] = [
        [0, 0],
        [layout.width, layout.height],
      ];
      this.zoomer.extent(whole).translateExtent(whole);
      if (layout.narrow && this.transform !== zoomIdentity) this.fit();
    }
    drawGroups(this.root, layout.groups, this.id);
    this.drawCanvas();
    this.markActive(host === document.activeElement);
  }

  private drawCanvas(): void {
    const { context, layout } = this;
    if (context === null || layout === undefined) return;
    const ratio = window.devicePixelRatio;
    const width = Math.round(layout.width * ratio);
    const height = Math.round(layout.height * ratio);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.canvas.style.width = `${layout.width}px`;
      this.canvas.style.height = `${layout.height}px`;
      this.ink = undefined;
    }
    this.ink ??= readInk(this.host, context, ratio);
    const { k, x, y } = this.transform;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(k * ratio, 0, 0, k * ratio, x * ratio, y * ratio);
    drawStrips(context, this.ink, layout.strips, k * ratio, -y / k, (layout.height - y) / k);
  }

  private zoomed(e: D3ZoomEvent<HTMLElement, unknown>): void {
    const before = this.transform;
    this.transform = e.transform;
    this.root.setAttribute('transform', e.transform.toString());
    this.drawCanvas();
    this.tip.hide();
    this.onZoomed(e.transform.k !== 1);
    const byHand = e.sourceEvent instanceof MouseEvent || e.sourceEvent instanceof TouchEvent;
    const panned = before.k === e.transform.k && (before.x !== e.transform.x || before.y !== e.transform.y);
    if (byHand && panned && this.props?.follow === true) this.props.onFollowChange?.(false);
  }

  /** What lies under a place of the window. */
  private spotAt(e: MouseEvent): Spot | undefined {
    const { layout } = this;
    if (layout === undefined) return undefined;
    const box = this.stage.getBoundingClientRect();
    const [x, y] = this.transform.invert([e.clientX - box.left, e.clientY - box.top]);
    const group = e.target instanceof Element ? groupOf(e.target) : undefined;
    if (group?.item !== undefined) {
      const { item } = group;
      return { on: 'item', group, item, ...entryAt(group, item, x - group.x, y - group.y) };
    }
    const strip = layout.strips.find(
      (s) => x >= s.x && x < s.x + s.w && y >= s.y - 0.5 && y < s.y + Math.max(s.h, 1) + 0.5,
    );
    if (strip === undefined) return undefined;
    const node = stripTable(strip, y);
    return {
      on: 'strip',
      strip,
      node,
      idx: Math.min(node.entries - 1, Math.floor(((x - strip.x) / strip.w) * node.entries)),
    };
  }

  private pointed(e: PointerEvent): void {
    if (e.buttons !== 0) return;
    const spot = this.spotAt(e);
    const { classes, props, tree } = this;
    if (spot === undefined || classes === undefined || props === undefined || tree === undefined) {
      this.left();
      return;
    }
    const key = spot.on === 'item' ? `${spot.item.table}:${spot.idx}` : `strip:${spot.node.pa}`;
    if (key !== this.hovered) {
      this.hovered = key;
      if (spot.on === 'item') {
        const page = props.memory.page(spot.item.table);
        const node = tree.byPa.get(spot.item.table);
        if (page !== undefined) this.tip.entry(classes, page, node?.va, spot.idx, spot.n);
        this.tell({ kind: 'entry', table: spot.item.table, idx: spot.idx, n: spot.n });
      } else {
        this.ink ??=
          this.context === null ? undefined : readInk(this.host, this.context, window.devicePixelRatio);
        if (this.ink !== undefined)
          this.tip.table(spot.node, spot.strip.tables.length, tree.levels[spot.node.hw + 1] ?? [], this.ink);
        this.tell({ kind: 'table', table: spot.node.pa });
      }
      this.host.style.cursor = 'pointer';
    }
    const box = (this.host.parentElement ?? this.host).getBoundingClientRect();
    this.tip.place(e.clientX - box.left, e.clientY - box.top, box.width, box.height);
  }

  private left(): void {
    if (this.hovered === '') return;
    this.hovered = '';
    this.tip.hide();
    this.host.style.cursor = '';
    this.tell(null);
  }

  private tell(hover: MapHover | null): void {
    this.props?.onHover?.(hover);
  }

  private clicked(e: MouseEvent): void {
    const spot = this.spotAt(e);
    if (spot === undefined || this.props?.readOnly === true) return;
    if (spot.on === 'strip') {
      this.focusOn(spot.node, spot.idx);
      return;
    }
    this.active = spot.group.key;
    this.markActive(true);
    this.choose(spot.item, spot.idx);
  }

  private choose(item: Item, idx: number): void {
    const { props } = this;
    if (props === undefined || props.readOnly === true) return;
    props.onSelect?.({ table: item.table, idx });
    if (item.opens !== undefined) this.focusOn(item.opens, undefined);
  }

  /** Makes a table the focus with its parents: by the entry asked for, or its first that leads anywhere. */
  private focusOn(node: TableNode, idx: number | undefined): void {
    const { props, classes, tree } = this;
    if (props === undefined || classes === undefined || tree === undefined || !tree.byPa.has(node.pa)) return;
    const through = this.layout?.groups.some((g) => g.item?.table === node.pa) === true;
    if (through && idx === undefined) return;
    const va =
      idx === undefined || node.page.isZero(idx)
        ? firstMapped(classes.geo, node)
        : slotVa(classes.geo, node.hw, node.va, idx);
    if (props.follow === true) props.onFollowChange?.(false);
    props.onFocus?.({ mm: node.mm, va });
  }

  private pressed(e: KeyboardEvent): void {
    const { layout, props } = this;
    if (layout === undefined || props === undefined || e.ctrlKey || e.metaKey || e.altKey) return;
    if (!this.handleKey(e.key, e.shiftKey, layout, props)) return;
    e.preventDefault();
    e.stopPropagation();
  }

  private handleKey(key: string, shift: boolean, layout: MapLayout, props: TableMapProps): boolean {
    const group = layout.groups.find((g) => g.key === this.active && g.item !== undefined);
    if ((key === 'Enter' || key === ' ') && group?.item !== undefined) {
      const { item } = group;
      const s = props.selected;
      const here = s?.table === item.table && s.idx >= item.idx && s.idx < item.idx + item.n;
      this.choose(item, here === true ? s.idx : item.idx);
      return true;
    }
    if (key === 'f' && !shift && props.onFollowChange !== undefined) {
      props.onFollowChange(props.follow !== true);
      return true;
    }
    if ((key === '0' || key === 'Escape') && this.transform.k !== 1) {
      this.fit();
      return true;
    }
    if ((key === '+' || key === '-') && this.zoomable) {
      this.zoomer.scaleBy(select(this.host), key === '+' ? 1.4 : 1 / 1.4);
      return true;
    }
    if (!/^(Arrow|Home$|End$)/.test(key) || shift) return false;
    // Inside a group that holds the selection, left and right go from entry to entry.
    const s = props.selected;
    const cells = group?.item?.cells !== undefined && s?.table === group.item.table ? group.item : undefined;
    const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    if (
      cells !== undefined &&
      s !== null &&
      s !== undefined &&
      step !== 0 &&
      s.idx >= cells.idx &&
      s.idx < cells.idx + cells.n
    ) {
      const idx = s.idx + step;
      if (idx >= cells.idx && idx < cells.idx + cells.n) {
        props.onSelect?.({ table: s.table, idx });
        return true;
      }
    }
    const next = moveTo(layout, group, key);
    if (next !== undefined) {
      this.active = next.key;
      this.markActive(true);
    }
    return true;
  }

  /** Shows where the keyboard is, and tells assistive technology. */
  private markActive(focused: boolean): void {
    for (const old of this.root.querySelectorAll('[data-active]')) old.removeAttribute('data-active');
    const { layout } = this;
    if (layout === undefined || !focused) return;
    const group =
      layout.groups.find((g) => g.key === this.active && g.item !== undefined) ??
      moveTo(layout, undefined, '');
    if (group === undefined) return;
    this.active = group.key;
    const id = itemId(this.id, group.key);
    this.host.setAttribute('aria-activedescendant', id);
    const element = document.getElementById(id);
    element?.setAttribute('data-active', '');
    if (layout.narrow) element?.scrollIntoView({ block: 'nearest' });
  }
}

/** Which entry of a group lies under a place inside it, and how many it stands for. */
function entryAt(group: Group, item: Item, x: number, y: number): { idx: number; n: number } {
  const { cells } = item;
  if (cells === undefined) return { idx: item.idx, n: item.n };
  const perLine = Math.ceil(item.n / cells.lines);
  const line = Math.min(cells.lines - 1, Math.max(0, Math.floor((y / group.h) * cells.lines)));
  const col = Math.min(perLine - 1, Math.max(0, Math.floor(((x - cells.x) / cells.w) * perLine)));
  return { idx: item.idx + Math.min(item.n - 1, line * perLine + col), n: 1 };
}
