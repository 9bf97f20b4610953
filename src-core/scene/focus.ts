import type { U64 } from '../base/u64.ts';
import type { EntryKind } from '../arch/format.ts';
import type { Folding, LevelName } from '../arch/geometry.ts';
import { hwIndex, LEVEL_NAMES, slotVa } from '../arch/geometry.ts';
import type { TablePage } from '../memory/page.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { Mm } from '../mm/mm.ts';
import type { EntryClasses } from './entry-class.ts';
import type { TableTree } from './tables.ts';

/** One table of a walk, and the entry of it that the address selects. */
export interface FocusTable {
  readonly page: TablePage;
  /** Virtual address of entry 0 on this walk. */
  readonly va: U64;
  readonly idx: number;
  readonly value: U64;
  readonly kind: EntryKind;
}

/** One software level of a focus path, top first. A folded level has no table of its own, a level below the leaf none at all. */
export interface FocusLevel {
  readonly name: LevelName;
  readonly folded: Folding;
  readonly table: FocusTable | undefined;
}

/** Tables that the walk of `va` meets, root first: down to the first entry that is no table pointer, or whose table is not there. */
export function focusTables(
  classes: EntryClasses,
  memory: PhysicalMemory,
  mm: Mm,
  va: U64,
): readonly FocusTable[] {
  const { geo, format } = classes;
  const path: FocusTable[] = [];
  let page = memory.page(mm.pgd);
  let base = mm.base;
  while (page !== undefined) {
    const idx = hwIndex(geo, page.hw, va);
    const value = page.get(idx);
    const kind = classes.of(page.hw, value.hi, value.lo).kind;
    path.push({ page, va: base, idx, value, kind });
    if (kind !== 'table') break;
    const next: TablePage | undefined = memory.page(format.address(geo, page.hw, value));
    if (next?.hw !== page.hw + 1) break;
    base = slotVa(geo, page.hw, base, idx);
    page = next;
  }
  return path;
}

/** The same for each of the five software levels, folded ones included. */
export function focusLevels(
  classes: EntryClasses,
  memory: PhysicalMemory,
  mm: Mm,
  va: U64,
): readonly FocusLevel[] {
  const path = focusTables(classes, memory, mm, va);
  return LEVEL_NAMES.map((name) => {
    const { hw, folded } = classes.geo.levels[name];
    return { name, folded, table: folded === 'no' ? path.find((t) => t.page.hw === hw) : undefined };
  });
}

/** The address and mm whose walk goes through entry `idx` of a table: where to look for a step. Undefined for a table that is not reachable. */
export function focusOfSlot(
  classes: EntryClasses,
  tree: TableTree,
  pa: number,
  idx: number,
): { readonly mm: string; readonly va: U64 } | undefined {
  const node = tree.byPa.get(pa);
  if (node === undefined) return undefined;
  return { mm: node.mm, va: slotVa(classes.geo, node.hw, node.va, idx) };
}
