import { formatOf, hwShift, storedAt, U64 } from '../engine.ts';
import type {
  EntryKind,
  LoadStep,
  PhysicalMemory,
  Playback,
  Run,
  SetStep,
  Step,
  StepBase,
  World,
} from '../engine.ts';
import type { SlotChange, SlotComing, SlotMap, SlotRef } from '../map/types.ts';
import { countUpTo, runIndex } from './runIndex.ts';
import { baseOf } from './tables.ts';

const playbacks = new WeakMap<Run, Playback>();
/** For looks at other steps than the cursor's, so that the map's pages stay as they are. */
const peeks = new WeakMap<Run, Playback>();

/** The tables as they were after step `cursor`. One memory a run, moved to and fro: read it before the next call. */
export function memoryAt(run: Run, cursor: number): PhysicalMemory {
  return sought(playbacks, run, cursor);
}

function sought(of: WeakMap<Run, Playback>, run: Run, step: number): PhysicalMemory {
  let playback = of.get(run);
  if (playback === undefined) of.set(run, (playback = run.playback()));
  playback.seek(step);
  return playback.memory;
}

/** Step `n`, or undefined for 0. */
export function stepAt(run: Run, n: number): Step | undefined {
  return n < 1 ? undefined : run.steps[n - 1];
}

/** A step that reads or writes an entry. */
export type SlotStep = StepBase & (LoadStep | SetStep);

export function isSlotStep(step: Step | undefined): step is SlotStep {
  return step?.ev === 'load' || step?.ev === 'set';
}

/** The last step at or before `cursor` in which the context that runs there touched an entry, within the same call. */
export function lastSlotStep(run: Run, cursor: number): SlotStep | undefined {
  return lastOf(run, cursor, isSlotStep);
}

/** The same, but for loads whose value is ignored: those of a folded level may be of an entry beside the walk's path. */
export function lastWalkStep(run: Run, cursor: number): SlotStep | undefined {
  return lastOf(run, cursor, (step) => isSlotStep(step) && !(step.ev === 'load' && step.dead));
}

function lastOf(run: Run, cursor: number, wanted: (step: Step | undefined) => boolean): SlotStep | undefined {
  const at = stepAt(run, cursor);
  if (at === undefined) return undefined;
  const own = runIndex(run).byContext.get(at.ctx);
  if (own === undefined) return undefined;
  for (let i = countUpTo(own, cursor) - 1; i >= 0; i--) {
    const step = stepAt(run, own[i] ?? 0);
    if (isSlotStep(step) && wanted(step)) return step;
    if (step?.ev === 'call') return undefined;
  }
  return undefined;
}

export function entryOf(step: SlotStep): SlotRef {
  return { table: Number(step.table), idx: step.idx };
}

/** The last step at or before `cursor` that wrote this entry. */
export function lastWrite(run: Run, cursor: number, ref: SlotRef): (StepBase & SetStep) | undefined {
  const { writes } = runIndex(run);
  for (let i = countUpTo(writes, cursor) - 1; i >= 0; i--) {
    const step = stepAt(run, writes[i] ?? 0);
    if (step?.ev !== 'set' || Number(step.table) !== ref.table) continue;
    if (ref.idx >= step.idx && ref.idx < step.idx + (step.count ?? 1)) return step;
  }
  return undefined;
}

/** Entries written at or before `cursor`: by table, then index, the last write. */
export function changedUpTo(run: Run, cursor: number): SlotMap<SlotChange> {
  const { writes } = runIndex(run);
  const changed = new Map<number, Map<number, SlotChange>>();
  for (let i = 0; i < countUpTo(writes, cursor); i++) {
    const step = stepAt(run, writes[i] ?? 0);
    if (step?.ev !== 'set') continue;
    const slots = slotsOf(changed, Number(step.table));
    for (let k = 0; k < (step.count ?? 1); k++)
      slots.set(step.idx + k, { ...storedAt(step, k), step: step.n });
  }
  return changed;
}

/** Entries the run will write after `cursor`: by table, then index, the next write. */
export function comingAfter(run: Run, cursor: number): SlotMap<SlotComing> {
  const { writes } = runIndex(run);
  const coming = new Map<number, Map<number, SlotComing>>();
  for (let i = countUpTo(writes, cursor); i < writes.length; i++) {
    const step = stepAt(run, writes[i] ?? 0);
    if (step?.ev !== 'set') continue;
    const slots = slotsOf(coming, Number(step.table));
    for (let k = 0; k < (step.count ?? 1); k++)
      if (!slots.has(step.idx + k)) slots.set(step.idx + k, { new: storedAt(step, k).new, step: step.n });
  }
  return coming;
}

function slotsOf<T>(map: Map<number, Map<number, T>>, table: number): Map<number, T> {
  let slots = map.get(table);
  if (slots === undefined) map.set(table, (slots = new Map()));
  return slots;
}

/** A lock held at a step, and since when. */
export interface Held {
  readonly ctx: number;
  readonly name: string;
  readonly mode: string;
  /** 0: held before the first step. */
  readonly since: number;
}

/** Every lock held after step `cursor`, by any context. */
export function heldAt(run: Run, cursor: number): readonly Held[] {
  const { bars, byContext } = runIndex(run);
  const held: Held[] = [];
  for (const [ctx, own] of byContext) {
    const last = stepAt(run, own[countUpTo(own, cursor) - 1] ?? 0);
    const names =
      last?.held ?? (run.scenario.contexts[ctx]?.holds ?? []).map((lock) => `${lock.name}/${lock.mode}`);
    for (const text of names) {
      const cut = text.lastIndexOf('/');
      const name = cut < 0 ? text : text.slice(0, cut);
      const mode = cut < 0 ? '' : text.slice(cut + 1);
      const bar = bars.findLast((b) => b.ctx === ctx && b.name === name && b.from <= cursor);
      held.push({ ctx, name, mode, since: bar?.from ?? 0 });
    }
  }
  return held;
}

/** The entry with its value before and after the steps so far. */
export interface EntryView {
  readonly ref: SlotRef;
  readonly hw: number;
  readonly mm: string;
  readonly va: U64 | undefined;
  readonly before: U64;
  readonly now: U64;
  readonly kind: EntryKind;
  /** Step that wrote it last, at or before the cursor. */
  readonly written: number | undefined;
}

/** What is known of an entry at `cursor`; undefined where there is no such table or slot. */
export function entryAt(run: Run, world: World, cursor: number, ref: SlotRef): EntryView | undefined {
  const memory = memoryAt(run, cursor);
  const page = memory.page(ref.table);
  if (page === undefined || ref.idx >= page.entries) return undefined;
  const base = baseOf(world, memory, page);
  const now = page.get(ref.idx);
  const write = lastWrite(run, cursor, ref);
  const before = write === undefined ? now : sought(peeks, run, write.n - 1).read(ref.table, ref.idx);
  return {
    ref,
    hw: page.hw,
    mm: page.mm,
    va: base?.add(U64.from(ref.idx).shl(hwShift(world.geo, page.hw))),
    before,
    now,
    kind: formatOf(world.geo).kind(world.geo, page.hw, now),
    written: write?.n,
  };
}
