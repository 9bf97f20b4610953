import type { Run, StaleRange } from '../engine.ts';
import { TlbTimeline } from '../engine.ts';

const timelines = new WeakMap<Run, TlbTimeline>();

/** What TLBs may hold over a run; made when first asked for. */
export function tlbOf(run: Run): TlbTimeline {
  let timeline = timelines.get(run);
  if (timeline === undefined) timelines.set(run, (timeline = new TlbTimeline(run.world.geo, run.steps)));
  return timeline;
}

/** Numbers of the CPUs that the contexts run on. */
export function cpusOf(run: Run): readonly number[] {
  return [...new Set(run.scenario.contexts.map((c) => c.cpu))].sort((a, b) => a - b);
}

/** How many bytes a range covers. */
export function bytesOf({ start, end }: StaleRange): number {
  const { hi, lo } = end.sub(start);
  return (hi >>> 0) * 2 ** 32 + (lo >>> 0);
}
