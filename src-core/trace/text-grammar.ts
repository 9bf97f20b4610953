import { U64 } from '../base/u64.ts';
import type { LevelName } from '../arch/geometry.ts';
import type { Slot, StepEvent } from '../step/step.ts';

/** First line of every text trace. */
export const TRACE_HEADER = 'Pagewalk trace, format 1';

/** First line of a short form, which can't be read back. */
export const SHORT_HEADER = 'Pagewalk trace, short form';

/** Columns before what belongs to a step but is not its line: calls of depth 0, held locks, comments. */
export const INDENT = 9;
/** Calls are indented by two more columns for each level of depth, up to this depth; deeper ones carry a number. */
export const DEEPEST_INDENT = 12;

/** Hardware level that a type stands for unless the line says otherwise. */
export function usualHw(level: LevelName, rootHw: number): number {
  const hw = { pgd: rootHw, p4d: 0, pud: 1, pmd: 2, pte: 3 }[level];
  return Math.max(hw, rootHw);
}

/** The kernel helper that a load is part of unless the line says otherwise: the getter of its level for a READ_ONCE. */
export function usualHelper(level: LevelName, once: boolean): string | undefined {
  return once ? `${level}p_get` : undefined;
}

/** What a context holds after a step that had `before`, as far as the step's event tells: `mmap:init_mm/read`, … */
export function heldAfter(event: StepEvent, before: readonly string[]): readonly string[] {
  if (event.ev === 'lock' || (event.ev === 'trylock' && event.ok))
    return [...before, `${event.name}/${event.mode}`];
  if (event.ev === 'downgrade')
    return before.map((hold) => (hold === `${event.name}/write` ? `${event.name}/read` : hold));
  if (event.ev !== 'unlock') return before;
  const i = before.lastIndexOf(`${event.name}/${event.mode}`);
  return i < 0 ? before : before.filter((_, k) => k !== i);
}

/** Sizes of pages, as the header says them, and their log2. */
export const PAGE_SIZES: ReadonlyMap<string, number> = new Map([
  ['4K', 12],
  ['16K', 14],
  ['64K', 16],
]);

/**
 * Virtual addresses of tables, as far as slots of them told: the address of any other slot follows. Dead loads are kept apart:
 * slots of a level folded at boot have none.
 */
export class TableAddresses {
  private readonly pageShift: number;
  private readonly bases = new Map<string, U64 | null>();

  constructor(pageShift: number) {
    this.pageShift = pageShift;
  }

  /** The address that follows for a slot; null: it has none; undefined: nothing follows. */
  expected(at: Omit<Slot, 'va'>, dead: boolean): string | null | undefined {
    const base = this.bases.get(key(at, dead));
    if (base === undefined || base === null) return base;
    const offset = this.offset(at);
    return offset === undefined ? undefined : base.add(offset).toHex();
  }

  /** A slot's address was told. */
  learn(at: Slot, dead: boolean): void {
    const offset = this.offset(at);
    if (offset === undefined) return;
    this.bases.set(key(at, dead), at.va === null ? null : U64.hex(at.va).sub(offset));
  }

  /** Bytes from the address of a table to that of its slot; undefined for tables no hardware walks. */
  private offset(at: Omit<Slot, 'va'>): U64 | undefined {
    const shift = (this.pageShift - 3) * (4 - at.hw) + 3;
    return at.hw < -1 || at.hw > 3 || shift > 63 ? undefined : U64.from(at.idx).shl(shift);
  }
}

function key(at: Omit<Slot, 'va'>, dead: boolean): string {
  return `${at.table} ${at.hw} ${dead}`;
}
