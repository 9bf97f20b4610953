import type { Group, MapLayout } from './marks.ts';
import type { MapReplaced, TableMapProps } from './types.ts';

/** Long enough to be seen, short enough not to wait for. */
const MS = 260;

/** A table that comes out of an entry, or goes back into it, from one picture to the next. */
export interface Unfolding {
  readonly entry: MapReplaced;
  readonly opens: boolean;
}

/**
 * What moves between two pictures: a table comes out of its block when the step that links it is made, and goes back when it is
 * taken back; the other way round where a block takes a table's place. Only from one step to the next: not over several at once.
 */
export function unfoldingBetween(
  before: TableMapProps | undefined,
  now: TableMapProps,
): Unfolding | undefined {
  if (before === undefined || before.world !== now.world || now.still === true) return undefined;
  const made = now.replaced;
  if (made !== undefined && now.version === made.step && before.version === made.step - 1)
    return { entry: made, opens: made.how === 'unfolds' };
  const undone = before.replaced;
  if (undone !== undefined && before.version === undone.step && now.version === undone.step - 1)
    return { entry: undone, opens: undone.how === 'folds' };
  return undefined;
}

/** The groups that show the entries of a table. */
export function groupsOf(layout: MapLayout, pa: number): readonly Group[] {
  const own = new RegExp(`^(row|group|leaf|tags|spine|fold|card):${pa}(:|$)`);
  return layout.groups.filter((g) => g.item?.table === pa || own.test(g.key));
}

/** The row of an entry. */
export function rowOf(layout: MapLayout, { table, idx }: MapReplaced): Group | undefined {
  return layout.groups.find(
    ({ item }) => item?.table === table && idx >= item.idx && idx < item.idx + item.n,
  );
}

function elementOf(root: SVGGElement, { key }: Group): SVGGElement | null {
  return root.querySelector<SVGGElement>(`g[data-key="${CSS.escape(key)}"]`);
}

/**
 * Moves the groups of a table out of a row (`opens`) or into it. What is to go is moved as copies, which leave when they are there.
 * With reduced motion nothing moves.
 */
export function animate(
  root: SVGGElement,
  groups: readonly { readonly group: Group; readonly element: SVGGElement }[],
  row: Group,
  opens: boolean,
): void {
  if (groups.length === 0 || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const left = Math.min(...groups.map(({ group }) => group.x));
  const top = Math.min(...groups.map(({ group }) => group.y));
  const right = Math.max(...groups.map(({ group }) => group.x + group.w));
  const bottom = Math.max(...groups.map(({ group }) => group.y + group.h));
  const [sx, sy] = [row.w / Math.max(1, right - left), row.h / Math.max(1, bottom - top)];
  const within = ({ x, y }: Group): string =>
    `translate(${row.x + (x - left) * sx}px, ${row.y + (y - top) * sy}px) scale(${sx}, ${sy})`;
  for (const { group, element } of groups) {
    const there = { transform: `translate(${group.x}px, ${group.y}px)`, opacity: 1 };
    const inside = { transform: within(group), opacity: 0.2 };
    if (!opens) root.append(element);
    const motion = element.animate(opens ? [inside, there] : [there, inside], {
      duration: MS,
      easing: 'ease-out',
    });
    if (!opens) motion.onfinish = motion.oncancel = () => element.remove();
  }
}

/** The groups of a table with their elements: themselves, or copies of them that nobody can point at. */
export function shownOf(
  root: SVGGElement,
  layout: MapLayout,
  pa: number,
  copies: boolean,
): readonly { readonly group: Group; readonly element: SVGGElement }[] {
  return groupsOf(layout, pa).flatMap((group) => {
    const element = elementOf(root, group);
    if (element === null) return [];
    if (!copies) return [{ group, element }];
    const copy = element.cloneNode(true) as SVGGElement;
    delete copy.dataset['key'];
    copy.setAttribute('aria-hidden', 'true');
    for (const inner of copy.querySelectorAll('[role], [id]')) {
      inner.removeAttribute('role');
      inner.removeAttribute('id');
    }
    copy.style.pointerEvents = 'none';
    return [{ group, element: copy }];
  });
}
