import type { EntryClasses, TableNode, TableTree } from '../../src-core/index.ts';
import type { Group, Item, MapLayout } from './marks.ts';
import type { Choice } from './range.ts';
import type { Entries, Spot } from './spot.ts';
import { nearestIn, placeOf, spotAt } from './spot.ts';
import type { Stage } from './stage.ts';
import { Tip } from './tip.ts';
import type { LedgerBadge, MapHover, TableMapProps } from './types.ts';
import type { Zooming } from './zooming.ts';

/** What the pointer needs of the map that it is on. */
export interface PointingAt {
  seen():
    | {
        readonly layout: MapLayout;
        readonly props: TableMapProps;
        readonly classes: EntryClasses;
        readonly tree: TableTree;
      }
    | undefined;
  focus(node: TableNode, idx: number): void;
  choose(group: Group, item: Item, idx: number): void;
  /** A range grows; `done` with the last word. */
  extend(choice: Choice | null, done: boolean): void;
  range(): Choice | null;
  /** Kernel calls are asked for at a place of the window. */
  ask(spot: Spot, x: number, y: number): void;
  fit(): void;
}

/** A press of the button on an entry: it becomes a drag over entries, or a click. */
interface Press {
  readonly table: number;
  readonly anchor: Entries;
  readonly x: number;
  readonly y: number;
  choice: Choice | undefined;
}

/** Pixels that the pointer may tremble in a click. */
const TREMBLE = 4;

/** How long a finger rests before it asks for the menu, in milliseconds, and how far it may move. */
const LONG_PRESS_MS = 500;
const LONG_PRESS_TREMBLE = 10;

/** Someone wants to know of ranges. */
function rangeable(props: TableMapProps): boolean {
  return props.onSelectRange !== undefined && props.readOnly !== true;
}

function within({ idx, n }: Entries, at: number): boolean {
  return at >= idx && at < idx + n;
}

/** The pointer on the map: what it hovers, chooses, and drags over. */
export class Pointing {
  private readonly host: HTMLElement;
  private readonly stage: Stage;
  private readonly zooming: Zooming;
  private readonly at: PointingAt;
  private readonly tip: Tip;
  private readonly stop = new AbortController();
  private hovered = '';
  private press: Press | undefined;
  /** The click that ends a drag is none. */
  private dragged = false;
  /** A finger that may rest. */
  private rest: { readonly timer: number; readonly x: number; readonly y: number } | undefined;
  /** The menu that the browser asks for after a long press has been asked for already. */
  private asked = false;

  constructor(host: HTMLElement, stage: Stage, zooming: Zooming, at: PointingAt) {
    this.host = host;
    this.stage = stage;
    this.zooming = zooming;
    this.at = at;
    this.tip = new Tip(host.parentElement ?? host);
    const { signal } = this.stop;
    host.addEventListener('pointerdown', (e) => this.pressed(e), { signal });
    host.addEventListener('pointermove', (e) => this.moved(e), { signal });
    host.addEventListener('pointerup', () => this.released(true), { signal });
    host.addEventListener('pointercancel', () => this.released(false), { signal });
    host.addEventListener('pointerleave', () => this.left(), { signal });
    host.addEventListener('click', (e) => this.clicked(e), { signal });
    host.addEventListener('contextmenu', (e) => this.menu(e), { signal });
    host.addEventListener('dblclick', () => zooming.zoomed && at.fit(), { signal });
  }

  destroy(): void {
    this.stop.abort();
    this.rested();
    this.tip.remove();
  }

  hideTip(): void {
    this.tip.hide();
  }

  private spot(e: MouseEvent): Spot | undefined {
    const seen = this.at.seen();
    return seen && spotAt(seen.layout, placeOf(this.stage.box, this.zooming.transform, e), e.target);
  }

  private pressed(e: PointerEvent): void {
    this.dragged = false;
    this.press = undefined;
    this.asked = false;
    const seen = this.at.seen();
    if (e.pointerType === 'touch' && e.isPrimary) this.resting(e);
    if (seen === undefined || seen.props.readOnly === true || e.button !== 0 || e.pointerType === 'touch')
      return;
    // Where the map is zoomed a plain drag pans it.
    if (this.zooming.zoomed && !e.shiftKey) return;
    const spot = this.spot(e);
    if (spot?.on !== 'item' || !seen.tree.byPa.has(spot.item.table)) return;
    const here = { idx: spot.idx, n: spot.n };
    const { table } = spot.item;
    this.press = {
      table,
      anchor: e.shiftKey ? this.anchorFor(seen.props, table, here) : here,
      x: e.clientX,
      y: e.clientY,
      choice: undefined,
    };
  }

  /** A finger that stays where it is asks for the menu. */
  private resting(e: PointerEvent): void {
    this.rested();
    const timer = window.setTimeout(() => {
      this.rest = undefined;
      if (!this.ask(e)) return;
      this.asked = true;
      this.dragged = true;
    }, LONG_PRESS_MS);
    this.rest = { timer, x: e.clientX, y: e.clientY };
  }

  private rested(): void {
    window.clearTimeout(this.rest?.timer);
    this.rest = undefined;
  }

  private menu(e: MouseEvent): void {
    if (this.at.seen()?.props.onAsk === undefined) return;
    e.preventDefault();
    this.rested();
    if (!this.asked && this.ask(e)) this.asked = true;
  }

