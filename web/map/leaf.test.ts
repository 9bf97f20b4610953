import { describe, expect, it } from 'vitest';
import { U64 } from '../../src-core/index.ts';
import type { TestWorld } from '../../src-core/scene/testing/worlds.ts';
import { CONT, emptyWorld, fill, RO, RW, RX, tableFor } from '../../src-core/scene/testing/worlds.ts';
import type { MapInput } from './input.ts';
import { mapLayout } from './layout.ts';
import type { Group } from './marks.ts';
import { group, inputOf, words } from './testing/inputs.ts';
import type { SlotChange } from './types.ts';

describe('a leaf table', () => {
  const leafWorld = (id = '4k48'): { w: TestWorld; input: MapInput; pa: number } => {
    const w = emptyWorld(id);
    const va = w.mms[0]?.base ?? U64.ZERO;
    const pte = tableFor(w, 'init_mm', va, 3);
    fill(w, pte, 0, pte.entries, RW.or(CONT));
    return { w, input: inputOf(w), pa: pte.pa };
  };
  const picture = (input: MapInput, pa: number): Group => group(mapLayout(input), `leaf:${pa}`);
  const area = (g: Group): string => {
    const m = g.marks.find((x) => x.t === 'path' && x.paint === 'rw');
    return m?.t === 'path' ? m.d : '';
  };
  const shapes = (d: string): number => d.split('M').length - 1;

  it('draws a contiguous group as one bar, 32 rows of 16', () => {
    const { input, pa } = leafWorld();
    expect(shapes(area(picture(input, pa)))).toBe(32);
    expect(words(picture(input, pa))).toContain('31 × CONT|496 pages|RW NX');
  });

  it('says pages and permission of every stretch that has words, however short it is', () => {
    for (const [id, width] of [
      ['4k48', 916],
      ['4k52', 916],
      ['4k48', 1256],
      ['16k47', 916],
    ] as const) {
      const w = emptyWorld(id);
      const va = w.mms[0]?.base ?? U64.ZERO;
      const pte = tableFor(w, 'init_mm', va, 3);
      const size = id === '16k47' ? 128 : 16;
      fill(w, pte, size, size, RX.or(CONT));
      fill(w, pte, 4 * size, 3 * size, RW);
      fill(w, pte, 8 * size, 4 * size, RO.or(CONT));
      const side = words(picture(inputOf(w, { width }), pte.pa));
      const [one, three, four] = [size, 3 * size, 4 * size].map((n) => `${n} pages\\|`);
      for (const said of [`${one}RO X`, `${three}RW NX`, `${four}RO NX`])
        expect(side, `${id} ${width}`).toMatch(new RegExp(said));
    }
  });

  it('says it on one line where stretches are too close for two', () => {
    const w = emptyWorld();
    const pte = tableFor(w, 'init_mm', w.mms[0]?.base ?? U64.ZERO, 3);
    for (let i = 1; i < 32; i++) fill(w, pte, i * 16, 16, i % 2 === 0 ? RW : RO);
    const side = words(picture(inputOf(w, { height: 460 }), pte.pa));
    expect(side).toMatch(/16 pages\|R[WO] NX/);
    expect(side).toMatch(/×16 R[WO] NX/);
    expect(side.replaceAll(/16 pages\|R[WO] NX|×16 R[WO] NX/g, '')).not.toMatch(/pages|×/);
  });

  it('lets a group that lost CONT fall into cells', () => {
    const { w, pa } = leafWorld();
    const pte = w.memory.page(pa);
    if (pte === undefined) throw new Error('no table');
    fill(w, pte, 0, 16, RW);
    expect(shapes(area(picture(inputOf(w), pa)))).toBe(31 + 16);
  });

  it('has 16 rows of 128 with 16K pages, and bands with 64K', () => {
    const k16 = leafWorld('16k47');
    expect(shapes(area(picture(k16.input, k16.pa)))).toBe(16);
    const k64 = leafWorld('64k42');
    const rows = mapLayout(k64.input).groups.filter((g) => g.item?.table === k64.pa);
    expect(rows.map((g) => [g.item?.idx, g.item?.n])).toEqual([
      [0, 32],
      [32, 8160],
    ]);
    expect(words(picture(k64.input, k64.pa))).toMatch(/255 × CONT|×255 CONT/);
  });

  it('marks one cell of a group that takes two lines, for a callback or a load that is ignored', () => {
    const { input, pa } = leafWorld('16k47');
    for (const [kind, frame] of [
      ['ignored', 'ignored'],
      ['callback', 'read'],
    ] as const) {
      const layout = mapLayout({
        ...input,
        current: { table: pa, idx: 130, kind, name: 'pte_entry', step: 9 },
      });
      const mark = group(layout, `tags:${pa}`).marks.find((m) => m.c === frame);
      expect(mark?.t === 'rect' ? mark.w : Infinity).toBeLessThan(12);
      expect(words(group(layout, `leaf:${pa}`))).toContain(kind === 'ignored' ? 'ignored 130' : 'pte_entry');
    }
  });

  it('marks what a group was changed to, and what is to come', () => {
    const { w, pa } = leafWorld();
    const pte = w.memory.page(pa);
    if (pte === undefined) throw new Error('no table');
    const changes = new Map<number, SlotChange>();
    for (let i = 0; i < 16; i++) changes.set(i, { old: pte.get(i), new: pte.get(i).andNot(CONT), step: 16 });
    fill(w, pte, 0, 16, RW);
    const layout = mapLayout(
      inputOf(w, {
        changed: new Map([[pa, changes]]),
        coming: new Map([[pa, new Map([[5, { new: U64.from(0x800), step: 29 }]])]]),
        current: { table: pa, idx: 0, kind: 'set', step: 16, count: 16 },
      }),
    );
    expect(words(group(layout, `leaf:${pa}`))).toContain('CONT off|step 16');
    expect(words(group(layout, `tags:${pa}`))).toBe('5 → INV at 29');
  });

  it('says in a card of the narrow form what the step does to an entry beside the path', () => {
    const { input } = leafWorld();
    const root = input.tree.roots[0]?.pa ?? 0;
    const narrow = { ...input, width: 375, height: 327 };
    const card = (idx: number): Group =>
      group(
        mapLayout({ ...narrow, current: { table: root, idx, kind: 'ignored', step: 2 } }),
        `card:${input.geo.levels.pgd.hw}`,
      );
    expect(words(card(15))).toContain('ignored 15');
    expect(card(15).marks.some((m) => m.c === 'card ignored')).toBe(false);
    expect(card(0).marks.some((m) => m.c === 'card ignored')).toBe(true);
    expect(words(card(0))).not.toContain('ignored 0');
  });

  it('gives the narrow form the whole width', () => {
    const { input, pa } = leafWorld();
    const layout = mapLayout({ ...input, width: 375, height: 327 });
    expect(layout.narrow).toBe(true);
    expect(layout.groups.filter((g) => g.key.startsWith('card:')).length).toBe(3);
    expect(group(layout, `group:${pa}:16`).item?.cells?.w).toBeGreaterThan(290);
  });
});
