import type { SearchProgress } from '../engine.ts';
import type { Searching } from '../state/search.ts';
import type { Scene } from '../state/session.ts';
import { Findings } from './Findings.tsx';
import { number } from './number.ts';
import { cancelSearch } from './run-search.ts';

/** A search under way: how far it is, and what it has found so far. */
export function Running({ now, scene }: { readonly now: Searching; readonly scene: Scene }) {
  const { progress } = now;
  return (
    <>
      <div className="search-running">
        <p role="status">{phaseWords(progress)}</p>
        <progress aria-label="Searching" />
        <Figures progress={progress} />
        <button type="button" onClick={cancelSearch}>
          Cancel
        </button>
      </div>
      <Findings findings={now.findings} scene={scene} />
    </>
  );
}

function phaseWords(progress: SearchProgress | undefined): string {
  if (progress === undefined) return 'Starting …';
  if (progress.phase === 'complete') return 'Every interleaving, each class of like ones once …';
  return `With at most ${progress.switches} ${progress.switches === 1 ? 'switch' : 'switches'} …`;
}

/** How much was looked at. */
export function Figures({ progress }: { readonly progress: SearchProgress | undefined }) {
  return (
    <dl className="facts">
      <dt>executions</dt>
      <dd>{number(progress?.executions ?? 0)}</dd>
      <dt>classes</dt>
      <dd>{number(progress?.traces ?? 0)}</dd>
      <dt>findings</dt>
      <dd>{number(progress?.findings ?? 0)}</dd>
    </dl>
  );
}