  private ask(e: MouseEvent): boolean {
    const seen = this.at.seen();
    if (seen?.props.onAsk === undefined || seen.props.readOnly === true) return false;
    const spot = this.spot(e);
    if (spot === undefined) return false;
    this.tip.hide();
    this.at.ask(spot, e.clientX, e.clientY);
    return true;
  }

  /** Where a range that is extended with Shift began: the range before, or the selection, in the same table. */
  private anchorFor(props: TableMapProps, table: number, here: Entries): Entries {
    const range = this.at.range();
    if (range?.table === table) return range.anchor;
    const slot = props.selected;
    if (slot?.table !== table) return here;
    // Where a row has no cells, to choose its first entry was to choose the row.
    const row = this.at
      .seen()
      ?.layout.groups.find(({ item }) => item?.table === table && within(item, slot.idx))?.item;
    return row === undefined || row.cells !== undefined
      ? { idx: slot.idx, n: 1 }
      : { idx: row.idx, n: row.n };
  }

  private moved(e: PointerEvent): void {
    const box = this.stage.box.getBoundingClientRect();
    this.zooming.pointAt([e.clientX - box.left, e.clientY - box.top]);
    const { press, rest } = this;
    if (rest !== undefined && Math.hypot(e.clientX - rest.x, e.clientY - rest.y) > LONG_PRESS_TREMBLE)
      this.rested();
    if (press !== undefined && (e.buttons & 1) === 1) {
      if (press.choice === undefined) {
        if (Math.hypot(e.clientX - press.x, e.clientY - press.y) < TREMBLE) return;
        this.host.setPointerCapture(e.pointerId);
        this.tip.hide();
      }
      this.drag(press, e);
      return;
    }
    if (e.buttons === 0) this.hover(e);
  }

  private drag(press: Press, e: PointerEvent): void {
    const seen = this.at.seen();
    const head =
      seen && nearestIn(seen.layout, press.table, placeOf(this.stage.box, this.zooming.transform, e));
    if (head === undefined) return;
    const before = press.choice?.head;
    if (before?.idx === head.idx && before.n === head.n) return;
    press.choice = { table: press.table, anchor: press.anchor, head };
    this.dragged = true;
    this.at.extend(press.choice, false);
  }

  private released(kept: boolean): void {
    const { press } = this;
    this.rested();
    this.press = undefined;
    if (press?.choice !== undefined) this.at.extend(kept ? press.choice : null, true);
  }

  private clicked(e: MouseEvent): void {
    const seen = this.at.seen();
    if (this.dragged || seen === undefined || seen.props.readOnly === true) {
      this.dragged = false;
      return;
    }
    const spot = this.spot(e);
    if (spot === undefined) this.at.extend(null, true);
    else if (spot.on === 'strip') this.at.focus(spot.node, spot.idx);
    else if (e.shiftKey && rangeable(seen.props) && seen.tree.byPa.has(spot.item.table)) {
      const head = { idx: spot.idx, n: spot.n };
      const { table } = spot.item;
      this.at.extend({ table, anchor: this.anchorFor(seen.props, table, head), head }, true);
    } else this.at.choose(spot.group, spot.item, spot.idx);
  }

  private hover(e: PointerEvent): void {
    const spot = this.spot(e);
    const seen = this.at.seen();
    if (spot === undefined || seen === undefined) {
      this.clear();
      return;
    }
    const key = spot.on === 'item' ? `${spot.item.table}:${spot.idx}` : `strip:${spot.node.pa}`;
    if (key !== this.hovered) {
      this.hovered = key;
      const { props, classes, tree } = seen;
      if (spot.on === 'item') {
        const page = props.memory.page(spot.item.table);
        const node = tree.byPa.get(spot.item.table);
        const stale = props.stale?.(spot.item.table, spot.idx, spot.n) === true;
        if (page !== undefined) this.tip.entry(classes, page, node?.va, spot.idx, spot.n, stale);
        this.tell({ kind: 'entry', table: spot.item.table, idx: spot.idx, n: spot.n });
      } else {
        const ink = this.stage.ink();
        if (ink !== undefined)
          this.tip.table(
            spot.node,
            spot.strip.tables.length,
            tree.levels[spot.node.hw + 1] ?? [],
            ink,
            ledgerText(props.ledger?.(spot.node.pa, spot.node.hw)),
          );
        this.tell({ kind: 'table', table: spot.node.pa });
      }
      this.host.style.cursor = 'pointer';
    }
    const box = (this.host.parentElement ?? this.host).getBoundingClientRect();
    this.tip.place(e.clientX - box.left, e.clientY - box.top, box.width, box.height);
  }

  private left(): void {
    this.zooming.pointAt(undefined);
    this.clear();
  }

  private clear(): void {
    if (this.hovered === '') return;
    this.hovered = '';
    this.tip.hide();
    this.host.style.cursor = '';
    this.tell(null);
  }

  private tell(hover: MapHover | null): void {
    this.at.seen()?.props.onHover?.(hover);
  }
}

/** A badge with its words: what a strip too thin for it shows when it is pointed at. */
function ledgerText(badge: LedgerBadge | undefined): string | undefined {
  const [words] = badge?.words ?? [];
  return badge === undefined || words === undefined ? undefined : `${badge.letters}  ${words}`;
}
