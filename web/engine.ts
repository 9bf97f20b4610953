/**
 * The page's way to the engine, and the few things that the screen needs of it in another shape. Nothing else in web/
 * imports the engine, but for the map.
 */
import { Playback, REVISIONS, SCENARIO_FORMAT, SCENARIO_VERSION } from '../src-core/index.ts';
import type { Run, Scenario, World } from '../src-core/index.ts';
import { Journal } from '../src-core/memory/journal.ts';
import type { NarrationContext } from '../src-core/trace/context.ts';
import { narrationContext } from '../src-core/trace/context.ts';

export {
  callExists,
  CALL_NAMES,
  describeEntry,
  describeProblem,
  findRevision,
  formatOf,
  hwIndex,
  hwShift,
  importCapture,
  LEVEL_NAMES,
  levelName,
  listTables,
  parseMeta,
  permissionWords,
  REVISIONS,
  runScenario,
  SCENARIO_FORMAT,
  SCENARIO_VERSION,
  slotVa,
  U64,
  upperHalf,
} from '../src-core/index.ts';
export type {
  CallName,
  EntryFormat,
  EntryKind,
  Field,
  FrameView,
  Geometry,
  LevelName,
  ListingRow,
  Marker,
  Mm,
  MmName,
  PhysicalMemory,
  Playback,
  Problem,
  Result,
  Revision,
  Run,
  RunOptions,
  Scenario,
  ScenarioCall,
  ScenarioContext,
  ScenarioMemory,
  ScenarioOps,
  Step,
  StepBase,
  StepEvent,
  TablePage,
  World,
} from '../src-core/index.ts';
export { ok, problem } from '../src-core/base/result.ts';
export { diffFields } from '../src-core/arch/diff-fields.ts';
export type { FieldChange, FieldDiff } from '../src-core/arch/diff-fields.ts';
export type { AssertStep, LoadStep, SetStep } from '../src-core/step/step.ts';
export { CHAPTERS, findLibraryEntry, LIBRARY } from '../src-core/scenario/library.ts';
export type { LibraryEntry } from '../src-core/scenario/library.ts';
export { decodeLink, encodeLink, linkReach } from '../src-core/scenario/link.ts';
export type { Link, LinkProblem, LinkTarget } from '../src-core/scenario/link.ts';
export { worldFromListing } from '../src-core/scenario/listing-world.ts';
export { openScenario } from '../src-core/scenario/migrations.ts';
export { narrate, narrateRich } from '../src-core/trace/narrate.ts';
export type { Span } from '../src-core/trace/spans.ts';
export { traceText } from '../src-core/trace/text.ts';
export { contextLetter, lockWords, returnWords } from '../src-core/trace/words.ts';

const contexts = new WeakMap<Run, NarrationContext>();

/** What the sentences of a run are told with. */
export function tellingOf(run: Run): NarrationContext {
  let context = contexts.get(run);
  if (context === undefined) contexts.set(run, (context = narrationContext(run)));
  return context;
}

/** A run without steps, for tables that can only be looked at. */
export function lookOnly(scenario: Scenario, world: World): Run {
  return {
    scenario,
    revision: scenario.revision,
    world,
    steps: [],
    results: scenario.contexts.map(() => ({ rets: [] })),
    folded: false,
    cutAt: undefined,
    stackAt: () => [],
    playback: () => new Playback(world.memory, new Journal()),
  };
}

/** The newest revision that can be run. */
export const NEWEST = REVISIONS.at(-1)?.id ?? 'v7.3';

/** What every scenario begins with. */
export const SCENARIO_HEADER = { format: SCENARIO_FORMAT, version: SCENARIO_VERSION } as const;
