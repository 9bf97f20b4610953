import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { U64 } from '../base/u64.ts';
import { slotVa } from '../arch/geometry.ts';
import { PhysicalMemory } from '../memory/physical.ts';
import type { TablePage } from '../memory/page.ts';
import { entryClasses } from './entry-class.ts';
import { focusLevels, focusOfSlot, focusTables } from './focus.ts';
import { foldRows } from './fold.ts';
import { runAt, sameRuns, tableContents, tableRuns } from './runs.ts';
import { countTables, tableTree } from './tables.ts';
import { CONT, emptyWorld, fill, pagesWorld, randomWorld, RO, RW, RX, tableFor } from './testing/worlds.ts';
import type { TestWorld } from './testing/worlds.ts';

const classesOf = (w: TestWorld) => entryClasses(w.geo, w.format);
const ids = ['4k48', '4k39', '4k52', '16k36', '16k47', '64k42'];
const worlds = fc.tuple(fc.integer(), fc.constantFrom(...ids)).map(([seed, id]) => randomWorld(seed, id));
const settings = { seed: 20_261_121, numRuns: 40 };

describe('runs', () => {
  it('merges like entries and lets table pointers stand alone', () => {
    const w = emptyWorld();
    const pmd = tableFor(w, 'init_mm', U64.hex('0xffff000040000000'), 2);
    fill(w, pmd, 0, 4, RW);
    fill(w, pmd, 6, 18, RO);
    fill(w, pmd, 32, 32, RW.or(CONT));
    fill(w, pmd, 64, 1, RX);
    tableFor(w, 'init_mm', U64.hex('0xffff000040800000'), 3);
    tableFor(w, 'init_mm', U64.hex('0xffff000040a00000'), 3);
    const runs = tableRuns(classesOf(w), pmd);
    expect(runs.map((r) => [r.first, r.n, r.is.kind, r.is.permission, r.is.cont])).toEqual([
      [0, 4, 'block', 'RW', false],
      [4, 1, 'table', undefined, false],
      [5, 1, 'table', undefined, false],
      [6, 18, 'block', 'RO', false],
      [24, 8, 'none', undefined, false],
      [32, 32, 'block', 'RW', true],
      [64, 1, 'block', 'RX', false],
      [65, 447, 'none', undefined, false],
    ]);
    expect(tableContents(classesOf(w), pmd).used).toBe(4 + 2 + 18 + 32 + 1);
  });

  it('tells memory types apart, and not bits that ptdump does not print', () => {
    const w = emptyWorld();
    const pte = tableFor(w, 'init_mm', w.mms[0]?.base ?? U64.ZERO, 3);
    fill(w, pte, 0, 2, RW);
    fill(w, pte, 2, 2, RW.or(U64.bit(55)));
    fill(w, pte, 4, 2, RW.andNot(U64.from(0x1c)));
    fill(w, pte, 6, 2, RW.andNot(U64.from(0x1c)).or(U64.from(4 << 2)));
    const runs = tableRuns(classesOf(w), pte);
    expect(runs.map((r) => [r.n, r.is.memory])).toEqual([
      [4, ''],
      [2, ''],
      [2, 'device'],
      [504, ''],
    ]);
  });

  it('covers every entry once, with neighbours that differ, in the class of each entry', () => {
    fc.assert(
      fc.property(worlds, (w) => {
        const classes = classesOf(w);
        for (const page of w.memory.pages()) {
          let at = 0;
          let last: unknown;
          for (const run of tableRuns(classes, page)) {
            expect(run.first).toBe(at);
            expect(run.value.eq(page.get(at))).toBe(true);
            if (run.is === last) expect(run.is.kind).toBe('table');
            let unlike = 0;
            for (let i = at; i < at + run.n; i++) {
              const v = page.get(i);
              if (w.format.kind(w.geo, page.hw, v) !== run.is.kind) unlike++;
              if (run.is.permission !== undefined && w.format.permission(v) !== run.is.permission) unlike++;
            }
            expect(unlike).toBe(0);
            if (run.is.kind === 'table') expect(run.n).toBe(1);
            last = run.is;
            at += run.n;
          }
          expect(at).toBe(page.entries);
          expect(tableContents(classes, page).used).toBe(page.used());
        }
      }),
      settings,
    );
  });

  it('is kept until the table is written', () => {
    const w = emptyWorld();
    const pte = tableFor(w, 'init_mm', w.mms[0]?.base ?? U64.ZERO, 3);
    const before = tableRuns(classesOf(w), pte);
    expect(tableRuns(classesOf(w), pte)).toBe(before);
    pte.set(3, 0, 0x783);
    expect(tableRuns(classesOf(w), pte)).not.toBe(before);
    expect(runAt(tableRuns(classesOf(w), pte), 3)).toMatchObject({ first: 3, n: 1 });
    expect(runAt(tableRuns(classesOf(w), pte), 600)).toBeUndefined();
  });

  it('says which tables look the same', () => {
    const w = pagesWorld(8);
    const ptes = tableTree(classesOf(w), w.memory, w.mms).levels[4] ?? [];
    const [a, b, odd] = [ptes[0], ptes[1], ptes[5]].map((n) => n?.contents.runs ?? []);
    expect(sameRuns(a ?? [], b ?? [])).toBe(true);
    expect(sameRuns(a ?? [], odd ?? [])).toBe(false);
  });
});

