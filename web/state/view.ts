import { create } from 'zustand';
import type { MmName, U64 } from '../engine.ts';
import type { MapAsk, MapFocus, MapHover, MapRange, SlotRef } from '../map/types.ts';
import { store, stored } from './stored.ts';

export type ThemeChoice = 'system' | 'dark' | 'light';
export type DialogName = 'help' | 'import' | 'library' | 'model' | 'palette' | 'share';
/** Inspector cards, in their order. */
export const CARDS = ['entry', 'table', 'locks', 'tlb', 'stack', 'ledger', 'counters'] as const;
export type CardName = (typeof CARDS)[number];
/** What the column at the right shows. */
export type SideName = 'inspector' | 'walk' | 'search';

export interface ViewState {
  /** Stays while stepping, until it is let go; without one the inspector shows the current entry. */
  readonly selection: SlotRef | undefined;
  /** What the map is asked to show; undefined follows the steps. */
  readonly focus: MapFocus | undefined;
  /** The address a person asked about and the mm it is looked up in; the address strip answers until they go on. */
  readonly asked: { readonly va: U64; readonly mm: MmName | undefined } | undefined;
  readonly hover: MapHover | null;
  /** A range of entries that was chosen in the map. */
  readonly range: MapRange | null;
  /** Kernel calls on something in the map were asked for: their menu is open. */
  readonly asking: MapAsk | undefined;
  readonly follow: boolean;
  readonly theme: ThemeChoice;
  /** The rail is open; undefined leaves it to the width of the window. */
  readonly railOpen: boolean | undefined;
  readonly closedCards: readonly CardName[];
  /** The card shown where there is room for one only. */
  readonly tab: CardName;
  readonly side: SideName;
  readonly dialog: DialogName | undefined;
  readonly introSeen: boolean;
  /** The entry card lists every field of the descriptor. */
  readonly everyField: boolean;
  /** A small page in someone's frame: the map, the caption and the steps, nothing else. */
  readonly embed: boolean;
  /** The cursor is being dragged: nothing moves by itself. */
  readonly scrubbing: boolean;
  /** Timeline window in steps; undefined shows the whole run. */
  readonly span: { readonly from: number; readonly to: number } | undefined;
}

const THEMES: readonly ThemeChoice[] = ['system', 'dark', 'light'];

/** How the person looks at the scene. Remembered between visits: theme, closed cards, every field, that the introduction was read. */
export const useView = create<ViewState>(() => ({
  selection: undefined,
  focus: undefined,
  asked: undefined,
  hover: null,
  range: null,
  asking: undefined,
  follow: true,
  theme: THEMES.find((t) => t === stored('theme')) ?? 'system',
  railOpen: undefined,
  closedCards: CARDS.filter((c) => (stored('closed') ?? '').split(' ').includes(c)),
  tab: 'entry',
  side: 'inspector',
  dialog: undefined,
  introSeen: stored('intro') === 'seen',
  everyField: stored('every-field') === 'yes',
  embed: false,
  scrubbing: false,
  span: undefined,
}));

useView.subscribe((now, before) => {
  // What a frame's address asks for is not the person's own choice.
  if (now.embed) return;
  if (now.closedCards !== before.closedCards) store('closed', now.closedCards.join(' '));
  if (now.introSeen !== before.introSeen) store('intro', now.introSeen ? 'seen' : '');
  if (now.everyField !== before.everyField) store('every-field', now.everyField ? 'yes' : '');
  if (now.theme !== before.theme) store('theme', now.theme);
});
