import { decodeLink, encodeLink, openScenario, problem } from '../engine.ts';
import type { Link, LinkOptions, LinkProblem, Result } from '../engine.ts';
import { useCompare } from '../state/compare.ts';
import type { Fold, Scene } from '../state/session.ts';
import { useTour } from '../state/tour.ts';
import { stopOf } from '../derive/tour.ts';
import { carry, originalOf } from './carry.ts';
import { onlyHere } from './worlds.ts';

/** Checks a scenario from outside, or one that was edited. */
export const checkScenario = openScenario;

/** A link of this page: the engine's, and how runs of like steps are shown. */
export interface PageLink extends Link {
  readonly fold: Fold;
}

/** The link of a scene at a step, from `#` on. A problem where it would be too long. */
export function linkOf(scene: Scene, step: number, options: Pick<LinkOptions, 'embed'> = {}): Result<string> {
  const { libraryId, schedule, fold, run } = scene;
  const carried = carry(scene);
  if (onlyHere(scene) && carried === undefined) {
    return problem(
      '',
      'these tables are on this machine only, and no walk was run over them that a link could carry',
    );
  }
  return encodeLink({
    source:
      libraryId === undefined ? { scenario: carried?.scenario ?? scene.scenario } : { library: libraryId },
    schedule,
    revision: run.revision,
    ...(step > 0 && { step }),
    options: { ...options, ...(fold !== 'auto' && { fold }), ...(options.embed !== true && underWay(scene)) },
  });
}

/** The walkthrough's stop, where the scene is the one it is in, and the revision it is compared with. */
function underWay(scene: Scene): Pick<LinkOptions, 'stop' | 'compare'> {
  const { revision } = useCompare.getState();
  return { ...stopIn(scene), ...(revision !== undefined && { compare: revision }) };
}

function stopIn(scene: Scene): Pick<LinkOptions, 'stop'> {
  const { tour } = useTour.getState();
  const stop = tour?.scene === scene ? stopOf(tour) : undefined;
  return tour === undefined || stop === undefined
    ? {}
    : { stop: { walkthrough: tour.walkthrough.id, stop: stop.id } };
}

export function readLink(hash: string): Result<PageLink, LinkProblem> {
  const link = decodeLink(hash);
  if (!link.ok) return link;
  return {
    ok: true,
    value: {
      ...link.value,
      scenario: originalOf(link.value.scenario) ?? link.value.scenario,
      fold: link.value.options.fold ?? 'auto',
    },
  };
}
