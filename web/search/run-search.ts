import { packWorld } from '../engine.ts';
import type { Finding, SearchProgress } from '../engine.ts';
import type { Found } from '../state/search.ts';
import { searchKey, useSearch } from '../state/search.ts';
import { useSession } from '../state/session.ts';
import { useView } from '../state/view.ts';
import type { Answer, Question } from './messages.ts';

let thread: Worker | undefined;

/** Searches the scene on the screen, at the revision it is run at. One search at a time: another one ends it. */
export function startSearch(): void {
  const { scene } = useSession.getState();
  if (scene === undefined || scene.scenario.contexts.length < 2) return;
  cancelSearch();
  const key = searchKey(scene);
  const { maxSwitches, budget } = useSearch.getState();
  useSearch.setState({ now: { key, progress: undefined, findings: [], since: performance.now() } });
  const worker = (thread = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }));
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    if (worker !== thread) return;
    if (data.kind === 'progress') show(data.progress, data.findings);
    else end(data);
  });
  worker.addEventListener('error', (event) => {
    if (worker !== thread) return;
    event.preventDefault();
    end({ kind: 'refused', why: event.message === '' ? 'the search could not be started' : event.message });
  });
  worker.postMessage({
    scenario: scene.scenario,
    world: packWorld(scene.world),
    revision: scene.run.revision,
    maxSwitches,
    budget,
  } satisfies Question);
}

function show(progress: SearchProgress, findings: readonly Finding[]): void {
  useSearch.setState(({ now }) => ({ now: now && { ...now, progress, findings } }));
}

function end(found: Found): void {
  thread?.terminate();
  thread = undefined;
  useSearch.setState(({ now, found: before }) => ({
    now: undefined,
    found: now === undefined ? before : new Map(before).set(now.key, found),
  }));
}

/** Stops the search under way; how far it came is kept. */
export function cancelSearch(): void {
  const { now } = useSearch.getState();
  if (now === undefined) return;
  const { progress, findings } = now;
  end({ kind: 'cancelled', progress, findings, ms: performance.now() - now.since });
}

export function closeSearch(): void {
  useView.setState({ side: 'inspector' });
}
