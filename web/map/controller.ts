import type { EntryClasses, TableNode, TableTree, World } from '../../src-core/index.ts';
import { entryClasses, formatOf, slotVa, tableTree } from '../../src-core/index.ts';
import type { Asked } from './ask.ts';
import { askedAt, askedBySelection, askOf } from './ask.ts';
import { drawGroups, itemId } from './draw.ts';
import { firstMapped } from './first-mapped.ts';
import type { MapInput } from './input.ts';
import { keyAction } from './key-action.ts';
import { moveTo } from './keys.ts';
import { LatePointing } from './late-pointing.ts';
import { mapLayout } from './layout.ts';
import type { Group, Item, MapLayout } from './marks.ts';
import type { Choice } from './range.ts';
import { entriesOf, rangeOf } from './range.ts';
import { Stage } from './stage.ts';
import type { TableMapProps } from './types.ts';
import { animate, rowOf, shownOf, unfoldingBetween } from './unfold.ts';
import { Zooming } from './zooming.ts';

const NOTHING: ReadonlyMap<never, never> = new Map<never, never>();

/**
 * Owns everything inside one element: React never touches these nodes. A new layout is computed for each update, and only
 * what differs from the last one reaches the document, in the same frame.
 */
export class MapController {
  /** Told when the view is zoomed or panned, and when it is whole again. */
  onZoomed: (zoomed: boolean) => void = () => undefined;

  /** Told when there is a range that was chosen, and when there is none any more. */
  onRanged: (ranged: boolean) => void = () => undefined;

  private readonly host: HTMLElement;
  private readonly id: string;
  private readonly stage: Stage;
  private readonly zooming: Zooming;
  private readonly pointing: LatePointing;
  private readonly stop = new AbortController();

  private props: TableMapProps | undefined;
  private world: World | undefined;
  private classes: EntryClasses | undefined;
  private tree: TableTree | undefined;
  private layout: MapLayout | undefined;
  private range: Choice | null = null;
  private active: string | undefined;
  private marked: Element | null = null;

  constructor(host: HTMLElement, id: string) {
    this.host = host;
    this.id = id;
    this.stage = new Stage(host, id, () => this.render());
    this.zooming = new Zooming(host, (byHand) => this.zoomed(byHand));
    this.pointing = new LatePointing(host, this.stage, this.zooming, {
      seen: () => {
        const { layout, props, classes, tree } = this;
        return layout && props && classes && tree && { layout, props, classes, tree };
      },
      focus: (node, idx) => this.focusOn(node, idx),
      choose: (group, item, idx) => {
        this.active = group.key;
        this.markActive(true);
        this.extend(null);
        this.choose(item, idx);
      },
      extend: (choice, done) => this.extend(choice, done),
      range: () => this.range,
      ask: (spot, x, y) => {
        if (this.tree !== undefined) this.ask(askedAt(this.tree, spot, this.range), x, y);
      },
      fit: () => this.fit(),
    });
    const { signal } = this.stop;
    host.addEventListener('keydown', (e) => this.pressed(e), { signal });
    host.addEventListener('focus', () => this.markActive(true), { signal });
    host.addEventListener('blur', () => this.markActive(false), { signal });
  }

  destroy(): void {
    this.stop.abort();
    this.pointing.destroy();
    this.zooming.destroy();
    this.stage.destroy();
  }

  update(props: TableMapProps): void {
    const before = this.layout;
    const moves = unfoldingBetween(this.props, props);
    const { root } = this.stage;
    const going =
      moves?.opens === false && before !== undefined ? shownOf(root, before, moves.entry.child, true) : [];
    this.props = props;
    this.render();
    const { layout } = this;
    if (moves === undefined || layout === undefined) return;
    const row = rowOf(layout, moves.entry);
    if (row === undefined) return;
    const moving = moves.opens ? shownOf(root, layout, moves.entry.child, false) : going;
    animate(root, moving, row, moves.opens);
  }

  /** Shows all of the map. */
  fit(): void {
    this.zooming.fit();
  }

  /** Asks for the calls on the range or the entry that is chosen, with the menu under `box`. */
  askSelected(box: DOMRect): void {
    const { tree, props } = this;
    if (tree === undefined) return;
    this.ask(askedBySelection(tree, this.range, props?.selected ?? null), box.left, box.bottom + 4);
  }

  private ask(asked: Asked | undefined, x: number, y: number): void {
    const { classes, props } = this;
    if (asked === undefined || classes === undefined) return;
    props?.onAsk?.({ ...askOf(classes, asked), x, y });
  }

  /** By key: the menu comes where the keyboard is. */
  private askHere(group: Group | undefined): void {
    const { tree, props, host } = this;
    if (tree === undefined) return;
    const item = group?.item;
    const slot = props?.selected;
    const single = item?.cells !== undefined && slot?.table === item.table;
    const entries = single ? { idx: slot.idx, n: 1 } : item && { idx: item.idx, n: item.n };
    const asked =
      group === undefined || item === undefined || entries === undefined
        ? askedBySelection(tree, this.range, slot ?? null)
        : askedAt(tree, { on: 'item', group, item, ...entries }, this.range);
    const box = (this.marked ?? host).getBoundingClientRect();
    this.ask(asked, box.left + 24, Math.min(box.bottom, box.top + 40));
  }

