import type { Group, Mark } from './marks.ts';
import { hexDx } from './marks.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** What is on screen for a group: compared with what shall be there, so that only what differs is touched. */
const shown = new WeakMap<SVGGElement, Group>();

/** Draws the groups into `root`, keyed, in order. `id` makes element ids unique on the page. */
export function drawGroups(root: SVGGElement, groups: readonly Group[], id: string): void {
  const wanted = new Set(groups.map((group) => group.key));
  const there = new Map<string, SVGGElement>();
  for (const g of [...root.children]) {
    const key = g instanceof SVGGElement ? g.dataset['key'] : undefined;
    if (g instanceof SVGGElement && key !== undefined && wanted.has(key)) there.set(key, g);
    else g.remove();
  }
  // What stays in order is not moved: only what stands elsewhere, or is new, is put where it belongs.
  let at = root.firstElementChild;
  for (const group of groups) {
    const g = there.get(group.key) ?? document.createElementNS(SVG, 'g');
    update(g, group, id);
    if (g === at) at = at.nextElementSibling;
    else root.insertBefore(g, at);
  }
}

/** The group that an element of the map belongs to. */
export function groupOf(element: Element): Group | undefined {
  const g = element.closest<SVGGElement>('g[data-key]');
  return g === null ? undefined : shown.get(g);
}

function update(g: SVGGElement, group: Group, id: string): void {
  const before = shown.get(g);
  if (before === group) return;
  shown.set(g, group);
  if (before === undefined) g.dataset['key'] = group.key;
  if (before?.x !== group.x || before.y !== group.y)
    g.style.transform = `translate(${group.x}px,${group.y}px)`;
  if (before?.c !== group.c) g.setAttribute('class', group.c);
  marks(g, group.marks, before?.marks ?? [], id);
  accessible(g, group, before, id);
}

/**
 * The first mark of a row is its ground, and stands for the row in the accessibility tree: it has no words inside, so its
 * label is all there is.
 */
function accessible(g: SVGGElement, group: Group, before: Group | undefined, id: string): void {
  const { item } = group;
  if (item === undefined) {
    if (before === undefined || before.item !== undefined) g.setAttribute('aria-hidden', 'true');
    return;
  }
  const ground = g.firstElementChild;
  if (ground === null) return;
  if (before?.item === undefined) g.removeAttribute('aria-hidden');
  ground.setAttribute('role', 'treeitem');
  ground.id = itemId(id, group.key);
  if (before?.item?.label !== item.label) ground.setAttribute('aria-label', item.label);
  if (before?.item?.level !== item.level) ground.setAttribute('aria-level', String(item.level));
  if (before?.item?.selected !== item.selected) ground.setAttribute('aria-selected', String(item.selected));
}

export function itemId(id: string, key: string): string {
  return `${id}-${key.replaceAll(':', '-')}`;
}

function marks(g: SVGGElement, next: readonly Mark[], before: readonly Mark[], id: string): void {
  for (const [i, mark] of next.entries()) {
    const old = before[i];
    let element = g.childNodes[i];
    if (old === undefined || old.t !== mark.t || !(element instanceof SVGElement)) {
      const made = document.createElementNS(SVG, mark.t);
      if (element === undefined) g.append(made);
      else element.replaceWith(made);
      element = made;
      paint(element as SVGElement, mark, undefined, id);
    } else if (!same(old, mark)) paint(element, mark, old, id);
  }
  while (g.childNodes.length > next.length) g.lastChild?.remove();
}

function same(a: Mark, b: Mark): boolean {
  if (a.t === 'text' && b.t === 'text') {
    return (
      a.x === b.x &&
      a.y === b.y &&
      a.s === b.s &&
      a.c === b.c &&
      a.face === b.face &&
      a.anchor === b.anchor &&
      a.hex === b.hex
    );
  }
  if (a.t === 'rect' && b.t === 'rect') {
    return (
      a.x === b.x &&
      a.y === b.y &&
      a.w === b.w &&
      a.h === b.h &&
      a.c === b.c &&
      a.r === b.r &&
      a.paint === b.paint
    );
  }
  return a.t === 'path' && b.t === 'path' && a.d === b.d && a.c === b.c && a.paint === b.paint;
}

function paint(e: SVGElement, mark: Mark, before: Mark | undefined, id: string): void {
  const set = (name: string, value: string | number): void => e.setAttribute(name, String(value));
  switch (mark.t) {
    case 'text':
      // Names come from the rows' labels: the words in the picture are cut and split.
      set('aria-hidden', 'true');
      set('x', mark.x);
      set('y', mark.y);
      set('class', `${mark.face} ${mark.c}`);
      if (mark.anchor !== 'start') set('text-anchor', mark.anchor);
      else e.removeAttribute('text-anchor');
      if (mark.hex) set('dx', hexDx(mark.s.length));
      else if (before !== undefined) e.removeAttribute('dx');
      if (e.textContent !== mark.s) e.textContent = mark.s;
      return;
    case 'rect':
      set('x', mark.x);
      set('y', mark.y);
      set('width', Math.max(0, mark.w));
      set('height', Math.max(0, mark.h));
      set('class', mark.c);
      if (mark.r !== undefined) set('rx', mark.r);
      else e.removeAttribute('rx');
      fill(e, mark.paint, id);
      return;
    case 'path':
      set('d', mark.d);
      set('class', mark.c);
      fill(e, mark.paint, id);
      return;
  }
}

function fill(e: SVGElement, paintName: string | undefined, id: string): void {
  if (paintName === undefined) e.removeAttribute('fill');
  else e.setAttribute('fill', `url(#${id}-${paintName})`);
}

/** The patterns of the permissions: solid, lines, dots, hatch. Colours come from the stylesheet. */
export function patternDefs(id: string): SVGDefsElement {
  const defs = document.createElementNS(SVG, 'defs');
  const pattern = (
    name: string,
    size: number,
    shapes: readonly (readonly [tag: string, attributes: Record<string, string | number>])[],
    transform = '',
  ): void => {
    const p = document.createElementNS(SVG, 'pattern');
    p.id = `${id}-${name}`;
    p.setAttribute('patternUnits', 'userSpaceOnUse');
    p.setAttribute('width', String(size));
    p.setAttribute('height', String(size));
    if (transform !== '') p.setAttribute('patternTransform', transform);
    for (const [tag, attributes] of shapes) {
      const shape = document.createElementNS(SVG, tag);
      for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, String(value));
      p.append(shape);
    }
    defs.append(p);
  };
  const ground = (c: string, size: number): readonly [string, Record<string, string | number>] => [
    'rect',
    { class: c, width: size, height: size },
  ];
  pattern('rw', 8, [ground('p-rw', 8)]);
  pattern('ro', 3, [ground('p-ro', 3), ['rect', { class: 'p-gap', y: 2, width: 3, height: 1 }]]);
  pattern('rx', 4, [ground('p-rx', 4), ['rect', { class: 'p-gap', x: 1, y: 1, width: 1.4, height: 1.4 }]]);
  pattern('rwx', 4, [ground('p-rwx', 4), ['rect', { class: 'p-gap', x: 1, y: 1, width: 1.4, height: 1.4 }]]);
  pattern('inv', 4, [ground('p-gap', 4), ['rect', { class: 'p-inv', width: 1.6, height: 4 }]], 'rotate(45)');
  pattern('bad', 4, [ground('p-gap', 4), ['rect', { class: 'p-rwx', width: 2, height: 4 }]], 'rotate(-45)');
  return defs;
}
