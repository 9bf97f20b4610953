import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryClasses, focusTables, tableTree, U64 } from '../../src-core/index.ts';
import type { TestWorld } from '../../src-core/scene/testing/worlds.ts';
import {
  CONT,
  emptyWorld,
  fill,
  pagesWorld,
  randomWorld,
  RO,
  RW,
  tableFor,
} from '../../src-core/scene/testing/worlds.ts';
import type { MapInput } from './input.ts';
import { mapLayout } from './layout.ts';
import type { Group } from './marks.ts';
import { badTexts, group, inputOf, liveNodes, words } from './testing/inputs.ts';
import type { SlotChange } from './types.ts';

const FIRST = U64.hex('0xffff000041e05000');

/** The block PMD[15] of the default capture, among others. */
function blockWorld(): TestWorld {
  const w = emptyWorld();
  const pmd = tableFor(w, 'init_mm', FIRST, 2);
  fill(w, pmd, 12, 4, RW);
  fill(w, pmd, 16, 368, RW.or(CONT));
  fill(w, pmd, 389, 18, RO);
  return w;
}

const sizes = [
  [916, 408],
  [1124, 620],
  [1600, 1000],
  [375, 327],
  [700, 300],
] as const;
const kinds = ['load', 'ignored', 'set', 'callback', 'hole'] as const;
const ids = ['4k48', '4k39', '4k52', '4k52@48', '16k36', '16k47', '64k42', '64k48'];

const BADGES = [
  { letters: 'CLA +1', words: ['constructed · ptlock apart · counted', 'constructed'], inferred: false },
  { letters: 'C +1', words: ['constructed · no ptlock · counted', 'constructed'], inferred: false },
  { letters: '?', words: ['inferred: no ptlock', 'inferred'], inferred: true },
] as const;

describe('map layout', () => {
  it('stays small on the biggest kernels, on any screen', () => {
    for (const tables of [534, 2000]) {
      const w = pagesWorld(tables);
      for (const [width, height] of sizes) {
        const layout = mapLayout(inputOf(w, { width, height }));
        expect(liveNodes(layout), `${tables} tables at ${width}×${height}`).toBeLessThanOrEqual(580);
        expect(badTexts(layout), `${tables} tables at ${width}×${height}`).toEqual([]);
      }
    }
  });

  it('never lets texts collide or leave the picture, and stays small, whatever is in the tables', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(...ids),
        fc.constantFrom(...sizes),
        fc.nat(1000),
        (seed, id, [width, height], pick) => {
          const w = randomWorld(seed, id);
          const plain = inputOf(w);
          const nodes = [...plain.tree.byPa.values()];
          const node = nodes[pick % nodes.length];
          const run = node?.contents.runs[pick % (node.contents.runs.length || 1)];
          if (node === undefined || run === undefined) return;
          const va = node.va.add(U64.from(run.first).shl((w.geo.pageShift - 3) * (4 - node.hw) + 3));
          const slot = { table: node.pa, idx: run.first };
          const here = { idx: run.first, n: run.n };
          const change: SlotChange = { old: RW.or(U64.from(2)), new: run.value, step: 14 };
          const layout = mapLayout(
            inputOf(w, {
              width,
              height,
              focus: { mm: node.mm, va },
              current: { ...slot, kind: kinds[pick % 5] ?? 'load', name: 'pmd_entry', step: 15 },
              range: pick % 4 === 0 ? { table: node.pa, anchor: here, head: here } : null,
              selected: slot,
              changed: pick % 3 === 0 ? new Map([[node.pa, new Map([[run.first, change]])]]) : new Map(),
              coming:
                pick % 3 === 1
                  ? new Map([[node.pa, new Map([[run.first, { new: U64.ZERO, step: 29 }]])]])
                  : new Map(),
              walkers: new Map([[node.pa, ['a', 'b']]]),
              ...(pick % 2 === 0 && {
                ledger: (pa: number) => BADGES[(pa >> 12) % BADGES.length] ?? BADGES[0],
              }),
            }),
          );
          expect(badTexts(layout)).toEqual([]);
          expect(liveNodes(layout)).toBeLessThanOrEqual(580);
        },
      ),
      { seed: 20_261_121, numRuns: 150 },
    );
  });

  it('shows every table once: in full, or in a strip', () => {
    for (const id of ids) {
      const w = randomWorld(3, id);
      const input = inputOf(w);
      const layout = mapLayout(input);
      const inStrips = layout.strips.flatMap((s) => s.tables.map((t) => t.pa));
      expect(new Set(inStrips).size).toBe(inStrips.length);
      const [mm] = w.mms;
      if (mm === undefined) throw new Error('no init_mm');
      const full = focusTables(input.classes, w.memory, mm, input.focus.va).map((t) => t.page.pa);
      const all = new Set([...inStrips, ...full, ...w.mms.map((m) => m.pgd)]);
      expect(all).toEqual(new Set(input.tree.byPa.keys()));
    }
  });

  it('is the same for the same input', () => {
    const w = randomWorld(11);
    expect(mapLayout(inputOf(w))).toEqual(mapLayout(inputOf(w)));
  });

  it('makes one band of tables that look the same, and says how many', () => {
    const layout = mapLayout(inputOf(pagesWorld(534)));
    const labels = layout.strips.map((s) => s.label).filter((s) => s !== '');
    expect(labels.length).toBeGreaterThan(0);
    for (const s of layout.strips)
      expect(s.label === '' || s.label === `×${s.tables.length} tables RW NX`).toBe(true);
  });

  it('says why a level of the path has no table', () => {
    const layout = mapLayout(inputOf(blockWorld(), { focus: { mm: 'init_mm', va: FIRST } }));
    expect(words(group(layout, 'head:3'))).toContain('PMD[15] is a block');
    expect(layout.groups.some((g) => g.key === 'edge:3')).toBe(false);
    expect(layout.groups.some((g) => g.key === 'edge:2')).toBe(true);
  });

  it('names each row for those who cannot see it', () => {
    const w = blockWorld();
    const layout = mapLayout(inputOf(w, { focus: { mm: 'init_mm', va: FIRST } }));
    const labels = layout.groups.flatMap((g) => (g.item === undefined ? [] : [g.item.label]));
    expect(labels).toContain('PMD 12 to 15, 4 blocks, RW NX, from ffff000041800000');
    expect(labels).toContain('PMD 16 to 383, 368 blocks, RW NX, contiguous, from ffff000042000000');
  });
});

