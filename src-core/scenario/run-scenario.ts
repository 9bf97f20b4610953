import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';
import { upperHalf } from '../arch/geometry.ts';
import type { Kernel, KernelConfig } from '../kernel/kernel.ts';
import type { CallPlan, Frame } from '../machine/context.ts';
import { ptlockConfig } from '../kernel/include/asm-generic/pgalloc.ts';
import { Machine, sourceLine } from '../machine/machine.ts';
import { allocatesLocks } from '../mm/ptlock.ts';
import { Recorder } from '../machine/recorder.ts';
import { Journal, Playback } from '../memory/journal.ts';
import type { Revision } from '../revision/revisions.ts';
import { findRevision, REVISIONS } from '../revision/revisions.ts';
import { callExists, planCall } from './calls.ts';
import { areasOverCapture } from './listing-areas.ts';
import type { Mutation } from './mutation.ts';
import { mutatedCall } from './mutation.ts';
import type { FrameView, Run, RunOptions } from './run.ts';
import { parseSchedule } from './schedule.ts';
import type { MmName } from '../mm/mm.ts';
import type { Scenario, ScenarioCall } from './schema.ts';
import { isVmaWalk } from './schema.ts';
import type { World } from './world.ts';
import { kernelConfig } from './config.ts';

/** Above this many steps, `auto` folds runs of loads too. */
const FOLD_ABOVE = 20_000;
const MAX_STEPS = 200_000;

/** Turns from one pause to the next: a few hundred microseconds, unless turns store runs. */
const TURNS = 64;

/**
 * Runs a scenario to its end and keeps every step. The same scenario, revision and schedule give the same run, always.
 * Problems are those of the input: an unknown revision, a function the revision does not have, a schedule that does not fit.
 */
export function runScenario(scenario: Scenario, world: World, options: RunOptions = {}): Result<Run> {
  const running = runInSlices(scenario, world, options);
  let next = running.next();
  while (next.done !== true) next = running.next();
  return next.value;
}

/**
 * `runScenario` with pauses, for who has other things to do meanwhile: each yields the number of steps so far. To stop early,
 * don't ask on.
 */
export function* runInSlices(
  scenario: Scenario,
  world: World,
  options: RunOptions = {},
): Generator<number, Result<Run>, void> {
  const id = options.revision ?? scenario.revision;
  const known = findRevision(id);
  if (known === undefined)
    return problem(
      'revision',
      `there is no revision ${id}; there are ${REVISIONS.map((r) => r.id).join(', ')}`,
    );
  const { mutation } = options;
  const revision = mutation?.rules === undefined ? known : { ...known, rules: mutation.rules(known.rules) };
  if (world.geo.arch !== 'arm64')
    return problem(
      'memory',
      `walks of ${world.geo.arch} tables can't be run yet; ${world.name} can be looked at`,
    );
  for (const [c, context] of scenario.contexts.entries()) {
    const locks = [...(context.holds ?? []), ...context.calls.flatMap((call) => call.locks ?? [])];
    const missing = locks.find(({ name }) => noSuchVma(name, world));
    if (missing !== undefined)
      return problem(
        `contexts[${c}]`,
        `${missing.name} is the lock of a VMA that ${world.name} does not have`,
      );
    for (const [i, call] of context.calls.entries()) {
      const path = `contexts[${c}].calls[${i}]`;
      if (!callExists(call.fn, revision.rules))
        return problem(`${path}.fn`, `${call.fn} does not exist in ${id}`);
      for (const mm of mmsOf(call)) {
        if (!world.mms.some((m) => m.name === mm)) {
          return problem(path, `${world.name} has no ${mm}`);
        }
      }
      if (call.fn === 'access' && U64.hex(call.addr).lt(upperHalf(world.geo)))
        return problem(`${path}.addr`, 'lies in the lower half: accesses are of the kernel’s own half');
      if ('vma' in call && world.vmas?.[call.vma] === undefined) {
        return problem(
          `${path}.vma`,
          `${world.name} has ${world.vmas?.length ?? 0} VMAs, numbered from 0; there is no ${call.vma}`,
        );
      }
    }
  }
  const choices = parseSchedule(options.schedule ?? '', scenario.contexts.length);
  if (!choices.ok) return choices;
  const max = options.maxSteps ?? MAX_STEPS;
  const fold = options.fold ?? 'auto';
  if (fold !== 'auto')
    return yield* record(
      scenario,
      world,
      revision,
      choices.value,
      fold === 'always' ? 'all' : 'none',
      max,
      mutation,
    );
  // The filling of a new table is one line; its single stores are there for who asks for them.
  const first = yield* record(
    scenario,
    world,
    revision,
    choices.value,
    'stores',
    Math.min(max, FOLD_ABOVE),
    mutation,
  );
  if (!first.ok || first.value.cutAt === undefined) return first;
  return yield* record(scenario, world, revision, choices.value, 'all', max, mutation);
}

function noSuchVma(lock: string, world: World): boolean {
  const number = /^vma:(\d+)$/.exec(lock)?.[1];
  return number !== undefined && world.vmas?.[Number(number)] === undefined;
}

