import {
  entryClasses,
  focusTables,
  formatOf,
  hwShift,
  kernelConfig,
  listTables,
  scenarioConfig,
  U64,
} from '../engine.ts';
import type { Run, Scenario, World } from '../engine.ts';
import type { Scene } from '../state/session.ts';
import { onlyHere } from './worlds.ts';

/** What a link carries of tables that only this machine has. */
export interface Carried {
  readonly scenario: Scenario;
  readonly tables: number;
  readonly rows: number;
}

const carried = new WeakMap<Scene, Carried>();
/** In this visit the tables are still here: the scenario that a carried one stands for. */
const originals = new Map<string, Scenario>();

/**
 * The scenario as a link or a file can take it along: over imported tables, with the tables that its run touches spelled
 * out. undefined where the scenario travels as it is.
 */
export function carry(scene: Scene): Carried | undefined {
  if (!onlyHere(scene) || scene.run.steps.length === 0) return undefined;
  const known = carried.get(scene);
  if (known !== undefined) return known;
  const made = spellOut(scene.scenario, scene.world, scene.run);
  carried.set(scene, made);
  originals.set(JSON.stringify(made.scenario), scene.scenario);
  return made;
}

/** The scenario over the whole imported tables, where `scenario` is one that was carried from here. */
export function originalOf(scenario: Scenario): Scenario | undefined {
  return 'capture' in scenario.memory ? undefined : originals.get(JSON.stringify(scenario));
}

function spellOut(scenario: Scenario, world: World, run: Run): Carried {
  const touched = new Set<number>();
  for (const step of run.steps) if (step.ev === 'load' || step.ev === 'set') touched.add(Number(step.table));
  const roots = world.mms.map((mm) => ({ mm: mm.name, pgd: mm.pgd, base: mm.base }));
  for (const root of roots) if (root.mm === 'init_mm') touched.add(root.pgd);
  // An area whose pages the scenario does not name has those that its addresses are mapped to.
  const vmAreas = scenario.memory.vmAreas ?? [];
  for (const area of vmAreas)
    if (area.pages === undefined) tablesUnder(world, area).forEach((pa) => touched.add(pa));
  // How their kernel was booted is told in words too: the tables alone don't say.
  const config = scenarioConfig({ ...world.config, ...kernelConfig(scenario.config) });
  // In the order of the schema, as a scenario comes out of a link: originals are found by their text.
  const { contexts, ...rest } = scenario;
  const rows = listTables(world.memory, world.geo, roots, (page) => touched.has(page.pa));
  return {
    tables: touched.size,
    rows: rows.length,
    scenario: {
      ...rest,
      memory: {
        geometry: world.geo.id,
        roots: world.mms.map((mm) => ({ mm: mm.name, pgd: `0x${mm.pgd.toString(16)}` })),
        tables: rows.map(([mm, level, va, n, value, step]) => [
          mm as 'init_mm' | 'efi_mm' | 'user',
          level,
          va,
          n,
          value,
          step,
        ]),
        from: world.name.slice(0, 80),
        ...(vmAreas.length > 0 && { vmAreas }),
      },
      ...(Object.keys(config).length > 0 && { config }),
      contexts,
    },
  };
}

/** The tables of init_mm that translate an area's addresses. */
function tablesUnder(
  world: World,
  area: { readonly addr: string; readonly size: string },
): readonly number[] {
  const { geo, memory } = world;
  const root = world.mms.find((mm) => mm.name === 'init_mm');
  if (root === undefined) return [];
  const shift = hwShift(geo, 2);
  const first = U64.hex(area.addr).shr(shift);
  const last = U64.hex(area.addr).add(U64.hex(area.size)).sub(U64.ONE).shr(shift);
  const found: number[] = [];
  for (let at = first; at.le(last); at = at.add(U64.ONE)) {
    const path = focusTables(entryClasses(geo, formatOf(geo)), memory, root, at.shl(shift));
    found.push(...path.map(({ page }) => page.pa));
  }
  return found;
}
