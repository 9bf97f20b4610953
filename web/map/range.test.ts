import { describe, expect, it } from 'vitest';
import { entryClasses, tableTree, U64 } from '../../src-core/index.ts';
import { emptyWorld, tableFor } from '../../src-core/scene/testing/worlds.ts';
import type { Group } from './marks.ts';
import { entriesOf, rangeOf, withRange } from './range.ts';

const group = (idx: number, y: number, cells = false): Group => ({
  key: `g:${idx}`,
  x: 10,
  y,
  w: 200,
  h: 10,
  c: 'group',
  marks: [],
  item: {
    table: 7,
    idx,
    n: 16,
    level: 4,
    label: '',
    selected: false,
    ...(cells && { cells: { x: 40, w: 160, lines: 1 } }),
  },
});

describe('a range of entries', () => {
  it('goes from the first to the last of its ends, in either direction', () => {
    const [a, b] = [
      { idx: 4, n: 2 },
      { idx: 16, n: 16 },
    ];
    expect(entriesOf({ table: 7, anchor: a, head: b })).toEqual({ idx: 4, n: 28 });
    expect(entriesOf({ table: 7, anchor: b, head: a })).toEqual({ idx: 4, n: 28 });
  });

  it('is the addresses that the entries translate', () => {
    const w = emptyWorld();
    const pmd = tableFor(w, 'init_mm', U64.hex('0xffff000041e05000'), 2);
    const node = tableTree(entryClasses(w.geo, w.format), w.memory, w.mms).byPa.get(pmd.pa);
    if (node === undefined) throw new Error('not linked');
    const range = rangeOf(w.geo, node, { idx: 15, n: 2 });
    expect([range.mm, range.start.toHex16(), range.end.toHex16()]).toEqual([
      'init_mm',
      'ffff000041e00000',
      'ffff000042200000',
    ]);
    expect(rangeOf(w.geo, node, { idx: 0, n: 512 }).end.toHex16()).toBe('ffff000080000000');
  });

  it('is shown over whole rows, and over the cells it takes of others', () => {
    const groups = [group(0, 0, true), group(16, 10, true), group(32, 20, true), group(48, 30)];
    const out = withRange(groups, { table: 7, anchor: { idx: 14, n: 1 }, head: { idx: 32, n: 1 } });
    expect(out.map((g) => g.item?.selected)).toEqual([true, true, true, false, undefined]);
    const [mark] = out[4]?.marks ?? [];
    expect(mark?.t === 'path' && mark.d).toBe('M190 0h20v10h-20zM50 10h160v10h-160zM50 20h10v10h-10z');
    expect(withRange(groups, { table: 8, anchor: { idx: 0, n: 1 }, head: { idx: 0, n: 1 } })).toBe(groups);
  });
});