function* record(
  scenario: Scenario,
  world: World,
  revision: Revision,
  schedule: readonly number[],
  fold: 'none' | 'stores' | 'all',
  max: number,
  mutation: Mutation | undefined,
): Generator<number, Result<Run>, void> {
  const recorder = new Recorder(max);
  const journal = new Journal();
  const areas = areasOverCapture(scenario.memory, world);
  if (!areas.ok) return areas;
  const kernel = kernelOf(areas.value, revision, kernelConfig(scenario.config));
  const machine = new Machine({
    geo: world.geo,
    revision: revision.id,
    memory: world.memory.fork(),
    ground: world.memory,
    roots: world.mms.map((m) => m.pgd),
    journal,
    contexts: scenario.contexts.map((c) => ({
      cpu: c.cpu,
      holds: c.holds ?? [],
      ...(c.omit === undefined ? {} : { omit: c.omit }),
      calls: c.calls.map((call) => mutatedPlan(planCall(kernel, call), mutation)),
    })),
    assertions: scenario.assertions ?? 'owner',
    fold,
    recorder,
    vmas: world.vmas ?? [],
    allocation: world.allocation ?? { base: pageAbove(world), failAt: 0 },
    locksApart: allocatesLocks(ptlockConfig(kernel.config)),
  });
  let choice = 0;
  let turns = 0;
  for (let enabled = machine.enabled(); enabled.length > 0 && !recorder.full; enabled = machine.enabled()) {
    let next = enabled[0];
    if (enabled.length > 1) {
      const wanted = schedule[choice];
      if (wanted !== undefined) {
        next = enabled.find((c) => c.id === wanted);
        if (next === undefined)
          return problem(
            'schedule',
            `choice ${choice + 1} is context ${letter(wanted)}, which can't run there`,
          );
      }
      choice++;
    }
    if (next === undefined) break;
    machine.turn(next);
    if (++turns % TURNS === 0) yield recorder.steps.length;
  }
  const cut = machine.contexts.some((c) => c.state === 'ready') && recorder.full;
  return ok({
    scenario,
    revision: revision.id,
    world,
    steps: recorder.steps,
    results: machine.contexts.map((c) => ({ rets: c.rets })),
    folded: recorder.steps.some((s) => 'count' in s),
    cutAt: cut ? Math.min(max, recorder.steps.length) : undefined,
    stackAt: (n) => stackView(recorder.frames[n - 1], revision.id),
    playback: () => new Playback(world.memory, journal),
  });
}

/** The call as it is, or as a mutation wants it. */
function mutatedPlan(plan: CallPlan, mutation: Mutation | undefined): CallPlan {
  const change = mutation?.op;
  return change === undefined ? plan : { ...plan, start: () => mutatedCall(plan.start(), change) };
}

/** A running arm64 server kernel: BBML3, rodata=full, the linear map mapped by blocks. */
const DEFAULT_CONFIG: KernelConfig = {
  bbml3: true,
  capsFinal: true,
  linearReq: true,
  rodataFull: true,
  debugPagealloc: false,
  kfenceDirect: false,
  bti: false,
  useNg: false,
  pageAlloc: true,
  onlineCpus: 4,
  nrCpus: 0,
  kfenceStart: U64.ZERO,
  kfenceEnd: U64.ZERO,
  physOffset: U64.ZERO,
  arch: 'arm64',
  splitPte: true,
  splitPmd: true,
  spinlock: 'plain',
  efiAsKernel: false,
  efiCtor: true,
  asyncFree: false,
  ctorHook: 'none',
};

/** The first page above every table of the world: where new tables come from unless it says otherwise. */
function pageAbove(world: World): number {
  const page = 2 ** world.geo.pageShift;
  let highest = 0;
  for (const table of world.memory.pages()) highest = Math.max(highest, table.pa);
  return (Math.floor(highest / page) + 1) * page;
}

/** The mms a call needs. */
function mmsOf(call: ScenarioCall): MmName[] {
  const own: MmName =
    isVmaWalk(call) || call.fn === 'retract_page_tables' ? 'user' : 'mm' in call ? call.mm : 'init_mm';
  return 'pgd' in call && call.pgd !== undefined && call.pgd !== null ? [own, call.pgd] : [own];
}

/** The kernel a world boots at a revision; `config` overrides what the world says of its boot. */
export function kernelOf(world: World, revision: Revision, config: Partial<KernelConfig> = {}): Kernel {
  return {
    geo: world.geo,
    rules: revision.rules,
    config: { ...DEFAULT_CONFIG, ...world.config, ...config },
    findVmArea: (addr) => world.vmAreas?.find((a) => a.addr.le(addr) && addr.lt(a.addr.add(a.size))),
    mm: (name) => {
      const mm = world.mms.find((m) => m.name === name);
      if (mm === undefined) throw new Error(`[engine bug] ${world.name} has no ${name}`);
      return mm;
    },
    vma: (id) => {
      const vma = world.vmas?.[id];
      if (vma === undefined) throw new Error(`[engine bug] ${world.name} has no VMA ${id}`);
      return vma;
    },
    vmasOf: (file) =>
      (world.vmas ?? [])
        .filter((vma) => vma.file === file)
        .sort((a, b) => (a.pgoff ?? 0) - (b.pgoff ?? 0) || a.id - b.id),
  };
}

function stackView(innermost: Frame | undefined, revision: string): FrameView[] {
  const frames: FrameView[] = [];
  for (let f = innermost; f !== undefined; f = f.caller)
    frames.push({ fn: f.fn.name, at: sourceLine(f.fn, revision) });
  return frames;
}

function letter(ctx: number): string {
  return String.fromCharCode(97 + ctx);
}
