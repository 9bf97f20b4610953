import type { U64 } from '../base/u64.ts';
import type { LevelName } from '../arch/geometry.ts';
import { levelName, slotVa } from '../arch/geometry.ts';
import type { TablePage } from '../memory/page.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { Mm } from '../mm/mm.ts';
import type { EntryClasses } from './entry-class.ts';
import type { TableContents } from './runs.ts';
import { tableContents } from './runs.ts';
import type { SlotAddress } from './slot.ts';

/** A table that is reachable from a root, where it is reached first: in the order of the mms, then of addresses. */
export interface TableNode {
  readonly page: TablePage;
  readonly pa: number;
  readonly hw: number;
  readonly level: LevelName;
  /** The mm through whose root it is reached first. */
  readonly mm: string;
  /** Virtual address that entry 0 translates there. */
  readonly va: U64;
  /** The entry that points here; undefined for a root. */
  readonly parent: SlotAddress | undefined;
  /** Entries that point here, over all mms; 0 for a root. More than one only where tables are shared (x86). */
  readonly parents: number;
  readonly contents: TableContents;
  readonly entries: number;
  readonly children: readonly TableNode[];
}

/** Every reachable table. Each appears once, however many entries point to it. */
export interface TableTree {
  /** One a mm whose root is in memory, in the order of the mms. */
  readonly roots: readonly TableNode[];
  readonly byPa: ReadonlyMap<number, TableNode>;
  /** By hardware level + 1; within a level by mm, then by address. */
  readonly levels: readonly (readonly TableNode[])[];
}

interface Draft extends TableNode {
  parents: number;
  readonly children: Draft[];
}

/**
 * The tree of tables of all mms. With `previous`, the tree of the same memory at another moment: if nothing differs it is
 * returned itself. Only tables that were written are scanned again; the rest is pointer chasing (about 100 ns a table).
 */
export function tableTree(
  classes: EntryClasses,
  memory: PhysicalMemory,
  mms: readonly Mm[],
  previous?: TableTree,
): TableTree {
  if (previous !== undefined && unchanged(classes, memory, mms, previous)) return previous;
  const { geo, format } = classes;
  const byPa = new Map<number, Draft>();
  const levels: Draft[][] = [[], [], [], [], []];
  const roots: Draft[] = [];

  const visit = (page: TablePage, mm: string, va: U64, parent: SlotAddress | undefined): Draft => {
    const contents = tableContents(classes, page);
    const node: Draft = {
      page,
      pa: page.pa,
      hw: page.hw,
      level: levelName(geo, page.hw),
      mm,
      va,
      parent,
      parents: parent === undefined ? 0 : 1,
      contents,
      entries: page.entries,
      children: [],
    };
    byPa.set(page.pa, node);
    levels[page.hw + 1]?.push(node);
    for (const run of contents.pointers) {
      const pa = format.address(geo, page.hw, run.value);
      const known = byPa.get(pa);
      if (known !== undefined) {
        if (known.hw === page.hw + 1) known.parents++;
        continue;
      }
      const child = memory.page(pa);
      if (child === undefined || child.hw !== page.hw + 1) continue;
      node.children.push(
        visit(child, mm, slotVa(geo, page.hw, va, run.first), { table: page.pa, idx: run.first }),
      );
    }
    return node;
  };

  for (const mm of mms) {
    const page = memory.page(mm.pgd);
    if (page !== undefined && !byPa.has(mm.pgd)) roots.push(visit(page, mm.name, mm.base, undefined));
  }
  return { roots, byPa, levels };
}

function unchanged(
  classes: EntryClasses,
  memory: PhysicalMemory,
  mms: readonly Mm[],
  tree: TableTree,
): boolean {
  if (tree.roots.length > mms.length) return false;
  for (const [i, mm] of mms.entries()) {
    if (memory.page(mm.pgd) !== undefined && tree.roots[i]?.pa !== mm.pgd) return false;
  }
  for (const node of tree.byPa.values()) {
    const page = memory.page(node.pa);
    // A table is scanned again only if it was written, so the contents object tells.
    if (page !== node.page || tableContents(classes, page) !== node.contents) return false;
  }
  return true;
}

/** Reachable tables of a mm, the root included. */
export function countTables(tree: TableTree, mm: string): number {
  let n = 0;
  for (const node of tree.byPa.values()) if (node.mm === mm) n++;
  return n;
}
