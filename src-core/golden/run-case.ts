import type { Result } from '../base/result.ts';
import { describeProblem, ok, problem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';
import { arm64Geometry } from '../arch/arm64/geometry.ts';
import { upperHalf } from '../arch/geometry.ts';
import { expandListing, listTables, loadListing } from '../memory/listing.ts';
import { PhysicalMemory } from '../memory/physical.ts';
import type { Mm } from '../mm/mm.ts';
import type { Run } from '../scenario/run.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { checkShape } from '../scenario/schema.ts';
import type { World } from '../scenario/world.ts';
import type { GoldenCase, GoldenEvent, GoldenScenario } from './case.ts';
import { expandEvents, projectStep } from './project.ts';

/** Golden names of the kernel's entry points. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  walk_kernel: 'walk_kernel_page_table_range',
  walk_lockless: 'walk_kernel_page_table_range_lockless',
  walk_debug: 'walk_page_range_debug',
};

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
  return ok({ name, geo: geo.value, memory, mms, markers: [], notes: [] });
}

/** Runs the case's operation on our engine, unfolded. */
export function runGolden(c: GoldenCase): Result<Run> {
  const { op, mms, cbs, rules } = c.scenario;
  const fn = FUNCTIONS[op.fn];
  if (fn === undefined) return problem('op.fn', `${op.fn} is not supported yet`);
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
        calls: [{ ...argumentsOf(op), fn, ops: { callbacks: cbs, rules } }],
      },
    ],
  });
  if (!scenario.ok) return scenario;
  const world = goldenWorld(c.id, c.scenario);
  return world.ok ? runScenario(scenario.value, world.value, { fold: 'never' }) : world;
}

/** The arguments our walks take; race cases carry more. */
function argumentsOf(op: GoldenScenario['op']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(op).filter(([key]) => ['mm', 'pgd', 'start', 'end'].includes(key)),
  );
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
  const final = expandListing(world.geo, listTables(playback.memory, world.geo, roots));
  const wanted = expandListing(world.geo, c.final === 'same' ? c.scenario.tables : c.final);
  for (let i = 0; i < Math.max(final.length, wanted.length); i++) {
    if (final[i] !== wanted[i])
      return `final tables, entry ${i}: ${final[i] ?? 'nothing'}, the kernel ${wanted[i] ?? 'nothing'}`;
  }
  return undefined;
}

function firstDifference(wanted: readonly GoldenEvent[], ours: readonly GoldenEvent[]): string | undefined {
  for (let i = 0; i < Math.max(wanted.length, ours.length); i++) {
    const [w, o] = [wanted[i], ours[i]];
    if (w === undefined || o === undefined || canonical(w) !== canonical(o)) {
      return `event ${i}: ${o === undefined ? 'nothing' : canonical(o)}, the kernel ${w === undefined ? 'nothing' : canonical(w)}`;
    }
  }
  return undefined;
}

/** One text for one event, whatever the order of its fields. */
function canonical(event: GoldenEvent): string {
  return JSON.stringify(Object.fromEntries(Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1))));
}
