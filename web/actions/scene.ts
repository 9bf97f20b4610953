import { callsLoaded, loadCalls, lookOnly, ok, problem, runScenario } from '../engine.ts';
import type { LibraryEntry, Problem, Result, Run, RunOptions, Scenario, World } from '../engine.ts';
import { correspondingStep } from '../derive/corresponding.ts';
import type { Edit } from '../state/edits.ts';
import { useEdits } from '../state/edits.ts';
import { useLibrary, wholeLibrary } from '../state/library.ts';
import { closeCompare } from '../state/compare.ts';
import { clearNotices, notify } from '../state/notices.ts';
import { usePlayback } from '../state/playback.ts';
import type { Fold, Scene, Variant } from '../state/session.ts';
import { useSession } from '../state/session.ts';
import { useView } from '../state/view.ts';
import { sentence } from '../text/problems.ts';
import { writeHash } from './history.ts';
import { links } from './links.ts';
import { runGently } from './run-gently.ts';
import { worldOf } from './worlds.ts';

export interface OpenOptions extends Partial<Variant> {
  /** The revision to run at, where it is not the scenario's. */
  readonly revision?: string;
  /** The step to stand at, or how it is found once the run is there. */
  readonly cursor?: number | ((run: Run) => number);
  /** `push` makes a history entry; `keep` leaves the address bar alone (it is where we come from). */
  readonly address?: 'push' | 'replace' | 'keep';
  /** Can be undone. */
  readonly edit?: boolean;
  /** Called with why it could not be opened, instead of a notice. */
  readonly failed?: (problem: Problem) => void;
}

let current = new AbortController();

/**
 * Loads a scenario's tables, runs it and shows it. Until that has worked the scene on screen stays, and it stays for good
 * if it fails. Answers whether the scenario is on the screen.
 */
export async function openScenario(scenario: Scenario, options: OpenOptions = {}): Promise<boolean> {
  current.abort();
  const load = (current = new AbortController());
  useSession.setState({
    loading: 'capture' in scenario.memory ? scenario.memory.capture : scenario.title,
    failure: undefined,
  });
  const made = await makeScene(scenario, options, load.signal);
  if (load.signal.aborted) return false;
  useSession.setState({ loading: undefined });
  if (!made.ok) {
    const retry = (): void => void openScenario(scenario, options);
    if (options.failed !== undefined) options.failed(made.error);
    else if (useSession.getState().scene === undefined)
      useSession.setState({ failure: { problem: made.error, retry } });
    else
      notify('bad', `${sentence(made.error)} The scene stays as it was.`, { label: 'Try again', run: retry });
    return false;
  }
  if (options.edit === true) remember();
  const { cursor = 0 } = options;
  showScene(
    made.value,
    typeof cursor === 'number' ? cursor : cursor(made.value.run),
    options.address ?? 'push',
  );
  return true;
}

