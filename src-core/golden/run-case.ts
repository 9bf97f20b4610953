import type { Result } from '../base/result.ts';
import { describeProblem, ok, problem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';
import { arm64Geometry } from '../arch/arm64/geometry.ts';
import { upperHalf } from '../arch/geometry.ts';
import { expandListing, listTables, loadListing } from '../memory/listing.ts';
import { PhysicalMemory } from '../memory/physical.ts';
import type { VmaFlag } from '../step/vma.ts';
import type { Mm } from '../mm/mm.ts';
import type { Run } from '../scenario/run.ts';
import { CALL_NAMES } from '../scenario/calls.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { checkShape } from '../scenario/schema.ts';
import type { World } from '../scenario/world.ts';
import { callOf, functionOf } from './golden-call.ts';
import type { GoldenCase, GoldenEvent, GoldenScenario } from './case.ts';
import { expandEvents, projectStep } from './project.ts';

/** The world a golden scenario starts from. */
export function goldenWorld(name: string, scenario: GoldenScenario): Result<World> {
  const geo = arm64Geometry(scenario.geo.pageShift, scenario.geo.vaBits);
  if (!geo.ok) return geo;
  const memory = new PhysicalMemory();
  const mms: Mm[] = scenario.mms.map((m) => ({
    name: m.name,
    pgd: U64.hex(m.root).toNumber(),
    base: m.name === 'init_mm' ? upperHalf(geo.value) : U64.ZERO,
  }));
  loadListing(
    memory,
    geo.value,
    mms.map((m) => ({ mm: m.name, pgd: m.pgd, base: m.base })),
    scenario.tables,
  );
  const vmas = scenario.vmas.map((vma, id) => ({
    id,
    start: U64.hex(vma.start),
    end: U64.hex(vma.end),
    flags: vma.flags.filter((flag): flag is VmaFlag => flag === 'PFNMAP'),
  }));
  const { kfStart, kfEnd, physOffset, online, ...flags } = scenario.cfg;
  return ok({
    name,
    geo: geo.value,
    memory,
    mms,
    vmas,
    vmAreas: scenario.vmAreas.map(({ addr, size, flags: areaFlags, pages: [first, step, count] }) => ({
      addr: U64.hex(addr),
      size: U64.hex(size),
      flags: areaFlags,
      pages: Array.from({ length: count }, (_, i) => U64.hex(first).plus(i * U64.hex(step).toNumber())),
    })),
    config: {
      ...flags,
      onlineCpus: online,
      kfenceStart: U64.hex(kfStart),
      kfenceEnd: U64.hex(kfEnd),
      physOffset: U64.hex(physOffset),
    },
    allocation: { base: U64.hex(scenario.allocBase).toNumber(), failAt: scenario.allocFailAt },
    markers: [],
    notes: [],
  });
}

/** Runs the case's operation on our engine, unfolded. */
export function runGolden(c: GoldenCase): Result<Run> {
  const { op, mms, cbs, rules } = c.scenario;
  const fn = functionOf(op);
  if (!CALL_NAMES.some((name) => name === fn)) return problem('op.fn', `${op.fn} is not supported yet`);
  const scenario = checkShape({
    format: 'pagewalk/scenario',
    version: 1,
    title: c.id,
    revision: `v${c.kernel}`,
    // The tables come in as a world; the scenario only needs a name for them.
    memory: { capture: 'golden' },
    contexts: [
      {
        cpu: 0,
        holds: mms.filter((m) => m.lock !== 'none').map((m) => ({ name: `mmap:${m.name}`, mode: m.lock })),
        calls: [callOf(op, cbs, rules)],
      },
    ],
  });
  if (!scenario.ok) return scenario;
  const world = goldenWorld(c.id, c.scenario);
  return world.ok ? runScenario(scenario.value, world.value, { fold: 'never' }) : world;
}

/** Runs a case and compares as golden/FORMAT.md §7 says. Undefined if equal, else the first difference. */
export function checkGolden(c: GoldenCase): string | undefined {
  const run = runGolden(c);
  if (!run.ok) return describeProblem(run.error);
  const { steps, results, world } = run.value;

  const ours = steps.map(projectStep).filter((e) => e !== undefined);
  const events = firstDifference(expandEvents(c.events, world.geo.pageShift), ours);
  if (events !== undefined) return events;

  const ret = results[0]?.rets[0] ?? null;
  if (ret !== c.ret) return `returns ${ret}, the kernel ${c.ret}`;

  const playback = run.value.playback();
  playback.seek(steps.length);
  const roots = world.mms.map((m) => ({ mm: m.name, pgd: m.pgd, base: m.base }));
  const listed = listTables(playback.memory, world.geo, roots);
  const listedThere = c.final === 'same' ? c.scenario.tables : c.final;
  // Both cut runs greedily, so equal listings are mostly equal texts; only where they are not does each entry count.
  if (JSON.stringify(listed) === JSON.stringify(listedThere)) return undefined;
  const final = expandListing(world.geo, listed);
  const wanted = expandListing(world.geo, listedThere);
  for (let i = 0; i < Math.max(final.length, wanted.length); i++) {
    if (final[i] !== wanted[i])
      return `final tables, entry ${i}: ${final[i] ?? 'nothing'}, the kernel ${wanted[i] ?? 'nothing'}`;
  }
  return undefined;
}

function firstDifference(wanted: readonly GoldenEvent[], ours: readonly GoldenEvent[]): string | undefined {
  for (let i = 0; i < Math.max(wanted.length, ours.length); i++) {
    const [w, o] = [wanted[i], ours[i]];
    if (w === undefined || o === undefined || !sameEvent(w, o)) {
      return `event ${i}: ${o === undefined ? 'nothing' : canonical(o)}, the kernel ${w === undefined ? 'nothing' : canonical(w)}`;
    }
  }
  return undefined;
}

/** The same fields with the same values, which are texts, numbers, booleans or null. */
function sameEvent(a: GoldenEvent, b: GoldenEvent): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  );
}

/** One text for one event, whatever the order of its fields. */
function canonical(event: GoldenEvent): string {
  return JSON.stringify(Object.fromEntries(Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1))));
}