describe('a change', () => {
  const changedWorld = (): { w: TestWorld; input: MapInput; pmd: number } => {
    const w = blockWorld();
    const pmd = tableFor(w, 'init_mm', FIRST, 2);
    const old = pmd.get(15);
    const next = new U64(0, 0x4174e003);
    const pte = w.memory.add(0x4174e000, 3, 'init_mm', undefined, 512);
    fill(w, pte, 0, 512, RW.or(CONT));
    pmd.set(15, next.hi, next.lo);
    const input = inputOf(w, {
      focus: { mm: 'init_mm', va: FIRST },
      changed: new Map([[pmd.pa, new Map([[15, { old, new: next, step: 14 }]])]]),
      current: { table: pmd.pa, idx: 15, kind: 'set', step: 14 },
      tables: new Map([[0x4174e000, { state: 'new' }]]),
    });
    return { w, input, pmd: pmd.pa };
  };

  it('opens its row to two lines: the old struck through, the new, the step', () => {
    const { input, pmd } = changedWorld();
    const row = group(mapLayout(input), `row:${pmd}:15`);
    expect(row.h).toBeGreaterThan(30);
    expect(row.marks.filter((m) => m.t === 'text').map((m) => [m.s, m.c])).toEqual([
      ['15', 'v'],
      ['block RW NX 40600000', 'struck'],
      ['step 14', 'now'],
      ['table', 'v'],
      ['4174e000', 'pte'],
    ]);
    expect(row.marks.some((m) => m.c === 'wrote')).toBe(true);
  });

  it('does not mark the stores that filled a table which the run has made', () => {
    const { w, input } = changedWorld();
    const pte = w.memory.page(0x4174e000);
    if (pte === undefined) throw new Error('no table');
    const fills = new Map([[3, { old: U64.ZERO, new: pte.get(3), step: 12 }]]);
    const edges = (i: MapInput): boolean =>
      group(mapLayout(i), `tags:${pte.pa}`).marks.some((m) => m.c === 'edge-now-line');
    expect(edges({ ...input, changed: new Map([[pte.pa, fills]]) })).toBe(false);
    expect(edges({ ...input, changed: new Map([[pte.pa, fills]]), tables: new Map() })).toBe(true);
  });

  it('is filled only while it is the step at the cursor', () => {
    const { input, pmd } = changedWorld();
    const row = group(mapLayout({ ...input, current: null }), `row:${pmd}:15`);
    expect(row.marks.some((m) => m.c === 'wrote')).toBe(false);
    expect(row.marks.some((m) => m.c === 'edge-now')).toBe(true);
  });

  it('looks different from a load', () => {
    const { w, input, pmd } = changedWorld();
    const load = mapLayout({
      ...input,
      changed: new Map(),
      current: { table: pmd, idx: 12, kind: 'load', step: 3 },
    });
    const row = load.groups.find((g) => g.item?.table === pmd && g.item.idx === 12);
    expect(row?.marks.map((m) => m.c)).toContain('read');
    expect(row?.marks.map((m) => m.c)).not.toContain('wrote');
    expect(w.geo.id).toBe('4k48');
  });

  it('a load whose value is ignored marks one entry, never its whole run', () => {
    const { input, pmd } = changedWorld();
    for (const [kind, frame, said] of [
      ['ignored', 'ignored', 'ignored'],
      ['hole', 'read hole', 'hole'],
      ['load', 'read', 'load'],
    ] as const) {
      const layout = mapLayout({
        ...input,
        changed: new Map(),
        current: { table: pmd, idx: 450, kind, step: 3 },
      });
      const marked = layout.groups.filter((g) => g.item?.table === pmd && g.marks.some((m) => m.c === frame));
      expect(marked.map((g) => [g.item?.idx, g.item?.n])).toEqual([[450, 1]]);
      expect(marked.map(words)).toEqual([`450|${said}|none`]);
      const rows = layout.groups.filter((g) => g.item?.table === pmd);
      expect(rows.map((g) => [g.item?.idx, g.item?.n])).toEqual(
        expect.arrayContaining([
          [407, 43],
          [451, 61],
        ]),
      );
    }
  });

  it('a callback keeps the mark on its entry, and says its name where there is room for one text', () => {
    const { input, pmd } = changedWorld();
    const at = { ...input, changed: new Map(), current: null };
    const row = (i: MapInput): Group | undefined =>
      mapLayout(i).groups.find(
        (g) => g.item?.table === pmd && g.item.idx <= 20 && g.item.idx + g.item.n > 20,
      );
    const current = { table: pmd, idx: 20, kind: 'callback', name: 'pmd_entry', step: 3 } as const;
    const told = row({ ...at, current });
    expect(told?.marks.some((m) => m.c === 'read')).toBe(true);
    expect(told === undefined ? '' : words(told)).toContain('pmd_entry 20');
    expect(told?.item?.label).toContain('told to pmd_entry by this step');
    const root = input.tree.roots[0]?.pa ?? 0;
    const narrow = mapLayout({ ...at, current: { ...current, table: root, idx: 0, name: 'pgd_entry' } });
    const first = narrow.groups.find((g) => g.item?.table === root && g.item.idx === 0);
    expect(first === undefined ? '' : words(first)).toContain('pgd_entry');
  });

  it('tells a table that is not linked yet', () => {
    const { w, input, pmd } = changedWorld();
    const memory = w.memory.fork();
    const block = RW.add(U64.from(0x41e00000));
    memory.write(pmd, 15, block.hi, block.lo);
    const classes = entryClasses(w.geo, w.format);
    const before = mapLayout({
      ...input,
      memory,
      tree: tableTree(classes, memory, w.mms),
      changed: new Map(),
      current: { table: 0x4174e000, idx: 0, kind: 'set', step: 12, count: 512 },
    });
    expect(words(group(before, 'head:3'))).toContain('not linked');
    expect(words(group(before, 'head:3'))).toContain('new');
    const frame = group(before, `tags:${0x4174e000}`).marks.find((m) => m.c === 'wrote-line');
    expect(frame?.t === 'rect' ? frame.h : 0).toBeGreaterThan(100);
  });
});
