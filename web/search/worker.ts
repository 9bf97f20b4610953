import {
  describeProblem,
  loadCalls,
  prepareScenario,
  searchScenario,
  unpackWorld,
} from '../../src-core/index.ts';
import type { Answer, Question } from './messages.ts';

/** At least this often the page hears how far the search is. Milliseconds. */
const EVERY = 60;

/** Searches in a thread of its own, so that the page lives on. Stopped from outside by ending the thread. */
addEventListener('message', ({ data }: MessageEvent<Question>) => void search(data));

async function search(data: Question): Promise<void> {
  await loadCalls();
  const answer = (message: Answer): void => postMessage(message);
  const prepared = prepareScenario(data.scenario, unpackWorld(data.world), { revision: data.revision });
  if (!prepared.ok) {
    answer({ kind: 'refused', why: describeProblem(prepared.error) });
    return;
  }
  const begun = performance.now();
  let told = -EVERY;
  const verdict = searchScenario(prepared.value, {
    ...(data.maxSwitches === undefined ? {} : { maxSwitches: data.maxSwitches }),
    states: data.maxSwitches === undefined,
    onProgress: (progress, findings) => {
      const now = performance.now() - begun;
      if (now > 1000 * data.budget) return `after ${data.budget} seconds`;
      if (now - told >= EVERY) {
        told = now;
        answer({ kind: 'progress', progress, findings: findings() });
      }
      return undefined;
    },
  });
  answer({ kind: 'done', verdict, ms: performance.now() - begun });
}