/** Every reachable table, found the plain way. */
function reachable(w: TestWorld): Set<number> {
  const seen = new Set<number>();
  const visit = (page: TablePage | undefined): void => {
    if (page === undefined || seen.has(page.pa)) return;
    seen.add(page.pa);
    for (let i = 0; i < page.entries; i++) {
      const v = page.get(i);
      if (w.format.kind(w.geo, page.hw, v) !== 'table') continue;
      const child = w.memory.page(w.format.address(w.geo, page.hw, v));
      if (child?.hw === page.hw + 1) visit(child);
    }
  };
  for (const mm of w.mms) visit(w.memory.page(mm.pgd));
  return seen;
}

describe('table tree', () => {
  it('has exactly the reachable tables, where their addresses say', () => {
    fc.assert(
      fc.property(worlds, (w) => {
        const tree = tableTree(classesOf(w), w.memory, w.mms);
        expect(new Set(tree.byPa.keys())).toEqual(reachable(w));
        for (const node of tree.byPa.values()) {
          expect(node.page.va?.eq(node.va)).toBe(true);
          if (node.parent === undefined) continue;
          const up = tree.byPa.get(node.parent.table);
          expect(up?.children).toContain(node);
          expect(slotVa(w.geo, node.hw - 1, up?.va ?? U64.ZERO, node.parent.idx).eq(node.va)).toBe(true);
        }
        const listed = tree.levels.flat();
        expect(listed.length).toBe(tree.byPa.size);
      }),
      settings,
    );
  });

  it('counts the pointers to a shared table and lists it once', () => {
    const w = emptyWorld();
    const pud = tableFor(w, 'init_mm', U64.hex('0xffff000000000000'), 1);
    const efi = w.memory.page(w.mms[1]?.pgd ?? 0);
    const value = w.memory.read(w.mms[0]?.pgd ?? 0, 0);
    efi?.set(4, value.hi, value.lo);
    efi?.set(9, value.hi, value.lo);
    const tree = tableTree(classesOf(w), w.memory, w.mms);
    expect(tree.byPa.get(pud.pa)).toMatchObject({ mm: 'init_mm', parents: 3 });
    expect(countTables(tree, 'efi_mm')).toBe(1);
  });

  it('is the same object while nothing is written, and a new one after', () => {
    const w = pagesWorld(40);
    const classes = classesOf(w);
    const memory = w.memory.fork();
    const tree = tableTree(classes, memory, w.mms);
    expect(tableTree(classes, memory, w.mms, tree)).toBe(tree);
    const pte = tree.levels[4]?.[3];
    memory.write(pte?.pa ?? 0, 9, 0, 0);
    const after = tableTree(classes, memory, w.mms, tree);
    expect(after).not.toBe(tree);
    expect(after.byPa.get(pte?.pa ?? 0)?.contents.used).toBe(511);
    const others = [...after.byPa.values()].filter((n) => n.contents !== tree.byPa.get(n.pa)?.contents);
    expect(others.map((n) => n.pa)).toEqual([pte?.pa]);
  });

  it('leaves out tables whose pointer is gone or leads nowhere', () => {
    const w = pagesWorld(4);
    const pte = tableTree(classesOf(w), w.memory, w.mms).levels[4]?.[1];
    w.memory.remove(pte?.pa ?? 0);
    expect(tableTree(classesOf(w), w.memory, w.mms).byPa.size).toBe(reachable(w).size);
    expect(new PhysicalMemory(w.memory).page(pte?.pa ?? 0)).toBeUndefined();
  });
});

