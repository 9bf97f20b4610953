import type { Group, MapLayout } from './marks.ts';

/** Groups that the keyboard can be on, in reading order. */
export function stops(layout: MapLayout): readonly Group[] {
  return layout.groups.filter((g) => g.item !== undefined).sort((a, b) => a.x - b.x || a.y - b.y);
}

/** Where the arrow keys lead from `from`: up and down in a column, left and right to the level beside, at about the same height. */
export function moveTo(layout: MapLayout, from: Group | undefined, key: string): Group | undefined {
  const all = stops(layout);
  if (from === undefined) return all.find((g) => g.c.includes('focus')) ?? all[0];
  const column = all.filter((g) => g.x === from.x);
  const at = column.findIndex((g) => g.key === from.key);
  switch (key) {
    case 'ArrowDown':
      return column[at + 1];
    case 'ArrowUp':
      return at > 0 ? column[at - 1] : undefined;
    case 'Home':
      return column[0];
    case 'End':
      return column[column.length - 1];
    case 'ArrowRight':
    case 'ArrowLeft':
      return beside(all, from, key === 'ArrowRight');
    default:
      return undefined;
  }
}

function beside(all: readonly Group[], from: Group, right: boolean): Group | undefined {
  const xs = [...new Set(all.map((g) => g.x))]
    .filter((x) => (right ? x > from.x : x < from.x))
    .sort((a, b) => a - b);
  const x = right ? xs[0] : xs[xs.length - 1];
  const column = all.filter((g) => g.x === x);
  // Down the walk: the entry on the focus path. Up or sideways: what stands beside.
  const lit = column.find((g) => g.c.includes('focus'));
  if (lit !== undefined) return lit;
  const middle = from.y + from.h / 2;
  return column.reduce<Group | undefined>((best, g) => {
    const d = Math.abs(g.y + g.h / 2 - middle);
    return best === undefined || d < Math.abs(best.y + best.h / 2 - middle) ? g : best;
  }, undefined);
}