async function makeScene(
  scenario: Scenario,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<Result<Scene>> {
  const [world, able] = await Promise.all([worldOf(scenario.memory, signal), callsOf(scenario)]);
  if (!world.ok) return world;
  if (!able.ok) return able;
  // Tables that no walk can be run on are shown all the same.
  if (world.value.geo.arch !== 'arm64') return sceneOver(world.value, scenario, options);
  const variant = variantOf(options);
  const run = await runGently(scenario, world.value, runOptions(variant, options.revision), signal);
  return run.ok ? ok({ ...variant, scenario, world: world.value, run: run.value }) : run;
}

/** Waits for the kernel functions that a scenario calls, where they are still on their way. */
async function callsOf(scenario: Scenario): Promise<Result<undefined>> {
  try {
    if (!callsLoaded(scenario)) await loadCalls();
    return ok(undefined);
  } catch {
    return problem('', 'The kernel functions that this scenario calls could not be loaded');
  }
}

function variantOf(options: Partial<Variant>): Variant {
  return {
    libraryId: options.libraryId,
    schedule: options.schedule ?? '',
    fold: options.fold ?? 'auto',
  };
}

function runOptions({ schedule, fold }: Variant, revision: string | undefined): RunOptions {
  return { schedule, fold, ...(revision !== undefined && { revision }) };
}

/** Runs a scenario over tables that are there. Tables no walk can be run on are shown all the same. */
function sceneOver(world: World, scenario: Scenario, options: OpenOptions): Result<Scene> {
  const variant = variantOf(options);
  const run = runScenario(scenario, world, runOptions(variant, options.revision));
  if (run.ok) return ok({ ...variant, scenario, world, run: run.value });
  return world.geo.arch === 'arm64'
    ? run
    : ok({ ...variant, scenario, world, run: lookOnly(scenario, world) });
}

/** Puts a scene on the screen at a step. */
export function showScene(scene: Scene, cursor: number, address: 'push' | 'replace' | 'keep'): void {
  clearNotices();
  const before = useSession.getState().scene;
  // Another scenario is looked at on its own; the same one at another revision stays in its comparison.
  if (before?.scenario !== scene.scenario) closeCompare();
  const at = Math.max(0, Math.min(cursor, scene.run.steps.length));
  useView.setState((view) => ({
    selection: before?.world === scene.world ? view.selection : undefined,
    focus: undefined,
    asked: undefined,
    follow: true,
    hover: null,
    range: before?.world === scene.world ? view.range : null,
    asking: undefined,
    span: undefined,
  }));
  usePlayback.setState({ cursor: at, playing: false });
  useSession.setState({ scene, loading: undefined, failure: undefined });
  if (address !== 'keep') writeHash(scene, at, address);
}

/** Opens a scenario of the library by its id. */
export async function openLibrary(id: string, options: OpenOptions = {}): Promise<boolean> {
  const find = (): LibraryEntry | undefined => useLibrary.getState().entries.find((entry) => entry.id === id);
  if (find() === undefined) await wholeLibrary();
  const entry = find();
  if (entry === undefined) {
    notify('bad', `The library has no scenario named ${id}.`);
    return false;
  }
  return openScenario(entry.scenario, { ...options, libraryId: id });
}

/** Replaces the scenario on the screen by an edited one; undo brings the old one back. */
export async function applyEdit(
  scenario: Scenario,
  fold: Fold,
  failed: (problem: Problem) => void,
  options: Pick<OpenOptions, 'cursor' | 'schedule'> = {},
): Promise<boolean> {
  const { checkScenario } = await links();
  const checked = checkScenario(scenario);
  if (!checked.ok) {
    failed(checked.error);
    return false;
  }
  return openScenario(checked.value, { ...options, fold, edit: true, failed });
}

/** The scene by another schedule. */
export function rescheduled(scene: Scene, schedule: string): Result<Scene> {
  return sceneOver(scene.world, scene.scenario, { ...scene, schedule, revision: scene.run.revision });
}

/** Shows another run of what is on the screen: what is selected and looked at stays. */
export function showKept(scene: Scene, cursor: number, address: 'push' | 'replace'): void {
  const { selection, focus, asked, follow, span } = useView.getState();
  showScene(scene, cursor, address);
  useView.setState({ selection, focus, asked, follow, span });
}

/** Replays the scenario at another revision, at the step that corresponds. */
export function changeRevision(revision: string): void {
  const { scene } = useSession.getState();
  if (scene === undefined || scene.run.revision === revision) return;
  const made = sceneOver(scene.world, scene.scenario, { ...scene, revision });
  if (!made.ok) {
    notify(
      'bad',
      `At ${revision} this can’t be run. ${sentence(made.error)} The scene stays at ${scene.run.revision}.`,
    );
    return;
  }
  remember();
  showKept(made.value, correspondingStep(scene.run, usePlayback.getState().cursor, made.value.run), 'push');
}

function here(): Edit | undefined {
  const { scene } = useSession.getState();
  return scene && { scene, cursor: usePlayback.getState().cursor };
}

function remember(): void {
  const edit = here();
  if (edit !== undefined) useEdits.setState(({ past }) => ({ past: [...past, edit].slice(-50), future: [] }));
}

export function undo(): void {
  const { past, future } = useEdits.getState();
  const back = past.at(-1);
  const now = here();
  if (back === undefined || now === undefined) return;
  useEdits.setState({ past: past.slice(0, -1), future: [now, ...future] });
  showScene(back.scene, back.cursor, 'push');
}

export function redo(): void {
  const { past, future } = useEdits.getState();
  const [next, ...rest] = future;
  const now = here();
  if (next === undefined || now === undefined) return;
  useEdits.setState({ past: [...past, now], future: rest });
  showScene(next.scene, next.cursor, 'push');
}
