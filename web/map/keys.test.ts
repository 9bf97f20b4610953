import { describe, expect, it } from 'vitest';
import { moveTo, stops } from './keys.ts';
import type { Group, MapLayout } from './marks.ts';

function row(key: string, x: number, y: number, c = 'row'): Group {
  const item = { table: x, idx: y, n: 1, level: 1, label: key, selected: false };
  return { key, x, y, w: 100, h: 15, c, marks: [], item };
}

const layout: MapLayout = {
  width: 916,
  height: 408,
  narrow: false,
  columns: [],
  strips: [],
  groups: [
    row('b2', 200, 40),
    row('a1', 0, 10),
    { ...row('heading', 0, 0), item: undefined } as unknown as Group,
    row('a2', 0, 40, 'row focus'),
    row('a3', 0, 70),
    row('b1', 200, 10),
    row('c1', 400, 10, 'row focus'),
    row('c2', 400, 70),
  ],
};
const at = (key: string): Group | undefined => layout.groups.find((g) => g.key === key);
const go = (from: string, key: string): string | undefined => moveTo(layout, at(from), key)?.key;

describe('arrow keys in the map', () => {
  it('reads column by column and leaves out what is no entry', () => {
    expect(stops(layout).map((g) => g.key)).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'c2']);
  });

  it('begins on the focus path', () => {
    expect(moveTo(layout, undefined, 'ArrowDown')?.key).toBe('a2');
  });

  it('moves within a table, and stops at its ends', () => {
    expect(go('a1', 'ArrowDown')).toBe('a2');
    expect(go('a2', 'ArrowUp')).toBe('a1');
    expect(go('a3', 'ArrowDown')).toBeUndefined();
    expect(go('a1', 'ArrowUp')).toBeUndefined();
    expect(go('a3', 'Home')).toBe('a1');
    expect(go('a1', 'End')).toBe('a3');
  });

  it('moves to the level beside: to the focus path, or to what stands next to it', () => {
    expect(go('a3', 'ArrowRight')).toBe('b2');
    expect(go('a1', 'ArrowRight')).toBe('b1');
    expect(go('b2', 'ArrowRight')).toBe('c1');
    expect(go('b1', 'ArrowLeft')).toBe('a2');
    expect(go('c1', 'ArrowRight')).toBeUndefined();
  });
});
