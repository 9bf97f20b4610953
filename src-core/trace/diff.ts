import type { Step } from '../step/step.ts';

/** A step as far as two runs are compared by it: whatever JSON has for it, without what is left out. */
export type Projection = Readonly<Record<string, unknown>>;

/** All of a step but its number and source line, which differ between revisions when nothing else does. */
export function projectStep(step: Step): Projection {
  const { n: _n, at: _at, ...rest } = step;
  return rest;
}

/** Only what happened: the context, the event and its fields. Functions, the depth of calls and held locks are left out. */
export function projectEvent(step: Step): Projection {
  const { n: _n, at: _at, fn: _fn, depth, held: _held, cpu: _cpu, ...rest } = step;
  // A hole's depth is its own.
  return step.ev === 'hole' ? { ...rest, depth } : rest;
}

/** Where two runs part. */
export interface Difference {
  /** Index in both lists, from 0; every step before it is the same. */
  readonly index: number;
  /** The step of each side; undefined where that run has ended. */
  readonly left: Step | undefined;
  readonly right: Step | undefined;
  /** Names of the fields that differ, in the order a step has them; empty where a side has ended. */
  readonly fields: readonly string[];
}

/** The first step in which two lists differ; undefined if they are the same. */
export function firstDifference(
  left: readonly Step[],
  right: readonly Step[],
  project: (step: Step) => Projection = projectStep,
): Difference | undefined {
  const length = Math.max(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left[index];
    const b = right[index];
    if (a === undefined || b === undefined) return { index, left: a, right: b, fields: [] };
    const fields = differingFields(project(a), project(b));
    if (fields.length > 0) return { index, left: a, right: b, fields };
  }
  return undefined;
}

/** Names of the fields that differ, in the order the first has them. */
export function differingFields(a: Projection, b: Projection): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.filter((name) => !sameValue(a[name], b[name]));
}

/** Fields of steps are plain values, lists of them, or flat records of them. */
function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const left = Object.entries(a);
  const right = new Map<string, unknown>(Object.entries(b));
  return left.length === right.size && left.every(([k, v]) => right.has(k) && sameValue(v, right.get(k)));
}
