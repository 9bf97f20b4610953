import type { Step } from '../step/step.ts';
import type { Projection } from './diff.ts';
import { differingFields, projectEvent } from './diff.ts';

/** A pair of steps that correspond, or a step that only one side has. */
export interface AlignedStep {
  /** Step numbers, from 1; undefined where that side has nothing like it. */
  readonly left: number | undefined;
  readonly right: number | undefined;
  /** Fields in which the two differ; empty where they are the same, or where one side has no step. */
  readonly fields: readonly string[];
}

/** Nothing differs in this row. */
export function isSame(row: AlignedStep): boolean {
  return row.left !== undefined && row.right !== undefined && row.fields.length === 0;
}

/**
 * Two runs side by side. Steps in which the same happened stand in one row, as many of them as possible; between those, steps of
 * one kind about one thing are paired (an assertion that held with one that failed). Runs that differ in more than `MAX_EDITS`
 * steps are paired from their ends only.
 */
export function alignSteps(
  left: readonly Step[],
  right: readonly Step[],
  project: (step: Step) => Projection = projectEvent,
): AlignedStep[] {
  const a = left.map((step) => keyOf(project(step)));
  const b = right.map((step) => keyOf(project(step)));
  const rows: AlignedStep[] = [];
  let i = 0;
  let j = 0;
  const upTo = (x: number, y: number): void => {
    rows.push(...pairAlike(left.slice(i, x), right.slice(j, y), project));
    [i, j] = [x, y];
  };
  for (const [x, y] of commonPairs(a, b)) {
    upTo(x, y);
    rows.push({ left: x + 1, right: y + 1, fields: [] });
    [i, j] = [x + 1, y + 1];
  }
  upTo(left.length, right.length);
  return rows;
}

/** Between two rows that are the same: what is of one kind about one thing stands together. */
function pairAlike(
  left: readonly Step[],
  right: readonly Step[],
  project: (step: Step) => Projection,
): AlignedStep[] {
  const rows: AlignedStep[] = [];
  let i = 0;
  let j = 0;
  const alone = (x: number, y: number): void => {
    for (; i < x; i++) rows.push({ left: left[i]?.n, right: undefined, fields: [] });
    for (; j < y; j++) rows.push({ left: undefined, right: right[j]?.n, fields: [] });
  };
  for (const [x, y] of commonPairs(left.map(kindOf), right.map(kindOf))) {
    alone(x, y);
    const [one, other] = [left[x], right[y]];
    if (one === undefined || other === undefined) continue;
    rows.push({ left: one.n, right: other.n, fields: differingFields(project(one), project(other)) });
    [i, j] = [x + 1, y + 1];
  }
  alone(left.length, right.length);
  return rows;
}

/** All that is compared, as text; the order of the fields does not matter. */
function keyOf(projection: Projection): string {
  return JSON.stringify(
    Object.entries(projection)
      .filter(([, value]) => value !== undefined)
      .sort(([x], [y]) => (x < y ? -1 : 1)),
  );
}

/** What kind of step it is and what it is about: a step of the other side with the same may be its counterpart. */
function kindOf(step: Step): string {
  switch (step.ev) {
    case 'load':
    case 'set':
      return `${step.ctx} ${step.ev} ${step.level} ${step.table} ${step.idx}`;
    case 'cb':
      return `${step.ctx} cb ${step.level} ${step.addr}`;
    case 'lock':
    case 'unlock':
    case 'assert':
    case 'vmalock':
      return `${step.ctx} ${step.ev} ${step.name}`;
    default:
      return `${step.ctx} ${step.ev}`;
  }
}

/** More differences than this are not sorted out. */
export const MAX_EDITS = 1500;

/**
 * A longest common subsequence, as pairs of indices, ascending: Myers' greedy algorithm, after the ends that are the same have been
 * taken off.
 */
function commonPairs(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++;
  const pairs: (readonly [number, number])[] = Array.from({ length: head }, (_, k) => [k, k] as const);
  const middle = myers(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  for (const [x, y] of middle) pairs.push([head + x, head + y]);
  for (let k = tail; k > 0; k--) pairs.push([a.length - k, b.length - k]);
  return pairs;
}

function myers(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const [n, m] = [a.length, b.length];
  const most = Math.min(n + m, MAX_EDITS);
  /** By diagonal (x - y, shifted): how far along `a` a path with d edits gets. A copy for each d tells the way back. */
  const reach = new Int32Array(2 * most + 3);
  const trail: Int32Array[] = [];
  for (let d = 0; d <= most; d++) {
    trail.push(reach.slice());
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && at(reach, k - 1 + most + 1) < at(reach, k + 1 + most + 1));
      let x = down ? at(reach, k + 1 + most + 1) : at(reach, k - 1 + most + 1) + 1;
      while (x < n && x - k < m && a[x] === b[x - k]) x++;
      reach[k + most + 1] = x;
      if (x >= n && x - k >= m) return wayBack(trail, d, n, m, most);
    }
  }
  return [];
}

/** The matches along the path that reached the end with that many edits, from the end back to the start. */
function wayBack(
  trail: readonly Int32Array[],
  edits: number,
  n: number,
  m: number,
  most: number,
): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let [x, y] = [n, m];
  for (let d = edits; d > 0; d--) {
    const reach = trail[d] ?? new Int32Array();
    const k = x - y;
    const down = k === -d || (k !== d && at(reach, k - 1 + most + 1) < at(reach, k + 1 + most + 1));
    const from = down ? k + 1 : k - 1;
    const fromX = at(reach, from + most + 1);
    const fromY = fromX - from;
    while (x > fromX && y > fromY) pairs.push([--x, --y]);
    [x, y] = [fromX, fromY];
  }
  while (x > 0 && y > 0) pairs.push([--x, --y]);
  return pairs.reverse();
}

function at(of: Int32Array, i: number): number {
  return of[i] ?? 0;
}
