import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';
import { upperHalf } from '../arch/geometry.ts';
import type { Kernel, KernelConfig } from '../kernel/kernel.ts';
import { ptlockConfig } from '../kernel/include/asm-generic/pgalloc.ts';
import type { CallPlan } from '../machine/context.ts';
import type { MachineOptions } from '../machine/options.ts';
import { Machine } from '../machine/machine.ts';
import type { AllocationPlan } from '../machine/tables.ts';
import { findAllocator } from '../mm/allocators.ts';
import { allocatesLocks } from '../mm/ptlock.ts';
import type { MmName } from '../mm/mm.ts';
import type { Revision } from '../revision/revisions.ts';
import { findRevision, REVISIONS } from '../revision/revisions.ts';
import { callExists, planCall } from './calls.ts';
import { startSplit } from './calls-bound.ts';
import { deposits, isUserCall } from './calls-user-names.ts';
import { kernelConfig } from './config.ts';
import { areasOverCapture } from './listing-areas.ts';
import type { Mutation } from './mutation.ts';
import { mutatedCall } from './mutation.ts';
import type { RunOptions } from './run.ts';
import type { Scenario, ScenarioCall } from './schema.ts';
import { isVmaWalk } from './vma-walks.ts';
import type { World } from './world.ts';

/** How one machine of a scenario differs from another. */
export type MachineKind = Pick<MachineOptions, 'recorder' | 'journal' | 'fold' | 'foldPrivate' | 'observer'>;

/** A scenario that can run, on its tables, at a revision. */
export interface Prepared {
  readonly scenario: Scenario;
  readonly world: World;
  readonly revision: Revision;
  /** As they were given: what else runs the same thing. */
  readonly options: Pick<RunOptions, 'revision' | 'mutation'>;
  /** A machine before its first step. Each has its own memory. */
  machine(kind: MachineKind): Machine;
}

/** Checks what only the world and the revision can tell, and binds the calls to kernel functions. */
export function prepareScenario(
  scenario: Scenario,
  world: World,
  options: Pick<RunOptions, 'revision' | 'mutation'> = {},
): Result<Prepared> {
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
      if (!efiCallBegun(context.calls.slice(0, i + 1)))
        return problem(
          path,
          'ends a call of the firmware that has not begun: arch_efi_call_virt_setup comes first',
        );
      if (!callExists(call.fn, revision.rules))
        return problem(`${path}.fn`, `${call.fn} does not exist in ${id}`);
      for (const mm of mmsOf(call)) {
        if (!world.mms.some((m) => m.name === mm)) {
          return problem(path, `${world.name} has no ${mm}`);
        }
      }
      if (call.fn === 'access' && U64.hex(call.addr).lt(upperHalf(world.geo)))
        return problem(`${path}.addr`, 'lies in the lower half: accesses are of the kernel’s own half');
      const life = call.fn === 'table_life' ? checkTableLife(call, scenario, path) : ok(undefined);
      if (!life.ok) return life;
      if ('vma' in call && world.vmas?.[call.vma] === undefined) {
        return problem(
          `${path}.vma`,
          `${world.name} has ${world.vmas?.length ?? 0} VMAs, numbered from 0; there is no ${call.vma}`,
        );
      }
    }
  }
  const areas = areasOverCapture(scenario.memory, world);
  if (!areas.ok) return areas;
  const made = areasMade(scenario, areas.value);
  if (!made.ok) return made;
  const booted = kernelOf(areas.value, revision, kernelConfig(scenario.config));
  const anySplits = scenario.contexts.some((c) => c.calls.some(deposits));
  const areasChange = made.value.length > 0 || scenario.contexts.some((c) => c.calls.some(freesArea));
  const kernel: Kernel = { ...booted, areasChange, ...(anySplits ? { splitAnon: startSplit } : {}) };
  const allocation = allocationPlan(scenario, world);
  return ok({
    scenario,
    world,
    revision,
    options,
    machine: (kind) =>
      new Machine({
        ...kind,
        geo: world.geo,
        revision: revision.id,
        memory: world.memory.fork(),
        ground: world.memory,
        roots: world.mms.map((m) => m.pgd),
        contexts: scenario.contexts.map((c) => ({
          cpu: c.cpu,
          ...(c.kind === undefined ? {} : { kind: c.kind }),
          holds: c.holds ?? [],
          ...(c.omit === undefined ? {} : { omit: c.omit }),
          calls: c.calls.map((call) => mutatedPlan(planCall(kernel, call), mutation)),
        })),
        assertions: scenario.assertions ?? 'owner',
        vmas: world.vmas ?? [],
        userPgd: world.mms.find((m) => m.name === 'user')?.pgd,
        queuedWriters: kernel.config.queuedWriters,
        locksApart: allocatesLocks(ptlockConfig(kernel.config)),
        absentAreas: made.value,
        allocation,
      }),
  });
}

/** Has every call of the firmware that these end been begun by one of them? What is held meanwhile is given back only then. */
function efiCallBegun(calls: readonly ScenarioCall[]): boolean {
  const count = (fn: ScenarioCall['fn']): number => calls.filter((call) => call.fn === fn).length;
  return count('arch_efi_call_virt_teardown') <= count('arch_efi_call_virt_setup');
}

