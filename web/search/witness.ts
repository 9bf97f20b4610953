import type { Verdict } from '../engine.ts';
import { raceReport, runScenario } from '../engine.ts';
import { copy } from '../actions/files.ts';
import { links } from '../actions/links.ts';
import { openScenario } from '../actions/scene.ts';
import { notify } from '../state/notices.ts';
import type { Scene } from '../state/session.ts';

/** Puts a schedule on the timeline, at the step where it goes wrong. */
export async function openWitness(scene: Scene, schedule: string, step: number): Promise<void> {
  const shown = await openScenario(scene.scenario, {
    libraryId: scene.libraryId,
    schedule,
    revision: scene.run.revision,
    cursor: step,
    edit: true,
  });
  // Where all stands in one column, what went wrong is above.
  if (shown) document.querySelector('.map-pane')?.scrollIntoView({ block: 'nearest' });
}

/** The race as text, with the link of its witness. undefined where there is none. */
export async function reportOf(scene: Scene, verdict: Verdict): Promise<string | undefined> {
  const { witness } = verdict;
  if (witness === undefined) return undefined;
  const { schedule } = witness;
  const run = runScenario(scene.scenario, scene.world, { revision: scene.run.revision, schedule });
  if (!run.ok) return undefined;
  const { linkOf } = await links();
  const link = linkOf({ ...scene, run: run.value, schedule, fold: 'auto' }, witness.step);
  const address = link.ok ? new URL(link.value, location.href).href : undefined;
  return raceReport(verdict, run.value, address);
}

export async function copyReport(scene: Scene, verdict: Verdict): Promise<boolean> {
  const text = await reportOf(scene, verdict);
  const copied = text !== undefined && (await copy(text));
  if (!copied) notify('bad', 'The browser keeps the clipboard from us: the report could not be copied.');
  return copied;
}
