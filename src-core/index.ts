/**
 * The one door to the engine: the page, workers, the terminal and tests import nothing deeper.
 */
export { U64 } from './base/u64.ts';
export type { Problem, Result } from './base/result.ts';
export { describeProblem } from './base/result.ts';

export type { Folding, Geometry, Level, LevelName } from './arch/geometry.ts';
export { hwEntries, hwIndex, hwShift, LEVEL_NAMES, levelName, slotVa, upperHalf } from './arch/geometry.ts';
export { arm64Geometry, ARM64_GEOMETRIES, parseArm64Geometry } from './arch/arm64/geometry.ts';
export type { EntryFormat, EntryKind, Field, Permission } from './arch/format.ts';

export type { Step, StepBase, StepEvent, StepKind } from './step/step.ts';
export type { WaitEdge } from './step/wait-edge.ts';

export type { Revision, RevisionKind } from './revision/revisions.ts';
export { findRevision, REVISIONS } from './revision/revisions.ts';

export { TablePage } from './memory/page.ts';
export { PhysicalMemory } from './memory/physical.ts';
export { Playback } from './memory/playback.ts';
export type { ListingRoot, ListingRow } from './memory/listing.ts';
export { listTables } from './memory/listing.ts';

export type { Mm, MmName } from './mm/mm.ts';

export type { CallName } from './scenario/calls.ts';
export { CALL_NAMES, callExists, walkLockName } from './scenario/calls.ts';
export { callsLoaded, loadCalls } from './scenario/calls-bound.ts';
export type { RecordedCall } from './golden/recorded-calls.ts';
export { RECORDED_CALLS, recordedAt } from './golden/recorded-calls.ts';
export type { Choice, Run, RunOptions, FrameView, ContextResult, Wait } from './scenario/run.ts';
export type { Blocked } from './machine/blocked.ts';
export { runInSlices, runScenario } from './scenario/run-scenario.ts';
export type {
  Scenario,
  ScenarioCall,
  ScenarioContext,
  ScenarioMemory,
  ScenarioOps,
  ScenarioRule,
} from './scenario/schema.ts';
export { SCENARIO_FORMAT, SCENARIO_VERSION } from './scenario/format.ts';
export { formatSchedule, parseSchedule } from './scenario/schedule.ts';
export type { Marker, World } from './scenario/world.ts';

export type { EntryClass } from './scene/entry-class.ts';
export { EntryClasses, entryClasses } from './scene/entry-class.ts';
export type { EntryRun, TableContents } from './scene/runs.ts';
export { runAt, sameRuns, tableContents, tableRuns } from './scene/runs.ts';
export type { TableNode, TableTree } from './scene/tables.ts';
export { countTables, tableTree } from './scene/tables.ts';
export type { FocusLevel, FocusTable } from './scene/focus.ts';
export { focusLevels, focusOfSlot, focusTables } from './scene/focus.ts';
export type { FoldedRow } from './scene/fold.ts';
export { foldRows } from './scene/fold.ts';
export { describeEntry, formatOf, permissionWords } from './arch/formats.ts';

export type { Capture, PtdumpMarker } from './import/capture.ts';
export { importCapture } from './import/capture.ts';
export { captureFromPtdump } from './import/rebuild.ts';
export type { PtdumpTexts } from './import/rebuild.ts';
export { captureOf } from './import/capture-of.ts';
export { builtinMeta } from './import/builtin-meta.ts';
export type { CaptureMeta } from './import/meta.ts';
export { parseMeta } from './import/meta.ts';
export type { CapturedMm, TableFile, TableRecord } from './import/tables.ts';
export { isTables } from './import/tables.ts';
export type { CaptureStats, LevelStats } from './import/stats.ts';
export { STATS_KEYS } from './import/stats.ts';
export { ptdumpText } from './import/ptdump.ts';
export type { PtdumpDump, PtdumpFormat, PtdumpRange } from './import/ptdump-text.ts';
export { looksLikePtdump, parsePtdump } from './import/ptdump-text.ts';
export type { Area, AreaRow } from './import/report.ts';
export { areasOf } from './import/report.ts';
export type { CaptureDiff, EntryChange, LoneTable } from './import/diff.ts';
export { diffCaptures } from './import/diff.ts';
export type { BuiltinCapture } from './import/builtin.ts';
export { BUILTIN_CAPTURES, builtinCapture } from './import/builtin.ts';
export { gunzip, isGzip } from './import/gunzip.ts';
export { x86Geometry } from './arch/x86/geometry.ts';

export type { Link, LinkFault, LinkOptions, LinkProblem, LinkTarget } from './scenario/link.ts';
export { decodeLink, encodeLink, LINK_MAX_CHARS, linkReach } from './scenario/link.ts';
export type { LibraryEntry } from './scenario/library-entry.ts';
export { CHAPTERS } from './scenario/library-entry.ts';
export { FIRST_CHAPTER } from './scenario/library-first.ts';
export { findLibraryEntry, LIBRARY } from './scenario/library.ts';
export { loadLibrary } from './scenario/load-library.ts';
export { openScenario } from './scenario/migrations.ts';
export { parseJson } from './scenario/check-json.ts';
export { formatJson } from './scenario/check-json-format.ts';
export { nearest } from './scenario/check-nearest.ts';
export type { ListingMemory } from './scenario/listing-world.ts';
export { worldFromListing } from './scenario/listing-world.ts';
export { loadListingWorld } from './scenario/load-listing-world.ts';
export type { JsonSchema } from './scenario/schema-json.ts';
export { SCENARIO_SCHEMA_PATH, scenarioJsonSchema } from './scenario/schema-json.ts';
export { traceText } from './trace/text.ts';