/** Where areas start that are not there before the scenario's own calls make them. */
function areasMade(scenario: Scenario, world: World): Result<readonly U64[]> {
  const made: U64[] = [];
  for (const [c, { calls }] of scenario.contexts.entries())
    for (const [i, call] of calls.entries()) {
      if (call.fn !== 'vmalloc') continue;
      const addr = U64.hex(call.addr);
      if (world.vmAreas?.some((area) => area.addr.eq(addr)) !== true)
        return problem(
          `contexts[${c}].calls[${i}].addr`,
          'is where no vmalloc area of memory.vmAreas starts; one that is to be made is listed there, with its pages',
        );
      made.push(addr);
    }
  return ok(made);
}

function freesArea(call: ScenarioCall): boolean {
  return call.fn === 'vfree';
}

/** An allocator belongs to architectures, and makes tables of some levels only. */
function checkTableLife(
  call: Extract<ScenarioCall, { fn: 'table_life' }>,
  { config }: Scenario,
  path: string,
): Result<undefined> {
  const arch = config?.arch ?? 'arm64';
  const allocator = findAllocator(call.allocator, arch);
  if (allocator === undefined) return problem(`${path}.allocator`, `${arch} has no ${call.allocator}`);
  if (!allocator.levels.includes(call.level))
    return problem(`${path}.level`, `${call.allocator} makes tables of level ${allocator.levels.join(', ')}`);
  return ok(undefined);
}

function noSuchVma(lock: string, world: World): boolean {
  const number = /^vma:(\d+)$/.exec(lock)?.[1];
  return number !== undefined && world.vmas?.[Number(number)] === undefined;
}

/** The call as it is, or as a mutation wants it. */
function mutatedPlan(plan: CallPlan, mutation: Mutation | undefined): CallPlan {
  const change = mutation?.op;
  return change === undefined ? plan : { ...plan, start: () => mutatedCall(plan.start(), change) };
}

/** A running arm64 server kernel: BBML3, rodata=full, the linear map mapped by blocks. */
const DEFAULT_CONFIG: KernelConfig = {
  arch: 'arm64',
  splitPte: true,
  splitPmd: true,
  spinlock: 'plain',
  efiAsKernel: false,
  efiCtor: true,
  asyncFree: false,
  queuedWriters: false,
  ctorHook: 'none',
  highPte: false,
  bbml3: true,
  capsFinal: true,
  linearReq: true,
  rodataFull: true,
  debugPagealloc: false,
  kfenceDirect: false,
  realm: false,
  ptdumpDebugfs: false,
  bti: false,
  useNg: false,
  pageAlloc: true,
  onlineCpus: 4,
  nrCpus: 0,
  debugVm: false,
  zeroPage: U64.ZERO,
  kfenceStart: U64.ZERO,
  kfenceEnd: U64.ZERO,
  physOffset: U64.ZERO,
};

/** Where tables come from, and which allocation of whom fails. */
function allocationPlan({ contexts }: Scenario, world: World): AllocationPlan {
  const own = world.allocation ?? { base: pageAbove(world), failAt: 0 };
  if (contexts.every((c) => c.failAllocation === undefined)) return own;
  return {
    base: own.base,
    failAt: contexts.map(
      (c, i) =>
        c.failAllocation?.table ?? (typeof own.failAt === 'number' ? own.failAt : (own.failAt[i] ?? 0)),
    ),
    lockFailAt: contexts.map((c) => c.failAllocation?.lock ?? 0),
  };
}

/** The first page above every table of the world: where new tables come from unless it says otherwise. */
function pageAbove(world: World): number {
  const page = 2 ** world.geo.pageShift;
  let highest = 0;
  for (const table of world.memory.pages()) highest = Math.max(highest, table.pa);
  return (Math.floor(highest / page) + 1) * page;
}

/** The mms a call needs. */
function mmsOf(call: ScenarioCall): MmName[] {
  if (call.fn.startsWith('efi_virtmap_') || call.fn.startsWith('arch_efi_')) return ['efi_mm'];
  if (call.fn === 'table_life') return call.mm === null || call.virt === undefined ? ['init_mm'] : [call.mm];
  const own: MmName =
    isVmaWalk(call) || isUserCall(call) || call.fn === 'retract_page_tables'
      ? 'user'
      : 'mm' in call
        ? call.mm
        : 'init_mm';
  return 'pgd' in call && call.pgd !== undefined && call.pgd !== null ? [own, call.pgd] : [own];
}

/** The kernel a world boots at a revision; `config` overrides what the world says of its boot. */
export function kernelOf(world: World, revision: Revision, config: Partial<KernelConfig> = {}): Kernel {
  return {
    geo: world.geo,
    rules: revision.rules,
    config: { ...DEFAULT_CONFIG, ...world.config, ...config },
    findVmArea: (addr) => world.vmAreas?.find((a) => a.addr.le(addr) && addr.lt(a.addr.add(a.size))),
    pinned: (start, size) =>
      (world.vmAreas ?? []).some((a) => a.pages.some((pa) => start.le(pa) && pa.lt(start.add(size)))),
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
    fileAt: (addr) => world.vmas?.find((vma) => vma.start.le(addr) && addr.lt(vma.end))?.file,
  };
}
