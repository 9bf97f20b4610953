import type { PhysicalMemory, U64, World } from '../../src-core/index.ts';

/** One slot of a table: the table's physical address in bytes, and the index of the entry. */
export interface SlotRef {
  readonly table: number;
  readonly idx: number;
}

/** What the map is centred on: the walk of `va` in `mm`, one table a level. */
export interface MapFocus {
  readonly mm: string;
  readonly va: U64;
}

/** What the step at the cursor does to an entry. `count` consecutive entries from `idx` (default 1). */
export interface MapCurrent extends SlotRef {
  /**
   * A load looks at the entry, a set writes it; `ignored` is a load whose value can't matter. A callback is told of the
   * entry, a hole is the empty slot that was found.
   */
  readonly kind: 'load' | 'ignored' | 'set' | 'callback' | 'hole';
  /** Of a callback: `pte_entry`. */
  readonly name?: string;
  /** Step number, from 1. */
  readonly step: number;
  readonly count?: number;
}

/** An entry that the run has written, up to the cursor. `old` is the value before its last write. */
export interface SlotChange {
  readonly old: U64;
  readonly new: U64;
  readonly step: number;
}

/** An entry that the recorded run will write after the cursor: its next write. */
export interface SlotComing {
  readonly new: U64;
  readonly step: number;
}

/** By table (physical address in bytes), then by index. */
export type SlotMap<T> = ReadonlyMap<number, ReadonlyMap<number, T>>;

/** What the run did to a table as a whole. Tables that are only in the capture need no state. */
export type TableState = 'new' | 'detached' | 'deposited' | 'rcu' | 'queued' | 'freed';

/** A few words under a table's header: `constructed`, `ptlock none`, `counted`. */
export interface TableNote {
  readonly text: string;
  /** Not asserted by the run itself: set in italics. */
  readonly inferred?: boolean;
}

export interface TableBadge {
  readonly state?: TableState;
  readonly notes?: readonly TableNote[];
}

/** A table's constructor, lock and count: `CLA +1`. */
export interface LedgerBadge {
  readonly letters: string;
  /** Longest first. */
  readonly words: readonly string[];
  /** Not asserted by the run itself: set in italics. */
  readonly inferred: boolean;
}

/** A violation at an entry, as shown in the map. */
export interface MapViolation extends SlotRef {
  /** Short lines, the first one is set in bold: `a reads PTE[0]`. */
  readonly lines: readonly string[];
}

/** What the pointer or the keyboard is on. `entry`: a run of `n` entries from `idx`; `table`: a whole table (context strip, header). */
export type MapHover =
  | { readonly kind: 'entry'; readonly table: number; readonly idx: number; readonly n: number }
  | { readonly kind: 'table'; readonly table: number };

/** Addresses in bytes, from `start` up to but without `end`; `end` is 0 where the range reaches the last address of all. */
export interface MapRange {
  readonly mm: string;
  readonly start: U64;
  readonly end: U64;
}

/** The step at the cursor has a table take the place of a leaf (`unfolds`), or a leaf that of a table (`folds`). */
export interface MapReplaced extends SlotRef {
  readonly how: 'unfolds' | 'folds';
  /** The table, by its physical address in bytes. */
  readonly child: number;
  readonly step: number;
}

/** Kernel calls were asked for: by the context menu or its key, by a long press, by the button. */
export interface MapAsk {
  readonly range: MapRange;
  /** The entries, or the table: `PMD[15]`, `PTE[16–31]`, `PTE table 4174e000`. */
  readonly label: string;
  /** Where, in CSS pixels of the window. */
  readonly x: number;
  readonly y: number;
}

/** Everything the table map draws. All but the callbacks is plain immutable data, except `memory`, whose changes `version` tells. */
export interface TableMapProps {
  /** Geometry and mms; `world.memory` is not read. */
  readonly world: World;
  /** The memory as of the cursor: the playback's own, changed in place. */
  readonly memory: PhysicalMemory;
  /** Must differ whenever `memory` has changed: the cursor will do. */
  readonly version: number;
  readonly focus: MapFocus;
  readonly current?: MapCurrent | null;
  readonly replaced?: MapReplaced | undefined;
  readonly changed?: SlotMap<SlotChange>;
  readonly coming?: SlotMap<SlotComing>;
  /** May TLBs still hold one of `n` entries from `first` on as it was before its last change? */
  readonly stale?: (table: number, first: number, n: number) => boolean;
  readonly selected?: SlotRef | null;
  readonly violation?: MapViolation | null;
  /** Letters of the contexts that hold a live pointer into a table: `a`, `b`, … */
  readonly walkers?: ReadonlyMap<number, readonly string[]>;
  /** What is known of single tables. */
  readonly tables?: ReadonlyMap<number, TableBadge>;
  /** What the run tells of a table's constructor, lock and count; left out where it tells nothing of any. */
  readonly ledger?: ((table: number, hw: number) => LedgerBadge) | undefined;
  /** The focus follows the steps. The map only shows it and tells when a person pans away. */
  readonly follow?: boolean;
  /** No motion at all: while a person scrubs. */
  readonly still?: boolean;
  /** Show only: no focus, no selection, no zoom (embeds, cards). */
  readonly readOnly?: boolean;

  /** An entry was clicked, or Enter was pressed on it. */
  readonly onSelect?: (slot: SlotRef) => void;
  /** A table pointer or a context strip was chosen as the focus. */
  readonly onFocus?: (focus: MapFocus) => void;
  /** False when a person panned; true when they press Follow or F. */
  readonly onFollowChange?: (follow: boolean) => void;
  readonly onHover?: (hover: MapHover | null) => void;
  /**
   * A range of entries of one linked table was chosen: by a drag over rows, Shift and a click, or Shift and the arrow keys.
   * The map shows it until a plain click or Escape, which is told with null.
   */
  readonly onSelectRange?: (range: MapRange | null) => void;
  /** Kernel calls are asked for, on an entry, a row of them, a range that was chosen, or a table. */
  readonly onAsk?: (ask: MapAsk) => void;
}