export { encodeFields } from './arch/layout.ts';
export type { FieldChange, FieldDiff } from './arch/diff-fields.ts';
export { diffFields } from './arch/diff-fields.ts';
export type { KernelProtections, ProtOptions } from './arch/arm64/prot.ts';
export { efiProtections, kernelProtections, TABLE_PROTECTIONS, userProtections } from './arch/arm64/prot.ts';
export type { NarrationContext } from './trace/context.ts';
export { narrationContext } from './trace/context.ts';
export { narrate, narrateRich } from './trace/narrate.ts';
export type { Span } from './trace/spans.ts';
export { blockedWords } from './trace/blocked-words.ts';
export { costWords, resultWords } from './trace/cost-words.ts';
export { deadlockEdgeWords } from './trace/deadlock-words.ts';
export type { PointerRead } from './trace/pointers.ts';
export { culprit, pointerReads } from './trace/pointers.ts';
export { contextLetter, errnoName, lockWords, returnWords } from './trace/words.ts';
export type { TextOptions, TraceSource } from './trace/text.ts';
export type { ParsedTrace } from './trace/text-parse.ts';
export { parseTraceText } from './trace/text-parse.ts';
export type { Difference, Projection } from './trace/diff.ts';
export { firstDifference, projectEvent, projectStep } from './trace/diff.ts';
export type { AlignedStep } from './trace/align.ts';
export { alignSteps, isSame } from './trace/align.ts';
export { traceJson, traceMarkdown } from './trace/export.ts';

export { ok, problem } from './base/result.ts';
export { Journal } from './memory/journal.ts';
export type { AccessStep, AssertStep, LoadStep, SetStep } from './step/step.ts';

export type { Change } from './tlb/change.ts';
export type { CpuBarriers, StaleMark, StaleRange } from './tlb/timeline.ts';
export { TlbTimeline } from './tlb/timeline.ts';
export { callStart } from './scenario/call-start.ts';
export { kernelConfig, scenarioConfig } from './scenario/config.ts';
export type { ScenarioConfig } from './scenario/schema.ts';
export { storedAt } from './step/store-run.ts';

export type { BreakIt, Look, Question, Stop, Walkthrough } from './scenario/walkthrough.ts';
export type { Find, StepPattern } from './scenario/walkthrough-find.ts';
export { loadWalkthroughs } from './scenario/load-walkthroughs.ts';

export type { CallPlace, LevelCount, RunSummary } from './scene/run-summary.ts';
export { summarizeRun } from './scene/run-summary.ts';
export type { ArgumentDescription, ArgumentKind, CallDescription } from './scenario/describe-call.ts';
export { describeCall } from './scenario/describe-call.ts';
export type { CallRange, SuggestedCall } from './scenario/calls-on.ts';
export { callsOn, scenarioCalling } from './scenario/calls-on.ts';
export { refusal } from './scenario/refusal.ts';
export { PROCESS } from './scenario/library/worlds.ts';

export type {
  GuardTally,
  Ledger,
  LedgerRow,
  LedgerTotals,
  TableGuard,
  TableLife,
  TableState,
} from './mm/ledger.ts';
export { TableLedger } from './mm/ledger.ts';
export type { LedgerFault, LedgerFaultKind } from './mm/ledger-faults.ts';
export { ledgerAt, tableLedger } from './scenario/run-ledger.ts';
export type { Allocator, Arch, TableSource } from './mm/allocators.ts';
export { ALLOCATORS, ARCHES, findAllocator } from './mm/allocators.ts';
export type { FreePath, FreedTable } from './mm/free-paths.ts';
export { FREE_PATHS, findFreePath } from './mm/free-paths.ts';
export type { AllocEffect, CtorEffect, CtorWhatIf, PtlockState } from './mm/ptdesc.ts';
export { allocEffect, effectLetters } from './mm/ptdesc.ts';
export type { PtlockConfig, SpinlockKind } from './mm/ptlock.ts';
export { allocatesLocks, PLAIN_PTLOCKS, SPINLOCK_KINDS, spinlockSize } from './mm/ptlock.ts';
export type { TableCount } from './mm/table-count.ts';
export { rootBytes, tablesToMap } from './mm/table-count.ts';
export type { CtorRules } from './revision/ctor-rules.ts';
export { ctorChanges } from './revision/ctor-changes.ts';
export type { EfiLog, EfiLogRegion } from './import/efi-log.ts';
export { parseEfiLog } from './import/efi-log.ts';

// Searching all interleavings.
export type { Prepared } from './scenario/prepare.ts';
export { prepareScenario } from './scenario/prepare.ts';
export type { SearchOptions, SearchProgress } from './search/search.ts';
export { searchScenario } from './search/search.ts';
export { raceLanes, raceReport } from './search/report.ts';
export { packWorld, unpackWorld } from './scenario/pack-world.ts';
export type { PackedWorld } from './scenario/pack-world.ts';
export { mergeVerdicts } from './search/merge.ts';
export type { BoundedPhase, Finding, FindingKind, Verdict, Witness } from './search/verdict.ts';
export { verdictDetails, verdictLine } from './search/words.ts';
