import { narrate, tellingOf } from '../engine.ts';
import type { Scene } from '../state/session.ts';

/** The steps up to the cursor as a list for a mail or an issue, with the link. Long runs are cut, and say so. */
export function markdownOf(scene: Scene, link: string): string {
  const { run, world, scenario } = scene;
  const most = 200;
  const lines = [
    `# ${scenario.title}`,
    '',
    `Tables: ${world.name} (${world.geo.id}). Revision: ${run.revision}.`,
    '',
  ];
  for (const step of run.steps.slice(0, most))
    lines.push(`${step.n}. \`${step.fn}\` ${narrate(step, tellingOf(run))}`);
  if (run.steps.length > most) lines.push('', `${run.steps.length - most} more steps follow.`);
  lines.push('', `[Open it in Pagewalk](${link})`, '');
  return lines.join('\n');
}
