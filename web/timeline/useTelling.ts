import type { Run, Step } from '../engine.ts';
import { tellingOf } from '../engine.ts';
import { useLater } from '../parts/useLater.ts';
import { bringTelling } from '../text/bring-telling.ts';
import { shortStep } from '../text/steps.ts';

/** A step in a sentence; in a few words while the sentences are on their way. */
export function useTelling(run: Run, wanted: boolean): (step: Step) => string {
  const told = useLater(bringTelling, wanted);
  return (step) => told?.narrate(step, tellingOf(run)) ?? shortStep(run.world.geo, step);
}
