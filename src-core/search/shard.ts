import { MAX_LOCAL } from '../explore/limits.ts';
import type { Machine } from '../machine/machine.ts';

/** Beginnings for each part, so that the parts are of a size. */
const EACH = 4;
const MOST = 4096;

/**
 * Every way to begin, as choices of contexts, at least a few for each of `parts` parts: each complete execution begins with exactly one
 * of them. The same for the same scenario, wherever it is asked.
 */
export function prefixesOf(create: () => Machine, parts: number): number[][] {
  let prefixes: number[][] = [[]];
  while (prefixes.length < EACH * parts && prefixes.length < MOST) {
    const longer = prefixes.flatMap((prefix) => {
      const next = enabledAfter(create, prefix);
      return next.length === 0 ? [prefix] : next.map((ctx) => [...prefix, ctx]);
    });
    if (longer.every((p, i) => p.length === prefixes[i]?.length)) return prefixes;
    prefixes = longer;
  }
  return prefixes;
}

function enabledAfter(create: () => Machine, prefix: readonly number[]): number[] {
  const machine = create();
  machine.begin(MAX_LOCAL);
  for (const id of prefix) {
    const ctx = machine.contexts[id];
    if (ctx !== undefined) machine.advance(ctx, MAX_LOCAL);
  }
  return machine.enabled().map((ctx) => ctx.id);
}
