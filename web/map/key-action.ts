import { moveTo } from './keys.ts';
import type { Group, Item, MapLayout } from './marks.ts';
import type { Choice } from './range.ts';
import type { Entries } from './spot.ts';
import type { SlotRef } from './types.ts';

/** What a key asks of the map. */
export type KeyAction =
  | { readonly do: 'choose'; readonly item: Item; readonly idx: number }
  | { readonly do: 'select'; readonly slot: SlotRef }
  | { readonly do: 'move'; readonly to: Group }
  | { readonly do: 'extend'; readonly choice: Choice; readonly to: Group }
  | { readonly do: 'drop' }
  | { readonly do: 'ask'; readonly group: Group | undefined }
  | { readonly do: 'follow' }
  | { readonly do: 'fit' }
  | { readonly do: 'zoom'; readonly factor: number }
  /** The key is the map's, but leads nowhere. */
  | { readonly do: 'nothing' };

export interface KeyState {
  readonly layout: MapLayout;
  /** Key of the group that the keyboard is on. */
  readonly active: string | undefined;
  readonly selected: SlotRef | null;
  readonly range: Choice | null;
  readonly zoomed: boolean;
  readonly zoomable: boolean;
  readonly followable: boolean;
  /** Someone wants to know of ranges. */
  readonly rangeable: boolean;
  /** Kernel calls can be asked for. */
  readonly askable: boolean;
}

/** What a key does; undefined for keys that are not the map's. */
export function keyAction(key: string, shift: boolean, state: KeyState): KeyAction | undefined {
  const { layout, selected } = state;
  const group = layout.groups.find((g) => g.key === state.active && g.item !== undefined);
  const item = group?.item;
  if ((key === 'Enter' || key === ' ') && item !== undefined)
    return { do: 'choose', item, idx: within(item, selected) ? selected.idx : item.idx };
  if (state.askable && (key === 'ContextMenu' || (key === 'F10' && shift) || key === 'c'))
    return { do: 'ask', group };
  if (key === 'f' && !shift && state.followable) return { do: 'follow' };
  if (key === 'Escape' && state.range !== null) return { do: 'drop' };
  if ((key === '0' || key === 'Escape') && state.zoomed) return { do: 'fit' };
  if ((key === '+' || key === '-') && state.zoomable)
    return { do: 'zoom', factor: key === '+' ? 1.4 : 1 / 1.4 };
  if (!/^(Arrow|Home$|End$)/.test(key)) return undefined;
  if (shift) return group === undefined || !state.rangeable ? undefined : extended(key, group, state);
  // Inside a group that holds the selection, left and right go from entry to entry.
  const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  if (step !== 0 && item?.cells !== undefined && within(item, selected)) {
    const slot = { table: selected.table, idx: selected.idx + step };
    if (within(item, slot)) return { do: 'select', slot };
  }
  const to = moveTo(layout, group, key);
  return to === undefined ? { do: 'nothing' } : { do: 'move', to };
}

function within(item: Item, slot: SlotRef | null): slot is SlotRef {
  return slot?.table === item.table && slot.idx >= item.idx && slot.idx < item.idx + item.n;
}

/** Shift with an arrow: a row up or down, within the cells of a leaf table an entry left or right. Never into another table. */
function extended(key: string, group: Group, state: KeyState): KeyAction | undefined {
  const { layout, selected, range } = state;
  const { item } = group;
  if (item === undefined) return undefined;
  const begun = range?.table === item.table ? range : undefined;
  const here: Entries =
    item.cells !== undefined && within(item, selected) ? { idx: selected.idx, n: 1 } : item;
  const anchor: Entries = begun?.anchor ?? { idx: here.idx, n: here.n };
  const head = begun?.head ?? anchor;
  const choice = (to: Entries): Choice => ({ table: item.table, anchor, head: { idx: to.idx, n: to.n } });
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const to = moveTo(layout, group, key);
    if (to?.item?.table !== item.table) return { do: 'nothing' };
    return { do: 'extend', choice: choice(to.item), to };
  }
  if ((key !== 'ArrowLeft' && key !== 'ArrowRight') || item.cells === undefined || head.n !== 1)
    return undefined;
  const next = { idx: head.idx + (key === 'ArrowRight' ? 1 : -1), n: 1 };
  const to = layout.groups.find(
    (g) => g.item !== undefined && within(g.item, { table: item.table, ...next }),
  );
  return to === undefined ? { do: 'nothing' } : { do: 'extend', choice: choice(next), to };
}