  private input(props: TableMapProps): MapInput {
    const { world, memory } = props;
    if (this.classes === undefined || this.world !== world) {
      this.classes = entryClasses(world.geo, formatOf(world.geo));
      if (this.world !== undefined && this.range !== null) {
        this.range = null;
        this.onRanged(false);
      }
      this.world = world;
      this.tree = undefined;
    }
    this.tree = tableTree(this.classes, memory, world.mms, this.tree);
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
      stale: props.stale ?? (() => false),
      selected: props.selected ?? null,
      range: this.range,
      violation: props.violation ?? null,
      walkers: props.walkers ?? NOTHING,
      tables: props.tables ?? NOTHING,
      ledger: props.ledger,
      width: this.stage.width,
      height: this.stage.height,
      measure: this.stage.measure(),
    };
  }

  private render(): void {
    const { props, host, stage } = this;
    if (props === undefined || stage.width < 40 || stage.height < 40) return;
    const layout = mapLayout(this.input(props));
    this.layout = layout;
    host.dataset['narrow'] = String(layout.narrow);
    host.dataset['still'] = String(props.still === true);
    stage.fit(layout);
    this.zooming.enabled = !layout.narrow && props.readOnly !== true;
    this.zooming.show(layout);
    drawGroups(stage.root, layout.groups, this.id);
    stage.drawCanvas(layout, this.zooming.transform);
    this.markActive(host === document.activeElement);
  }

  private zoomed(byHand: boolean): void {
    const { transform } = this.zooming;
    this.stage.root.setAttribute('transform', transform.toString());
    if (this.layout !== undefined) this.stage.drawCanvas(this.layout, transform);
    this.pointing.hideTip();
    this.onZoomed(this.zooming.zoomed);
    if (byHand && this.props?.follow === true) this.props.onFollowChange?.(false);
  }

  private choose(item: Item, idx: number): void {
    const { props } = this;
    if (props === undefined || props.readOnly === true) return;
    props.onSelect?.({ table: item.table, idx });
    if (item.opens !== undefined) this.focusOn(item.opens, undefined);
  }

  /** Shows a range of entries; `done`: and tells of it. */
  private extend(choice: Choice | null, done = true): void {
    const { props, tree, classes } = this;
    if (choice === null && this.range === null) return;
    const node = choice === null ? undefined : tree?.byPa.get(choice.table);
    this.range = node === undefined ? null : choice;
    this.render();
    if (!done) return;
    this.onRanged(this.range !== null);
    const range =
      choice === null || node === undefined || classes === undefined
        ? null
        : rangeOf(classes.geo, node, entriesOf(choice));
    props?.onSelectRange?.(range);
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
    const { layout, props, zooming } = this;
    if (layout === undefined || props === undefined || e.ctrlKey || e.metaKey || e.altKey) return;
    const action = keyAction(e.key, e.shiftKey, {
      layout,
      active: this.active,
      selected: props.selected ?? null,
      range: this.range,
      zoomed: zooming.zoomed,
      zoomable: zooming.enabled,
      followable: props.onFollowChange !== undefined,
      rangeable: props.onSelectRange !== undefined && props.readOnly !== true,
      askable: props.onAsk !== undefined && props.readOnly !== true,
    });
    if (action === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    switch (action.do) {
      case 'choose':
        this.choose(action.item, action.idx);
        return;
      case 'select':
        props.onSelect?.(action.slot);
        return;
      case 'extend':
        this.active = action.to.key;
        this.extend(action.choice);
        return;
      case 'move':
        this.active = action.to.key;
        this.markActive(true);
        return;
      case 'ask':
        this.askHere(action.group);
        return;
      case 'drop':
        this.extend(null);
        return;
      case 'follow':
        props.onFollowChange?.(props.follow !== true);
        return;
      case 'fit':
        this.fit();
        return;
      case 'zoom':
        zooming.by(action.factor);
        return;
      case 'nothing':
        return;
    }
  }

  /** Shows where the keyboard is, and tells assistive technology. */
  private markActive(focused: boolean): void {
    const { layout, marked } = this;
    const group =
      layout === undefined || !focused
        ? undefined
        : (layout.groups.find((g) => g.key === this.active && g.item !== undefined) ??
          moveTo(layout, undefined, ''));
    const id = group === undefined ? undefined : itemId(this.id, group.key);
    const element = id === undefined ? null : document.getElementById(id);
    if (element !== marked) marked?.removeAttribute('data-active');
    this.marked = element;
    if (group === undefined || id === undefined || element === null) return;
    this.active = group.key;
    if (this.host.getAttribute('aria-activedescendant') !== id)
      this.host.setAttribute('aria-activedescendant', id);
    if (element === marked && element.hasAttribute('data-active')) return;
    element.setAttribute('data-active', '');
    if (layout?.narrow === true) element.scrollIntoView({ block: 'nearest' });
  }
}
