import type { Run, Step } from '../engine.ts';

/** What a step is about, whatever its number: two revisions' steps with the same key correspond. */
function keyOf(step: Step): string {
  const base = `${step.ctx} ${step.ev}`;
  switch (step.ev) {
    case 'load':
    case 'set':
      return `${base} ${step.table} ${step.idx}`;
    case 'cb':
      return `${base} ${step.level} ${step.addr}`;
    case 'hole':
      return `${base} ${step.addr}`;
    case 'lock':
    case 'trylock':
    case 'wait':
    case 'downgrade':
    case 'unlock':
    case 'assert':
      return `${base} ${step.name}`;
    default:
      return base;
  }
}

/**
 * The step of `to` that corresponds to step `cursor` of `from`: the same event at the same place, counting repeats; where
 * there is none, that of the nearest earlier step that has one; 0 where nothing corresponds.
 */
export function correspondingStep(from: Run, cursor: number, to: Run): number {
  if (cursor === 0) return 0;
  if (cursor >= from.steps.length) return to.steps.length;
  const places = new Map<string, number[]>();
  for (const step of to.steps) {
    const key = keyOf(step);
    const list = places.get(key);
    if (list === undefined) places.set(key, [step.n]);
    else list.push(step.n);
  }
  const seen = new Map<string, number>();
  let best = 0;
  for (const step of from.steps) {
    if (step.n > cursor) break;
    const key = keyOf(step);
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    const found = places.get(key)?.[nth];
    if (found !== undefined) best = found;
  }
  return best;
}
