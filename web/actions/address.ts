import type { LinkProblem } from '../engine.ts';
import { later } from '../later.ts';
import { preload } from '../parts/useLater.ts';
import { useLibrary, wholeLibrary } from '../state/library.ts';
import { closeCompare, useCompare } from '../state/compare.ts';
import { notify } from '../state/notices.ts';
import { usePlayback } from '../state/playback.ts';
import type { Scene } from '../state/session.ts';
import { useSession } from '../state/session.ts';
import { useTour } from '../state/tour.ts';
import { useView } from '../state/view.ts';
import { writeHash } from './history.ts';
import type { PageLink } from './link.ts';
import { links } from './links.ts';
import { sentence } from '../text/problems.ts';
import { openLibrary, openScenario } from './scene.ts';

// A link needs its reader at once; without one it can wait.
if (location.hash.length > 1) {
  void links().catch(() => undefined);
  void forAStep();
}

/** What a link that stands at a step is shown with at once. */
function forAStep(): Promise<unknown> {
  return Promise.all([preload(later.telling), preload(later.entry)]);
}

/** The scene a first visitor sees. */
const FIRST = 'first-walk';

/**
 * Opens what the address bar names. A link that does not work leaves the scene on the screen; on the first load, and for an
 * empty address, the library's first scenario comes.
 */
export async function openFromAddress(): Promise<void> {
  const { hash } = location;
  if (hash.length <= 1) {
    const { scene } = useSession.getState();
    if (scene?.libraryId !== FIRST) await openLibrary(FIRST, { address: 'keep' });
    else usePlayback.setState({ cursor: 0, playing: false });
    return;
  }
  const { readLink } = await links();
  const link = readLink(hash);
  if (link.ok) await openLink(link.value);
  else {
    await wholeLibrary();
    await refuse(link.error.message, offer(link.error));
  }
}

async function openLink(link: PageLink): Promise<void> {
  const { scene } = useSession.getState();
  useView.setState({ embed: link.options.embed === true });
  // What reads links has the library with it.
  await Promise.all([wholeLibrary(), forAStep()]);
  if (link.options.theme !== undefined) useView.setState({ theme: link.options.theme });
  const cursor = link.step ?? 0;
  if (scene !== undefined && isSame(scene, link)) {
    usePlayback.setState({ cursor: Math.min(cursor, scene.run.steps.length), playing: false });
    await takeUp(link);
    return;
  }
  useTour.setState({ tour: undefined });
  const { library, scenario, schedule, revision, fold } = link;
  const opened = await openScenario(scenario, {
    libraryId: library,
    schedule,
    revision,
    fold,
    cursor,
    address: 'keep',
    failed: (problem) => void refuse(sentence(problem)),
  });
  if (!opened) return;
  for (const notice of link.notices) notify('info', notice);
  const steps = useSession.getState().scene?.run.steps.length ?? 0;
  if (cursor > steps)
    notify('info', `The link points at step ${cursor}, but this run has ${steps}: here is its last.`);
  await takeUp(link);
}

/** The comparison and the walkthrough that the link is from, or none. */
async function takeUp({ options: { stop, embed, compare }, step }: PageLink): Promise<void> {
  const shown = useCompare.getState().revision;
  if (compare === undefined || embed === true) closeCompare();
  else if (compare !== shown) useCompare.setState({ revision: compare, made: undefined, row: 0 });
  if (stop === undefined || embed === true) {
    useTour.setState({ tour: undefined });
    return;
  }
  const { resumeTour } = await import('../tour/guide.ts');
  resumeTour(stop, step);
}

function isSame(scene: Scene, link: PageLink): boolean {
  return (
    scene.libraryId === link.library &&
    scene.schedule === link.schedule &&
    scene.fold === link.fold &&
    scene.run.revision === link.revision &&
    (link.library !== undefined || JSON.stringify(scene.scenario) === JSON.stringify(link.scenario))
  );
}

interface Offer {
  readonly label: string;
  readonly run: () => void;
}

/** The nearest thing that works, where the link comes close to one. */
function offer(fault: LinkProblem): Offer | undefined {
  const { entries } = useLibrary.getState();
  const near = fault.fault === 'library' ? entries.find(({ id }) => id === fault.suggestions[0]) : undefined;
  if (near?.id === FIRST) return undefined;
  return near && { label: `Open “${near.title}”`, run: () => void openLibrary(near.id) };
}

/** Says why the link was not opened and what is on the screen instead. */
async function refuse(why: string, near?: Offer): Promise<void> {
  const first: Offer = { label: 'Open the first walk', run: () => void openLibrary(FIRST) };
  const { scene } = useSession.getState();
  if (scene !== undefined) {
    // The address bar names what is shown, not what could not be.
    writeHash(scene, usePlayback.getState().cursor, 'replace');
    notify('bad', `${why} The scene stays as it was.`, near ?? first);
    return;
  }
  if (await openLibrary(FIRST, { address: 'replace' }))
    notify('bad', `${why} This is the library’s first walk instead.`, near);
}