describe('focus path', () => {
  it('does not take the memory that a block maps for a table', () => {
    const w = emptyWorld();
    const va = U64.hex('0xffff000041e05000');
    const pte = tableFor(w, 'init_mm', U64.hex('0xffff000040000000'), 3);
    fill(w, tableFor(w, 'init_mm', va, 2), 15, 1, RW, pte.pa);
    const [init] = w.mms;
    if (init === undefined) throw new Error('no init_mm');
    expect(focusTables(classesOf(w), w.memory, init, va).map((t) => t.page.hw)).toEqual([0, 1, 2]);
  });

  it('goes down to the entry that maps, and says what folds', () => {
    const w = emptyWorld();
    const va = U64.hex('0xffff000041e05000');
    const pmd = tableFor(w, 'init_mm', va, 2);
    fill(w, pmd, 15, 1, RW);
    const [init] = w.mms;
    if (init === undefined) throw new Error('no init_mm');
    const path = focusTables(classesOf(w), w.memory, init, va);
    expect(path.map((t) => [t.page.hw, t.idx, t.kind])).toEqual([
      [0, 0, 'table'],
      [1, 1, 'table'],
      [2, 15, 'block'],
    ]);
    const levels = focusLevels(classesOf(w), w.memory, init, va);
    expect(levels.map((l) => [l.name, l.folded, l.table?.idx])).toEqual([
      ['pgd', 'no', 0],
      ['p4d', 'build', undefined],
      ['pud', 'no', 1],
      ['pmd', 'no', 15],
      ['pte', 'no', undefined],
    ]);
    const tree = tableTree(classesOf(w), w.memory, w.mms);
    expect(focusOfSlot(classesOf(w), tree, pmd.pa, 15)).toEqual({
      mm: 'init_mm',
      va: U64.hex('0xffff000041e00000'),
    });
    expect(focusOfSlot(classesOf(w), tree, 0x1000, 15)).toBeUndefined();
  });
});

describe('folding a list', () => {
  it('shows all of a list that fits', () => {
    expect(foldRows(3, 3, () => 0)).toEqual([0, 1, 2].map((index) => ({ kind: 'item', index })));
  });

  it('folds away from the focus', () => {
    const rows = foldRows(40, 8, (i) => (i === 10 ? 1 : 0));
    expect(rows.length).toBeLessThanOrEqual(8);
    expect(rows).toContainEqual({ kind: 'item', index: 10 });
    expect(rows).toContainEqual({ kind: 'item', index: 39 });
    expect(rows).toContainEqual({ kind: 'item', index: 0 });
  });

  it('keeps the order, leaves nothing out uncounted, keeps to its rows, never folds one item, and keeps what weighs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 80 }),
        fc.integer({ min: 6, max: 30 }),
        fc.uniqueArray(fc.nat(79), { maxLength: 2 }),
        (count, rows, heavy) => {
          const out = foldRows(count, rows, (i) => heavy.indexOf(i) + 1);
          expect(out.length).toBeLessThanOrEqual(rows);
          let at = 0;
          for (const row of out) {
            expect(row.kind === 'item' ? row.index : row.from).toBe(at);
            if (row.kind === 'more') expect(row.n).toBeGreaterThan(1);
            at += row.kind === 'item' ? 1 : row.n;
          }
          expect(at).toBe(count);
          for (const i of heavy) if (i < count) expect(out).toContainEqual({ kind: 'item', index: i });
        },
      ),
      settings,
    );
  });
});
