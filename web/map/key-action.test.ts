import { describe, expect, it } from 'vitest';
import type { KeyState } from './key-action.ts';
import { keyAction } from './key-action.ts';
import type { Group } from './marks.ts';

function row(table: number, idx: number, n: number, cells = false): Group {
  const item = {
    table,
    idx,
    n,
    level: 1,
    label: '',
    selected: false,
    ...(cells && { cells: { x: 0, w: 160, lines: 1 } }),
  };
  return { key: `${table}:${idx}`, x: table, y: idx, w: 100, h: 15, c: 'row', marks: [], item };
}

const state: KeyState = {
  layout: {
    width: 900,
    height: 400,
    narrow: false,
    columns: [],
    strips: [],
    groups: [
      row(1, 0, 4),
      row(1, 4, 1),
      row(1, 5, 507),
      row(2, 600, 3),
      row(3, 0, 16, true),
      row(3, 16, 16, true),
    ],
  },
  active: '1:4',
  selected: null,
  range: null,
  zoomed: false,
  zoomable: true,
  followable: true,
  rangeable: true,
  askable: true,
};

describe('keys in the map', () => {
  it('Shift and an arrow extends a range by rows, within the table', () => {
    const one = keyAction('ArrowDown', true, state);
    expect(one).toMatchObject({
      do: 'extend',
      choice: { anchor: { idx: 4, n: 1 }, head: { idx: 5, n: 507 } },
    });
    const range = one?.do === 'extend' ? one.choice : null;
    const back = keyAction('ArrowUp', true, { ...state, active: '1:5', range });
    expect(back).toMatchObject({ do: 'extend', choice: { anchor: { idx: 4 }, head: { idx: 4 } } });
    expect(keyAction('ArrowDown', true, { ...state, active: '1:5', range })).toEqual({ do: 'nothing' });
  });

  it('does not go on into a table below, as of another root', () => {
    const below = { ...row(9, 0, 512), x: 1, y: 700 };
    const layout = { ...state.layout, groups: [...state.layout.groups, below] };
    expect(keyAction('ArrowDown', false, { ...state, layout, active: '1:5' })).toMatchObject({ do: 'move' });
    expect(keyAction('ArrowDown', true, { ...state, layout, active: '1:5' })).toEqual({ do: 'nothing' });
  });

  it('in a leaf table it goes from entry to entry, and over the end of a group', () => {
    const at = { ...state, active: '3:0', selected: { table: 3, idx: 15 } };
    expect(keyAction('ArrowRight', true, at)).toMatchObject({
      do: 'extend',
      choice: { anchor: { idx: 15, n: 1 }, head: { idx: 16, n: 1 } },
      to: { key: '3:16' },
    });
  });

  it('asks for calls where the keyboard is, by each of the keys that people know', () => {
    for (const [key, shift] of [
      ['ContextMenu', false],
      ['F10', true],
      ['c', false],
    ] as const) {
      expect(keyAction(key, shift, state)).toMatchObject({ do: 'ask', group: { key: '1:4' } });
      expect(keyAction(key, shift, { ...state, askable: false })).toBeUndefined();
    }
    expect(keyAction('F10', false, state)).toBeUndefined();
  });

  it('leaves Shift with the arrows to the page where it can mean nothing here', () => {
    expect(keyAction('ArrowRight', true, state)).toBeUndefined();
    expect(keyAction('ArrowDown', true, { ...state, rangeable: false })).toBeUndefined();
  });

  it('0 and Escape show the whole map; Escape drops the range first', () => {
    const zoomed = { ...state, zoomed: true };
    expect(keyAction('0', false, zoomed)).toEqual({ do: 'fit' });
    expect(keyAction('0', false, state)).toBeUndefined();
    const range = { table: 1, anchor: { idx: 4, n: 1 }, head: { idx: 4, n: 1 } };
    expect(keyAction('Escape', false, { ...zoomed, range })).toEqual({ do: 'drop' });
    expect(keyAction('Escape', false, zoomed)).toEqual({ do: 'fit' });
  });

  it('Enter chooses the entry that was chosen before, or the first of the row', () => {
    expect(keyAction('Enter', false, { ...state, active: '3:16' })).toMatchObject({ do: 'choose', idx: 16 });
    const selected = { table: 3, idx: 20 };
    expect(keyAction('Enter', false, { ...state, active: '3:16', selected })).toMatchObject({ idx: 20 });
  });
});
